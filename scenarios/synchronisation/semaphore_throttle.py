"""# A semaphore as a turnstile

`Semaphore(3)` lets three processes in; the others wait until one leaves.

**Watch** `inside` climb to the limit, and the waiting lines of those outside. In the broken variant it climbs beyond.

**Often told wrong:** that a semaphore keeps its limit. Here somebody calls `release()` without having acquired. A plain
semaphore counts that as one more permit: after two stray releases **five** are inside where three are allowed, and
nothing complains.

**The fix** is `BoundedSemaphore`: the stray release raises `ValueError`, the limit stays 3. Use `with`, so that
every release has its acquire.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Semaphore
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def visit(
    turnstile: Semaphore, inside: "Synchronized[int]", most: "Synchronized[int]", start: Barrier, stay_ms: int
) -> None:
    """Go through the turnstile, count who is inside, stay, leave."""
    start.wait()
    with turnstile:
        with inside.get_lock():
            inside.value += 1
            if inside.value > most.value:
                most.value = inside.value
        time.sleep(stay_ms / 1000)
        with inside.get_lock():
            inside.value -= 1


def stray_releases(turnstile: Semaphore) -> int:
    """Release twice without having acquired; returns how often that was refused."""
    refused = 0
    for _ in range(2):
        try:
            turnstile.release()
        except ValueError:
            refused += 1
    return refused


@scenario(
    covers=["S14"],
    says={"broken": "^max holders 5, limit 3; 0 of 2", "fixed": "^max holders 3, limit 3; 2 of 2"},
    expect=lambda _: {"inside": 0},
    limits=lambda values: {"turnstile": values["limit"], "inside": values["limit"]},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "plain or bounded semaphore"] = "broken",
    visitors: Annotated[int, Range(1, 64), "how many want in"] = 10,
    limit: Annotated[int, Range(1, 64), "how many may be inside"] = 3,
    stay_ms: Annotated[int, Range(1, 10_000), "how long each stays"] = 800,
) -> None:
    """Send the visitors through, with two stray releases before."""
    turnstile = mp.Semaphore(limit) if variant == "broken" else mp.BoundedSemaphore(limit)
    inside = mp.Value("i", 0)
    most = mp.Value("i", 0)
    start = mp.Barrier(visitors)
    refused = stray_releases(turnstile)
    arguments = (turnstile, inside, most, start, stay_ms)
    crowd = [mp.Process(target=visit, args=arguments, name=f"visitor-{i}") for i in range(1, visitors + 1)]
    for visitor in crowd:
        visitor.start()
    for visitor in crowd:
        visitor.join()
    report(f"max holders {most.value}, limit {limit}; {refused} of 2 stray releases refused")


if __name__ == "__main__":
    run(main)
