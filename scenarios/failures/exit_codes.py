"""# A bestiary of exit codes

All that a parent learns of the end of a `Process` is one number: `exitcode`. 0 is well, a positive number comes from
the program or from Python, a negative one is the **signal** that ended it. `None` is: not yet.

**Watch** the lanes: each process ends in another way, one after the other, with its code at its end.

**Often told wrong:** that `return 1` says that something failed. What the target returns is thrown away, the code is 0.
It is 0 too when an exception was caught inside, and when a *thread* of the process died of one. An exception that
nobody caught gives 1, whichever it was.

`sys.exit(256)` gives 0: only the lowest eight bits of a number are kept. `sys.exit("words")` prints them to stderr and
gives 1. Use `sys.exit(code)` with 1 to 255 to say that something failed.
"""

import multiprocessing as mp
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Annotated

from playground.scenario import Range, report, run, scenario


def caught() -> None:
    """Fail, and swallow it."""
    try:
        raise ValueError("caught inside")
    except ValueError as error:
        print(f"caught: {error}", flush=True)


def fail() -> None:
    """Fail, and let it go up."""
    raise ValueError("nobody catches this")


def in_a_thread() -> None:
    """Let a thread fail; the process does not mind."""
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


WAYS: dict[str, Callable[[], object]] = {
    "return 1": lambda: 1,
    "sys.exit(1)": lambda: sys.exit(1),
    "sys.exit('words')": lambda: sys.exit("words"),
    "sys.exit(256)": lambda: sys.exit(256),
    "sys.exit(-1)": lambda: sys.exit(-1),
    "caught ValueError": caught,
    "ValueError": fail,
    "ValueError in a thread": in_a_thread,
    "os._exit(7)": lambda: os._exit(7),
    "SIGTERM": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "SIGKILL": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "SIGABRT": lambda: os.kill(os.getpid(), signal.SIGABRT),
}
"""Ways to end, by their names."""


def end(way: str) -> object:
    """End in this way."""
    return WAYS[way]()


@scenario(
    covers=["S29"],
    finds={"": ("unhandled_exception", "killed")},
    says={
        "": r"^return 1 -> 0, sys.exit\(1\) -> 1, .*\(256\) -> 0, .*\(-1\) -> 255, caught ValueError -> 0, "
        r"ValueError -> 1, .* thread -> 0, os._exit\(7\) -> 7, SIGTERM -> -15, SIGKILL -> -9, SIGABRT -> -6$"
    },
)
def main(gap_ms: Annotated[int, Range(0, 10_000), "pause between one end and the next"] = 400) -> None:
    """Let one process end in each of the ways and list their exit codes."""
    codes = {}
    for way in WAYS:
        process = mp.Process(target=end, args=(way,), name=way)
        process.start()
        process.join()
        codes[way] = process.exitcode
        time.sleep(gap_ms / 1000)
    report(", ".join(f"{way} -> {code}" for way, code in codes.items()))


if __name__ == "__main__":
    run(main)
