"""# A queue between producer and consumers

A queue is a pipe with a lock at each end and, on the putting side, a thread that feeds it. What comes out is a
**copy**. A consumer learns that there is no more by a sentinel: one `None` for each.

**Watch** the depth of `jobs`: it rises to `room` when the producer is faster, then the producer waits.

**Often told wrong:** that joining a producer before the queue is emptied is harmless. It is not, once more is
in it than the pipe holds (64 KiB): get first, then join, as here.
"""

import multiprocessing as mp
import time
from typing import Annotated, Any

from playground.scenario import Range, report, run, scenario


def produce(jobs: "mp.Queue[Any]", items: int, consumers: int, make_ms: int) -> None:
    """Put the items, then one sentinel for each consumer."""
    for i in range(items):
        time.sleep(make_ms / 1000)
        jobs.put(i)
    for _ in range(consumers):
        jobs.put(None)


def consume(jobs: "mp.Queue[Any]", results: "mp.Queue[Any]", use_ms: int) -> None:
    """Take items until the sentinel comes."""
    done = 0
    while (_item := jobs.get()) is not None:
        time.sleep(use_ms / 1000)
        done += 1
    results.put(done)


@scenario(covers=["S11"])
def main(
    items: Annotated[int, Range(0, 100_000), "how many go through"] = 40,
    consumers: Annotated[int, Range(1, 32), "how many take"] = 2,
    room: Annotated[int, Range(0, 10_000), "places in the queue; 0 is no limit"] = 5,
    make_ms: Annotated[int, Range(0, 10_000), "time to make an item"] = 30,
    use_ms: Annotated[int, Range(0, 10_000), "time to use an item"] = 100,
) -> None:
    """Let one produce and others consume; count at both ends."""
    jobs: mp.Queue[Any] = mp.Queue(room)
    results: mp.Queue[Any] = mp.Queue()
    producer = mp.Process(target=produce, args=(jobs, items, consumers, make_ms), name="producer")
    takers = [
        mp.Process(target=consume, args=(jobs, results, use_ms), name=f"consumer-{i + 1}") for i in range(consumers)
    ]
    for process in (producer, *takers):
        process.start()
    counts = [results.get() for _ in takers]
    for process in (producer, *takers):
        process.join()
    report(f"put {items}, got {sum(counts)} ({' + '.join(map(str, counts))})")


if __name__ == "__main__":
    run(main)
