"""# When is a pool worth it?

To hand an item to a worker costs something: it is pickled, goes through a pipe, the result comes back the same way. A
pool costs more once: its processes have to start. Both are paid back only by items that take longer than that.

**Watch** the bars: how many times as quick as one after another the pool was, for items of 1 µs up to 1 ms. Below 1 it
was slower. (While other programs keep the machine busy, the numbers say little.)

**Broken** makes a pool for each size of item and sends every item by itself. **Often told wrong:** that such a
comparison shows what processes can do. With tiny items it shows what it costs to start and to feed them.

**The fix:** one pool for all the work, and items in chunks, as `map` does unless told otherwise. Then what is tiny may
still be quicker without a pool.
"""

import multiprocessing as mp
import os
import time
from contextlib import nullcontext
from multiprocessing.pool import Pool
from typing import Annotated, Literal

from playground.scenario import Range, measured, report, run, scenario

SIZES_US = (1, 10, 100, 1000)


def work(item_us: int) -> int:
    """Compute for so many microseconds of CPU."""
    end = time.thread_time_ns() + 1000 * item_us
    while time.thread_time_ns() < end:
        pass
    return item_us


def serial(items: list[int]) -> float:
    """Seconds for the items one after another."""
    began = time.monotonic()
    for item in items:
        work(item)
    return time.monotonic() - began


def pooled(pool: Pool | None, size: int, items: list[int]) -> float:
    """Seconds for the items in this pool, in chunks; without one in a pool of their own, one by one."""
    began = time.monotonic()
    if pool is not None:
        pool.map(work, items)
    else:
        with mp.Pool(size) as new_pool:
            new_pool.map(work, items, chunksize=1)
    return time.monotonic() - began


@scenario(covers=["S34"], says={"broken": r"^quicker for [0-4] of 4 sizes", "fixed": r"^quicker for [0-4] of 4 sizes"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "a pool each and single items, or one pool and chunks"] = "broken",
    items: Annotated[int, Range(10, 100_000), "how many of each size"] = 1500,
    workers: Annotated[int, Range(0, 16), "size of the pool; 0 is one per core that may be used"] = 0,
) -> None:
    """Do items of each size one after another and in a pool; count the sizes for which the pool was quicker."""
    size = workers or len(os.sched_getaffinity(0))
    quicker = 0
    with mp.Pool(size) if variant == "fixed" else nullcontext() as pool:
        for item_us in SIZES_US:
            alone = serial([item_us] * items)
            together = pooled(pool, size, [item_us] * items)
            measured(f"{item_us} µs items", alone / together, "times")
            quicker += together < alone
    report(f"quicker for {quicker} of {len(SIZES_US)} sizes of item")


if __name__ == "__main__":
    run(main)
