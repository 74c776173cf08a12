"""# A convoy

Each worker has something to do alone, which takes long, and something with the shared total, which is over at once. If
both are done with the lock held, the workers stand in line for it nearly all the time: a **convoy**, in which all move
at the pace of one.

**Watch** the staircase: one works, all the others wait, and the lock goes from one to the next. With
`variant=fixed` all work side by side.

**Often told wrong:** that more workers make it faster. Behind one lock they make the line longer.

**The fix** is a short critical section: what concerns nobody else is done before the lock is taken. If what is shared
takes long itself, share it out over several locks.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def work(
    total_lock: Lock,
    total: "Synchronized[int]",
    at_work: "Synchronized[int]",
    most: "Synchronized[int]",
    start: Barrier,
    jobs: int,
    job_ms: int,
    long_section: bool,
) -> None:
    """Do the long part with or without the lock, the short one with it."""
    start.wait()
    for _ in range(jobs):
        with total_lock if long_section else nullcontext():
            with at_work.get_lock():
                at_work.value += 1
                most.value = max(most.value, at_work.value)
            time.sleep(job_ms / 1000)
            with at_work.get_lock():
                at_work.value -= 1
            with nullcontext() if long_section else total_lock:
                total.value += 1
        time.sleep(job_ms / 10_000)


@scenario(
    covers=["C09"],
    finds={"broken": ("convoy",)},
    says={"broken": r"^at most 1 of \d+ at work", "fixed": r"^at most ([2-9]|\d\d) of \d+ at work"},
    expect=lambda values: {"total": values["workers"] * values["jobs"]},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "long work with the lock held, or before it is taken"] = "broken",
    workers: Annotated[int, Range(2, 32), "how many work"] = 8,
    jobs: Annotated[int, Range(1, 1000), "how many jobs each has"] = 15,
    job_ms: Annotated[int, Range(1, 1000), "how long a job takes"] = 30,
) -> None:
    """Let the workers do their jobs, and count how many were at work at once."""
    total_lock = mp.Lock()
    total, at_work, most = mp.Value("i", 0), mp.Value("i", 0), mp.Value("i", 0)
    start = mp.Barrier(workers)
    arguments = (total_lock, total, at_work, most, start, jobs, job_ms, variant == "broken")
    team = [mp.Process(target=work, args=arguments, name=f"worker-{i}") for i in range(1, workers + 1)]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    report(f"at most {most.value} of {workers} at work at once, {total.value} jobs done")


if __name__ == "__main__":
    run(main)
