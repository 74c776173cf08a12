"""# Join before get

`put` only hands the parcel to a **feeder thread**, which writes it into a pipe. The pipe takes 64 KiB; what is more
waits for a reader. A process that has put something does not end before its feeder has written all of it. So whoever
joins it before reading waits for a process that waits to be read: a **deadlock**.

**Watch** the producer: its work is done, it is on its way out, and it stays. Main waits in `join` for it. Then run it
again with `size=1000`: it ends. That is why a test with little data does not show this mistake.

**Often told wrong:** that `put` has sent the item, or that `join` is always harmless.

**The fix:** get first, then join.
"""

import multiprocessing as mp
import time
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def produce(parcels: "mp.Queue[str]", size: int, make_ms: int) -> None:
    """Work for a while, put the parcel, end."""
    time.sleep(make_ms / 1000)
    parcels.put("x" * size)
    print("producer: put has returned, my work is done", flush=True)


@scenario(
    covers=["S11", "C16"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"broken": r"producer waits for `parcels` \(flush\)[;,]", "fixed": r"^got all 100000 characters"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "join and then get, or get and then join"] = "broken",
    size: Annotated[int, Range(1, 10_000_000), "characters in the parcel; the pipe takes 64 KiB"] = 100_000,
    make_ms: Annotated[int, Range(0, 10_000), "how long the producer works for it"] = 1500,
) -> None:
    """Fetch a parcel from a producer."""
    parcels: mp.Queue[str] = mp.Queue()
    producer = mp.Process(target=produce, args=(parcels, size, make_ms), name="producer")
    producer.start()
    if variant == "broken":
        producer.join()
        parcel = parcels.get()
    else:
        parcel = parcels.get()
        producer.join()
    report(f"got all {len(parcel)} characters, the producer ended with exit code {producer.exitcode}")


if __name__ == "__main__":
    run(main)
