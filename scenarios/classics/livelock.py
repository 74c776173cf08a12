"""# Livelock: after you, no, after you

A and B need two locks each and take them in different orders. So as not to deadlock, each gives back what it has when
it cannot get the other, and tries again. But both go by the same clock: they take, fail, give back and take again in
lock-step. Nobody is blocked, and nobody gets on: a **livelock**.

**Watch** the two lanes move together: hold, fail, pause, hold again. `gave_back` climbs, `done` stays 0. No process
waits for a lock, so there is no deadlock to be found.

**Often told wrong:** that giving back and trying again is a cure for deadlocks. It is half of one.

**The fix** is to break the step: pause for a random time, as `variant=fixed` does, or take the locks in one order, as
for a deadlock.
"""

import multiprocessing as mp
import random
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def add(counter: "Synchronized[int]") -> None:
    """Count one more."""
    with counter.get_lock():
        counter.value += 1


def take_both(
    mine: Lock,
    other: Lock,
    start: Barrier,
    counters: "tuple[Synchronized[int], Synchronized[int]]",
    tries: int,
    step_ms: int,
    random_pause: bool,
) -> None:
    """Take one lock and try the other; if it is taken, clear up, give back, pause and try again."""
    done, gave_back = counters
    start.wait()
    for _ in range(tries):
        with mine:
            time.sleep(step_ms / 1000)
            if other.acquire(block=False):
                time.sleep(step_ms / 1000)
                other.release()
                add(done)
                return
            time.sleep(step_ms / 1000)
        add(gave_back)
        beat = 4 * step_ms / 1000
        time.sleep(random.uniform(0, 3 * beat) if random_pause else beat - time.monotonic() % beat)


@scenario(
    covers=["C13"],
    finds={"broken": ("livelock",)},
    says={"broken": "^0 of 2 took both", "fixed": "^2 of 2 took both"},
    expect=lambda _: {"done": 2},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "try again by the clock, or after a random pause"] = "broken",
    tries: Annotated[int, Range(1, 1000), "how often each tries before it gives up"] = 10,
    step_ms: Annotated[int, Range(1, 10_000), "how long each step takes"] = 120,
) -> None:
    """Let A and B be polite to each other."""
    first, second = mp.Lock(), mp.Lock()
    start = mp.Barrier(2)
    done, gave_back = mp.Value("i", 0), mp.Value("i", 0)
    arguments = (start, (done, gave_back), tries, step_ms, variant == "fixed")
    pair = [
        mp.Process(target=take_both, args=(first, second, *arguments), name="A"),
        mp.Process(target=take_both, args=(second, first, *arguments), name="B"),
    ]
    for process in pair:
        process.start()
    for process in pair:
        process.join()
    report(f"{done.value} of 2 took both locks; they gave back {gave_back.value} times")


if __name__ == "__main__":
    run(main)
