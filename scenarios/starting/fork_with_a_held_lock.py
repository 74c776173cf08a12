"""# Fork while a thread holds a lock

`fork` copies the memory of a process but only **one** of its threads, the one that calls it. If another thread holds a
lock just then, the copy of the lock is held too, and the thread that would release it does not exist in the child. The
child waits for ever; nothing in the program looks wrong.

**Watch** the child stop: it waits for another of its threads, and has only one. Main's thread gives the lock back a
moment later, but to main only.

**Often told wrong:** that a child has its parent's threads. And the lock need not be yours: loggers, import machinery
and libraries have some. From Python 3.12 on a fork with other threads alive gives a `DeprecationWarning`, no more.

**The fix:** spawn or forkserver, where nothing is copied and the child has a lock of its own; or start the processes
before the threads.
"""

import multiprocessing as mp
import threading
import time
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario

journal = threading.Lock()
"""Whoever writes takes it; spawned children import the module, and so have one of their own."""


def write_slowly(begun: threading.Event, hold_ms: int) -> None:
    """What main's thread does: write, with the lock held."""
    with journal:
        begun.set()
        time.sleep(hold_ms / 1000)


def write() -> None:
    """What the child does."""
    print("child: takes the lock", flush=True)
    with journal:
        print("child: has written", flush=True)


@scenario(
    covers=["C15"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    says={"fixed": "^the child ended with exit code 0"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "fork, or spawn"] = "broken",
    hold_ms: Annotated[int, Range(1, 10_000), "how long the thread has the lock"] = 1500,
) -> None:
    """Start a child while a thread of main holds the lock."""
    context: Any = mp.get_context("fork" if variant == "broken" else "spawn")
    begun = threading.Event()
    writer = threading.Thread(target=write_slowly, args=(begun, hold_ms), name="writer")
    writer.start()
    begun.wait()
    child = context.Process(target=write, name="child")
    child.start()
    writer.join()
    with journal:
        print("main: has the lock, and gives it back", flush=True)
    child.join()
    report(f"the child ended with exit code {child.exitcode}: it had a lock of its own")


if __name__ == "__main__":
    run(main)
