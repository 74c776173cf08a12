"""# Daemons and the end of main

A daemon is ended with SIGTERM when the process that started it comes to its **orderly** end. Python does
nothing on SIGTERM: no `finally`, no `atexit`. Cleanup that the daemon still owes is lost.

**Watch** the daemon's lane end with SIGTERM in the moment in which its boss ends, and `cleaned` stay 0.

**Often told wrong:** that a daemon dies *with* its parent in any case. An exception is an orderly end too, but when
the boss leaves by a signal or by `os._exit`, nobody ends the daemon, and it lives on: try `ends=SIGKILL` and see its
lane go on. One that ignores SIGTERM (`deaf=true`) keeps its boss from ending. A daemon may have no children.

**The fix:** ask it to stop with an Event and join it; then it cleans up and ends with exit code 0.
"""

import multiprocessing as mp
import os
import signal
import time
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def serve(
    stop: Event, ready: Event, cleaned: "Synchronized[int]", _alive: Connection, life_ms: int, deaf: bool
) -> None:
    """Work until asked to stop, or for a lifetime; whatever happens, clean up."""
    if deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end = time.monotonic() + life_ms / 1000
    try:
        ready.set()
        while not stop.wait(0.1) and time.monotonic() < end:
            pass
    finally:
        cleaned.value = 1


def boss(
    stop: Event, cleaned: "Synchronized[int]", alive: Connection, work_ms: int, life_ms: int, deaf: bool, ends: str
) -> None:
    """Start the server, work for a while, end: with or without asking the server to stop."""
    ready = mp.Event()
    polite = ends == "asks"
    arguments = (stop, ready, cleaned, alive, life_ms, deaf)
    server = mp.Process(target=serve, args=arguments, name="server", daemon=not polite)
    server.start()
    ready.wait()
    time.sleep(work_ms / 1000)
    if polite:
        stop.set()
        server.join()
    print("boss: done", flush=True)
    if ends == "raise":
        raise RuntimeError("the boss gives up")
    if ends == "os._exit":
        os._exit(1)
    if ends.startswith("SIG"):
        os.kill(os.getpid(), signal.Signals[ends])


@scenario(
    covers=["S20", "C24"],
    says={"broken": "cleanup did not run$", "fixed": "cleanup ran$"},
    expect=lambda _: {"cleaned": 1},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "daemon, or asked to stop and joined"] = "broken",
    ends: Annotated[Literal["return", "raise", "os._exit", "SIGTERM", "SIGKILL"], "how the boss leaves"] = "return",
    deaf: Annotated[bool, "whether the server ignores SIGTERM"] = False,
    work_ms: Annotated[int, Range(10, 60_000), "how long the boss works"] = 2500,
    life_ms: Annotated[int, Range(10, 60_000), "how long the server lives if nobody ends it"] = 5000,
) -> None:
    """Run the boss and see whether its server could clean up, and how long it lived on."""
    stop = mp.Event()
    cleaned = mp.Value("i", 0)
    watched, alive = mp.Pipe(duplex=False)
    way = "asks" if variant == "fixed" else ends
    chief = mp.Process(target=boss, args=(stop, cleaned, alive, work_ms, life_ms, deaf, way), name="boss")
    chief.start()
    alive.close()
    chief.join()
    ended = time.monotonic()
    watched.poll(None)  # readable when boss and server have both gone, and their ends of the pipe with them
    lived_on = f"its server lived on for {time.monotonic() - ended:.1f} s"
    ran = "ran" if cleaned.value else "did not run"
    report(f"boss ended with exit code {chief.exitcode}, {lived_on}, the server's cleanup {ran}")


if __name__ == "__main__":
    run(main)
