"""# Priority inversion

Three processes on one core. `low` is as nice as can be, gets the core only when nobody else wants it, and holds a lock.
`high` wants that lock. `medium` has nothing to do with it; it computes. So `medium` keeps `low` off the core, `low`
does not come to give the lock back, and `high` waits for `medium`, which is less important.

**Watch** the lanes: `medium` runs, `low` is ready and hardly ever runs, `high` waits for the lock.

**Often told wrong:** that a lower priority only slows down the process that has it. It slows down everybody who waits
for what it holds.

**The fix** here: `low` computes first and takes the lock only to write its result down. Systems for machines that must
not be late lend the waiter's priority to the holder; Python's locks do not. In other words: never make nice who holds
what others need.
"""

import multiprocessing as mp
import os
import time
from contextlib import nullcontext
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def compute(cpu_ms: float) -> None:
    """Keep the core busy until this process has had so much of it."""
    end = time.process_time() + cpu_ms / 1000
    while time.process_time() < end:
        pass


def low(core: int, door: Lock, start: Barrier, cpu_ms: int, short: bool) -> None:
    """Be nice, and compute with the lock held, or before it is taken."""
    os.sched_setaffinity(0, {core})
    os.nice(19)
    with nullcontext() if short else door:
        start.wait()
        compute(cpu_ms)
        with door if short else nullcontext():
            print("low: written down", flush=True)


def medium(core: int, start: Barrier, tasks: int, waiting: "Synchronized[int]", meanwhile: "Synchronized[int]") -> None:
    """Compute; count what is done while high waits."""
    os.sched_setaffinity(0, {core})
    start.wait()
    for _ in range(tasks):
        compute(100)
        meanwhile.value += waiting.value


def high(core: int, door: Lock, start: Barrier, waiting: "Synchronized[int]") -> None:
    """Want the lock, a moment later."""
    os.sched_setaffinity(0, {core})
    start.wait()
    time.sleep(0.2)
    waiting.value = 1
    with door:
        waiting.value = 0


@scenario(covers=["C10"], says={"broken": r"^medium did ([2-9]|\d\d) of its", "fixed": r"^medium did [01] of its"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "compute with the lock held, or before it is taken"] = "broken",
    tasks: Annotated[int, Range(1, 1000), "what medium has to do, 100 ms of computing each"] = 30,
    cpu_ms: Annotated[int, Range(1, 10_000), "how much low computes"] = 40,
) -> None:
    """Put all three on one core, and count what medium does while high waits."""
    core = min(os.sched_getaffinity(0))
    door = mp.Lock()
    start = mp.Barrier(3)
    waiting, meanwhile = mp.Value("i", 0), mp.Value("i", 0)
    team = [
        mp.Process(target=low, args=(core, door, start, cpu_ms, variant == "fixed"), name="low"),
        mp.Process(target=medium, args=(core, start, tasks, waiting, meanwhile), name="medium"),
        mp.Process(target=high, args=(core, door, start, waiting), name="high"),
    ]
    for process in team:
        process.start()
    for process in team:
        process.join()
    report(f"medium did {meanwhile.value} of its {tasks} tasks while high waited for low")


if __name__ == "__main__":
    run(main)
