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
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Event, Semaphore
from typing import Annotated, Any, Literal, NamedTuple

from playground.scenario import Range, report, run, scenario


class Library(NamedTuple):
    """What readers and writer share."""

    start: Barrier
    turnstile: AbstractContextManager[Any]
    room: Semaphore
    readers: "Synchronized[int]"
    writer_waits: Event
    passed: "Synchronized[int]"


def read(library: Library, number: int, rounds: int, read_ms: int) -> None:
    """Go in together with other readers, again and again."""
    library.start.wait()
    time.sleep(number * read_ms / 3000)
    for _ in range(rounds):
        with library.turnstile:
            pass
        with library.readers.get_lock():
            library.readers.value += 1
            if library.readers.value == 1:
                library.room.acquire()
            library.passed.value += library.writer_waits.is_set()
        time.sleep(read_ms / 1000)
        with library.readers.get_lock():
            library.readers.value -= 1
            if library.readers.value == 0:
                library.room.release()


def write(library: Library, read_ms: int) -> None:
    """Come when there are readers, and go in alone."""
    library.start.wait()
    time.sleep(2 * read_ms / 1000)
    with library.turnstile:
        library.writer_waits.set()
        library.room.acquire()
        library.writer_waits.clear()
    time.sleep(read_ms / 1000)
    library.room.release()


@scenario(covers=["C05"], says={"broken": r"^([4-9]|\d{2,}) readers went in", "fixed": r"^[0-3] readers went in"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "readers first, or one by one through a turnstile"] = "broken",
    rounds: Annotated[int, Range(5, 1000), "how often each of three readers reads"] = 10,
    read_ms: Annotated[int, Range(1, 10_000), "how long one reads"] = 400,
) -> None:
    """Let three readers read and one writer come in between."""
    turnstile = mp.Lock() if variant == "fixed" else nullcontext()
    room, start = mp.Semaphore(1), mp.Barrier(4)
    readers, passed = mp.Value("i", 0), mp.Value("i", 0)
    writer_waits = mp.Event()
    library = Library(start, turnstile, room, readers, writer_waits, passed)
    people = [mp.Process(target=read, args=(library, i, rounds, read_ms), name=f"reader-{i}") for i in range(1, 4)]
    people.append(mp.Process(target=write, args=(library, read_ms), name="writer"))
    for each in people:
        each.start()
    for each in people:
        each.join()
    report(f"{passed.value} readers went in while the writer waited")


if __name__ == "__main__":
    run(main)
