"""# The bounded buffer

A producer fills a ring of places, a consumer empties it. Two semaphores count: `free` the places that may be filled,
`filled` those that may be emptied; the lock `mutex` lets one at a time touch the ring. This is what `Queue(maxsize)`
does for you.

**Watch** the producer fill the buffer faster than the consumer empties it. Broken: the producer takes `mutex` first and
then waits for a free place. The consumer, who alone could make one, waits for `mutex`: a **deadlock**, and only when
the buffer is full.

**Often told wrong:** that the order of two waits does not matter, if both are needed.

**The fix:** never wait for others while holding the lock that they need for it: semaphore first, then lock.
"""

import multiprocessing as mp
import time
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


class Buffer:
    """A ring of places."""

    def __init__(self, places: int) -> None:
        self.ring = mp.Array("i", places, lock=False)
        self.mutex = mp.Lock()
        self.free = mp.Semaphore(places)
        self.filled = mp.Semaphore(0)


def produce(buffer: Buffer, items: int, make_ms: int, lock_first: bool) -> None:
    """Make items and put them into the ring."""
    order: tuple[Any, Any] = (buffer.mutex, buffer.free) if lock_first else (buffer.free, buffer.mutex)
    for item in range(items):
        time.sleep(make_ms / 1000)
        for wanted in order:
            wanted.acquire()
        buffer.ring[item % len(buffer.ring)] = item
        buffer.mutex.release()
        buffer.filled.release()


def consume(buffer: Buffer, items: int, use_ms: int, total: "mp.SimpleQueue[int]") -> None:
    """Take the items out of the ring, add them up."""
    added = 0
    for item in range(items):
        buffer.filled.acquire()
        with buffer.mutex:
            added += buffer.ring[item % len(buffer.ring)]
        buffer.free.release()
        time.sleep(use_ms / 1000)
    total.put(added)


@scenario(
    covers=["C04"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"fixed": r"^\d+ items went through, their sum is (\d+), expected \1"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "lock first, or semaphore first"] = "broken",
    items: Annotated[int, Range(1, 10_000), "how many go through"] = 20,
    places: Annotated[int, Range(1, 1000), "places in the buffer"] = 3,
    make_ms: Annotated[int, Range(0, 10_000), "time to make an item"] = 100,
    use_ms: Annotated[int, Range(0, 10_000), "time to use an item"] = 300,
) -> None:
    """Let a producer and a consumer share the buffer."""
    buffer = Buffer(places)
    total: mp.SimpleQueue[int] = mp.SimpleQueue()
    lock_first = variant == "broken"
    producer = mp.Process(target=produce, args=(buffer, items, make_ms, lock_first), name="producer")
    consumer = mp.Process(target=consume, args=(buffer, items, use_ms, total), name="consumer")
    for process in (producer, consumer):
        process.start()
    for process in (producer, consumer):
        process.join()
    report(f"{items} items went through, their sum is {total.get()}, expected {sum(range(items))}")


if __name__ == "__main__":
    run(main)
