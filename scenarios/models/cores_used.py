"""# Threads and processes that compute

The same counting loop, once in threads and once in processes. In CPython a lock, the GIL, lets one thread of an
interpreter run bytecode at a time: however many threads there are, together they have one core. Each process has an
interpreter of its own, so that they use as many cores as there are.

**Watch** main do all of the first part alone, its CPU at 100 %, then the lanes of the counters side by side. The bars
tell how many cores each way used: seconds of CPU for a second of time.

**Often told wrong:** a factor, as if it were a law. It cannot be more than the number of cores, starting the processes
takes its part, and when others use the machine it is less.
"""

import multiprocessing as mp
import os
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Annotated, TypeAlias

from playground.scenario import Range, measured, report, run, scenario

Done: TypeAlias = tuple[float, float, float]  # when counting began and ended, and the seconds of CPU for it


def count(millions: int) -> Done:
    """Count, which is all bytecode."""
    began, cpu = time.monotonic(), time.thread_time()
    for _ in range(1_000_000 * millions):
        pass
    return began, time.monotonic(), time.thread_time() - cpu


def take_part(start: Barrier, results: "mp.SimpleQueue[Done]", millions: int) -> None:
    """What each process does: begin together with the others."""
    start.wait()
    results.put(count(millions))


def in_threads(workers: int, millions: int) -> list[Done]:
    """A thread for each worker."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(count, [millions] * workers))


def in_processes(workers: int, millions: int) -> list[Done]:
    """A process for each worker."""
    start = mp.Barrier(workers)
    results: mp.SimpleQueue[Done] = mp.SimpleQueue()
    arguments = (start, results, millions)
    team = [mp.Process(target=take_part, args=arguments, name=f"counter-{i + 1}") for i in range(workers)]
    for process in team:
        process.start()
    done = [results.get() for _ in team]
    for process in team:
        process.join()
    return done


def cores(name: str, done: list[Done]) -> float:
    """How many cores were in use on average, from the first begin to the last end."""
    took = max(ended for _, ended, _ in done) - min(began for began, _, _ in done)
    used = sum(cpu for _, _, cpu in done) / took
    measured(name, took, "s")
    measured(name, used, "cores")
    return used


@scenario(covers=["S06"], says={"": r"^cores used: threads (0\.\d|1\.0), processes \d+\.\d, of \d+$"})
def main(
    workers: Annotated[int, Range(1, 32), "how many count"] = 4,
    millions: Annotated[int, Range(1, 100), "how far each counts"] = 20,
) -> None:
    """Count in threads, then in processes."""
    threads = cores("threads", in_threads(workers, millions))
    processes = cores("processes", in_processes(workers, millions))
    report(f"cores used: threads {threads:.1f}, processes {processes:.1f}, of {len(os.sched_getaffinity(0))}")


if __name__ == "__main__":
    run(main)
