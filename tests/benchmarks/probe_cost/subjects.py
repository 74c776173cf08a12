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


def section(items: int) -> Repeat:
    """A lock held while so many items are added up; little memory, so that no cache is emptied."""
    made = multiprocessing.Lock()

    def run(n: int) -> None:
        for _ in repeat(None, n):
            with made:
                sum(repeat(1, items))

    return run


def items_of_a_section() -> int:
    """How many items can be added up in the time of one critical section on this machine."""
    items = 2000
    for _ in range(3):
        items = items * SECTION_NS // _median_ns(items)
    return items


def _median_ns(items: int) -> int:
    times = []
    for _ in range(501):
        began = time.perf_counter_ns()
        sum(repeat(1, items))
        times.append(time.perf_counter_ns() - began)
    return sorted(times)[len(times) // 2]


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
