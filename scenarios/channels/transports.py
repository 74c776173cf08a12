"""# Which transport?

A pipe, a simple queue, a queue, a manager's queue: each brings messages from one process to another, one more wrapped
than the next. A pipe is two file descriptors; a **simple queue** is a pipe with locks; a **queue** has a feeder thread
besides; a **manager's queue** lives in a third process, which is called for each `put` and each `get`.

**Watch** an echo for each transport, one after the other. First a message goes to and fro, then a bulk goes one way.
Compare in the log how long a round takes: mostly, the more hands a message goes through, the longer.

**Often told wrong:** that a pipe is the fast one. It is for a single message that is waited for. When many go one way
none of the first three stays ahead: the times change from run to run, so none of them is a result here.
"""

import multiprocessing as mp
import time
from collections.abc import Callable
from multiprocessing.managers import SyncManager
from typing import Annotated, Any

from playground.scenario import Range, report, run, scenario

Send = Callable[[Any], None]
Receive = Callable[[], Any]
Ends = tuple[Send, Receive]
TRANSPORTS = ("pipe", "simple queue", "queue", "manager's queue")


def echo(send: Send, receive: Receive, rounds: int, bulk: int) -> None:
    """Say hello, send back what comes, then take a bulk and say how many that were."""
    send("hello")
    for _ in range(rounds):
        send(receive())
    send(sum(1 for _ in range(bulk) if receive()))


def connect(kind: str, manager: SyncManager) -> tuple[Ends, Ends]:
    """Two-way transport: how to send and receive here, and there."""
    if kind == "pipe":
        near, far = mp.Pipe()
        return (near.send, near.recv), (far.send, far.recv)
    make = {"simple queue": mp.SimpleQueue, "queue": mp.Queue}.get(kind, manager.Queue)
    forth: Any = make()
    back: Any = make()
    return (forth.put, back.get), (back.put, forth.get)


def measure(kind: str, manager: SyncManager, message: bytes, rounds: int, bulk: int) -> tuple[int, int]:
    """Rounds that came back and messages that arrived; the times are printed."""
    (send, receive), there = connect(kind, manager)
    partner = mp.Process(target=echo, args=(*there, rounds, bulk), name=f"{kind} echo")
    partner.start()
    receive()
    started = time.perf_counter()
    back = 0
    for _ in range(rounds):
        send(message)
        back += receive() == message
    between = time.perf_counter()
    for _ in range(bulk):
        send(message)
    arrived = receive()
    ended = time.perf_counter()
    partner.join()
    print(
        f"{kind}: {1e6 * (between - started) / rounds:.0f} us a round, {1e3 * (ended - between):.1f} ms the bulk",
        flush=True,
    )
    return back, arrived


@scenario(covers=["S25"], says={"": r"^4 transports: (\d+) of \1 rounds came back, (\d+) of \2 messages arrived"})
def main(
    rounds: Annotated[int, Range(1, 100_000), "how often a message goes to and fro"] = 300,
    bulk: Annotated[int, Range(1, 100_000), "messages that go one way"] = 500,
    size: Annotated[int, Range(1, 60_000), "bytes in a message"] = 100,
    pause_ms: Annotated[int, Range(0, 10_000), "pause before each transport"] = 600,
) -> None:
    """Try the transports one after the other."""
    counts = []
    with mp.Manager() as manager:
        for kind in TRANSPORTS:
            time.sleep(pause_ms / 1000)
            counts.append(measure(kind, manager, b"x" * size, rounds, bulk))
    back, arrived = (sum(each) for each in zip(*counts, strict=True))
    wanted = len(TRANSPORTS)
    report(
        f"{wanted} transports: {back} of {wanted * rounds} rounds came back, "
        f"{arrived} of {wanted * bulk} messages arrived"
    )


if __name__ == "__main__":
    run(main)
