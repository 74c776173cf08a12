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
        self._begin(longest.history, longest.findings, None, [], clock)
        self.seek(max(replay.playhead for replay in replays))

    @property
    def marks(self) -> list[Mark]:
        """The marks of all."""
        return sorted((mark for replay in self._replays for mark in replay.marks), key=lambda mark: mark.time)

    @property
    def found_at(self) -> list[Nanoseconds]:
        """When something was found in any of them."""
        return sorted(at for replay in self._replays for at in replay.found_at)

    def seek(self, t: Nanoseconds) -> None:
        """Go to an instant in all of them."""
        super().seek(t)
        for replay in self._replays:
            replay.seek(self.playhead)

    def step(self, count: int) -> None:
        """Go to the next event of any, or with a negative count to the one before."""
        self.playing = False
        found = [at for replay in self._replays if (at := replay.neighbour(self.playhead, count)) is not None]
        if found:
            self.seek(min(found) if count > 0 else max(found))
