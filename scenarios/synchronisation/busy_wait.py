"""# Asking again and again

Somebody waits until something is ready. It can look again and again, which keeps a core busy with asking: a **busy
wait**. It can sleep between two looks (`variant=polling`), and then hears of it late. Or it can wait for an `Event`:
the kernel puts it to sleep and wakes it at the right moment.

**Watch** the waiter's lane: running all the time, sleeping in small pieces, or waiting, with no CPU used at all. The
share of a core is in the table of processes.

**Often told wrong:** that `while not ready.value: pass` is a wait. To the operating system it is hard work, and it
takes the core away from those whose result it waits for.

**The fix** is to wait for something that wakes: `Event`, `Condition`, `Queue.get`, `join`.
"""

import multiprocessing as mp
import time
from multiprocessing.synchronize import Event
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def wait(began: Event, ready: Any, event: Event, looks: Any, busy_ms: Any, variant: str) -> None:
    """Wait in one of three ways; tell how often it looked and how much CPU that took."""
    began.set()
    begin = time.process_time()
    looked = 1
    if variant == "fixed":
        event.wait()
    else:
        while not ready.value:
            looked += 1
            if variant == "polling":
                time.sleep(0.1)
    looks.value = looked
    busy_ms.value = round((time.process_time() - begin) * 1000)


@scenario(
    covers=["C33"],
    says={"broken": r"looked [1-9]\d{3,} times", "polling": r"looked (once|\d{1,3} times)", "fixed": r"looked once"},
)
def main(
    variant: Annotated[
        Literal["broken", "polling", "fixed"], "look all the time, now and then, or be woken"
    ] = "broken",
    ready_ms: Annotated[int, Range(50, 60_000), "when it is ready"] = 3000,
) -> None:
    """Let somebody wait until it is ready."""
    ready = mp.RawValue("b", 0)
    began, event = mp.Event(), mp.Event()
    looks, busy_ms = mp.Value("q", 0), mp.Value("q", 0)
    waiter = mp.Process(target=wait, args=(began, ready, event, looks, busy_ms, variant), name="waiter")
    waiter.start()
    began.wait()
    time.sleep(ready_ms / 1000)
    ready.value = 1
    event.set()
    waiter.join()
    times = "once" if looks.value == 1 else f"{looks.value} times"
    report(f"looked {times} and used {busy_ms.value} ms of CPU for a wait of {ready_ms} ms")


if __name__ == "__main__":
    run(main)
