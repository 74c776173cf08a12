"""# Pool.map

A pool keeps its workers and hands them **chunks** of the work. The results come back in the order of the items,
whoever computed them and however long it took.

**Watch** the chunks go to whichever worker is free, and main wait for the result.

**Often told wrong:** that each item goes to a worker on its own. 40 items on 4 workers go in 14 chunks of at most 3;
for tiny items that is what makes a pool worth it.
"""

import multiprocessing as mp
import os
import time
from collections import Counter
from typing import Annotated

from playground.scenario import Range, report, run, scenario


def square(job: tuple[int, int]) -> tuple[int, str]:
    """Square a number, slowly; say who did it."""
    number, item_ms = job
    time.sleep(item_ms / 1000)
    return number * number, mp.current_process().name


@scenario(covers=["S10"])
def main(
    items: Annotated[int, Range(1, 10_000), "how many numbers"] = 40,
    workers: Annotated[int, Range(0, 64), "size of the pool; 0 is one per core that may be used"] = 0,
    chunksize: Annotated[int, Range(0, 10_000), "items per chunk; 0 lets the pool decide"] = 0,
    item_ms: Annotated[int, Range(0, 10_000), "time for each item"] = 80,
) -> None:
    """Square the numbers and see who did how many."""
    size = workers or len(os.sched_getaffinity(0))
    with mp.Pool(size) as pool:
        results = pool.map(square, [(i, item_ms) for i in range(items)], chunksize or None)
    done = Counter(name for _, name in results)
    kept = [value for value, _ in results] == [i * i for i in range(items)]
    shares = ", ".join(str(count) for _, count in sorted(done.items()))
    report(f"{items} items by {len(done)} workers ({shares}), order kept: {'yes' if kept else 'no'}")


if __name__ == "__main__":
    run(main)
