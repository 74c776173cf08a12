"""# The holder of a lock is suspended

SIGSTOP suspends a process wherever it is. Is it inside a critical section, then everybody who wants in waits with it,
though nobody is dead: `is_alive()` says True.

**Watch** the lane of `worker-1` turn to suspended while it holds `turn`, and the others line up behind it until it goes
on.

**Often told wrong:** that `terminate()` helps. SIGTERM stays **pending** while a process is suspended; the process ends
in the moment in which somebody sends SIGCONT, and not before (`variant=pending`). SIGKILL does not wait.

**The fix** is to suspend a process only where it holds nothing: here it does so itself, between two turns. Who wants to
suspend another from outside takes the lock first, sends SIGSTOP, and gives the lock back.
"""

import multiprocessing as mp
import os
import signal
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event, Lock
from pathlib import Path
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def work(turn: Lock, taken: "Synchronized[int]", stop: Event, turn_ms: int, suspends: str) -> None:
    """Take turns until asked to stop; in the third turn, or after it, suspend oneself."""
    number = 0
    while not stop.is_set():
        number += 1
        with turn:
            taken.value += 1
            if number == 3 and suspends == "inside":
                os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(turn_ms / 1000)
        if number == 3 and suspends == "outside":
            os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(turn_ms / 1000)


def is_suspended(pid: int) -> bool:
    """Whether the kernel says T of a process."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@scenario(
    covers=["C20"],
    says={
        "broken": "^0 turns taken .* alive: yes",
        "fixed": r"^[1-9]\d* turns taken .* alive: yes",
        "pending": "alive after SIGTERM: yes, .* exit code -15 after SIGCONT",
    },
)
def main(
    variant: Annotated[Literal["broken", "fixed", "pending"], "inside; outside; terminated as well"] = "broken",
    workers: Annotated[int, Range(2, 16), "how many take turns"] = 3,
    turn_ms: Annotated[int, Range(1, 1000), "time for a turn"] = 120,
    stop_ms: Annotated[int, Range(10, 10_000), "how long the first is suspended"] = 2000,
) -> None:
    """Let one of the workers be suspended and count the turns that the others take meanwhile."""
    turn = mp.Lock()
    taken = mp.Value("i", 0)
    stop = mp.Event()
    ways = ["inside" if variant == "broken" else "outside"] + ["never"] * (workers - 1)
    team = [
        mp.Process(target=work, args=(turn, taken, stop, turn_ms, way), name=f"worker-{number}")
        for number, way in enumerate(ways, 1)
    ]
    for worker in team:
        worker.start()
    first, pid = team[0], team[0].pid or 0
    while not is_suspended(pid):
        time.sleep(0.01)
    before = taken.value
    if variant == "pending":
        first.terminate()
    time.sleep(stop_ms / 1000)
    during, alive = taken.value - before, "yes" if first.is_alive() else "no"
    os.kill(pid, signal.SIGCONT)
    stop.set()
    for worker in team:
        worker.join()
    if variant == "pending":
        report(f"alive after SIGTERM: {alive}, ended with exit code {first.exitcode} after SIGCONT")
    else:
        report(f"{during} turns taken in the {stop_ms / 1000:g} s in which worker-1 was suspended, alive: {alive}")


if __name__ == "__main__":
    run(main)
