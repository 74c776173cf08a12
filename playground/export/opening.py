"""What an export starts from: a recording that is read once, and what is asked for."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playground.history import Batch, RunInfo
from playground.recording import open_recording
from playground.replay import Replay

_BYTES = 32
"""A row takes about so many."""

Progress = Callable[[float], object]
"""Is told how much is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Options:
    """What can be asked for beside the format; each format takes what concerns it."""

    at_s: float | None = None
    """The instant of a picture; the end when there is none."""
    columns: int = 140
    rows: int = 40
    """Size of the terminal of a picture or a film."""
    speed: float = 1.0
    """Of a film: how much faster than the run."""
    light: bool = False
    """Of a picture or a film: in the light theme."""


class Opening:
    """A recording to be read once, whole or batch by batch."""

    def __init__(self, path: Path, progress: Progress = lambda _: None) -> None:
        self.path = path
        self.progress = progress
        self._rows = 0
        self._expected = 1
        with suppress(OSError, ValueError):
            self._expected = max(path.stat().st_size // _BYTES, 1)

    def read(self, also: Callable[[Batch], object] | None = None) -> Replay:
        """Read it into a history; ``also`` gets every batch. Raises RecordingError when it is none."""

        def take(batch: Batch) -> None:
            self._advance(batch)
            if also is not None:
                also(batch)

        return Replay(self.path, also=take)

    def batches(self, take: Callable[[RunInfo, Batch], object]) -> list[str]:
        """Hand over batch by batch without keeping any; returns what is to be said of the recording."""

        def counted(info: RunInfo, batch: Batch) -> None:
            self._advance(batch)
            take(info, batch)

        return open_recording(self.path, counted).notices

    def _advance(self, batch: Batch) -> None:
        self._rows += len(batch)
        self.progress(min(self._rows / self._expected, 1.0))
