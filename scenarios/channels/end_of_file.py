"""# The end that never comes

A reader learns from `EOFError` that there is no more, and gets it when **every** write end of the pipe is closed, in
every process. Whoever got the end as an argument has a copy of his own; so has everybody who was forked while it was
open. As long as one copy is open somewhere, `recv` waits.

**Watch** the sender close its end and leave, and the reader wait on: the write end that keeps it waiting is main's,
or the reader's own.

**Often told wrong:** that the pipe is closed because the sender has closed it, or has ended.

**The fix:** right after the start everybody closes the ends that he does not use.
"""

import multiprocessing as mp
import time
from multiprocessing.connection import Connection
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def send(outbox: Connection, messages: int, pause_ms: int) -> None:
    """Send all, close, leave."""
    for number in range(1, messages + 1):
        time.sleep(pause_ms / 1000)
        outbox.send(number)
    outbox.close()


def receive(inbox: Connection, outbox: Connection, keeps: bool) -> None:
    """Receive until the end of the file."""
    if not keeps:
        outbox.close()
    try:
        while True:
            print(f"reader: got {inbox.recv()}", flush=True)
    except EOFError:
        print("reader: that was all", flush=True)


@scenario(
    covers=["C18"],
    outcomes={"broken": "stuck", "own": "stuck"},
    finds={"broken": ("deadlock",), "own": ("deadlock",)},
    says={"fixed": r"^the reader saw the end and ended with exit code 0"},
)
def main(
    variant: Annotated[Literal["broken", "own", "fixed"], "main, the reader itself, or nobody keeps a copy"] = "broken",
    messages: Annotated[int, Range(1, 10_000), "how many are sent"] = 5,
    pause_ms: Annotated[int, Range(0, 10_000), "pause before each"] = 300,
) -> None:
    """Send messages through a pipe whose write end somebody forgets to close."""
    inbox, outbox = mp.Pipe(duplex=False)
    reader = mp.Process(target=receive, args=(inbox, outbox, variant == "own"), name="reader")
    sender = mp.Process(target=send, args=(outbox, messages, pause_ms), name="sender")
    for process in (reader, sender):
        process.start()
    inbox.close()
    if variant != "broken":
        outbox.close()
    for process in (sender, reader):
        process.join()
    report(f"the reader saw the end and ended with exit code {reader.exitcode}")


if __name__ == "__main__":
    run(main)
