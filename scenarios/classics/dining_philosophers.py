"""# The dining philosophers

Five philosophers at a round table, five forks, one between each two. Who wants to eat needs both forks beside him. If
all take their left fork at the same time, every right fork is taken: each waits for his neighbour, round the table.

**Watch** five lines of waiting, one after the other, and the cycle through all of them. It is the deadlock of two
locks again, with five.

**Often told wrong:** that it needs bad luck. It needs a little time between the two forks; here that time is given.

**The fix:** `fixed` takes the fork with the lower number first, so that nobody closes the circle: the last philosopher
takes his right fork first. `waiter` lets only four of the five reach for forks at a time, by a semaphore: then one of
them gets both.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Lock, Semaphore
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def live(
    forks: tuple[Lock, Lock],
    waiter: Semaphore | None,
    start: Barrier,
    eaten: "Synchronized[int]",
    meals: int,
    pace_ms: int,
) -> None:
    """Think, take two forks one after the other, eat, put them back."""
    first, second = forks
    start.wait()
    for _ in range(meals):
        time.sleep(pace_ms / 1000)
        with waiter or nullcontext(), first:
            time.sleep(pace_ms / 1000)
            with second:
                time.sleep(pace_ms / 1000)
        with eaten.get_lock():
            eaten.value += 1


@scenario(
    covers=["C03"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"fixed": r"^(\d+) of \1 meals", "waiter": r"^(\d+) of \1 meals"},
    expect=lambda values: {"eaten": values["philosophers"] * values["meals"]},
)
def main(
    variant: Annotated[Literal["broken", "fixed", "waiter"], "left first, lower first, or a waiter"] = "broken",
    philosophers: Annotated[int, Range(2, 32), "how many sit at the table"] = 5,
    meals: Annotated[int, Range(1, 100), "how often each wants to eat"] = 2,
    pace_ms: Annotated[int, Range(1, 10_000), "for thinking, for reaching, for eating"] = 400,
) -> None:
    """Seat the philosophers and count their meals."""
    forks = [mp.Lock() for _ in range(philosophers)]
    waiter = mp.Semaphore(philosophers - 1) if variant == "waiter" else None
    start = mp.Barrier(philosophers)
    eaten = mp.Value("i", 0)
    table = []
    for seat in range(philosophers):
        left, right = seat, (seat + 1) % philosophers
        order = sorted((left, right)) if variant == "fixed" else (left, right)
        arguments = ((forks[order[0]], forks[order[1]]), waiter, start, eaten, meals, pace_ms)
        table.append(mp.Process(target=live, args=arguments, name=f"philosopher-{seat + 1}"))
    for philosopher in table:
        philosopher.start()
    for philosopher in table:
        philosopher.join()
    report(f"{eaten.value} of {philosophers * meals} meals were eaten")


if __name__ == "__main__":
    run(main)
