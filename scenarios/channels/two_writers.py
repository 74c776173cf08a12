"""# Two writers on one end

`send` writes a message's length, then its bytes. The pipe takes 64 KiB; a larger message goes in **pieces**, as the
reader makes room. When two processes send into the same end, the pieces of both come mixed, and what the reader takes
for the next length is the middle of something.

**Watch** the two writers: both are in `send` at the same time. Main gets a message or none, then `recv` raises.

**Often told wrong:** that this cannot happen since it never did. It did not as long as the messages were small: up to
4096 bytes the kernel writes at once. Run it with `size=1000`.

**The fix:** a lock around `send`, a pipe for each writer, or a queue, which has this lock.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario

Message = tuple[str, bytes]


def write(
    inbox: Connection, outbox: Connection, turn: Lock, start: Barrier, messages: int, size: int, locked: bool
) -> None:
    """Send messages that are filled with the first letter of our name."""
    name = mp.current_process().name
    inbox.close()
    start.wait()
    try:
        for _ in range(messages):
            with turn if locked else nullcontext():
                outbox.send((name, name[0].encode() * size))
    except BrokenPipeError:
        print(f"{name}: the reader has gone", flush=True)


def whole(message: Message, size: int) -> bool:
    """Whether all of a message is from one writer."""
    name, content = message
    return content == name[0].encode() * size


@scenario(
    covers=["C29"],
    finds={"broken": ("mixed_messages",)},
    says={"broken": r"^(\d+) of (?!\1 )\d+ messages", "fixed": r"^(\d+) of \1 .* EOFError"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "both as they like, or one at a time"] = "broken",
    messages: Annotated[int, Range(1, 1000), "how many each sends"] = 3,
    size: Annotated[int, Range(1, 1_000_000), "bytes in each; the pipe takes 64 KiB"] = 200_000,
    pause_ms: Annotated[int, Range(0, 10_000), "pause of the reader before each"] = 1000,
) -> None:
    """Let two write into one pipe, count what comes whole."""
    inbox, outbox = mp.Pipe(duplex=False)
    turn, start = mp.Lock(), mp.Barrier(3)
    arguments = (inbox, outbox, turn, start, messages, size, variant == "fixed")
    writers = [mp.Process(target=write, args=arguments, name=name) for name in ("anna", "otto")]
    for writer in writers:
        writer.start()
    outbox.close()
    start.wait()
    good, end = 0, ""
    while not end:
        time.sleep(pause_ms / 1000)
        try:
            good += whole(inbox.recv(), size)
        except Exception as error:
            end = type(error).__name__
    inbox.close()
    for writer in writers:
        writer.join()
    report(f"{good} of {2 * messages} messages came whole, then recv raised {end}")


if __name__ == "__main__":
    run(main)
