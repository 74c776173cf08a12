"""Runs that stand still, to be looked at."""

from playground.probe import layout
from tests.unit.rows import Run


def ring(run: Run, names: str, kind: str = "lock") -> tuple[list[int], list[int]]:
    """Processes that hold a lock each and wait for that of the next one, from 20 ms on."""
    processes = [run.process(name) for name in names]
    locks = [run.resource(f"lock-{name}", kind) for name in names]
    for process, lock in zip(processes, locks, strict=True):
        run.row(10, process, layout.ACQUIRED, lock, site=run.site("/x/work.py", 10 + process, "work"))
    for process in processes:
        following = locks[(processes.index(process) + 1) % len(locks)]
        run.waits(20 + process, process, following, layout.OP_ACQUIRE, site=run.site("/x/work.py", 20, "work"))
    return processes, locks


def reader(run: Run, since: float = 20) -> int:
    """Process A, which waits for something from a queue."""
    process = run.process("A")
    run.waits(since, process, run.resource("queue", "queue"), layout.OP_GET)
    return process
