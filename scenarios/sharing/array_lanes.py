"""# One cell for each

An `Array` is a row of numbers in shared memory. When each process has **a cell of its own** nothing has to be locked:
nobody else writes there. When all add to the same cell, updates are lost as with a `Value`.

**Watch** the cells: with a cell for each they climb side by side to what is expected; in one cell for all the sum stays
far below it.

**Often told wrong:** that whatever is shared needs a lock. What is divided up needs none: partition beats locking.

**The fix:** a cell for each, and one process that adds them up at the end. Or the lock, held over read and write
(`variant=locked`): then the workers wait for each other.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.synchronize import Barrier
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def add(cells: Any, index: int, start: Barrier, rounds: int, gap_ms: float, locked: bool) -> None:
    """Add to one cell again and again."""
    start.wait()
    for _ in range(rounds):
        with cells.get_lock() if locked else nullcontext():
            value = cells[index]
            time.sleep(gap_ms / 1000)
            cells[index] = value + 1


NONE_LOST = r"^lost 0 of \d+ updates"


@scenario(
    covers=["S17"],
    finds={"broken": ("lost_update",)},
    says={"broken": r"^lost [1-9]\d* of \d+ updates", "fixed": NONE_LOST, "locked": NONE_LOST},
)
def main(
    variant: Annotated[
        Literal["broken", "fixed", "locked"], "one cell for all, one for each, one and a lock"
    ] = "broken",
    workers: Annotated[int, Range(2, 64), "how many add"] = 5,
    rounds: Annotated[int, Range(1, 10_000), "how often each adds 1"] = 40,
    gap_ms: Annotated[float, Range(0, 1000), "pause between read and write"] = 40.0,
) -> None:
    """Let the workers add, and see what is missing in the sum."""
    cells = mp.Array("i", workers)
    start = mp.Barrier(workers)
    team = [
        mp.Process(
            target=add,
            args=(cells, number if variant == "fixed" else 0, start, rounds, gap_ms, variant == "locked"),
            name=f"worker-{number}",
        )
        for number in range(workers)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    wanted = workers * rounds
    report(f"lost {wanted - sum(cells[:])} of {wanted} updates; the cells are {', '.join(map(str, cells[:]))}")


if __name__ == "__main__":
    run(main)
