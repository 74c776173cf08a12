"""What is measured: things that a program does, made once and then repeated ``n`` times.

Imported by the measured processes, with and without the probe, under any interpreter: standard
library only, and nothing here knows which of the two it is in, but for the bare event.
"""

import multiprocessing
import sys
import time
from collections.abc import Callable
from itertools import repeat

Repeat = Callable[[int], None]

PROBE_JOURNAL = "_mp_playground_probe.journal"
SECTION_NS = 10_000


def nothing() -> Repeat:
    """The loop itself, to be taken off the others."""

    def run(n: int) -> None:
        for _ in repeat(None, n):
            pass

    return run


def lock() -> Repeat:
    made = multiprocessing.Lock()

    def run(n: int) -> None:
        for _ in repeat(None, n):
            with made:
                pass

    return run


def rlock() -> Repeat:
    made = multiprocessing.RLock()

    def run(n: int) -> None:
        for _ in repeat(None, n):
            with made:
                pass

    return run


def section(work: int) -> Repeat:
    """A lock held over so many steps of work."""
    made = multiprocessing.Lock()

    def run(n: int) -> None:
        for _ in repeat(None, n):
            with made:
                for _ in repeat(None, work):
                    pass

    return run


def steps_of_a_section() -> int:
    """How many steps of an empty loop take the time of one critical section on this machine."""
    steps, best = 1000, 1 << 62
    for _ in range(50):
        began = time.perf_counter_ns()
        for _ in repeat(None, steps):
            pass
        best = min(best, time.perf_counter_ns() - began)
    return steps * SECTION_NS // best


def simple_queue() -> Repeat:
    made: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()

    def run(n: int) -> None:
        for _ in repeat(None, n):
            made.put(1)
            made.get()

    return run


def value() -> Repeat:
    made = multiprocessing.Value("i", 0)

    def run(n: int) -> None:
        for _ in repeat(None, n):
            made.value += 1

    return run


def event() -> Repeat:
    """One record written, where there is a probe; else one look at the clock."""
    journal = sys.modules.get(PROBE_JOURNAL)
    return _clock(time.monotonic_ns) if journal is None else _record(journal.emit)


def _clock(now: Callable[[], int]) -> Repeat:
    def run(n: int) -> None:
        for _ in repeat(None, n):
            now()

    return run


def _record(emit: Callable[[int], None]) -> Repeat:
    def run(n: int) -> None:
        for _ in repeat(None, n):
            emit(1)

    return run
