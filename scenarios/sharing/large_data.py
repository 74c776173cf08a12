"""# Large data for many processes

Arguments are **copied**: pickled in main, sent through a pipe, unpickled in each worker. With spawn and forkserver
every worker then has all of it once more, in memory of its own. A block of `SharedMemory` is there once; what the
workers get is its name.

**Watch** the bars: the memory that each worker has for itself alone. It is more than the size of the data; in the fixed
variant it is what a process needs anyway. RSS, in the table of processes, does not tell: it counts what is shared too.

**Often told wrong:** that this is so with every start method. A forked worker shares all of main's memory until one of
them writes to it, so it gets its arguments for nothing; that is why this one does not run with fork.

**The fix:** `SharedMemory`, by name; or a file that all of them map.
"""

import multiprocessing as mp
import re
import shutil
import time
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Annotated, Any, Literal

from playground.scenario import Range, measured, report, run, scenario

MIB = 1 << 20


def private_mib() -> int:
    """Memory that only this process has."""
    text = Path("/proc/self/smaps_rollup").read_text()
    return sum(map(int, re.findall(r"^Private_\w+: +(\d+) kB", text, re.MULTILINE))) // 1024


def use(data: bytes | str, private: "mp.SimpleQueue[int]", stay_ms: int) -> None:
    """Look at all of the data, or of the block of that name; say how much memory is ours alone."""
    block = SharedMemory(data) if isinstance(data, str) else None
    view: Any = data if block is None else block.buf
    seen = sum(1 for place in range(0, len(view), 4096) if view[place] == 1)
    print(f"{mp.current_process().name}: saw {seen} pages", flush=True)
    private.put(private_mib())
    measured(f"{mp.current_process().name}, private", private_mib(), "MiB")
    time.sleep(stay_ms / 1000)
    if block is not None:
        del view
        block.close()


@scenario(
    covers=["S36"],
    says={"broken": r"^(\d+) of \1 workers have", "fixed": r"^0 of \d+ workers have"},
    methods=("spawn", "forkserver"),
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "the data as an argument, or the name of a block"] = "broken",
    workers: Annotated[int, Range(1, 16), "how many need the data"] = 3,
    size_mib: Annotated[int, Range(32, 512), "how much data, in MiB"] = 32,
    stay_ms: Annotated[int, Range(0, 10_000), "how long each stays"] = 2000,
) -> None:
    """Give the same data to all workers."""
    free_mib = shutil.disk_usage("/dev/shm").free // MIB
    if variant == "fixed" and free_mib < 2 * size_mib:
        report(f"not tried: /dev/shm has {free_mib} MiB free, the block needs {size_mib}, and some room should be left")
        return
    measured("the data", size_mib, "MiB")
    private: mp.SimpleQueue[int] = mp.SimpleQueue()
    block: Any = SharedMemory(create=True, size=size_mib * MIB) if variant == "fixed" else None
    if block is not None:
        block.buf[:] = b"\1" * len(block.buf)
    data = b"\1" * (size_mib * MIB) if block is None else block.name
    team = [mp.Process(target=use, args=(data, private, stay_ms), name=f"worker-{i}") for i in range(1, workers + 1)]
    for worker in team:
        worker.start()
    each = [private.get() for _ in team]
    for worker in team:
        worker.join()
    if block is not None:
        block.close()
        block.unlink()
    copies = sum(mib >= size_mib for mib in each)
    report(f"{copies} of {workers} workers have a copy of {size_mib} MiB; private: {', '.join(map(str, each))} MiB")


if __name__ == "__main__":
    run(main)
