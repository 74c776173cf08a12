"""# Zombies: ended, but not forgotten

When a process ends, the kernel keeps its number and its exit code until the parent asks for them. Until then it is a
**zombie**: it uses no memory and no CPU, but it has a process number, of which there are only so many.

**Watch** the children's lanes: all end, and go on as zombies until main asks.

**Often told wrong:** that a child that has ended is gone, or that a zombie can be killed. It is dead already; only its
parent can let it go, by `join()`, `is_alive()`, `exitcode` or `active_children()`. Starting one more process does it
too, and so does the parent's own end.

**The fix** is to `join()` each child soon after its end.

With the start method `forkserver` none are seen: the children are those of the server, which asks at once.
"""

import multiprocessing as mp
import time
from multiprocessing.connection import wait
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def work(start: Barrier, work_ms: int) -> None:
    """Do something and end."""
    start.wait()
    time.sleep(work_ms / 1000)


def zombies(pids: list[int]) -> int:
    """How many of these processes the kernel shows as zombies; those that are gone are none."""
    letters = []
    for pid in pids:
        try:
            letters.append(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0])
        except OSError:
            letters.append("-")
    return letters.count("Z")


@scenario(
    covers=["C23"],
    says={"broken": "^4 zombies .* then 0$", "fixed": "^0 zombies .* then 0$"},
    methods=("fork", "spawn"),
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "never joined, or joined at their end"] = "broken",
    children: Annotated[int, Range(1, 64), "how many are started"] = 4,
    work_ms: Annotated[int, Range(1, 10_000), "how long each lives"] = 400,
    busy_ms: Annotated[int, Range(10, 10_000), "how long main does something else"] = 3000,
) -> None:
    """Start children, do something else, and look for zombies."""
    start = mp.Barrier(children)
    team = [mp.Process(target=work, args=(start, work_ms), name=f"child-{number}") for number in range(1, children + 1)]
    for child in team:
        child.start()
    pids = [child.pid or 0 for child in team]
    if variant == "fixed":
        for child in team:
            child.join()
    for child in team:
        wait([child.sentinel])  # comes back at its end, and does not ask for its exit code
    time.sleep(busy_ms / 1000)
    seen = zombies(pids)
    mp.active_children()
    report(f"{seen} zombies {busy_ms / 1000:g} s later; active_children() asks for their ends, then {zombies(pids)}")


if __name__ == "__main__":
    run(main)
