"""A measured process: reads ``subject repetitions`` lines, answers each with the nanoseconds that it took.

``python -m tests.benchmarks.probe_cost.worker ITEMS``; the items are those of a critical section.
"""

import gc
import sys
import time

from tests.benchmarks.probe_cost import subjects

HOT = 2000
"""Repetitions before the first measurement; an object is hot after 1,000."""


def main() -> None:
    """Answer until the input ends."""
    items = int(sys.argv[1])
    makers = {
        "nothing": subjects.nothing,
        "lock": subjects.lock,
        "rlock": subjects.rlock,
        "section": lambda: subjects.section(items),
        "simple_queue": subjects.simple_queue,
        "value": subjects.value,
        "event": subjects.event,
    }
    loops = {}
    for name, make in makers.items():
        loops[name] = make()
        loops[name](HOT)
    gc.collect()
    gc.disable()
    print("ready", flush=True)
    for line in sys.stdin:
        name, times = line.split()
        n, loop = int(times), loops[name]
        began = time.perf_counter_ns()
        loop(n)
        print(time.perf_counter_ns() - began, flush=True)


if __name__ == "__main__":
    main()
