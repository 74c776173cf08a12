"""# A semaphore for each

`turnstile` looks like the one semaphore of this program: a global of the module, made once when needed. But a
process that is **spawned** begins with an empty interpreter and imports the module anew. It makes a semaphore of its
own, lets itself in, and never meets the others.

**Watch** `inside` climb over the limit while nobody waits, and count the semaphores with the same name.

**Often told wrong:** with the semaphore as a global of the module, without a word about start methods. It works where
processes are forked (up to Python 3.13 on Linux, never on macOS and Windows by default); with `spawn` and `forkserver`
it limits nothing, and nothing complains.

**The fix** is to hand it over: `Process(args=(turnstile, ...))`. Locks, queues and values come to a child by
inheritance, never by import.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Semaphore
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario

LIMIT = 2
spawn = mp.get_context("spawn")
turnstile: Semaphore | None = None


def the_turnstile() -> Semaphore:
    """The semaphore of this module, made when it is needed."""
    global turnstile
    if turnstile is None:
        turnstile = spawn.Semaphore(LIMIT)
    return turnstile


def visit(
    given: Semaphore | None, inside: "Synchronized[int]", most: "Synchronized[int]", start: Barrier, stay_ms: int
) -> None:
    """Go in through the turnstile, count who is inside, stay, leave."""
    start.wait()
    with given or the_turnstile():
        with inside.get_lock():
            inside.value += 1
            most.value = max(most.value, inside.value)
        time.sleep(stay_ms / 1000)
        with inside.get_lock():
            inside.value -= 1


@scenario(
    covers=["S14"],
    says={"broken": r"^max holders [3-9]\d*, limit 2", "fixed": r"^max holders 2, limit 2"},
    expect=lambda _: {"inside": 0},
    limits=lambda _: {"inside": LIMIT},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "a global of the module, or handed over"] = "broken",
    visitors: Annotated[int, Range(3, 32), "how many want in"] = 6,
    stay_ms: Annotated[int, Range(1, 10_000), "how long each stays"] = 800,
) -> None:
    """Send spawned visitors through the turnstile."""
    handed_over = the_turnstile()
    inside, most = spawn.Value("i", 0), spawn.Value("i", 0)
    start = spawn.Barrier(visitors)
    arguments = (handed_over if variant == "fixed" else None, inside, most, start, stay_ms)
    crowd = [spawn.Process(target=visit, args=arguments, name=f"visitor-{i}") for i in range(1, visitors + 1)]
    for visitor in crowd:
        visitor.start()
    for visitor in crowd:
        visitor.join()
    report(f"max holders {most.value}, limit {LIMIT}")


if __name__ == "__main__":
    run(main)
