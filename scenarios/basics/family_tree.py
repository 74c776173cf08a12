"""# Who started whom

Every process has a number, its pid, and a parent. A child can start children of its own: a family grows.

**Watch** the lanes come generation by generation, and count: how many were started, and how many run. With spawn and
forkserver there are **helpers** that nobody asked for: the resource tracker, which removes what others leave behind,
and for each that has children a fork server, which makes them.

**Often told wrong:** that `os.getppid()` is the process that started this one. It is the one that the kernel made it
from: with forkserver, the default on Linux from Python 3.14 on, that is a fork server. And a pid is unique among the
living only; the kernel gives it out again.

**The fix:** ask `multiprocessing.parent_process()`.
"""

import multiprocessing as mp
import os
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Annotated, TypeAlias

from playground.scenario import Range, report, run, scenario

Told: TypeAlias = "mp.SimpleQueue[tuple[bool, bool]]"
"""For each process: whether getppid and parent_process name the one that started it."""


def live(starter: int, generations: int, children: int, told: Told, leave: Event) -> None:
    """Tell who is the parent, start the next generation, stay until all may leave."""
    parent = mp.parent_process()
    print(f"{mp.current_process().name}: started by {starter}, getppid() says {os.getppid()}", flush=True)
    told.put((os.getppid() == starter, parent is not None and parent.pid == starter))
    family = start(mp.current_process().name, generations, children, told, leave)
    leave.wait()
    for child in family:
        child.join()


def start(name: str, generations: int, children: int, told: Told, leave: Event) -> list[mp.Process]:
    """Start children, if there is to be another generation."""
    if not generations:
        return []
    arguments = (os.getpid(), generations - 1, children, told, leave)
    family = [mp.Process(target=live, args=arguments, name=f"{name}-{i + 1}") for i in range(children)]
    for child in family:
        child.start()
    return family


def descendants(pid: int) -> int:
    """How many processes come from this one, whoever started them."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has just ended

    def below(parent: int) -> int:
        return sum(1 + below(child) for child, its_parent in parents.items() if its_parent == parent)

    return below(pid)


@scenario(covers=["S02"], says={"": r"^\d+ started, \d+ run; of them getppid\(\) knows \d+, parent_process\(\) \d+$"})
def main(
    generations: Annotated[int, Range(1, 3), "children, grandchildren and their children"] = 2,
    children: Annotated[int, Range(1, 3), "how many each has"] = 2,
    stay_ms: Annotated[int, Range(0, 10_000), "how long the family stays"] = 3000,
) -> None:
    """Found a family, count it, and let it go."""
    told: Told = mp.SimpleQueue()
    leave = mp.Event()
    family = start("child", generations, children, told, leave)
    members = [told.get() for _ in range(sum(children**n for n in range(1, generations + 1)))]
    running = descendants(os.getpid())
    time.sleep(stay_ms / 1000)
    leave.set()
    for child in family:
        child.join()
    knows, knows_too = (sum(each) for each in zip(*members, strict=True))
    report(f"{len(members)} started, {running} run; of them getppid() knows {knows}, parent_process() {knows_too}")


if __name__ == "__main__":
    run(main)
