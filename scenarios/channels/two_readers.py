"""# Two readers on one end

A message in a pipe is its length and then its bytes, and `recv` reads them in several steps. Nothing keeps two
processes that read from the same end apart: one takes the length, the other the bytes, and from then on **both read
nonsense**. A pipe has no lock, a queue has: one at each end.

**Watch** both readers wake up for the same message. One of them soon meets bytes that mean nothing and ends; the other
may wait for a huge message that is none, until the pipe is closed.

**Often told wrong:** that a `Connection` can be shared like a queue.

**The fix:** one process reads from an end, or the readers hold a lock over the whole `recv`. Or take a queue.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def read(
    inbox: Connection, outbox: Connection, turn: Lock, start: Barrier, whole: "mp.SimpleQueue[int]", locked: bool
) -> None:
    """Receive until the end of the pipe or until a message makes no sense; say how many came whole."""
    count = 0
    outbox.close()
    start.wait()
    try:
        while True:
            with turn if locked else nullcontext():
                number, content = inbox.recv()
            count += content == bytes([number]) * len(content)
    except Exception as error:
        print(f"{mp.current_process().name}: {count} whole, then {type(error).__name__}: {error}", flush=True)
    whole.put(count)


@scenario(
    covers=["S12"],
    finds={"broken": ("mixed_messages",)},
    says={"broken": r"^(\d+) of (?!\1 )\d+ messages", "fixed": r"^(\d+) of \1 messages"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "readers as they like, or one at a time"] = "broken",
    messages: Annotated[int, Range(1, 250), "how many are sent"] = 10,
    size: Annotated[int, Range(1, 10_000_000), "bytes in each; the pipe takes 64 KiB"] = 200_000,
    pause_ms: Annotated[int, Range(0, 10_000), "pause before each message"] = 700,
) -> None:
    """Send messages to two readers, count what comes whole."""
    inbox, outbox = mp.Pipe(duplex=False)
    turn, start = mp.Lock(), mp.Barrier(3)
    whole: mp.SimpleQueue[int] = mp.SimpleQueue()
    arguments = (inbox, outbox, turn, start, whole, variant == "fixed")
    readers = [mp.Process(target=read, args=arguments, name=f"reader-{i}") for i in (1, 2)]
    for reader in readers:
        reader.start()
    inbox.close()
    start.wait()
    try:
        for number in range(1, messages + 1):
            time.sleep(pause_ms / 1000)
            outbox.send((number, bytes([number]) * size))
    except BrokenPipeError:
        print("main: no reader is left", flush=True)
    outbox.close()
    for reader in readers:
        reader.join()
    report(f"{whole.get() + whole.get()} of {messages} messages came whole")


if __name__ == "__main__":
    run(main)
