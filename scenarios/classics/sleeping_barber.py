"""# The sleeping barber

A barber sleeps while nobody waits. Who comes and finds him asleep rings the bell; who finds him awake sits down, or
leaves if all seats are taken. If the barber looks round, sees nobody, and only then goes to sleep, customers may come
**in between**: they see him awake and do not ring.

**Watch** the barber sleep with a full waiting room. Those who sit wait for him, he waits for the bell, for ever.

**Often told wrong:** that the gap between looking and sleeping is too short to matter. Here it is made long.

**The fix** is to leave no gap: a semaphore counts who has come and remembers it, so that his look and his sleep are one
step, `acquire`. A lock keeps two customers from taking the last seat both.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Semaphore
from typing import Annotated, Literal, NamedTuple

from playground.scenario import Range, report, run, scenario

SEATS = 3


class Shop(NamedTuple):
    """What barber and customers share."""

    start: Barrier
    bell: Semaphore
    chair: Semaphore
    seated: "Synchronized[int]"
    asleep: "Synchronized[int]"
    served: "Synchronized[int]"


def cut(shop: Shop, gap_ms: int, pace_ms: int, remembers: bool) -> None:
    """Serve who sits there, one after the other; sleep while nobody does; a bell for nobody is the end of the day."""
    shop.start.wait()
    while True:
        if remembers:
            shop.bell.acquire()
        elif shop.seated.value == 0:
            time.sleep(gap_ms / 1000)
            shop.asleep.value = 1
            shop.bell.acquire()
            shop.asleep.value = 0
        with shop.seated.get_lock():
            if shop.seated.value == 0:
                return
            shop.seated.value -= 1
        shop.served.value += 1
        shop.chair.release()
        time.sleep(pace_ms / 1000)


def come(shop: Shop, after_ms: int, remembers: bool) -> None:
    """Sit down if there is a seat, ring the bell, or only if the barber seems to sleep, and wait to be called."""
    shop.start.wait()
    time.sleep(after_ms / 1000)
    with shop.seated.get_lock():
        if shop.seated.value == SEATS:
            return
        shop.seated.value += 1
    if remembers or shop.asleep.value:
        shop.bell.release()
    shop.chair.acquire()


@scenario(
    covers=["C06"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"fixed": r"^(\d+) of \1 customers were served"},
    expect=lambda values: {"served": values["customers"]},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "look and then sleep, or both in one step"] = "broken",
    customers: Annotated[int, Range(1, 20), "how many come"] = 5,
    pace_ms: Annotated[int, Range(1, 10_000), "time between two customers, and for a cut"] = 400,
) -> None:
    """Open the shop, let the customers come, close it."""
    start = mp.Barrier(customers + 1)
    bell, chair = mp.Semaphore(0), mp.Semaphore(0)
    seated, asleep, served = mp.Value("i", 0), mp.Value("i", 0), mp.Value("i", 0)
    shop, remembers = Shop(start, bell, chair, seated, asleep, served), variant == "fixed"
    barber = mp.Process(target=cut, args=(shop, (customers + 2) * pace_ms, pace_ms, remembers), name="barber")
    times = [(f"customer-{i}", i * pace_ms) for i in range(1, customers + 1)]
    guests = [mp.Process(target=come, args=(shop, after_ms, remembers), name=name) for name, after_ms in times]
    for person in (barber, *guests):
        person.start()
    for guest in guests:
        guest.join()
    bell.release()
    barber.join()
    report(f"{served.value} of {customers} customers were served")


if __name__ == "__main__":
    run(main)
