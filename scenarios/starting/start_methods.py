"""# Three ways to start a process

**fork** copies the process that calls it: the quickest, and it copies whatever was going on, held locks too. **spawn**
starts a new interpreter, which imports the program again: the slowest, and nothing comes along by accident.
**forkserver** starts a server once and has it fork: the first child waits for the server, the others do not.

**Watch** the grey part of each lane, from `start` to the first line of the child, and the bars that measure it.

**Often told wrong:** that `set_start_method` may be called when needed. The method is one for the whole program and
set once; the **broken** variant sets it for each method in turn, and the second call is a `RuntimeError`. Another thing
changes: the default on Linux is fork up to Python 3.13 and forkserver from 3.14 on.

**The fix:** `get_context("spawn")` has `Process`, `Queue`, `Pool` and all the rest for that method, whatever was set.
"""

import multiprocessing as mp
import time
from typing import Annotated, Any, Literal

from playground.scenario import START_METHODS, Range, measured, report, run, scenario


def arrive(arrived: "mp.SimpleQueue[float]", stay_ms: int) -> None:
    """Tell the time at the first line, then stay for a while."""
    arrived.put(time.monotonic())
    time.sleep(stay_ms / 1000)


def race(context: Any, method: str, children: int, stay_ms: int) -> None:
    """Start children one after another; measure the first of them, and the quickest of the others."""
    took = []
    arrived = context.SimpleQueue()
    for number in range(1, children + 1):
        began = time.monotonic()
        child = context.Process(target=arrive, args=(arrived, stay_ms), name=f"{method}-{number}")
        child.start()
        took.append(1000 * (arrived.get() - began))
        child.join()
        measured(f"{method}, {'first' if number == 1 else 'next'}", min(took[1:] or took), "ms")


def broken(children: int, stay_ms: int) -> int:
    """Set the start method again and again; returns how often that worked."""
    for number, method in enumerate(START_METHODS):
        try:
            mp.set_start_method(method)
        except RuntimeError as error:
            print(f"set_start_method({method!r}): {error}", flush=True)
            return number
        race(mp, method, children, stay_ms)
    return len(START_METHODS)


def fixed(children: int, stay_ms: int) -> int:
    """Take a context for each method; returns how often that worked."""
    for method in START_METHODS:
        race(mp.get_context(method), method, children, stay_ms)
    return len(START_METHODS)


@scenario(covers=["S22"], says={"broken": r"^[01] of 3 start methods could be used", "fixed": r"^3 of 3"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "set the method again, or take a context"] = "broken",
    children: Annotated[int, Range(1, 20), "how many in each way"] = 3,
    stay_ms: Annotated[int, Range(0, 5000), "how long each stays"] = 300,
) -> None:
    """Let the start methods race."""
    used = (broken if variant == "broken" else fixed)(children, stay_ms)
    report(f"{used} of {len(START_METHODS)} start methods could be used in one program")


if __name__ == "__main__":
    run(main)
