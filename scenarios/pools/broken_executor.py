"""# An executor breaks as a whole

When a worker of a `ProcessPoolExecutor` dies, the executor does not guess whose task was lost. It ends the other
workers, and **every** future that has no result yet raises `BrokenProcessPool`: the guilty one, those that ran beside
it, and those that were not even begun. It takes no more tasks.

**Watch** all lanes of the workers end together, in the moment in which one of them is killed.

**Often told wrong:** that the exception tells which task was to blame. All of them get the same one.

**The fix** is to make a new executor and to submit again what has no result (`variant=retry`): tasks that may be run
twice get through. One that always kills its worker must be found, or it breaks the new executor too: each that is left
over is tried alone.
"""

import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario

DEADLY = 2
"""The task that always kills its worker."""


def work(number: int, task_ms: int) -> int:
    """Take a while; one task is killed halfway, as the kernel would do it."""
    time.sleep(task_ms / 2000)
    if number == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(task_ms / 2000)
    return number


def try_all(numbers: list[int], workers: int, task_ms: int) -> list[int]:
    """Run these tasks in an executor of their own; returns those that have no result."""
    with ProcessPoolExecutor(workers) as executor:
        futures = {number: executor.submit(work, number, task_ms) for number in numbers}
        wait(futures.values())
    return [number for number, future in futures.items() if isinstance(future.exception(), BrokenProcessPool)]


@scenario(
    covers=["C22"],
    finds={"broken": ("broken_pool",), "retry": ("broken_pool",)},
    says={"broken": r"^\d of 8 tasks failed", "retry": r"^1 of 8 tasks failed, after \d more tries"},
)
def main(
    variant: Annotated[Literal["broken", "retry"], "give up, or try again what failed"] = "broken",
    tasks: Annotated[int, Range(3, 100), "how many; the third kills its worker"] = 8,
    workers: Annotated[int, Range(1, 16), "size of the executor"] = 2,
    task_ms: Annotated[int, Range(10, 10_000), "time for a task"] = 800,
) -> None:
    """Run tasks of which one kills its worker, and count what failed."""
    failed = try_all(list(range(tasks)), workers, task_ms)
    tries = 0
    if variant == "retry":
        suspects, failed = failed, []
        for number in suspects:
            failed += try_all([number], 1, task_ms)
            tries += 1
    report(f"{len(failed)} of {tasks} tasks failed" + (f", after {tries} more tries" if tries else ""))


if __name__ == "__main__":
    run(main)
