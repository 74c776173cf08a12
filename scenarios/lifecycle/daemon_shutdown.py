"""# Daemons and the end of main

A daemon is ended with SIGTERM when the process that started it comes to its **orderly** end. Python does
nothing on SIGTERM: no `finally`, no `atexit`. Cleanup that the daemon still owes is lost.

**Watch** the daemon's lane end with SIGTERM in the moment in which its boss ends, and `cleaned` stay 0.

**Often told wrong:** that a daemon dies *with* its parent in any case. If the parent is killed, or leaves by
`os._exit`, the daemon lives on.

**The fix:** ask it to stop with an Event and join it; then it cleans up and ends with exit code 0.
"""

import multiprocessing as mp
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def serve(stop: Event, ready: Event, cleaned: "Synchronized[int]") -> None:
    """Work until asked to stop; whatever happens, clean up."""
    try:
        ready.set()
        while not stop.wait(0.1):
            pass
    finally:
        cleaned.value = 1


def boss(stop: Event, cleaned: "Synchronized[int]", work_ms: int, polite: bool) -> None:
    """Start the server, work for a while, end: with or without asking the server to stop."""
    ready = mp.Event()
    server = mp.Process(target=serve, args=(stop, ready, cleaned), name="server", daemon=not polite)
    server.start()
    ready.wait()
    time.sleep(work_ms / 1000)
    if polite:
        stop.set()
        server.join()
    print("boss: done", flush=True)


@scenario(covers=["S20"], expect=lambda _: {"cleaned": 1})
def main(
    variant: Annotated[Literal["broken", "fixed"], "daemon, or asked to stop and joined"] = "broken",
    work_ms: Annotated[int, Range(10, 60_000), "how long the boss works"] = 2500,
) -> None:
    """Run the boss and see whether its server could clean up."""
    stop = mp.Event()
    cleaned = mp.Value("i", 0)
    chief = mp.Process(target=boss, args=(stop, cleaned, work_ms, variant == "fixed"), name="boss")
    chief.start()
    chief.join()
    ran = "ran" if cleaned.value else "did not run"
    report(f"boss ended with exit code {chief.exitcode}, the server's cleanup {ran}")


if __name__ == "__main__":
    run(main)
