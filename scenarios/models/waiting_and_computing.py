"""# Waiting and computing, four ways

The same tasks one after another, in threads, as coroutines of one event loop, and in processes. **Waiting** (for a
network, a disk, a timer) overlaps in all but the first: four waits take as long as one. With **computing** only
processes gain time: the threads of an interpreter take turns, and a coroutine that computes lets nobody else begin.

**Watch** the bars come one by one, at the end the lanes of the processes. Then run it again with `work=computing`.

**Often told wrong:** that threads do not help in Python. They do where the time goes by in waiting, and cost less than
processes, which first have to start. And asyncio makes nothing faster: it waits for many things at once.
"""

import asyncio
import multiprocessing as mp
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Annotated, Literal, TypeAlias

from playground.scenario import Range, measured, report, run, scenario

Done: TypeAlias = tuple[float, float]  # when a task began and ended


def do(work: str, seconds: float) -> Done:
    """Wait, or compute until a core was in use for so long."""
    began, enough = time.monotonic(), time.thread_time() + seconds
    if work == "waiting":
        time.sleep(seconds)
    while work == "computing" and time.thread_time() < enough:
        sum(range(1000))
    return began, time.monotonic()


def serial(work: str, tasks: int, seconds: float) -> list[Done]:
    """One after another."""
    return [do(work, seconds) for _ in range(tasks)]


def threads(work: str, tasks: int, seconds: float) -> list[Done]:
    """A thread for each."""
    with ThreadPoolExecutor(tasks) as pool:
        return list(pool.map(do, [work] * tasks, [seconds] * tasks))


def event_loop(work: str, tasks: int, seconds: float) -> list[Done]:
    """A coroutine for each; it waits with ``await``, and computes like everybody."""

    async def coroutine() -> Done:
        if work == "computing":
            return do(work, seconds)
        began = time.monotonic()
        await asyncio.sleep(seconds)
        return began, time.monotonic()

    async def gathered() -> list[Done]:
        return await asyncio.gather(*(coroutine() for _ in range(tasks)))

    return asyncio.run(gathered())


def take_part(start: Barrier, results: "mp.SimpleQueue[Done]", work: str, seconds: float) -> None:
    """What each process does: begin together with the others."""
    start.wait()
    results.put(do(work, seconds))


def processes(work: str, tasks: int, seconds: float) -> list[Done]:
    """A process for each."""
    start = mp.Barrier(tasks)
    results: mp.SimpleQueue[Done] = mp.SimpleQueue()
    arguments = (start, results, work, seconds)
    team = [mp.Process(target=take_part, args=arguments, name=f"task-{i + 1}") for i in range(tasks)]
    for process in team:
        process.start()
    done = [results.get() for _ in team]
    for process in team:
        process.join()
    return done


@scenario(covers=["S03", "S04", "S05"], says={"": r"at once: serial 1, threads \d+, asyncio \d+, processes \d+$"})
def main(
    work: Annotated[Literal["waiting", "computing"], "what the tasks do"] = "waiting",
    tasks: Annotated[int, Range(1, 32), "how many"] = 4,
    task_ms: Annotated[int, Range(1, 10_000), "how long each waits, or has a core"] = 400,
) -> None:
    """Do the tasks in each of the four ways; count how many were under way at once."""
    most = {}
    for name, way in {"serial": serial, "threads": threads, "asyncio": event_loop, "processes": processes}.items():
        began = time.monotonic()
        done = way(work, tasks, task_ms / 1000)
        measured(name, time.monotonic() - began, "s")
        most[name] = max(sum(a <= begin < b for a, b in done) for begin, _ in done)
        measured(name, most[name], "together")
    report(f"under way at once: {', '.join(f'{name} {count}' for name, count in most.items())}")


if __name__ == "__main__":
    run(main)
