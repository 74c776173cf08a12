"""# Cores and priority

A process may be told on which cores to run, and how much of a core it gets when others want it too. Both are the
kernel's affair, and both work on a process that **lives**.

**Watch** the rounds of the two, both on one core: `polite` has a high nice value and gets what `greedy` leaves. Both
lanes are full all the time: a process that waits for its core is no other for the program than one that has it.

**Often told wrong:** in the order. Tutorials set the affinity after `join()`: that process is gone, and the call raises
`ProcessLookupError`. Others write `{0, 2}` without a look at which cores there are: ask `os.sched_getaffinity(0)`.

**The fix:** set both while the process lives, from inside or by its pid, and name only cores that it may use.

Nice counts only among those who want the same core: on a free one the politest process runs at full speed. Anybody may
be more polite, only root less.
"""

import multiprocessing as mp
import os
import time
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def spin(start: Barrier, rounds: "Synchronized[int]", spin_ms: int, nice: int) -> None:
    """Compute for a while and count the rounds."""
    os.nice(nice)
    start.wait()
    end = time.monotonic() + spin_ms / 1000
    while time.monotonic() < end:
        sum(range(50_000))
        rounds.value += 1


def pin(process: mp.Process, core: int) -> str:
    """Let a process run on one core only; returns what is wrong when that cannot be had."""
    try:
        os.sched_setaffinity(process.pid or 0, {core})
    except OSError as error:
        return f"{type(error).__name__}: {error.strerror}"
    return ""


@scenario(covers=["S30"], says={"broken": "^ProcessLookupError", "fixed": r"^greedy \d+ %, polite \d+ % of the rounds"})
def main(
    variant: Annotated[Literal["broken", "fixed"], "set after the end, or while they live"] = "broken",
    nice: Annotated[int, Range(0, 19), "how polite the second one is"] = 10,
    spin_ms: Annotated[int, Range(10, 60_000), "how long both compute"] = 4000,
) -> None:
    """Let two processes compute on one core and see how it is shared out."""
    start = mp.Barrier(3)
    greedy_rounds, polite_rounds = mp.Value("l", 0), mp.Value("l", 0)
    greedy = mp.Process(target=spin, args=(start, greedy_rounds, spin_ms, 0), name="greedy")
    polite = mp.Process(target=spin, args=(start, polite_rounds, spin_ms, nice), name="polite")
    pair = (greedy, polite)
    core = min(os.sched_getaffinity(0))
    for process in pair:
        process.start()
    problems = [pin(process, core) for process in pair] if variant == "fixed" else []
    start.wait()
    for process in pair:
        process.join()
    if variant == "broken":
        problems = [pin(greedy, core)]
    if any(problems):
        report(f"{problems[0]}; they ran on cores of the kernel's choice")
        return
    share = 100 * greedy_rounds.value / max(1, greedy_rounds.value + polite_rounds.value)
    report(f"greedy {share:.0f} %, polite {100 - share:.0f} % of the rounds, nice 0 and {nice} on core {core}")


if __name__ == "__main__":
    run(main)
