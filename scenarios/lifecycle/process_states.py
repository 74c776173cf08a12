"""# The life of a process

What Python calls a process's state and what the kernel sees are two things. The object goes from `initial` to
`started` to `stopped` and at last `closed`. The kernel says **R** (on a core or ready), **S** (waits), **T** (stopped
by a signal) and **Z** (ended, not yet reaped).

**Watch** the lane: running, sleeping, suspended, sleeping, ended. Between its end and `join` it is a zombie.

**Often told wrong:** that "created", "ready" and "waiting" can be asked from Python. They cannot; and a process that
never was started exists only in its parent.
"""

import multiprocessing as mp
import os
import signal
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Annotated

from playground.scenario import Range, report, run, scenario


def live(computing: Event, napping: Event, step_ms: int) -> None:
    """Compute, then sleep."""
    computing.set()
    end = time.monotonic() + step_ms / 1000
    while time.monotonic() < end:
        pass
    napping.set()
    time.sleep(4 * step_ms / 1000)


def word(process: mp.Process) -> str:
    """What Python calls the state of a process, which only its repr shows."""
    return next(word for word in ("initial", "started", "stopped", "closed") if f" {word}" in repr(process))


def letter(pid: int) -> str:
    """The kernel's state of a process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "-"


def settled(pid: int, wanted: str) -> str:
    """The kernel's state once it is the wanted one, or what it is after a second."""
    end = time.monotonic() + 1
    while letter(pid) != wanted and time.monotonic() < end:
        time.sleep(0.005)
    return letter(pid)


@scenario(
    covers=["S15"],
    says={"": "^Python says initial, started, stopped, closed; the kernel says R, S, T(, Z)?; exit code 0"},
)
def main(step_ms: Annotated[int, Range(20, 10_000), "length of each part of the life"] = 700) -> None:
    """Follow one process through its life."""
    computing, napping = mp.Event(), mp.Event()
    worker = mp.Process(target=live, args=(computing, napping, step_ms), name="worker")
    words, letters = [word(worker)], []
    worker.start()
    pid = worker.pid or 0
    words.append(word(worker))
    computing.wait()
    letters.append(settled(pid, "R"))
    napping.wait()
    letters.append(settled(pid, "S"))
    os.kill(pid, signal.SIGSTOP)
    letters.append(settled(pid, "T"))
    time.sleep(step_ms / 1000)
    os.kill(pid, signal.SIGCONT)
    if mp.get_start_method() != "forkserver":  # there the server is the parent and asks at once
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        letters.append(settled(pid, "Z"))
        time.sleep(step_ms / 1000)
    worker.join()
    words.append(word(worker))
    exitcode = worker.exitcode
    worker.close()
    words.append(word(worker))
    report(f"Python says {', '.join(words)}; the kernel says {', '.join(letters)}; exit code {exitcode}")


if __name__ == "__main__":
    run(main)
