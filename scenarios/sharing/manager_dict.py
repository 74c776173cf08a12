"""# A dictionary of a manager

A manager's dictionary is in its server, and each call to it is one step there. But `table["n"] += 1` is **two calls**,
one to read and one to write: between them others do the same, and updates are lost. And `table["names"].append("x")` is
worse: it fetches a **copy** of the list, appends to that, and throws it away.

**Watch** the workers in the log count to the same number, each for himself. At the end all names are missing.

**Often told wrong:** that a manager "is safe, since it has a server". Each single call is.

**The fix:** a lock of your own over both calls; and write back what you changed (or put a `manager.list()` into the
dictionary: that is a proxy too).
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def fill(table: Any, lock: Lock, start: Barrier, rounds: int, gap_ms: float, fixed: bool) -> None:
    """Count in the dictionary, and write down our name in a list that is in it."""
    start.wait()
    for _ in range(rounds):
        with lock if fixed else nullcontext():
            value = table["n"]
            time.sleep(gap_ms / 1000)
            table["n"] = value + 1
        print(f"{mp.current_process().name}: n is {value + 1}", flush=True)
    if not fixed:
        table["names"].append(mp.current_process().name)
    else:
        with lock:
            table["names"] = [*table["names"], mp.current_process().name]


@scenario(
    covers=["S19", "C27"],
    finds={"broken": ("lost_update",)},
    says={"broken": r"^lost [1-9]\d* of \d+ updates, and \d+ of \d+ names", "fixed": r"^lost 0 .* and 0 of \d+ names"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "no lock and no writing back, or both"] = "broken",
    workers: Annotated[int, Range(2, 32), "how many count"] = 4,
    rounds: Annotated[int, Range(1, 10_000), "how often each counts"] = 20,
    gap_ms: Annotated[float, Range(0, 1000), "pause between read and write"] = 80.0,
) -> None:
    """Let the workers use one dictionary and see what is missing."""
    with mp.Manager() as manager:
        table: Any = manager.dict(n=0, names=[])
        lock, start = mp.Lock(), mp.Barrier(workers)
        arguments = (table, lock, start, rounds, gap_ms, variant == "fixed")
        team = [mp.Process(target=fill, args=arguments, name=f"worker-{i}") for i in range(1, workers + 1)]
        for worker in team:
            worker.start()
        for worker in team:
            worker.join()
        wanted = workers * rounds
        lost, missing = wanted - table["n"], workers - len(table["names"])
    report(f"lost {lost} of {wanted} updates, and {missing} of {workers} names")


if __name__ == "__main__":
    run(main)
