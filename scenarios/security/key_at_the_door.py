"""# A key at the door

A `Listener` lets in whoever comes, and `recv` unpickles what he sends: who is let in can **run code** in the server.
With an `authkey` both sides have to prove that they know it, before anything is unpickled. Who answers the question
wrongly gets an `AuthenticationError`; who does not know of it takes it for a message, and cannot unpickle it.

**Watch** a friend, a guesser and a stranger come to the server's door. Broken: it has no key, all get in, and two of
them have the server run a function of their choice.

**Often told wrong:** that a `Manager()` is open to everybody: it makes a random key and a unix socket for itself. And
that a key makes it safe to listen on `0.0.0.0`: whoever has it can do everything.

**The fix:** a random key, given only to those who should come, and an address on this machine only.
"""

import multiprocessing as mp
import os
import secrets
import time
from collections.abc import Callable
from multiprocessing.connection import Client, Listener
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario

VISITORS = ("friend", "guesser", "stranger")


class Intrusion:
    """Whoever unpickles this runs a function; a harmless one here."""

    def __reduce__(self) -> tuple[Callable[[], int], tuple[()]]:
        return os.getpid, ()


def serve(key: bytes | None, told: "mp.SimpleQueue[Any]") -> None:
    """Answer each visitor with what he sent; count who came in, and how often that made us run foreign code."""
    let_in = intrusions = 0
    with Listener(("127.0.0.1", 0), authkey=key) as listener:
        told.put(listener.address)
        for _ in VISITORS:
            try:
                with listener.accept() as visitor:
                    message = visitor.recv()
                    visitor.send(message)
            except mp.AuthenticationError as error:
                print(f"server: refused: {error}", flush=True)
            else:
                let_in += 1
                intrusions += message == os.getpid()
    told.put((let_in, intrusions))


def visit(door: Any, name: str, key: bytes | None) -> None:
    """Knock, say something, hear the answer."""
    try:
        with Client(door, authkey=key) as connection:
            connection.send("good morning" if name == "friend" else Intrusion())
            print(f"{name}: the server answers: {connection.recv()}", flush=True)
    except Exception as error:
        print(f"{name}: not let in: {type(error).__name__}", flush=True)


@scenario(
    covers=["S37", "S45"],
    says={"broken": r"^3 of 3 let in, 2 ran code in the server", "fixed": r"^1 of 3 let in, 0 ran code in the server"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "a door without or with a key"] = "broken",
    pause_ms: Annotated[int, Range(0, 10_000), "pause before each visit"] = 1000,
) -> None:
    """Send three visitors to the door, one after the other."""
    key = secrets.token_bytes(32) if variant == "fixed" else None
    keys = {"friend": key, "guesser": b"1234" if key else None, "stranger": None}
    told: mp.SimpleQueue[Any] = mp.SimpleQueue()
    server = mp.Process(target=serve, args=(key, told), name="server")
    server.start()
    door = told.get()
    for name in VISITORS:
        time.sleep(pause_ms / 1000)
        visitor = mp.Process(target=visit, args=(door, name, keys[name]), name=name)
        visitor.start()
        visitor.join()
    let_in, intrusions = told.get()
    server.join()
    report(f"{let_in} of {len(VISITORS)} let in, {intrusions} ran code in the server")


if __name__ == "__main__":
    run(main)
