"""# What a child gets from its parent

Main changes a global variable, the environment and the working directory, opens a file, and then starts three children.
What does each of them see? **fork** copies the process: everything is there. **spawn** starts a new interpreter and
imports the module again: the global is what the source says, the file is not open. With **forkserver** the child is a
copy of a server that started with the very first child, here before the changes: the environment is that of then.

**Watch** the children one after another, what each says in the log, and the bars.

**Often told wrong:** that a child shares variables with its parent. With fork it gets a copy, its own from then on; an
open file is one file, though, with one position. Nobody gets the standard input: in a child it is `/dev/null`.

**The fix:** hand over as arguments what a child needs. That works with all three.
"""

import multiprocessing as mp
import os
import tempfile
import time
from typing import Annotated, Any, TypeAlias

from playground.scenario import START_METHODS, Range, measured, report, run, scenario

Seen: TypeAlias = "mp.SimpleQueue[dict[str, bool]]"

colour = "grey"
"""Main makes it green; where the module is imported anew, it is grey again."""


def nap(pause_ms: int) -> None:
    """Be there for a while."""
    time.sleep(pause_ms / 1000)


def is_open(file: int, path: str) -> bool:
    """Whether a descriptor is that file here."""
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except OSError:
        return False


def look(given: str, file: int, path: str, seen: Seen, pause_ms: int) -> None:
    """Tell which of the changes have come here."""
    seen.put(
        {
            "argument": given == "green",
            "directory": os.path.samefile(os.getcwd(), os.path.dirname(path)),
            "environment": os.environ.get("COLOUR") == "green",
            "global": colour == "green",
            "open file": is_open(file, path),
        }
    )
    nap(pause_ms)


@scenario(covers=["S21"], says={"": r"^of 5 changes a child saw: fork 5, spawn 3, forkserver 2$"})
def main(pause_ms: Annotated[int, Range(0, 10_000), "how long each child stays"] = 1000) -> None:
    """Start a child, change everything, start a child in each way, and count what it saw."""
    global colour
    first = mp.get_context("forkserver").Process(target=nap, args=(pause_ms,), name="first")
    first.start()
    first.join()
    counts = []
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "notes.txt")
        file = os.open(path, os.O_CREAT | os.O_RDWR)
        colour = os.environ["COLOUR"] = "green"
        os.chdir(directory)
        for method in START_METHODS:
            context: Any = mp.get_context(method)
            seen: Seen = context.SimpleQueue()
            child = context.Process(target=look, args=("green", file, path, seen, pause_ms), name=f"{method}-child")
            child.start()
            found = seen.get()
            child.join()
            print(f"{method} saw: {', '.join(what for what, came in found.items() if came)}", flush=True)
            measured(method, sum(found.values()), "changes")
            counts.append(f"{method} {sum(found.values())}")
        os.chdir(before)
        os.close(file)
    report(f"of 5 changes a child saw: {', '.join(counts)}")


if __name__ == "__main__":
    run(main)
