"""A recording behind the face that a live run has, with a clock that goes forwards and backwards."""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from playground import marks
from playground.findings import Findings
from playground.history import Batch, History, Mark, Nanoseconds, RunInfo
from playground.recording import Bookmarks, Reading
from playground.summary import summarise

SLOWEST, FASTEST = 1 / 64, 64.0
_FIRST_ROWS = 16_384
"""So many are read before the first picture, of a recording that is not read at once."""
_WHILE_PLAYING_NS, _WHILE_PAUSED_NS = 30_000_000, 90_000_000
"""So long reads a tick."""
_TOLD = 0.05
"""After so much more of the recording is read, that is told."""
_PAUSE_NS = 250_000_000
"""What is left to see of a gap in which nothing happens."""


class Replay:
    """Shows a recorded run at a playhead; raises RecordingError when the file is none.

    The recording is in the history from the start, a long one with its last window; only the playhead moves. What was
    before that window is in a replay of its own, which ends where the window begins.
    """

    live = ends_with_us = stirs = False
    exitcode = 0
    reads_files = False
    """Whether the files that it names may be read: only those of a run that has just happened here."""
    debugger = None
    ends_at: Nanoseconds | None = None
    """Up to when the run is looked at; None: to its end."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], Nanoseconds] = time.monotonic_ns,
        *,
        at_once: bool = True,
        ends_at: Nanoseconds | None = None,
    ) -> None:
        """Read a recording; unless ``at_once``, its first rows only, and the others as time goes on (``tick``).

        With ``ends_at`` it is read up to that instant.
        """
        reading = Reading(path)
        self.ends_at = ends_at
        findings = Findings(History(reading.info))
        self._begin(findings.history, findings, path, clock, reading)
        self._read_while(lambda: at_once or self.history.rows < _FIRST_ROWS)
        self._go(0)

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
        replay._begin(history, findings, path, clock)
        replay._say_of_window()
        replay.seek(history.until)
        return replay

    def _begin(
        self,
        history: History,
        findings: Findings,
        path: Path | None,
        clock: Callable[[], Nanoseconds],
        reading: Reading | None = None,
    ) -> None:
        self.info: RunInfo = history.info
        self.history, self.findings, self.path = history, findings, path
        self.notices: list[str] = []
        """What is to be said of the recording; more may come while it is read."""
        self.bookmarks = Bookmarks(path)
        if self.bookmarks.problem:
            self.notices.append(self.bookmarks.problem)
        self.playing = False
        self.speed = 1.0
        self.direction = 1
        self.kind = "all"
        """Which marks are gone to; one of ``marks.KINDS``."""
        self.skips_gaps = False
        """Whether it is played without the time in which nothing happens."""
        self.section: tuple[Nanoseconds, Nanoseconds | None] | None = None
        """What is played again and again, from when to when; it has no end until that is chosen."""
        self._reading = reading
        self._batches: Iterator[Batch] = reading.batches() if reading is not None else iter(())
        self._plays_later = False
        """Whether it begins to play when everything is read."""
        self._wanted: Nanoseconds | None = None
        """Where the playhead goes when so much is read."""
        self._clock = clock
        self._told = 0.0
        """How much was read when that was told."""
        self._ticked = clock()
        self._playhead: Nanoseconds = history.since
        self._changed = True
        self._waits: tuple[int, list[Nanoseconds]] = (-1, [])

    @property
    def playhead(self) -> Nanoseconds:
        """The instant being shown."""
        return self._playhead

    @property
    def until(self) -> Nanoseconds:
        """The run's end; while the recording is read, as its last line says."""
        expected = self._reading.expected_until if self._reading is not None else 0
        return max(self.history.until, expected if self.ends_at is None else self.ends_at if expected else 0)

    @property
    def front(self) -> "Replay":
        """The recording that is asked, noted on and stepped through by process: this one, where it is alone."""
        return self

    @property
    def lead(self) -> Nanoseconds:
        """How long after the zero of the playhead's clock the one in front has its own."""
        return 0

    @property
    def marks(self) -> Sequence[Mark]:
        """Everything worth going to but waits, in the order of time; each of one of ``marks.KINDS``."""
        return marks.marks(self.history, self.findings.all, self.bookmarks.all)

    @property
    def summary(self) -> dict[str, Any]:
        """The run's summary, computed from its rows as the live one was."""
        return summarise(self.history, self.findings, str(self.path) if self.path else None)

    def close(self) -> None:
        """Let go of the recording."""
        if self._reading is not None:
            self._reading.close()

    # --- Reading --------------------------------------------------------------------------------------

    @property
    def whole(self) -> bool:
        """Whether all of the recording is read."""
        return self._reading is None

    @property
    def share_read(self) -> float:
        """How much of the recording is read; 1 when it is all of it."""
        if self._reading is None:
            return 1.0
        return min(self.history.until / self.ends_at, 0.99) if self.ends_at else self._reading.share

    def _read_while(self, wanted: Callable[[], bool]) -> None:
        """Read on until enough is read, or everything is."""
        if self._reading is None:
            return
        for batch in self._batches:
            self.findings.take(batch)
            if self.ends_at is not None and self.history.until >= self.ends_at:
                self._reading.close()
                break
            if not wanted():
                return
        dropped = (self._reading.summary or {}).get("dropped")
        self.history.dropped = max(self.history.dropped, dropped if isinstance(dropped, int) else 0)
        self.notices += self._reading.notices
        self._say_of_window()
        self._reading = None

    def _read_on(self) -> None:
        """Read for a part of a frame; the playhead goes where it could not go before."""
        share = _WHILE_PLAYING_NS if self.playing else _WHILE_PAUSED_NS
        until = self._clock() + share
        self._read_while(lambda: self._clock() < until)
        if self._wanted is not None and (self._wanted <= self.history.until or self._reading is None):
            self.seek(self._wanted)
        self._playhead = max(self._playhead, self.history.since)
        if self._reading is None and self._plays_later:
            self.toggle()
        if self._reading is None or self.share_read - self._told >= _TOLD:
            self._told, self._changed = self.share_read, True

    def _say_of_window(self) -> None:
        """Say of a long run that not all of it can be stepped through, and where the rest is."""
        history = self.history
        if history.since and self.ends_at is None:
            kept = f"only its last {(history.until - history.since) / 1e9:,.0f} s can be stepped through at once"
            where = (
                f"; all of it is in {self.path}, a line for each event" if self.path else ", and it was not recorded"
            )
            what = f"a long run, of {history.rows:,} rows: {kept}{where}. Counts and findings are of the whole run"
            self.notices.append(what)

    # --- Playing --------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Read on, and move the playhead by the time that has passed; True when there is something new to show."""
        now = self._clock()
        passed, self._ticked = now - self._ticked, now
        if self._reading is not None:
            self._read_on()
        if self.playing:
            self._play(int(passed * self.speed))
        changed, self._changed = self._changed, False
        return changed

    def _play(self, passed: Nanoseconds) -> None:
        """Go on by so much time of the run, and stop at its end."""
        to = self._in_section(self._over_gap(self._playhead + passed * self.direction))
        self._go(to)
        at_end = self._playhead >= self.history.until if self.direction > 0 else self._playhead <= self.history.since
        self.playing = not at_end or (not self.whole and self.direction > 0)

    def _over_gap(self, to: Nanoseconds) -> Nanoseconds:
        """Where to go instead when nothing happens for long from the playhead on."""
        if not self.skips_gaps or not self.whole:
            return to
        ahead = self.happening(self._playhead, self.direction)
        if ahead is None:
            return self.history.until if self.direction > 0 else self.history.since
        pause = int(_PAUSE_NS * self.speed)
        return ahead - pause * self.direction if (ahead - to) * self.direction > pause else to

    def _in_section(self, to: Nanoseconds) -> Nanoseconds:
        """Where to go instead to stay in the section that is played again and again."""
        if self.section is None or self.section[1] is None:
            return to
        begin, end = self.section[0], self.section[1]
        if self.direction > 0:
            return to if begin <= to < end else begin
        return to if begin < to <= end else end

    def begin(self) -> None:
        """Play, as soon as everything is read: until then the picture would go slowly."""
        if self.whole:
            self.toggle()
        else:
            self._plays_later = True

    def toggle(self) -> None:
        """Play or pause; from the end, play from the start."""
        self.playing = not self.playing
        self._plays_later = False
        self._changed = True
        self._ticked = self._clock()
        if self.playing and self.direction > 0 and self._playhead >= self.until:
            self.seek(self.history.since)
        if self.playing and self.direction < 0 and self._playhead <= self.history.since:
            self.seek(self.history.until)

    def seek(self, t: Nanoseconds) -> None:
        """Go to an instant, kept within what is known of the run; to what is not read yet as soon as it is."""
        self._plays_later = False
        self._wanted = t if self._reading is not None and t > self.history.until else None
        self._go(t)

    def _go(self, t: Nanoseconds) -> None:
        self._playhead = min(max(t, self.history.since), self.history.until)
        self._changed = True

    def set_speed(self, speed: float) -> None:
        """Play faster or slower, from 1/64 to 64 times."""
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self._changed = True

    def reverse(self) -> None:
        """Turn the direction of play."""
        self.direction = -self.direction
        self._changed = True

    def turn_section(self) -> None:
        """Begin a section here, end it here, or play all of the run again."""
        if self.section is None:
            self.section = (self._playhead, None)
        elif self.section[1] is None and self.section[0] != self._playhead:
            self.section = (min(self.section[0], self._playhead), max(self.section[0], self._playhead))
        else:
            self.section = None
        self._changed = True

    def turn_gaps(self) -> None:
        """Leave out the time in which nothing happens, or play it."""
        self.skips_gaps = not self.skips_gaps
        self._changed = True

    # --- Stepping -------------------------------------------------------------------------------------

    def step(self, count: int) -> None:
        """Go to the next event, or with a negative count to the one before."""
        self.playing = False
        if (at := self.neighbour(self._playhead, count)) is not None:
            self.seek(at)

    def neighbour(self, t: Nanoseconds, count: int) -> Nanoseconds | None:
        """The instant of the next event after one, or with a negative count of the one before; None at the ends."""
        return _next(self.history.instants, t, count)

    def happening(self, t: Nanoseconds, count: int) -> Nanoseconds | None:
        """The same of the instants at which the run did something, and nobody only looked at it."""
        return _next(self.history.happened, t, count)

    def step_of(self, count: int, *, process: int = -1, resource: int = 0) -> bool:
        """Go to the next or previous event of a process or a resource of the front; False when there is none."""
        self.playing = False
        history = self.front.history
        whose, wanted = (history.happened_with, resource) if resource else (history.happened_to, process)
        place = _place_of(whose, wanted, history.happened, self._playhead - self.lead, count)
        if place is not None:
            self.seek(history.happened[place] + self.lead)
        return place is not None

    def next_mark(self, count: int) -> None:
        """Go to the next mark of the kind that is chosen; with a negative count to the one before."""
        if (at := _next(self.instants_of(self.kind), self._playhead, count)) is not None:
            self.seek(at)
        else:
            self.seek(self.until if count > 0 else self.history.since)

    def instants_of(self, kind: str) -> list[Nanoseconds]:
        """When there are marks of a kind, in the order of time."""
        if kind != "waits":
            return [mark.time for mark in self.marks if kind in ("all", mark.kind)]
        if self._waits[0] != self.history.rows:
            self._waits = (self.history.rows, marks.waits(self.history))
        return self._waits[1]

    def turn_kind(self) -> None:
        """Choose the next kind of marks to go to."""
        kinds = list(marks.KINDS)
        self.kind = kinds[(kinds.index(self.kind) + 1) % len(kinds)]
        self._changed = True

    # --- Bookmarks ------------------------------------------------------------------------------------

    def put_bookmark(self, at: Nanoseconds, note: str) -> str:
        """Set a bookmark or change its note; returns what is wrong with keeping it, "" when nothing is."""
        self._changed = True
        return self.bookmarks.put(at, note)

    def remove_bookmark(self, at: Nanoseconds) -> str:
        """Delete a bookmark; returns what is wrong with keeping that, "" when nothing is."""
        self._changed = True
        return self.bookmarks.remove(at)


def _next(times: Sequence[Nanoseconds], t: Nanoseconds, count: int) -> Nanoseconds | None:
    index = bisect_right(times, t) if count > 0 else bisect_left(times, t) - 1
    return times[index] if 0 <= index < len(times) else None


_BLOCK = 4096


def _place_of(
    column: Sequence[int], wanted: int, times: Sequence[Nanoseconds], t: Nanoseconds, count: int
) -> int | None:
    """Where in a column a number stands next after an instant, or last before it."""
    if count > 0:
        first = bisect_right(times, t)
        try:
            return column.index(wanted, first)
        except ValueError:
            return None
    end = bisect_left(times, t)
    while end > 0:
        begin = max(end - _BLOCK, 0)
        block = column[begin:end][::-1]
        if wanted in block:
            return end - 1 - block.index(wanted)
        end = begin
    return None
