"""# Changed after the put

A queue passes **copies**. But `put` does not make the copy: it hands the object itself to the feeder thread, which
pickles it when its turn comes. What is done to the object until then is in the copy. Here a list of rows is put and
then emptied, to be used for the next rows: what arrives has lost them.

**Watch** the log: the producer puts three rows each time. Main, who was busy meanwhile, gets lists of none. With large
rows the feeder waits for room in the pipe, so there is much time to spoil what has yet to be pickled.

**Often told wrong:** that after `put` the object is yours again, because the other process has a copy.

**The fix:** leave alone what was put, and make a new list each time. `Connection.send` and `SimpleQueue.put` pickle
before they return: they do not have this trap.
"""

import multiprocessing as mp
import time
from multiprocessing.synchronize import Event
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario

ROWS = 3


def produce(
    batches: "mp.Queue[list[bytes] | None]", all_put: Event, count: int, size: int, make_ms: int, reuses: bool
) -> None:
    """Collect rows, put them three at a time."""
    batch: list[bytes] = []
    for _ in range(count):
        time.sleep(make_ms / 1000)
        batch.extend([bytes(size)] * ROWS)
        print(f"producer: I put a list of {len(batch)} rows", flush=True)
        batches.put(batch)
        if reuses:
            batch.clear()
        else:
            batch = []
    batches.put(None)
    all_put.set()


@scenario(covers=["S41"], says={"broken": r"^lost (?!0 of)\d+ of \d+ rows", "fixed": r"^lost 0 of \d+ rows"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "one list for all batches, or a new one for each"] = "broken",
    batches_made: Annotated[int, Range(1, 1000), "how many are put"] = 8,
    size: Annotated[int, Range(1, 1_000_000), "bytes in a row; the pipe takes 64 KiB"] = 100_000,
    make_ms: Annotated[int, Range(0, 10_000), "time to make a batch"] = 300,
) -> None:
    """Pass batches of rows through a queue and count what arrives."""
    batches: mp.Queue[list[bytes] | None] = mp.Queue()
    all_put = mp.Event()
    arguments = (batches, all_put, batches_made, size, make_ms, variant == "broken")
    producer = mp.Process(target=produce, args=arguments, name="producer")
    producer.start()
    all_put.wait()
    arrived = 0
    while (batch := batches.get()) is not None:
        print(f"main: got a list of {len(batch)} rows", flush=True)
        arrived += len(batch)
    producer.join()
    made = batches_made * ROWS
    report(f"lost {made - arrived} of {made} rows")


if __name__ == "__main__":
    run(main)
