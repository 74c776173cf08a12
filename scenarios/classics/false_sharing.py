"""# False sharing, a myth here

A core fetches memory in lines, mostly of 64 bytes. When two cores write to two numbers in the same line, each write
takes the line away from the other core, though nobody shares a number: **false sharing**. Programs in C put such
numbers into lines of their own.

**Watch** two writers count up numbers that are neighbours, and numbers that are far apart, in turn. The verdict says
how often the neighbours were slower. Run it again: it is like tossing a coin.

**Often told wrong:** that Python programs must be written with cache lines in mind. What a line costs is there, but
`numbers[i] += 1` takes the interpreter so much longer that it cannot be told from chance.

What does cost is a lock round each step, or a trip to a manager's process.
"""

import multiprocessing as mp
import os
import time
from multiprocessing.synchronize import Barrier
from typing import Annotated, Any

from playground.scenario import Range, report, run, scenario

APART = 64


def count(numbers: Any, seconds: Any, start: Barrier, writer: int, rounds: int, adds: int) -> None:
    """Count up a number beside the other writer's, then one far from it; note the time for each."""
    for turn in range(2 * rounds):
        place = writer * (1 if turn % 2 == 0 else APART)
        start.wait()
        begin = time.perf_counter()
        for _ in range(adds):
            numbers[place] += 1
        seconds[2 * turn + writer] = time.perf_counter() - begin


@scenario(covers=["C31"], says={"": r"^neighbours were slower in \d+ of \d+ rounds"})
def main(
    rounds: Annotated[int, Range(1, 1000), "how often both are tried"] = 30,
    adds: Annotated[int, Range(1, 10_000_000), "how often each counts up in a round"] = 200_000,
) -> None:
    """Let two processes count side by side, and compare."""
    numbers = mp.RawArray("q", 2 * APART)
    seconds = mp.RawArray("d", 4 * rounds)
    start = mp.Barrier(2)
    pair = [
        mp.Process(target=count, args=(numbers, seconds, start, writer, rounds, adds), name=f"writer-{writer + 1}")
        for writer in range(2)
    ]
    for process in pair:
        process.start()
    for process in pair:
        process.join()
    times = [max(seconds[2 * turn : 2 * turn + 2]) for turn in range(2 * rounds)]
    slower = sum(near > far for near, far in zip(times[::2], times[1::2], strict=True))
    cores = len(os.sched_getaffinity(0))
    report(f"neighbours were slower in {slower} of {rounds} rounds, on {cores} core{'s' if cores > 1 else ''}")


if __name__ == "__main__":
    run(main)
