"""# How a pool hands out its work

A pool keeps its workers and hands them **chunks** of the work. `map` and `imap` give the results in the order of the
items, whoever computed them and however long it took; `imap_unordered` gives each as soon as it is there.

**Watch** the chunks go to whichever worker is free, and main wait for the result. The first item takes four times as
long as the others. Run it again with `way=imap_unordered`: now its result comes late.

**Often told wrong:** that each item goes to a worker on its own. `map` makes about four chunks for each worker: 40
items on 4 workers go in 14 chunks of at most 3. `imap` does send single items, unless it is told otherwise; for tiny
items the way there and back then costs more than the work.

How many workers `Pool()` starts depends on the version: one per core of the machine before 3.13, since then one per
core that this process may use. With `workers=0` it is the latter here in any case.
"""

import multiprocessing as mp
import os
import time
from collections import Counter
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def square(job: tuple[int, int]) -> tuple[int, str]:
    """Square a number, slowly; say who did it."""
    number, item_ms = job
    time.sleep(item_ms / 1000 * (1 if number else 4))
    return number * number, mp.current_process().name


def automatic(items: int, workers: int) -> int:
    """Items per chunk when `map` decides: so many that each worker gets about four chunks."""
    return max(1, -(-items // (4 * workers)))


@scenario(covers=["S10"], says={"": r"items in 1\d chunks by .* order kept: yes"})
def main(
    items: Annotated[int, Range(1, 10_000), "how many numbers"] = 40,
    workers: Annotated[int, Range(0, 64), "size of the pool; 0 is one per core that may be used"] = 4,
    chunksize: Annotated[int, Range(0, 10_000), "items per chunk; 0 lets the pool decide"] = 0,
    item_ms: Annotated[int, Range(0, 10_000), "time for each item; the first takes four times as long"] = 250,
    way: Annotated[Literal["map", "imap", "imap_unordered"], "how the pool is asked"] = "map",
) -> None:
    """Square the numbers and see who did how many."""
    size = workers or len(os.sched_getaffinity(0))
    jobs = [(number, item_ms) for number in range(items)]
    chunk = chunksize or (automatic(items, size) if way == "map" else 1)
    with mp.Pool(size) as pool:
        if way == "map":
            results = pool.map(square, jobs, chunksize or None)
        else:
            results = list(getattr(pool, way)(square, jobs, chunk))
    done = Counter(name for _, name in results)
    shares = " + ".join(str(count) for _, count in sorted(done.items()))
    kept = [value for value, _ in results] == [number * number for number in range(items)]
    chunks = -(-items // chunk)
    report(f"{items} items in {chunks} chunks by {len(done)} workers ({shares}), order kept: {'yes' if kept else 'no'}")


if __name__ == "__main__":
    run(main)
