"""What it takes to follow a program: journals that real processes write, read into history and findings.

CPU time of this process; what else the machine does is not in it.
"""

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import mean

from playground.collector import Collector
from playground.findings import Findings
from playground.history import History
from playground.recording import Writer
from tests.benchmarks.figure import Figure, Part, times
from tests.benchmarks.probe_cost import sides
from tests.unit.rows import INFO

_ROWS = 36_000
_TICK_S = 1 / 30
_SECONDS = 2.0


class _Follower:
    """A program of two processes under the probe, and all that follows it."""

    def __init__(self, stack: ExitStack) -> None:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mpp-bench-", dir="/dev/shm")))
        environment = sides.probe_environment(place)
        self.sides = [stack.enter_context(sides.Side(sys.executable, 10, environment)) for _ in range(2)]
        self._origin = time.monotonic_ns()
        self._collector = Collector((place,), place, self._origin)
        self._history = History(INFO)
        self._findings = Findings(self._history)
        self._writer = Writer(place / "run.mpr.jsonl", INFO)
        stack.callback(self._writer.close)
        self.behind = False
        self.follow()

    def work(self, rows: int) -> None:
        """Have so many events written: each round takes a lock and gives it back."""
        for side in self.sides:
            side.nanoseconds("lock", max(rows // 4, 1))

    def follow(self, *, record: bool = False) -> tuple[int, float]:
        """Take in what is there, and if so record it: events, and seconds of CPU time."""
        before, began = self._history.events, time.thread_time()
        batch = self._collector.drain(time.monotonic_ns() - self._origin)
        self._findings.take(batch)
        if record:
            self._writer.append(batch)
        self.behind = self._collector.behind
        return self._history.events - before, time.thread_time() - began


def figures(rounds: int) -> Iterator[Figure]:
    """Events a second that can be followed, and the share of a core at two rates."""
    with ExitStack() as stack:
        follower = _Follower(stack)
        ours, queue = [], []
        for _ in range(max(rounds, 2)):
            follower.work(_ROWS)
            time.sleep(0.02)  # more than the collector's margin
            events, seconds = follower.follow()
            ours.append(events / seconds)
            queue.append(_queue())
        rate, rival = times(ours), times(queue)
        yield Figure("followed, with history and findings", rate[0], "/s", 1_000_000, "", 0.0, rate[1], at_least=True)
        yield Figure("the same beside mp.Queue", rate[0], "/s", None, "put and get", rival[0], rate[1])
        for wanted, budget in ((10_000, 2.0), (100_000, 8.0)):
            (shares,) = _shares(follower, wanted, (False,))
            what, spread = f"following {wanted:,} events a second", times(shares).spread
            yield Figure(what, mean(shares), "% of a core", budget, spread=spread)
        bare, recorded = _shares(follower, 10_000, (False, True))
        more = mean(recorded) - mean(bare)
        yield Figure("recording them too, at 10,000 a second", more, "% of a core more", 3.0)


def _queue() -> float:
    """Events a second through a queue, CPU time of both ends and of its thread."""
    queue = multiprocessing.get_context("fork").Queue()
    began = time.process_time()
    for number in range(5000):
        queue.put((number, 1, 2))
    for _ in range(5000):
        queue.get()
    took = time.process_time() - began
    queue.close()
    queue.join_thread()
    return 5000 / took


def _shares(follower: _Follower, wanted: int, recording: Sequence[bool]) -> list[list[float]]:
    """Per cent of a core that each of 30 ticks a second takes while so many events a second come.

    The ticks are recorded or not in turn, as ``recording`` says; a list for each turn.
    """
    found: list[list[float]] = [[] for _ in recording]
    time.sleep(_TICK_S)
    while follower.follow()[0] or follower.behind:
        pass
    for _ in range(int(_SECONDS / _TICK_S)):
        for record, shares in zip(recording, found, strict=True):
            follower.work(int(wanted * _TICK_S))
            began = time.monotonic()
            _, seconds = follower.follow(record=record)
            shares.append(seconds / _TICK_S * 100)
            time.sleep(max(0.0, _TICK_S - (time.monotonic() - began)))
    return found


PART = Part("What it takes to follow a program", figures)
