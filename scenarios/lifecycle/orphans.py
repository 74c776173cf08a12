"""# Orphans: who outlives its parent

When a process is killed, its children are not. They get another parent, mostly process 1, and go on. Nobody joins them,
and whoever started the program believes that it has ended.

**Watch** the boss's lane end by SIGKILL and its helper's lane go on without it.

**Often told wrong:** that children end with their parent. That is so only when it comes to an orderly end: then daemons
are terminated and the others are joined.

**The fix** is on the child's side: `multiprocessing.parent_process()` knows who started it, under each start method,
and whether that one still lives. A helper that looks now and then ends soon after its boss. `os.getppid()` is no such
question: with `forkserver` it gives the server.
"""

import multiprocessing as mp
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def help_out(_alive: Connection, ready: Event, life_ms: int, looks: bool) -> None:
    """Work for a lifetime, or until the parent is gone."""
    ready.set()
    parent = mp.parent_process()
    end = time.monotonic() + life_ms / 1000
    while time.monotonic() < end:
        time.sleep(0.05)
        if looks and parent is not None and not parent.is_alive():
            return


def boss(alive: Connection, ready: Event, life_ms: int, looks: bool) -> None:
    """Start the helper and wait for it."""
    helper = mp.Process(target=help_out, args=(alive, ready, life_ms, looks), name="helper")
    helper.start()
    helper.join()


@scenario(covers=["C23"], says={"broken": "1 orphan$", "fixed": "0 orphans$"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "a helper that just works, or one that looks"] = "broken",
    work_ms: Annotated[int, Range(1, 10_000), "when the boss is killed"] = 1500,
    life_ms: Annotated[int, Range(100, 60_000), "how long the helper lives if nothing ends it"] = 4500,
    look_ms: Annotated[int, Range(1, 10_000), "when to look whether it is still there"] = 1000,
) -> None:
    """Kill the boss and see whether its helper lives on."""
    watched, alive = mp.Pipe(duplex=False)
    ready = mp.Event()
    chief = mp.Process(target=boss, args=(alive, ready, life_ms, variant == "fixed"), name="boss")
    chief.start()
    alive.close()
    ready.wait()
    time.sleep(work_ms / 1000)
    chief.kill()
    chief.join()
    killed = time.monotonic()
    orphans = 0 if watched.poll(look_ms / 1000) else 1
    watched.poll(None)  # readable when nobody has the other end of the pipe any more
    lived_on = time.monotonic() - killed
    report(
        f"the helper lived on for {lived_on:.1f} s after its boss was killed: {orphans} orphan{'' if orphans else 's'}"
    )


if __name__ == "__main__":
    run(main)
