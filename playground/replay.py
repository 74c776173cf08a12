"""A recording behind the face that a live run has, with a clock that goes forwards and backwards."""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playground.findings import Findings
from playground.history import Batch, History, Mark, Nanoseconds, RunInfo
from playground.recording import open_recording
from playground.summary import summarise

SLOWEST, FASTEST = 1 / 64, 64.0


class Replay:
    """Shows a recorded run at a playhead; raises RecordingError when the file is none.

    The recording is in the history from the start, a long one with its last window; only the playhead moves.
    """

    live = False
    reads_files = False
    """Whether the files that it names may be read: only those of a run that has just happened here."""
    debugger = None

    def __init__(self, path: Path, clock: Callable[[], Nanoseconds] = time.monotonic_ns) -> None:
        parts: list[Findings] = []

        def take(info: RunInfo, batch: Batch) -> None:
            if not parts:
                parts.append(Findings(History(info)))
            parts[0].take(batch)

        opened = open_recording(path, take)
        findings = parts[0]
        dropped = (opened.summary or {}).get("dropped")
        findings.history.dropped = max(findings.history.dropped, dropped if isinstance(dropped, int) else 0)
        self._begin(findings.history, findings, path, opened.notices, clock)

    @classmethod
    def of_run(
        cls,
        history: History,
        findings: Findings,
        path: Path | None,
        clock: Callable[[], Nanoseconds] = time.monotonic_ns,
    ) -> "Replay":
        """Show a run that has just ended from what is in memory, at its end; ``path`` is its recording, if any."""
        replay = cls.__new__(cls)
        replay.reads_files = True
        replay._begin(history, findings, path, [], clock)
        replay.seek(history.until)
        return replay

    def _begin(
        self,
        history: History,
        findings: Findings,
        path: Path | None,
        notices: list[str],
        clock: Callable[[], Nanoseconds],
    ) -> None:
        self.info, self.history, self.findings, self.path = history.info, history, findings, path
        self.notices = [*notices, *([_of_window(history, path)] if history.since else [])]
        self.playing = False
        self.speed = 1.0
        self.direction = 1
        self._clock = clock
        self._ticked = clock()
        self._playhead: Nanoseconds = history.since
        self._changed = True

    @property
    def playhead(self) -> Nanoseconds:
        """The instant being shown."""
        return self._playhead

    @property
    def marks(self) -> Sequence[Mark]:
        """What the person did, what the program reported, who died."""
        return self.history.marks

    @property
    def found_at(self) -> list[Nanoseconds]:
        """When something was found."""
        return [finding.at for finding in self.findings.all]

    @property
    def summary(self) -> dict[str, Any]:
        """The run's summary, computed from its rows as the live one was."""
        return summarise(self.history, self.findings, str(self.path) if self.path else None)

    def tick(self) -> bool:
        """Move the playhead by the time that has passed; True when there is something new to show."""
        now = self._clock()
        passed, self._ticked = now - self._ticked, now
        if self.playing:
            self.seek(self._playhead + int(passed * self.speed) * self.direction)
            self.playing = (
                self._playhead < self.history.until if self.direction > 0 else self._playhead > self.history.since
            )
        changed, self._changed = self._changed, False
        return changed

    def close(self) -> None:
        """Nothing is held."""

    def toggle(self) -> None:
        """Play or pause; from the end, play from the start."""
        self.playing = not self.playing
        self._changed = True
        self._ticked = self._clock()
        if self.playing and self.direction > 0 and self._playhead >= self.history.until:
            self.seek(self.history.since)
        if self.playing and self.direction < 0 and self._playhead <= self.history.since:
            self.seek(self.history.until)

    def seek(self, t: Nanoseconds) -> None:
        """Go to an instant, kept within what is known of the run."""
        self._playhead = min(max(t, self.history.since), self.history.until)
        self._changed = True

    def step(self, count: int) -> None:
        """Go to the next event, or with a negative count to the one before."""
        self.playing = False
        if (at := self.neighbour(self._playhead, count)) is not None:
            self.seek(at)

    def neighbour(self, t: Nanoseconds, count: int) -> Nanoseconds | None:
        """The instant of the next event after one, or with a negative count of the one before; None at the ends."""
        times = self.history.instants
        index = bisect_right(times, t) if count > 0 else bisect_left(times, t) - 1
        return times[index] if 0 <= index < len(times) else None

    def next_mark(self, count: int) -> None:
        """Go to the next finding, user action, report or death; with a negative count to the one before."""
        instants = sorted({mark.time for mark in self.marks} | set(self.found_at))
        if count > 0:
            later = [t for t in instants if t > self._playhead]
            self.seek(later[0] if later else self.history.until)
        else:
            earlier = [t for t in instants if t < self._playhead]
            self.seek(earlier[-1] if earlier else self.history.since)

    def set_speed(self, speed: float) -> None:
        """Play faster or slower, from 1/64 to 64 times."""
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self._changed = True

    def reverse(self) -> None:
        """Turn the direction of play."""
        self.direction = -self.direction
        self._changed = True


def _of_window(history: History, path: Path | None) -> str:
    """Say of a long run that not all of it can be stepped through, and where the rest is."""
    kept = f"only its last {(history.until - history.since) / 1e9:,.0f} s can be stepped through"
    where = f"; all of it is in {path}, a line for each event" if path is not None else ", and it was not recorded"
    return f"a long run, of {history.rows:,} rows: {kept}{where}. Counts and findings are of the whole run"
