"""# Leaving the with block of a pool

At the end of a `with open(...)` block the file is closed and nothing is lost. At the end of a `with Pool()` block the
workers are **terminated**: what they do is cut off, what still waits is never begun, and nobody is told. The results
of `apply_async` that are not there by then will never come; `get()` on one of them waits for ever.

**Watch** the workers' lanes: all end by SIGTERM in the moment in which main leaves the block, in the middle of their
first task.

**Often told wrong:** that the with block "cleans up the pool". It does, and your tasks with it. `map` hides this, since
it waits for its results before the block ends.

**The fix** is to say that no more will come and to wait, still inside the block: `pool.close()`, `pool.join()`. Or to
`get()` each result there. Or another tool: the with block of a `ProcessPoolExecutor` waits (`variant=executor`).
"""

import multiprocessing as mp
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def work(number: int, task_ms: int) -> int:
    """Take a while."""
    time.sleep(task_ms / 1000)
    return number


def with_pool(tasks: int, workers: int, task_ms: int, stay_ms: int, waits: bool) -> int:
    """Hand the tasks to a pool and leave its block; returns how many are done then."""
    with mp.Pool(workers) as pool:
        results = [pool.apply_async(work, (number, task_ms)) for number in range(tasks)]
        time.sleep(stay_ms / 1000)
        if waits:
            pool.close()
            pool.join()
    return sum(result.ready() for result in results)


def with_executor(tasks: int, workers: int, task_ms: int, stay_ms: int) -> int:
    """Hand the tasks to an executor and leave its block; returns how many are done then."""
    with ProcessPoolExecutor(workers) as executor:
        futures = [executor.submit(work, number, task_ms) for number in range(tasks)]
        time.sleep(stay_ms / 1000)
    return sum(future.done() for future in futures)


@scenario(
    covers=["S26"],
    says={"broken": "^0 of 4 tasks done", "fixed": "^4 of 4 tasks done", "executor": "^4 of 4 tasks done"},
)
def main(
    variant: Annotated[Literal["broken", "fixed", "executor"], "just leave; close and join; an executor"] = "broken",
    tasks: Annotated[int, Range(1, 1000), "how many are handed over"] = 4,
    workers: Annotated[int, Range(1, 32), "size of the pool"] = 2,
    task_ms: Annotated[int, Range(1, 10_000), "time for a task"] = 2500,
    stay_ms: Annotated[int, Range(0, 10_000), "how long main does something else in the block"] = 1500,
) -> None:
    """Hand tasks over, leave the with block, and count what was done."""
    if variant == "executor":
        done = with_executor(tasks, workers, task_ms, stay_ms)
    else:
        done = with_pool(tasks, workers, task_ms, stay_ms, variant == "fixed")
    report(f"{done} of {tasks} tasks done when the with block was left")


if __name__ == "__main__":
    run(main)
