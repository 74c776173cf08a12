"""# What a killed process leaves behind

A shared memory block is a **name** in `/dev/shm`. It lives until somebody calls `unlink()`, not until its users have
ended. When its maker is killed, the name and the memory stay.

**Watch** the maker's lane end by SIGKILL, and main still find the block, whole, after that. At the end of the program a
warning tells who removed it: the **resource tracker**, a process that multiprocessing starts for this.

**Often told wrong:** that memory is freed with the process. Private memory is; this is like a file. And the tracker is
no promise: if it is killed as well, all stays until the machine starts anew. With `spawn` and `forkserver` the
semaphores of locks and events have names too, and share that fate. With `fork`, a child that is the first to need a
tracker gets one of its own, and then the block goes with the child.

**The fix** is to have the process that makes a block also end it, in a `finally` or as a `with SharedMemoryManager()`,
and to let it come to an orderly end: ask, do not kill.
"""

import multiprocessing as mp
import time
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def make(names: Connection, stop: Event, size: int) -> None:
    """Make a block, tell its name, work until asked to stop, remove the block."""
    block = SharedMemory(create=True, size=size)
    try:
        names.send(block.name)
        stop.wait()
    finally:
        block.close()
        block.unlink()


def in_memory(name: str) -> int:
    """Size of a block in bytes, 0 when there is none of that name."""
    path = Path("/dev/shm", name)
    return path.stat().st_size if path.exists() else 0


@scenario(
    covers=["C25"],
    says={"broken": r"^1 block .* \(1024 KiB\)", "fixed": r"^0 blocks .* \(0 KiB\)"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "the maker is killed, or asked to stop"] = "broken",
    size_kib: Annotated[int, Range(1, 1_000_000), "size of the block"] = 1024,
    work_ms: Annotated[int, Range(1, 10_000), "how long the maker lives"] = 1500,
    look_ms: Annotated[int, Range(0, 10_000), "how long main goes on after that"] = 1500,
) -> None:
    """End the maker of a block and see what is left of it."""
    resource_tracker.ensure_running()  # one for all, as in a program in which main has made a block before
    inbox, names = mp.Pipe(duplex=False)
    stop = mp.Event()
    maker = mp.Process(target=make, args=(names, stop, size_kib * 1024), name="maker")
    maker.start()
    names.close()
    try:
        name = inbox.recv()
    except EOFError:
        report("no shared memory block could be made on this machine: see the maker's error")
        return
    time.sleep(work_ms / 1000)
    if variant == "fixed":
        stop.set()
    else:
        maker.kill()
    maker.join()
    time.sleep(look_ms / 1000)
    size = in_memory(name)
    blocks = "1 block" if size else "0 blocks"
    report(f"{blocks} left of the maker, exit code {maker.exitcode} ({size // 1024} KiB)")


if __name__ == "__main__":
    run(main)
