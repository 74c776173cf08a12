"""# Lost updates

`counter.value += 1` is three steps: read, add, write. Each single access is locked, the three together are
not. When two processes read the same value, both write the same sum: one update is **lost**.

**Watch** the counter stay below its expected value, and the finding name who overwrote whom.

**Often told wrong:** that a `Value` is safe because it "has a lock". It has one, and `+=` takes it twice. A `Value`
without one (`variant=raw`) loses no fewer and no more, only nobody but the program can tell.

**The fix** is to hold it over all three steps: `with counter.get_lock(): counter.value += 1`.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.synchronize import Barrier
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def count(counter: Any, start: Barrier, rounds: int, gap_ms: float, locked: bool) -> None:
    """Read, think for a moment, write."""
    start.wait()
    for _ in range(rounds):
        with counter.get_lock() if locked else nullcontext():
            value = counter.value
            time.sleep(gap_ms / 1000)
            counter.value = value + 1


LOST = r"^lost [1-9]\d* of \d+ updates"


@scenario(
    covers=["S16", "C01"],
    finds={"broken": ("lost_update",)},
    says={"broken": LOST, "raw": LOST, "fixed": r"^lost 0 of \d+ updates"},
    expect=lambda values: {"counter": values["workers"] * values["rounds"]} if values["variant"] != "raw" else {},
)
def main(
    variant: Annotated[Literal["broken", "raw", "fixed"], "the lock not held, no lock at all, lock held"] = "broken",
    workers: Annotated[int, Range(2, 64), "how many count"] = 4,
    rounds: Annotated[int, Range(1, 10_000), "how often each counts"] = 50,
    gap_ms: Annotated[float, Range(0, 1000), "pause between read and write"] = 10.0,
) -> None:
    """Let the workers count together and see what is missing."""
    counter: Any = mp.Value("i", 0, lock=variant != "raw")
    start = mp.Barrier(workers)
    arguments = (counter, start, rounds, gap_ms, variant == "fixed")
    team = [mp.Process(target=count, args=arguments, name=f"worker-{i}") for i in range(1, workers + 1)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    wanted = workers * rounds
    lost = wanted - counter.value
    report(f"lost {lost} of {wanted} updates ({100 * lost / wanted:.0f} %)")


if __name__ == "__main__":
    run(main)
