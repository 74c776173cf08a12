"""What it takes to know a process's figures: one reading of /proc beside psutil's."""

import os
import time
from collections.abc import Callable, Iterator

import psutil

from playground.inspection.sampler import Looks, affinity, look
from tests.benchmarks.figure import Figure, Part, in_turn

_N = 300


def figures(rounds: int) -> Iterator[Figure]:
    """Microseconds of CPU time for a look, and for a sample, which has the cores too."""
    pid, process, looks = os.getpid(), psutil.Process(), Looks()

    def ask() -> None:
        with process.oneshot():
            process.status(), process.cpu_times(), process.memory_info(), process.num_threads(), process.nice()

    sides = (lambda: looks.at(pid), lambda: (looks.at(pid), affinity(pid)), lambda: look(pid), ask)
    ours, sample, once, theirs = in_turn(rounds, *(lambda side=side: _microseconds(side) for side in sides))
    looks.close()
    yield Figure("state, CPU time, memory, threads, nice", ours[0], "us", 10, spread=ours[1])
    yield Figure("the same of one that was not looked at before", once[0], "us", spread=once[1])
    yield Figure("the same, and the cores it may use", sample[0], "us", None, spread=sample[1])
    yield Figure("beside psutil", ours[0], "us", None, "oneshot()", theirs[0], ours[1])


def _microseconds(call: Callable[[], object]) -> float:
    began = time.thread_time_ns()
    for _ in range(_N):
        call()
    return (time.thread_time_ns() - began) / _N / 1000


PART = Part("Figures of one process from the system", figures)
