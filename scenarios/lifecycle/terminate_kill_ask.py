"""# Terminate, kill, or ask

`terminate()` sends SIGTERM, `kill()` sends SIGKILL. Both end a process in the middle of whatever it does: its `finally`
blocks do not run, the lock that it holds is never given back, the processes that it started live on.

**Watch** the worker's lane end while it holds `gate`, its helper go on without it, and main wait for `gate` in vain.

**Often told wrong:** that `terminate()` always works and `kill()` is only the harder one. SIGTERM can be ignored, and
it can be handled: with a handler that raises `SystemExit` the cleanups run (`variant=handler`). SIGKILL can be neither.

**The fix** is in three steps, each with its time: ask, by an Event that the worker looks at; if it still lives after
`join(timeout)`, terminate; only then kill.
"""

import multiprocessing as mp
import signal
import sys
import time
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event, Lock
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def help_out(ready: Event, stop: Event, _alive: Connection) -> None:
    """Do something until asked to stop."""
    ready.set()
    stop.wait()


def work(
    gate: Lock, stop: Event, cleaned: "Synchronized[int]", helper_gets: tuple[Event, Event, Connection], handles: bool
) -> None:
    """Start a helper, work with the lock held until asked to stop; then put all in order."""
    if handles:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    helper = mp.Process(target=help_out, args=helper_gets, name="helper")
    helper_stop = helper_gets[1]
    try:
        with gate:
            helper.start()
            while not stop.wait(0.1):
                pass
    finally:
        helper_stop.set()
        helper.join()
        cleaned.value = 1


def ask(worker: mp.Process, stop: Event) -> None:
    """End a process politely, and only if that does not help by force."""
    stop.set()
    worker.join(5)
    for harder in (worker.terminate, worker.kill):
        if worker.is_alive():
            harder()
            worker.join(5)


@scenario(
    covers=["S28"],
    says={
        "broken": "^exit code -15, cleanups 0 of 1, orphans 1, lock stuck",
        "kill": "^exit code -9, cleanups 0 of 1, orphans 1, lock stuck",
        "handler": "^exit code 0, cleanups 1 of 1, orphans 0, lock free",
        "fixed": "^exit code 0, cleanups 1 of 1, orphans 0, lock free",
    },
)
def main(
    variant: Annotated[Literal["broken", "kill", "handler", "fixed"], "terminate; kill; handled; asked"] = "broken",
    work_ms: Annotated[int, Range(1, 10_000), "how long the worker works before its end"] = 1500,
    look_ms: Annotated[int, Range(1, 10_000), "how long to wait for the lock after that"] = 1500,
) -> None:
    """End a worker that holds a lock and has a helper, and see what is left."""
    ready, stop, helper_stop = mp.Event(), mp.Event(), mp.Event()
    gate, cleaned = mp.Lock(), mp.Value("i", 0)
    watched, alive = mp.Pipe(duplex=False)
    arguments = (gate, stop, cleaned, (ready, helper_stop, alive), variant == "handler")
    worker = mp.Process(target=work, args=arguments, name="worker")
    worker.start()
    alive.close()
    ready.wait()
    time.sleep(work_ms / 1000)
    if variant == "fixed":
        ask(worker, stop)
    else:
        worker.kill() if variant == "kill" else worker.terminate()
        worker.join()
    lock = "free" if gate.acquire(timeout=look_ms / 1000) else "stuck"
    orphans = 0 if watched.poll(0) else 1
    helper_stop.set()
    watched.poll(None)  # readable when nobody has the other end of the pipe any more
    report(f"exit code {worker.exitcode}, cleanups {cleaned.value} of 1, orphans {orphans}, lock {lock}")


if __name__ == "__main__":
    run(main)
