"""# Readers and a writer

Any number may read at a time, but who writes must be alone. The first reader takes the room for all readers, the last
one gives it back. As long as somebody reads, the next reader may go in as well.

**Watch** the readers' turns overlap, so that the room is never empty, and the writer's line: it waits for as long as
there are readers. No process is stuck, and still one of them is never served: **starvation**.

**Often told wrong:** that a lock which lets readers in together is simply better. It takes from the writer what it
gives to the readers.

**The fix** is a turnstile before the room, through which everybody goes one by one. The writer stops in it while he
waits for the room; no reader passes him then, and those inside leave.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event, Lock, Semaphore
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def read(
    turnstile: Lock | None,
    room: Semaphore,
    readers: "Synchronized[int]",
    passed: "Synchronized[int]",
    wanted: Event,
    number: int,
    rounds: int,
    read_ms: int,
) -> None:
    """Go in together with other readers, again and again."""
    time.sleep(number * read_ms / 3000)
    for _ in range(rounds):
        with turnstile or nullcontext():
            pass
        with readers.get_lock():
            readers.value += 1
            if readers.value == 1:
                room.acquire()
            passed.value += wanted.is_set()
        time.sleep(read_ms / 1000)
        with readers.get_lock():
            readers.value -= 1
            if readers.value == 0:
                room.release()
        time.sleep(read_ms / 20_000)


def write(turnstile: Lock | None, room: Semaphore, wanted: Event, read_ms: int) -> None:
    """Come when there are readers, and go in alone."""
    time.sleep(2 * read_ms / 1000)
    with turnstile or nullcontext():
        wanted.set()
        room.acquire()
        wanted.clear()
    time.sleep(read_ms / 1000)
    room.release()


@scenario(covers=["C05"], says={"broken": r"^([4-9]|\d{2,}) readers went in", "fixed": r"^[0-3] readers went in"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "readers first, or one by one through a turnstile"] = "broken",
    rounds: Annotated[int, Range(5, 1000), "how often each of three readers reads"] = 10,
    read_ms: Annotated[int, Range(1, 10_000), "how long one reads"] = 400,
) -> None:
    """Let three readers read and one writer come in between."""
    turnstile = mp.Lock() if variant == "fixed" else None
    room = mp.Semaphore(1)
    readers, passed = mp.Value("i", 0), mp.Value("i", 0)
    wanted = mp.Event()
    people = [
        mp.Process(target=read, args=(turnstile, room, readers, passed, wanted, i, rounds, read_ms), name=f"reader-{i}")
        for i in range(1, 4)
    ]
    people.append(mp.Process(target=write, args=(turnstile, room, wanted, read_ms), name="writer"))
    for each in people:
        each.start()
    for each in people:
        each.join()
    report(f"{passed.value} readers went in while the writer waited")


if __name__ == "__main__":
    run(main)
