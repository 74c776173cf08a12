"""# Two locks, two orders

A takes `first` and then wants `second`; B takes `second` and then wants `first`. Once each holds
one, neither can go on: a **deadlock**. No error is raised and no CPU is used; the program is silent for ever.

**Watch** the waits: A waits for what B holds, B for what A holds, the cycle is red. Main waits in
`join`. Kill the holder with `K`: the lock is not given back, the other one now waits for a dead process.

**Often told wrong:** that a lock has a timeout, or that the order of *release* matters. Only the order of
**acquiring** does. `acquire(timeout=...)` returns False; it does not raise.

**The fix** is one order for all (`variant=fixed`), or to give back and try again (`variant=backoff`).
"""

import multiprocessing as mp
import random
import time
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def take_both(one: Lock, other: Lock, start: Barrier, hold_ms: int) -> None:
    """Take one lock, work, then the other."""
    start.wait()
    with one:
        time.sleep(hold_ms / 1000)
        with other:
            time.sleep(hold_ms / 1000)


def take_both_or_back_off(one: Lock, other: Lock, start: Barrier, hold_ms: int) -> None:
    """Take one lock, then the other if it comes in time; else give back and try again."""
    start.wait()
    while True:
        with one:
            time.sleep(hold_ms / 1000)
            if other.acquire(timeout=hold_ms / 1000):
                time.sleep(hold_ms / 1000)
                other.release()
                return
        time.sleep(random.uniform(0, hold_ms / 500))


@scenario(
    covers=["S24", "C02"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"fixed": "^2 of 2 took both", "backoff": "^2 of 2 took both"},
)
def main(
    variant: Annotated[Literal["broken", "fixed", "backoff"], "order of the locks"] = "broken",
    hold_ms: Annotated[int, Range(1, 10_000), "how long a lock is held before the next is wanted"] = 1000,
) -> None:
    """Let A and B take two locks each."""
    first = mp.Lock()
    second = mp.Lock()
    start = mp.Barrier(2)
    work = take_both_or_back_off if variant == "backoff" else take_both
    orders = {"A": (first, second), "B": (first, second) if variant == "fixed" else (second, first)}
    pair = [mp.Process(target=work, args=(*locks, start, hold_ms), name=name) for name, locks in orders.items()]
    for process in pair:
        process.start()
    for process in pair:
        process.join()
    report(f"{sum(process.exitcode == 0 for process in pair)} of 2 took both locks and ended")


if __name__ == "__main__":
    run(main)
