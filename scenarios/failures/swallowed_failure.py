"""# A failure that is swallowed

A worker catches every exception, prints it, and comes to a good end: its exit code is 0. The parent, which looks at
exit codes as it should, sees nothing but success.

**Watch** the lanes end with exit code 0, all of them, and the log tell of the failures that nobody counts.

**Often told wrong:** side by side, "catch exceptions in the child" and "check the exit code". Each is good advice; the
first makes the second useless.

**The fix** is to catch in order to *report*, not in order to hide: send up what went wrong, and end with an exit code
that says so. Or have a `Pool` or an executor do both.
"""

import multiprocessing as mp
import sys
import time
from multiprocessing.queues import SimpleQueue
from typing import Annotated, Literal

from playground.scenario import Range, report, run, scenario


def work(number: int, fails: bool, work_ms: int, problems: "SimpleQueue[str] | None") -> None:
    """Work for a while; some fail in the middle of it."""
    time.sleep(work_ms / 1000)
    try:
        if fails:
            raise ValueError(f"worker {number} could not do it")
    except ValueError as error:
        print(f"error: {error}", flush=True)
        if problems is not None:
            problems.put(str(error))
            sys.exit(1)


@scenario(
    covers=["S31"],
    says={
        "broken": "^6 of 6 workers ended with exit code 0, although 3 failed; failures seen: 0",
        "fixed": "^3 of 6 workers ended with exit code 0, 3 with 1; failures seen: 3",
    },
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "print and go on, or report and end with 1"] = "broken",
    workers: Annotated[int, Range(1, 64), "how many work"] = 6,
    failing: Annotated[int, Range(0, 64), "how many of them fail"] = 3,
    work_ms: Annotated[int, Range(1, 10_000), "how long they work"] = 1800,
) -> None:
    """Start workers of which some fail, and count what the parent sees of that."""
    failing = min(failing, workers)
    problems: SimpleQueue[str] = mp.SimpleQueue()
    told = problems if variant == "fixed" else None
    team = [
        mp.Process(target=work, args=(number, number <= failing, work_ms, told), name=f"worker-{number}")
        for number in range(1, workers + 1)
    ]
    for worker in team:
        worker.start()
    for worker in team:
        worker.join()
    well = sum(worker.exitcode == 0 for worker in team)
    reports = 0
    while not problems.empty():
        print(f"main: {problems.get()}", flush=True)
        reports += 1
    others = f"although {failing} failed" if well == workers else f"{workers - well} with 1"
    report(f"{well} of {workers} workers ended with exit code 0, {others}; failures seen: {reports}")


if __name__ == "__main__":
    run(main)
