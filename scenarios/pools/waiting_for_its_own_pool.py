"""# A task that waits for its own pool

Cooks eat what bakers bake, and both are tasks of one pool. The eaters were handed over first: each takes a worker and
waits for its bread. The bakers stand behind them in the pool's line and never get a worker. All workers are busy
waiting: a **deadlock** without any lock.

**Watch** the workers wait for `bread` while the tasks that would set it stay in the line.

**Often told wrong:** that a bigger pool mends it. It moves the limit: with as many eaters as workers it is there
again (try `workers=3`, then `eaters=3`).

A pool **inside** a task is no way out either: workers of a `Pool` are daemons and may not have children
(`variant=nested`: AssertionError).

**The fix:** no task waits for another one of the same pool. Give the bakers a pool of their own, or let main hand a
task over when what it needs is there.
"""

import multiprocessing as mp
import time
from multiprocessing.synchronize import Event
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario

baked: Event


def set_up(event: Event) -> None:
    """Run once in each worker, since an event may not be the argument of a task."""
    global baked
    baked = event


def eat(_number: int) -> str:
    """Wait for the bread."""
    baked.wait()
    return "eaten"


def bake(task_ms: int) -> str:
    """Bake, and tell those who wait."""
    time.sleep(task_ms / 1000)
    baked.set()
    return "baked"


def pool_in_a_task(_number: int) -> str:
    """Start a pool where none may be started; says what comes of it."""
    try:
        with mp.Pool(1) as pool:
            return pool.apply(bake, (0,))
    except AssertionError as error:
        return f"AssertionError: {error}"


@scenario(
    covers=["C32"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"fixed": "^2 of 2 have eaten", "nested": "^AssertionError: daemonic processes"},
)
def main(
    variant: Annotated[Literal["broken", "fixed", "nested"], "one pool; two pools; a pool in a task"] = "broken",
    eaters: Annotated[int, Range(1, 16), "tasks that wait"] = 2,
    workers: Annotated[int, Range(1, 16), "size of the pool"] = 2,
    task_ms: Annotated[int, Range(1, 10_000), "time to bake"] = 1500,
) -> None:
    """Hand over those who wait, then the one they wait for."""
    bread = mp.Event()
    with mp.Pool(workers, set_up, (bread,)) as kitchen, mp.Pool(1, set_up, (bread,)) as bakery:
        if variant == "nested":
            report(kitchen.apply(pool_in_a_task, (0,)))
            return
        meals = [kitchen.apply_async(eat, (number,)) for number in range(eaters)]
        loaf = (bakery if variant == "fixed" else kitchen).apply_async(bake, (task_ms,))
        eaten = [meal.get() for meal in meals].count("eaten")
        loaf.get()  # it may be eaten before its baker has said so, and the end of the block would cut that short
    report(f"{eaten} of {eaters} have eaten")


if __name__ == "__main__":
    run(main)
