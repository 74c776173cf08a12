"""# A wake-up that is lost

A `Condition` wakes those who wait **now**. It does not remember: a `notify` that comes when nobody waits is gone, and
whoever comes after it waits for ever.

**Watch** the cook notify and end while the guest is still on the way; then the guest waits, and nobody is left to call.

**Often told wrong:** that `notify` and `wait` find each other in whatever order they come. Only what has a memory does
that: a value that is checked, an `Event` that stays set, a `Semaphore` that counts.

**The fix** is to keep what happened in a shared value and to check it under the lock, round each wait:
`while not served.value: meal.wait()`. That also stands a wake-up that was meant for another. Or use an `Event`
(`variant=event`).
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Condition, Event
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def cook(meal: Condition, served: "Synchronized[int]", bell: Event) -> None:
    """Serve, and say so once."""
    bell.set()
    with meal:
        served.value = 1
        meal.notify()
    print("cook: served", flush=True)


def dine(meal: Condition, served: "Synchronized[int]", bell: Event, late_ms: int, variant: str) -> None:
    """Come late and wait for the meal."""
    time.sleep(late_ms / 1000)
    if variant == "event":
        bell.wait()
    elif variant == "fixed":
        with meal:
            while not served.value:
                meal.wait()
    else:
        with meal:
            meal.wait()
    print("guest: ate", flush=True)


@scenario(
    covers=["C12"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock", "lost_wakeup")},
    says={"fixed": "^the guest ate", "event": "^the guest ate"},
)
def main(
    variant: Annotated[Literal["broken", "fixed", "event"], "wait, check and wait, or an event"] = "broken",
    late_ms: Annotated[int, Range(0, 10_000), "how late the guest comes"] = 2000,
) -> None:
    """Let the cook call before the guest is there."""
    meal = mp.Condition()
    served = mp.Value("i", 0)
    bell = mp.Event()
    kitchen = mp.Process(target=cook, args=(meal, served, bell), name="cook")
    guest = mp.Process(target=dine, args=(meal, served, bell, late_ms, variant), name="guest")
    kitchen.start()
    kitchen.join()
    guest.start()
    guest.join()
    report(f"the guest ate, {late_ms} ms after the only call")


if __name__ == "__main__":
    run(main)
