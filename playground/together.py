"""Two runs on one clock: started at the same instant, replayed with one playhead."""

import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from playground.history import History, Mark, Nanoseconds
from playground.live import LiveRun, RunOptions
from playground.replay import Replay
from playground.target import Target
from playground.warden import kernel
from playground.warden.client import Warden

_LOADS_S = 0.5
"""Nobody waits longer for wardens to load; the runs then begin as soon as they have."""


def start_together(targets: Sequence[Target], options: RunOptions) -> list[LiveRun]:
    """Start all of them, each with a warden of its own; raises what a start raises, and then none goes on."""
    wardens: list[Warden] = []
    runs: list[LiveRun] = []
    try:
        for _ in targets:
            wardens.append(Warden())
        _wait_until_parked(wardens)
        origin = time.monotonic_ns()
        for target in targets:
            runs.append(LiveRun(target, options, wardens.pop(), origin=origin))
    except BaseException:
        for run in runs:
            run.close()
        for warden in wardens:
            with suppress(OSError):
                warden.leave()
        raise
    return runs


def _wait_until_parked(wardens: Sequence[Warden]) -> None:
    """Let all of them load first, so that none of the runs begins before the others because of that."""
    deadline = time.monotonic() + _LOADS_S
    while time.monotonic() < deadline and not all(_is_parked(warden) for warden in wardens):
        time.sleep(0.002)


def _is_parked(warden: Warden) -> bool:
    """Whether it has set up its signal handlers, which it does when everything is loaded."""
    return signal.SIGCHLD in kernel.handled_signals(warden.pid)


class Together(Replay):
    """Plays several replays as one: each stands where the playhead is, or at its own end.

    Its clock begins with the first of them. They are aligned on their starts, or on an instant of each. Those that are
    still being read are read by whoever ticks them.
    """

    def __init__(self, replays: Sequence[Replay], clock: Callable[[], Nanoseconds] = time.monotonic_ns) -> None:
        self._replays = replays
        self.side = 0
        """Which of them is in front."""
        self.leads: tuple[Nanoseconds, ...] = ()
        """How long after the clock's zero each of them has its own."""
        self.partings: Sequence[Sequence[Mark]] = [() for _ in replays]
        """Where processes of each part from their namesakes in the others."""
        self._begin(History(replays[0].info), replays[0].findings, None, clock)
        self._reads = not self.whole
        """Whether one of them was being read when that was looked at last."""
        self._align([0 for _ in replays])
        self.seek(max(replay.playhead for replay in replays))

    @property
    def _pairs(self) -> list[tuple[Replay, Nanoseconds]]:
        return list(zip(self._replays, self.leads, strict=True))

    @property
    def front(self) -> Replay:
        """The one that is asked, noted on and stepped through by process."""
        return self._replays[self.side]

    @property
    def lead(self) -> Nanoseconds:
        """How long after the zero of the clock of all the front has its own."""
        return self.leads[self.side]

    @property
    def whole(self) -> bool:
        """Whether all of all of them is read."""
        return all(replay.whole for replay in self._replays)

    @property
    def share_read(self) -> float:
        """How much of all of them is read; 1 when it is everything."""
        return sum(replay.share_read for replay in self._replays) / len(self._replays)

    @property
    def until(self) -> Nanoseconds:
        """The end of the last of them; while one is read, as its last line says."""
        return max(replay.until + lead for replay, lead in self._pairs)

    @property
    def marks(self) -> list[Mark]:
        """The marks of all, and where they part."""
        found = [
            replace(mark, time=mark.time + lead)
            for (replay, lead), partings in zip(self._pairs, self.partings, strict=True)
            for mark in (*replay.marks, *partings)
        ]
        return sorted(found, key=lambda mark: mark.time)

    @property
    def aligned(self) -> bool:
        """Whether they are aligned on something else than their starts."""
        return any(self.leads)

    def align(self, instants: Sequence[Nanoseconds]) -> None:
        """Let these instants, one of each, be the same one, and go there."""
        self._align(instants)
        self.playing = False
        self.seek(instants[0] + self.leads[0])

    def _align(self, instants: Sequence[Nanoseconds]) -> None:
        self.leads = tuple(max(instants) - at for at in instants)
        self._span()

    def _span(self) -> None:
        """From where to where there is something to see."""
        self.history.since = min(replay.history.since + lead for replay, lead in self._pairs)
        self.history.until = max(replay.history.until + lead for replay, lead in self._pairs)

    def tick(self) -> bool:
        """Move the playhead by the time that has passed; what has been read meanwhile can be gone to."""
        if self._reads:
            self._reads = not self.whole
            self._span()
            self._go(self._playhead)
            if not self._reads and self._plays_later:
                self.toggle()
        return super().tick()

    def seek(self, t: Nanoseconds) -> None:
        """Go to an instant; what is not read up to there yet follows as soon as it is."""
        self._plays_later = False
        self._go(t)

    def _go(self, t: Nanoseconds) -> None:
        self._playhead = min(max(t, self.history.since), self.until)
        self._changed = True
        for replay, lead in self._pairs:
            replay.seek(self.playhead - lead)

    def neighbour(self, t: Nanoseconds, count: int) -> Nanoseconds | None:
        """The instant of the next event of any, or with a negative count of the one before; None at the ends."""
        return self._nearest(count, [replay.neighbour(t - lead, count) for replay, lead in self._pairs])

    def happening(self, t: Nanoseconds, count: int) -> Nanoseconds | None:
        """The same of the instants at which a run did something, and nobody only looked at it."""
        return self._nearest(count, [replay.happening(t - lead, count) for replay, lead in self._pairs])

    def _nearest(self, count: int, found: Sequence[Nanoseconds | None]) -> Nanoseconds | None:
        """The first of the instants, or with a negative count the last, on the clock of all."""
        known = [at + lead for at, lead in zip(found, self.leads, strict=True) if at is not None]
        return (min if count > 0 else max)(known, default=None)

    def instants_of(self, kind: str) -> list[Nanoseconds]:
        """When there are marks of a kind in any of them, in the order of time; where they part among all."""
        if kind != "waits":
            return super().instants_of(kind)
        return sorted({at + lead for replay, lead in self._pairs for at in replay.instants_of(kind)})
