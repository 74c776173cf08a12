"""# A print storm

Several processes print long lines to one pipe. `print` puts them into a **buffer** first; what is written when depends
on how full it is. So the rest of a line can come long after its beginning, and the lines of others between.

**Watch** the log: main says of each line it got which letters it is made of. A line of one letter came through whole.
With `variant=lock` the lock is held in turn, one printer at a time, and the lines are torn all the same.

**Often told wrong:** that a lock round `print` keeps lines apart. It protects what happens while it is held, and the
writing may happen later: at the next `print`, or when the process ends.

**The fix** is to lock *and* to write out before giving the lock back: `with lock: print(..., flush=True)`.
"""

import multiprocessing as mp
import time
from contextlib import nullcontext
from itertools import groupby
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Lock
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def write(pipe: Connection, lock: Lock, start: Barrier, letter: str, lines: int, make_ms: int, variant: str) -> None:
    """Print lines in two halves; both are more than the buffer takes, which is 8192 characters."""
    start.wait()
    with open(pipe.fileno(), "w", closefd=False) as page:
        for _ in range(lines):
            with nullcontext() if variant == "broken" else lock:
                time.sleep(make_ms / 1000)
                print(letter * 5000, file=page, end="")
                print(letter * 5000, file=page, flush=variant == "fixed")
            time.sleep(3 * make_ms / 1000)


def pieces(line: str) -> str:
    """How often which letter comes in a row."""
    return ", ".join(f"{len(list(same))} {letter}" for letter, same in groupby(line))


@scenario(
    covers=["S13"],
    says={"broken": r"^garbled [1-9]\d* of", "lock": r"^garbled [1-9]\d* of", "fixed": r"^garbled 0 of"},
)
def main(
    variant: Annotated[Literal["broken", "lock", "fixed"], "no lock, a lock, or a lock and flush"] = "broken",
    printers: Annotated[int, Range(2, 26), "how many print"] = 4,
    lines: Annotated[int, Range(2, 100), "how many lines each prints"] = 5,
    make_ms: Annotated[int, Range(1, 10_000), "how long it takes to make a line"] = 150,
) -> None:
    """Let them print, read what comes out of the pipe, and count the lines that came through whole."""
    page, pipe = mp.Pipe(duplex=False)
    lock = mp.Lock()
    start = mp.Barrier(printers)
    letters = [chr(ord("A") + i) for i in range(printers)]
    arguments = (lines, make_ms, variant)
    team = [mp.Process(target=write, args=(pipe, lock, start, each, *arguments), name=each) for each in letters]
    for printer in team:
        printer.start()
    pipe.close()
    whole = 0
    with open(page.fileno(), closefd=False) as text:
        for line in text:
            print(pieces(line.rstrip("\n")), flush=True)
            whole += line[:-1] in [letter * 10_000 for letter in letters]
    for printer in team:
        printer.join()
    printed = printers * lines
    report(f"garbled {printed - whole} of {printed} lines")


if __name__ == "__main__":
    run(main)
