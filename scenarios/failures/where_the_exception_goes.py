"""# Where does the exception go?

The same function fails in a `Process`, in a `Pool` and in a `ProcessPoolExecutor`. Each time main has a `try` around
the call that waits for it. What does it catch?

**Watch** the first lane: the process ends with exit code 1, its traceback is in the log, and main goes on as if nothing
had been. Then the workers of pool and executor: they live on, and the exception comes back to main.

**Often told wrong:** that `try: process.join() except ...` catches what the child raised. `join()` only waits; it
returns None in any case. Look at `exitcode`. A pool's `get()` and a future's `result()` raise it again, with the
worker's traceback as its cause.

They too have a hole: an exception that cannot be made again on the other side (`kind=unpicklable`: its `__init__` wants
more than its message). It ends the pool's thread that takes in results: `get()` never returns, here it has a limit, and
leaving the pool then fails with an AssertionError. An executor breaks. And `sys.exit()` in a task ends a pool's worker,
and the task is lost; from an executor it comes home and ends main, if main lets it.
"""

import multiprocessing as mp
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


class Picky(Exception):
    """An exception that cannot be pickled and made again: it remembers only its message."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def fail(kind: str, work_ms: int) -> None:
    """Work for a while and fail."""
    time.sleep(work_ms / 1000)
    if kind == "sys.exit":
        sys.exit(3)
    raise Picky(7, "picky") if kind == "unpicklable" else ValueError("no such luck")


def in_a_process(kind: str, work_ms: int, _limit_s: float) -> str:
    """Run it in a process; returns what there is to see beside an exception."""
    process = mp.Process(target=fail, args=(kind, work_ms), name="process")
    process.start()
    process.join()
    return f"nothing, exit code {process.exitcode}"


def in_a_pool(kind: str, work_ms: int, limit_s: float) -> str:
    """Run it in a pool."""
    with mp.Pool(1) as pool:
        pool.apply_async(fail, (kind, work_ms)).get(limit_s)
    return "nothing"


def in_an_executor(kind: str, work_ms: int, _limit_s: float) -> str:
    """Run it in an executor."""
    with ProcessPoolExecutor(1) as executor:
        executor.submit(fail, kind, work_ms).result()
    return "nothing"


def seen(call: Callable[[str, int, float], str], kind: str, work_ms: int, limit_s: float) -> str:
    """What main sees of the failure."""
    try:
        return call(kind, work_ms, limit_s)
    except (Exception, SystemExit) as error:
        return type(error).__name__


@scenario(
    covers=["S23"],
    finds={"": ("unhandled_exception",)},
    says={"": "^Process: nothing, exit code 1; Pool: ValueError; Executor: ValueError"},
)
def main(
    kind: Annotated[Literal["ValueError", "sys.exit", "unpicklable"], "how it fails"] = "ValueError",
    work_ms: Annotated[int, Range(1, 10_000), "when it fails"] = 1200,
    limit_ms: Annotated[int, Range(10, 60_000), "how long to wait for the pool"] = 4000,
) -> None:
    """Let it fail in three places and say what main saw of it."""
    places = {"Process": in_a_process, "Pool": in_a_pool, "Executor": in_an_executor}
    saw = {name: seen(call, kind, work_ms, limit_ms / 1000) for name, call in places.items()}
    report("; ".join(f"{name}: {what}" for name, what in saw.items()))


if __name__ == "__main__":
    run(main)
