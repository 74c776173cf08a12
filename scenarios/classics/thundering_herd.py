"""# A thundering herd

Many workers wait for jobs, one job comes at a time. `notify_all()` wakes **all** of them: they fight for the lock, one
after the other looks for the job, one gets it, and all the others have been woken for nothing and wait again.

**Watch** all lanes stir at each job and stand in line for the lock, to look one after the other, and `for_nothing`
climb by all workers but one. With `variant=fixed` one lane stirs for each job.

**Often told wrong:** that `notify_all` is the safe choice. It is, where each may be waiting for something else. Where
all wait for the same and one can have it, it costs a wake-up, a lock and a look for each of them.

**The fix:** `notify()` for one job, `notify(n)` for n; or a queue or a semaphore, which wake one by themselves. The
loop round `wait` stays: somebody else may have been quicker.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Condition
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def work(
    bell: Condition,
    start: Barrier,
    jobs: "Synchronized[int]",
    done: "Synchronized[int]",
    for_nothing: "Synchronized[int]",
    look_ms: int,
) -> None:
    """Take a job whenever there is one; a negative number of jobs is the end."""
    start.wait()
    while True:
        with bell:
            while jobs.value == 0:
                bell.wait()
                time.sleep(look_ms / 1000)
                if jobs.value == 0:
                    for_nothing.value += 1
            if jobs.value < 0:
                return
            jobs.value -= 1
            done.value += 1


@scenario(
    covers=["C11"],
    says={"broken": r"^\d{2,} of \d{2,} were woken for nothing", "fixed": r"^[0-2] of \d+ were woken for nothing"},
    expect=lambda values: {"done": values["rounds"]},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "wake all, or one"] = "broken",
    workers: Annotated[int, Range(2, 64), "how many wait for jobs"] = 12,
    rounds: Annotated[int, Range(1, 1000), "how many jobs come"] = 6,
    pace_ms: Annotated[int, Range(1, 10_000), "time from job to job"] = 800,
    look_ms: Annotated[int, Range(0, 1000), "how long it takes to look for the job, with the lock held"] = 25,
) -> None:
    """Hand out the jobs one by one, and count who was woken for nothing."""
    bell = mp.Condition()
    jobs, done, for_nothing = mp.Value("i", 0), mp.Value("i", 0), mp.Value("i", 0)
    start = mp.Barrier(workers + 1)
    arguments = (bell, start, jobs, done, for_nothing, look_ms)
    team = [mp.Process(target=work, args=arguments, name=f"worker-{i}") for i in range(1, workers + 1)]
    for worker in team:
        worker.start()
    start.wait()
    for _ in range(rounds):
        time.sleep(pace_ms / 1000)
        with bell:
            jobs.value += 1
            if variant == "broken":
                bell.notify_all()
            else:
                bell.notify()
    time.sleep(pace_ms / 1000)
    with bell:
        jobs.value = -1
        bell.notify_all()
    for worker in team:
        worker.join()
    woken = done.value + for_nothing.value
    report(f"{for_nothing.value} of {woken} were woken for nothing, for {done.value} jobs")


if __name__ == "__main__":
    run(main)
