"""# asyncio and work that takes long

An event loop does one thing at a time. As long as a coroutine computes, or calls something that blocks, **nothing
else** happens: no timer, no answer to anybody. Such work belongs into an executor, whose result the loop awaits.

**Watch** `ticks`, which the loop counts up 50 times a second when it can. **Broken** does the jobs in the loop: no tick
comes until they are done. **Fixed** has them done by processes, and the loop ticks on. In **threads** they let it tick
too, but they compute in turns with it: fine for calls that wait, no gain for Python that computes.

**Often told wrong:** that `async def` makes a function run beside others. It lets others run only where it awaits.

**The fix:** `await loop.run_in_executor(pool, function, ...)` with a `ProcessPoolExecutor`.
"""

import asyncio
import multiprocessing as mp
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.sharedctypes import Synchronized
from typing import Annotated, Literal

from playground.scenario import Range, measured, report, run, scenario

TICK_S = 0.02


def compute(seconds: float) -> None:
    """Compute until a core was in use for so long."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))


async def tick(ticks: "Synchronized[int]") -> None:
    """What else the loop has to do."""
    while True:
        await asyncio.sleep(TICK_S)
        ticks.value += 1


async def do(jobs: int, seconds: float, executor: Executor | None, ticks: "Synchronized[int]") -> tuple[int, float]:
    """Do the jobs while the loop ticks; returns how many ticks came meanwhile, and how many seconds it took."""
    clock = asyncio.create_task(tick(ticks))
    await asyncio.sleep(10 * TICK_S)
    before, began = ticks.value, time.monotonic()
    if executor is None:
        for _ in range(jobs):
            compute(seconds)
    else:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(executor, compute, seconds) for _ in range(jobs)))
    meanwhile, took = ticks.value - before, time.monotonic() - began
    await asyncio.sleep(10 * TICK_S)
    clock.cancel()
    return meanwhile, took


@scenario(
    covers=["S46b"],
    says={"broken": "^0 ticks", "fixed": r"^[1-9]\d* ticks", "threads": r"^[1-9]\d* ticks"},
)
def main(
    variant: Annotated[Literal["broken", "fixed", "threads"], "in the loop, in processes, in threads"] = "broken",
    jobs: Annotated[int, Range(1, 64), "how many"] = 4,
    job_ms: Annotated[int, Range(1, 10_000), "how long each has a core"] = 500,
    workers: Annotated[int, Range(1, 16), "how many do them"] = 2,
) -> None:
    """Do the jobs beside a loop that ticks, and count the ticks."""
    ticks = mp.Value("i", 0)
    if variant == "broken":
        meanwhile, took = asyncio.run(do(jobs, job_ms / 1000, None, ticks))
    else:
        kind = ProcessPoolExecutor if variant == "fixed" else ThreadPoolExecutor
        with kind(workers) as executor:
            meanwhile, took = asyncio.run(do(jobs, job_ms / 1000, executor, ticks))
    measured("there was time for", took // TICK_S, "ticks")
    measured("there were", meanwhile, "ticks")
    report(f"{meanwhile} ticks while {jobs} jobs were done, in {took:.1f} s")


if __name__ == "__main__":
    run(main)
