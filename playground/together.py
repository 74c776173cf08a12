"""Two runs on one clock: started at the same instant, replayed with one playhead."""

import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from playground.history import Mark, Nanoseconds
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
    """Plays several replays as one: each stands where the playhead is, or at its own end."""

    def __init__(self, replays: Sequence[Replay], clock: Callable[[], Nanoseconds] = time.monotonic_ns) -> None:
        self._replays = replays
        longest = max(replays, key=lambda replay: replay.history.until)
        self._begin(longest.history, longest.findings, None, clock)
        self.seek(max(replay.playhead for replay in replays))

    @property
    def marks(self) -> list[Mark]:
        """The marks of all."""
        return sorted((mark for replay in self._replays for mark in replay.marks), key=lambda mark: mark.time)

    def _go(self, t: Nanoseconds) -> None:
        super()._go(t)
        for replay in self._replays:
            replay.seek(self.playhead)

    def neighbour(self, t: Nanoseconds, count: int) -> Nanoseconds | None:
        """The instant of the next event of any, or with a negative count of the one before; None at the ends."""
        return _nearest(count, [replay.neighbour(t, count) for replay in self._replays])

    def happening(self, t: Nanoseconds, count: int) -> Nanoseconds | None:
        """The same of the instants at which a run did something, and nobody only looked at it."""
        return _nearest(count, [replay.happening(t, count) for replay in self._replays])

    def instants_of(self, kind: str) -> list[Nanoseconds]:
        """When there are marks of a kind in any of them, in the order of time."""
        return sorted({at for replay in self._replays for at in replay.instants_of(kind)})


def _nearest(count: int, found: Sequence[Nanoseconds | None]) -> Nanoseconds | None:
    """The first of the instants, or with a negative count the last."""
    known = [at for at in found if at is not None]
    return (min if count > 0 else max)(known, default=None)
