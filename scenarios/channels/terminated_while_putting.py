"""# Terminated in the middle of a put

A queue's pipe has a lock on its writing side, so that items do not mix. `terminate()` stops a process wherever it is:
also with half an item in the pipe and **the lock in its hand**. Nobody gives it back. Every later `put` of whoever else
waits for it, and the reader waits for the half that never comes.

**Watch** `terminate` hit the miner while it writes. Then the farmer puts: its feeder waits for the lock of a dead
process, so the farmer cannot end. Main waits in `get` in the middle of an item.

**Often told wrong:** that `terminate()` is a way to stop a worker. It is one for a process that shares nothing.

**The fix:** ask with an Event, and read until the miner says that it has come to its end.
"""

import multiprocessing as mp
import time
from multiprocessing.synchronize import Event
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def mine(cart: "mp.Queue[Any]", stop: Event, size: int) -> None:
    """Put large blocks until asked to stop, then a last word."""
    while not stop.is_set():
        cart.put(bytes(size))
    cart.put("the miner has stopped")


def farm(cart: "mp.Queue[Any]") -> None:
    """Put one small thing."""
    cart.put("an apple")


@scenario(
    covers=["C30"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={
        "broken": r"miner was killed \(SIGTERM\) in the middle of sending",
        "fixed": r"^got [1-9]\d* blocks, the miner has stopped, an apple",
    },
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "terminate the miner, or ask it to stop"] = "broken",
    size: Annotated[int, Range(100_000, 10_000_000), "bytes in a block; the pipe takes 64 KiB"] = 1_000_000,
    work_ms: Annotated[int, Range(10, 60_000), "how long the miner works"] = 1500,
) -> None:
    """Stop the miner, then let the farmer use the same queue."""
    cart: mp.Queue[Any] = mp.Queue(2)
    stop = mp.Event()
    miner = mp.Process(target=mine, args=(cart, stop, size), name="miner")
    miner.start()
    got = [len(cart.get())]
    time.sleep(work_ms / 1000)
    if variant == "broken":
        miner.terminate()
        miner.join()
    stop.set()
    farmer = mp.Process(target=farm, args=(cart,), name="farmer")
    farmer.start()
    words: list[str] = []
    while len(words) < 2:
        thing = cart.get()
        (words if isinstance(thing, str) else got).append(thing)
    for process in (miner, farmer):
        process.join()
    report(f"got {len(got)} blocks, {', '.join(sorted(words, reverse=True))}")


if __name__ == "__main__":
    run(main)
