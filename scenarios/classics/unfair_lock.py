"""# An unfair lock

A lock makes no promise about who gets it next. When it is given back a waiter is woken, but waking takes a moment; who
gave it back and wants it again at once is quicker. So the greedy one takes it again and again, and those who wait
hardly ever get it: **starvation**. All three share one core here, so that the greedy one is always quicker.

**Watch** the greedy lane hold the lock all the time, and the two lines of waiting under it.

**Often told wrong:** that who waits first is served first. A `Lock` is no queue, and a `Semaphore` is none either.

**The fix** is to hand out numbers, as at a counter: take the next number, wait until it is called, call the next. Or
let the greedy one pause without the lock, long enough for another to wake.
"""

import multiprocessing as mp
import os
import time
from contextlib import AbstractContextManager
from multiprocessing.sharedctypes import SynchronizedArray
from multiprocessing.synchronize import Barrier
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


class Turns:
    """A lock that is given in the order in which it was asked for."""

    def __init__(self) -> None:
        self.next_number = mp.Value("i", 0)
        self.called = mp.Value("i", 0)
        self.board = mp.Condition()

    def __enter__(self) -> None:
        with self.board:
            number = self.next_number.value
            self.next_number.value += 1
            while self.called.value != number:
                self.board.wait()

    def __exit__(self, *_: object) -> None:
        with self.board:
            self.called.value += 1
            self.board.notify_all()


def use(
    lock: AbstractContextManager[Any],
    start: Barrier,
    taken: "SynchronizedArray[int]",
    number: int,
    hold_ms: int,
    run_ms: int,
) -> None:
    """Take the lock as often as possible; all but the first one pause after each time."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # who wakes does not push others off the core
    start.wait()
    end = time.monotonic() + run_ms / 1000
    while time.monotonic() < end:
        with lock:
            taken[number] += 1
            time.sleep(hold_ms / 1000)
        if number:
            time.sleep(hold_ms / 1000)


@scenario(
    covers=["C14"],
    finds={"broken": ("starvation",)},
    says={"broken": r"lock \d{2,} times, the polite ones \d and \d times", "fixed": r"ones \d{2,} and \d{2,} times"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "whoever is quickest, or one after the other"] = "broken",
    run_ms: Annotated[int, Range(50, 60_000), "how long they want the lock"] = 4000,
    hold_ms: Annotated[int, Range(1, 1000), "how long one holds it"] = 20,
) -> None:
    """Let a greedy process and two polite ones use one lock."""
    lock = Turns() if variant == "fixed" else mp.Lock()
    taken = mp.Array("i", 3)
    start = mp.Barrier(3)
    names = ("greedy", "polite-1", "polite-2")
    team = [
        mp.Process(target=use, args=(lock, start, taken, i, hold_ms, run_ms), name=name) for i, name in enumerate(names)
    ]
    for process in team:
        process.start()
    for process in team:
        process.join()
    report(f"greedy had the lock {taken[0]} times, the polite ones {taken[1]} and {taken[2]} times")


if __name__ == "__main__":
    run(main)
