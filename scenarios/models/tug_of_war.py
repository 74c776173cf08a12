"""# Threads pull at one lock

The GIL is a lock that a thread needs to run Python. Who computes gives it away when another one has waited for the
**switch interval**, 5 ms by default. Who waits, sleeps or calls long-running C code gives it away at once: `hashlib`,
`zlib` and much of NumPy compute side by side in threads.

**Watch** three processes, each with a few threads: the first computes in Python, the second hashes, the third sleeps.
The bars tell how many cores each of them used. The turns at computing, how often the lock went from one thread to
another, are fewer with a longer `interval_ms`.

**Often told wrong:** that only one thread can execute at a time. That is so for bytecode, and since Python 3.13 there
are builds without this lock.
"""

import hashlib
import multiprocessing as mp
import sys
import threading
import time
from itertools import pairwise
from typing import Annotated, TypeAlias

from playground.scenario import Range, measured, report, run, scenario

Results: TypeAlias = "mp.SimpleQueue[tuple[int, float]]"  # turns, and cores that were in use


def compute() -> None:
    """A bit of bytecode."""
    for _ in range(1000):
        pass


def digest() -> None:
    """A call of C code that works without the lock."""
    hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 500)


def nap() -> None:
    """A call that waits without the lock."""
    time.sleep(0.001)


def pull(work: str, number: int, seconds: float, owners: list[int]) -> None:
    """Work bit by bit; after each write down whose turn it was."""
    bit = {"computing": compute, "hashing": digest, "sleeping": nap}[work]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        bit()
        owners.append(number)


def tug(
    work: str, threads: int, seconds: float, interval_ms: float, results: "mp.SimpleQueue[tuple[int, float]]"
) -> None:
    """Let the threads pull; give the number of turns and the cores that were in use."""
    sys.setswitchinterval(interval_ms / 1000)
    owners: list[int] = []
    others = [threading.Thread(target=pull, args=(work, i, seconds, owners)) for i in range(1, threads)]
    began, cpu = time.monotonic(), time.process_time()
    for thread in others:
        thread.start()
    pull(work, 0, seconds, owners)
    for thread in others:
        thread.join()
    used = (time.process_time() - cpu) / (time.monotonic() - began)
    results.put((sum(one != other for one, other in pairwise(owners)), used))


@scenario(
    covers=["S07"], says={"": r"^\d+ turns at computing; cores used: computing \d\.\d, hashing \d\.\d, sleeping 0"}
)
def main(
    threads: Annotated[int, Range(1, 16), "how many pull"] = 2,
    seconds: Annotated[float, Range(0.05, 10), "how long"] = 1.5,
    interval_ms: Annotated[float, Range(0.01, 1000), "switch interval"] = 5.0,
) -> None:
    """Let threads compute, hash and sleep, each kind in a process of its own."""
    results: Results = mp.SimpleQueue()
    turns, cores = {}, {}
    for work in ("computing", "hashing", "sleeping"):
        arena = mp.Process(target=tug, args=(work, threads, seconds, interval_ms, results), name=work)
        arena.start()
        turns[work], cores[work] = results.get()
        arena.join()
        measured(work, cores[work], "cores")
    used = ", ".join(f"{work} {count:.1f}" for work, count in cores.items())
    report(f"{turns['computing']} turns at computing; cores used: {used}")


if __name__ == "__main__":
    run(main)
