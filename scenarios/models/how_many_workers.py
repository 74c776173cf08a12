"""# How many workers?

The same jobs by one worker, by two, by four and so on. Jobs that **compute** gain until there is a worker for each
core; more of them share the same cores and have to be started and fed. Jobs that **wait** gain from every further
worker.

**Watch** the bars shrink, and where they stop shrinking. Of many workers each is at work for a small part of the time.

**Often told wrong:** that more processes are faster, or that `os.cpu_count()` is the number to take. It counts the
cores of the machine; a program may be allowed fewer: `len(os.sched_getaffinity(0))`, or from Python 3.13 on
`os.process_cpu_count()`, which a pool takes by itself since then.
"""

import multiprocessing as mp
import os
import time
from typing import Annotated, Literal

from playground.scenario import Range, measured, report, run, scenario


def do(job: tuple[str, float]) -> None:
    """Wait, or compute until a core was in use for so long."""
    work, seconds = job
    if work == "waiting":
        time.sleep(seconds)
        return
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))


@scenario(covers=["S43b"], says={"": r"^quickest with \d+ workers? of up to \d+; \d+ cores? may be used$"})
def main(
    work: Annotated[Literal["computing", "waiting"], "what the jobs do"] = "computing",
    jobs: Annotated[int, Range(1, 1000), "how many"] = 40,
    job_ms: Annotated[int, Range(1, 1000), "how long each has a core, or waits"] = 25,
    most: Annotated[int, Range(1, 32), "workers at most"] = 8,
) -> None:
    """Do the jobs with pools of growing size; tell which was the quickest."""
    took = {}
    size = 1
    while size <= most:
        with mp.Pool(size) as pool:
            began = time.monotonic()
            pool.map(do, [(work, job_ms / 1000)] * jobs, chunksize=1)
            took[size] = time.monotonic() - began
        measured(f"{size} worker{'s' if size > 1 else ''}", took[size], "s")
        size *= 2
    best = min(took, key=lambda size: took[size])
    cores = len(os.sched_getaffinity(0))
    may = f"{cores} core{'s' if cores > 1 else ''} may be used"
    report(f"quickest with {best} worker{'s' if best > 1 else ''} of up to {most}; {may}")


if __name__ == "__main__":
    run(main)
