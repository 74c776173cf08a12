"""# A worker that dies with its task

A worker is killed in the middle of a task: by the kernel when memory runs out, by a crash in C code. The pool notices,
starts **another worker**, and the other tasks go on. But nobody remembers which task the dead one had. Its result
never comes, and `map` waits for ever.

**Watch** one worker's lane end by SIGKILL and a new one begin below it. The new one works, the pool looks healthy, and
main waits.

**Often told wrong:** that a pool which replaces its workers can take their death. It replaces the worker, not the work.

**The fix:** never wait without a limit. `get(timeout=...)` raises `TimeoutError`; with one result for each task it is
known which are missing (`variant=limit`). Better: an executor notices the death itself and fails at once
(`variant=executor`); what to do then is told in *broken_executor*.
"""

import multiprocessing as mp
import os
import signal
import time
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.pool import AsyncResult
from typing import Annotated, Literal, TypeAlias

from playground.scenario import Range, report, run, scenario

Result: TypeAlias = "AsyncResult[int] | Future[int]"


def work(number: int, deadly: int, task_ms: int) -> int:
    """Take a while; one task is killed halfway, as the kernel would do it."""
    time.sleep(task_ms / 2000)
    if number == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(task_ms / 2000)
    return number


def outcome(result: Result, limit_s: float) -> str:
    """How a task ended: done, or the error that came instead."""
    try:
        result.get(limit_s) if isinstance(result, AsyncResult) else result.result()
    except Exception as error:
        return type(error).__name__
    return "done"


@scenario(
    covers=["C21"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("lost_task",), "limit": ("lost_task",), "executor": ("broken_pool",)},
    says={"limit": "^5 of 6 tasks done, 1 x TimeoutError", "executor": r"^\d of 6 tasks done, \d x BrokenProcessPool"},
)
def main(
    variant: Annotated[Literal["broken", "limit", "executor"], "map; results with a limit; an executor"] = "broken",
    tasks: Annotated[int, Range(1, 100), "how many"] = 6,
    workers: Annotated[int, Range(1, 16), "size of the pool"] = 2,
    task_ms: Annotated[int, Range(10, 10_000), "time for a task"] = 1000,
    limit_ms: Annotated[int, Range(10, 60_000), "how long to wait for a result"] = 2500,
) -> None:
    """Hand out tasks of which the third kills its worker."""
    jobs = [(number, 2, task_ms) for number in range(tasks)]
    if variant == "executor":
        with ProcessPoolExecutor(workers) as executor:
            futures = [executor.submit(work, *job) for job in jobs]
        ends = [outcome(future, 0) for future in futures]
    else:
        with mp.Pool(workers) as pool:
            if variant == "broken":
                ends = ["done" for _ in pool.starmap(work, jobs, chunksize=1)]
            else:
                results = [pool.apply_async(work, job) for job in jobs]
                ends = [outcome(result, limit_ms / 1000) for result in results]
    errors = [f"{ends.count(name)} x {name}" for name in sorted(set(ends) - {"done"})]
    report(f"{ends.count('done')} of {tasks} tasks done, {', '.join(errors) or 'no error'}")


if __name__ == "__main__":
    run(main)
