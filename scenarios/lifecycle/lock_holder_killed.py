"""# The holder of a lock is killed

A lock of multiprocessing is a semaphore: a number, 1 or 0. It does not know **who** made it 0. When the process that
holds it is killed, nobody makes it 1 again. `Lock`, `RLock` and `Semaphore` are all alike in this.

**Watch** the holder's lane end by SIGKILL, and the others go on waiting for what a dead process holds.

**Often told wrong:** that the operating system frees what a process held. It does so for memory, files and sockets,
not for this.

**The fix:** a lock on a *file* (`fcntl.flock`) belongs to the open file and is gone with its last holder; then what the
lock protected may be half done, and whoever comes next has to look. Or wait with a limit (`variant=limit`):
`acquire(timeout=...)` returns False, and the program can say what is wrong instead of standing still.
"""

import fcntl
import multiprocessing as mp
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event, Lock
from pathlib import Path
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


@contextmanager
def held(gate: Lock, file: str, limit_s: float | None) -> Iterator[bool]:
    """Hold the lock, or that on the file where one is named; gives False when it did not come in time."""
    if file:
        with Path(file).open("w") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield True
    elif gate.acquire(timeout=limit_s):
        yield True
        gate.release()
    else:
        yield False


def hold(gate: Lock, file: str, holding: Event) -> None:
    """Take the lock and never come to an end."""
    with held(gate, file, None):
        holding.set()
        time.sleep(3600)


def want(gate: Lock, file: str, limit_s: float | None, served: "Synchronized[int]") -> None:
    """Take the lock and count it."""
    with held(gate, file, limit_s) as came:
        if came:
            with served.get_lock():
                served.value += 1


@scenario(
    covers=["C19"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("abandoned_lock",)},
    says={"limit": "^0 of 2 got the lock", "fixed": "^2 of 2 got the lock"},
)
def main(
    variant: Annotated[Literal["broken", "limit", "fixed"], "a lock; with a limit; on a file"] = "broken",
    waiting: Annotated[int, Range(1, 16), "how many want the lock"] = 2,
    hold_ms: Annotated[int, Range(10, 10_000), "when the holder is killed"] = 2000,
    limit_ms: Annotated[int, Range(10, 60_000), "how long to wait, of variant limit"] = 4000,
) -> None:
    """Kill who holds the lock, and count who gets it after that."""
    gate = mp.Lock()
    served = mp.Value("i", 0)
    holding = mp.Event()
    with tempfile.TemporaryDirectory() as directory:
        file = f"{directory}/gate" if variant == "fixed" else ""
        limit_s = limit_ms / 1000 if variant == "limit" else None
        holder = mp.Process(target=hold, args=(gate, file, holding), name="holder")
        holder.start()
        holding.wait()
        others = [
            mp.Process(target=want, args=(gate, file, limit_s, served), name=f"waiter-{number}")
            for number in range(1, waiting + 1)
        ]
        for process in others:
            process.start()
        time.sleep(hold_ms / 1000)
        holder.kill()
        for process in (holder, *others):
            process.join()
    report(f"{served.value} of {waiting} got the lock after its holder was killed")


if __name__ == "__main__":
    run(main)
