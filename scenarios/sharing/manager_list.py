"""# A list of a manager

`Manager()` starts a **server process**. The list is in there; what the workers have are proxies, and every `append` is
a call to the server and back. That is no shared memory. A single `append` is one step there, so none is lost; in which
order they come is up to the workers.

**Watch** the server's lane beside the workers': it has one, as it is a process. Broken: main leaves the `with` block,
which ends the server, while the workers still want to append: their next call fails.

**Often told wrong:** `Manager().List()`; the names are in lower case, `list()` and `dict()`.

**The fix:** join the workers, and take out what you want to keep, before the manager goes.
"""

import multiprocessing as mp
import time
from multiprocessing.synchronize import Barrier, Event
from typing import Annotated, Any, Literal

from playground.scenario import Range, report, run, scenario


def square(squares: Any, ready: Barrier, go: Event, number: int, work_ms: int) -> None:
    """Append the square of a number, after some work."""
    ready.wait()
    go.wait()
    time.sleep(work_ms / 1000)
    squares.append(number * number)


@scenario(
    covers=["S18"],
    finds={"broken": ("unhandled_exception",)},
    says={"broken": r"ended by FileNotFoundError", "fixed": r"^(\d+) of \1 squares"},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "leave the manager first, or join first"] = "broken",
    workers: Annotated[int, Range(1, 32), "how many append"] = 5,
    work_ms: Annotated[int, Range(1, 10_000), "longest work before an append"] = 2500,
) -> None:
    """Collect squares in a list that a server keeps."""
    kept: list[int] = []
    ready, go = mp.Barrier(workers + 1), mp.Event()
    with mp.Manager() as manager:
        squares = manager.list()
        team = []
        for i in range(workers):
            number, own_ms = (3 * i) % workers + 1, work_ms * (i + 1) // workers
            arguments = (squares, ready, go, number, own_ms)
            team.append(mp.Process(target=square, args=arguments, name=f"worker-{number}"))
        for worker in team:
            worker.start()
        ready.wait()
        if variant == "fixed":
            go.set()
            for worker in team:
                worker.join()
            kept = list(squares)
    go.set()
    for worker in team:
        worker.join()
    report(f"{len(kept)} of {workers} squares kept: {', '.join(map(str, kept)) or 'none'}")


if __name__ == "__main__":
    run(main)
