"""# What empty() says

`empty()` says whether something can be read from the queue's pipe **at this moment**. Right after a `put` the item is
still on its way, so `empty()` may be true although there is one. And it never says that nothing more will come: workers
that work `while not jobs.empty()` go home when they were quicker than whoever makes the jobs.

**Watch** the workers end at once, while the depth of `jobs` then grows and nobody takes from it.

**Often told wrong:** that `empty()`, `full()` and `qsize()` tell what one can rely on. They are guesses: between the
question and what is done about it everything may change.

**The fix:** wait in `get()`, and say by a sentinel that there is no more: one `None` for each worker.
"""

import multiprocessing as mp
import time
from multiprocessing.synchronize import Barrier
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def work(jobs: "mp.Queue[Any]", done: "mp.SimpleQueue[int]", start: Barrier, asks: bool) -> None:
    """Do jobs: as long as the queue says that there are any, or until the sentinel comes."""
    count = 0
    start.wait()
    if asks:
        while not jobs.empty():
            jobs.get()
            count += 1
    else:
        while jobs.get() is not None:
            count += 1
    print(f"{mp.current_process().name}: {count} done, I go home", flush=True)
    done.put(count)


@scenario(
    covers=["C17"],
    finds={"broken": ("empty_check",)},
    says={"broken": r"^(\d+) of (?!\1 )\d+ jobs were done", "fixed": r"^(\d+) of \1 jobs"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "workers ask empty(), or wait for a sentinel"] = "broken",
    jobs_made: Annotated[int, Range(1, 1000), "how many jobs are made"] = 10,
    workers: Annotated[int, Range(1, 32), "how many work"] = 2,
    make_ms: Annotated[int, Range(10, 10_000), "time to make a job"] = 300,
) -> None:
    """Make jobs for the workers and see how many are done."""
    jobs: mp.Queue[Any] = mp.Queue()
    done: mp.SimpleQueue[int] = mp.SimpleQueue()
    start = mp.Barrier(workers + 1)
    arguments = (jobs, done, start, variant == "broken")
    team = [mp.Process(target=work, args=arguments, name=f"worker-{i}") for i in range(1, workers + 1)]
    for worker in team:
        worker.start()
    start.wait()
    for job in range(1, jobs_made + 1):
        time.sleep(make_ms / 1000)
        jobs.put(job)
        print(f"main: put job {job}, empty() says {jobs.empty()}", flush=True)
    for _ in team:
        jobs.put(None)
    for worker in team:
        worker.join()
    count = sum(done.get() for _ in team)
    report(f"{count} of {jobs_made} jobs were done")


if __name__ == "__main__":
    run(main)
