"""What an export starts from: a recording that is read once, and what is asked for."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from playground.findings import Findings
from playground.history import Batch, History, RunInfo
from playground.recording import Opened, open_recording
from playground.replay import Replay

_BYTES = 32
"""A row takes about so many."""

Progress = Callable[[float], object]
"""Is told how much is done, from 0 to 1."""


class Options(Struct, frozen=True):
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
    against: Path | None = None
    """Of a report: the recording that it is compared with."""


class Opening:
    """A recording to be read once, whole or batch by batch."""

    def __init__(self, path: Path, progress: Progress = lambda _: None) -> None:
        self.path = path
        self.progress = progress
        self._rows = 0
        self._expected = 1
        with suppress(OSError, ValueError):
            self._expected = max(path.stat().st_size // _BYTES, 1)

    def read(
        self,
        also: Callable[[Batch], object] = lambda _: None,
        clock: Callable[[], int] = time.monotonic_ns,
        share: float = 1.0,
    ) -> Replay:
        """Read it into a replay at its begin; ``also`` gets every batch. Raises RecordingError when it is none.

        ``clock`` is what the replay goes by; ``share`` says how much of the work is done with that.
        """
        found: list[Findings] = []

        def take(info: RunInfo, batch: Batch) -> None:
            if not found:
                found.append(Findings(History(info)))
            found[0].take(batch)
            also(batch)

        opened = self.batches(take, share)
        history = found[0].history
        dropped = (opened.summary or {}).get("dropped")
        history.dropped = max(history.dropped, dropped if isinstance(dropped, int) else 0)
        replay = Replay.of_run(history, found[0], self.path, clock)
        replay.reads_files = False
        replay.notices = [*opened.notices, *replay.notices]
        replay.seek(history.since)
        return replay

    def batches(self, take: Callable[[RunInfo, Batch], object], share: float = 1.0) -> Opened:
        """Hand over batch by batch without keeping any. Raises RecordingError."""

        def counted(info: RunInfo, batch: Batch) -> None:
            self._rows += len(batch)
            self.progress(share * min(self._rows / self._expected, 1.0))
            take(info, batch)

        return open_recording(self.path, counted)
