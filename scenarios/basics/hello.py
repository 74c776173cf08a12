"""# Hello from several processes

Each process is an interpreter of its own. It runs when the operating system lets it, so the
greetings come in **any order**: run it again and compare.

**Watch** the lanes: every process starts, naps for a moment of its own, greets and ends with exit
code 0. The main process waits for `order`, the queue in which each puts its number.

**Often told wrong:** that the first one started is the first to speak. Only `join` and the
synchronisation primitives give an order.
"""

import multiprocessing as mp
import random
import time
from typing import Annotated

from playground.scenario import Range, report, run, scenario


def greet(number: int, nap_ms: int, order: "mp.Queue[int]") -> None:
    """Nap for a random part of the pace, then say hello."""
    time.sleep(random.uniform(0.2, 1.0) * nap_ms / 1000)
    print(f"hello from {mp.current_process().name}", flush=True)
    order.put(number)


@scenario(covers=["S08"])
def main(
    processes: Annotated[int, Range(1, 32), "how many greet"] = 4,
    nap_ms: Annotated[int, Range(0, 60_000), "longest nap before the greeting"] = 1500,
) -> None:
    """Start the greeters and see in which order they spoke."""
    order: mp.Queue[int] = mp.Queue()
    greeters = [mp.Process(target=greet, args=(i, nap_ms, order), name=f"greeter-{i}") for i in range(1, processes + 1)]
    for greeter in greeters:
        greeter.start()
    spoken = [order.get() for _ in greeters]
    for greeter in greeters:
        greeter.join()
    report(f"{len(spoken)} of {processes} said hello, in the order {', '.join(map(str, spoken))}")


if __name__ == "__main__":
    run(main)
