"""A run of ten hours as the collector would give it: the same third of a second again and again.

Four workers take one lock in turn (some wait for it), count a shared value up under it and get what the main process
puts into a queue. In each cycle a child and a lock of its own come and go, and a line is written.
"""

from collections.abc import Iterator

from playground.history import (
    Batch,
    Definition,
    ProcessDefinition,
    ResourceDefinition,
    RunInfo,
    SiteDefinition,
    TextDefinition,
)
from playground.probe import layout

INFO = RunInfo("long/run", "A long run", {}, ("long.py",), "fork", "", "long.py")
CYCLE_NS = 360_000_000
WORKERS = 4
TURNS = 24
"""So often each worker takes the lock in a cycle."""
_LOCK, _VALUE, _QUEUE, _OWN = 1, 2, 3, 4
_CHILD = WORKERS + 1
"""Stands for the child of the cycle, as ``_OWN`` stands for its lock."""

Row = tuple[int, int, int, int, int, int]
"""Process, thread, kind, resource, site, value."""


def _turn(worker: int, *, contended: bool) -> list[Row]:
    rows = [(worker, 1, layout.WAITING, _LOCK, 1, layout.OP_ACQUIRE)] if contended else []
    rows += [(worker, 1, layout.ACQUIRED, _LOCK, 1, 0), (worker, 1, layout.READ, _VALUE, 2, 0)]
    return [*rows, (worker, 1, layout.WROTE, _VALUE, 2, 0), (worker, 1, layout.RELEASING, _LOCK, 3, 0)]


def _cycle() -> list[Row]:
    rows: list[Row] = [(0, 1, layout.STARTED, 0, 4, 0), (_CHILD, 1, layout.BEGAN, 0, 0, 0)]
    rows += [(_CHILD, 1, layout.CREATED, _OWN, 5, 0), (_CHILD, 1, layout.ACQUIRED, _OWN, 6, 0)]
    for turn in range(TURNS):
        for worker in range(1, WORKERS + 1):
            rows += _turn(worker, contended=turn % 4 == 0)
        rows += [(0, 1, layout.PUTTING, _QUEUE, 7, 0), (1 + turn % WORKERS, 1, layout.GOT, _QUEUE, 8, 0)]
    rows += [(_CHILD, 1, layout.RELEASING, _OWN, 6, 0), (_CHILD, 1, layout.EXITING, 0, 0, 0)]
    rows += [(0, 1, layout.CHILD_ENDED, 0, 0, 0), (0, 1, layout.SLEEPING, 0, 0, 1000), (0, 1, layout.SLEPT, 0, 0, 0)]
    for process in range(WORKERS + 1):
        rows += [(process, 1, layout.SAMPLE_CPU, 0, 0, 900), (process, 1, layout.SAMPLE_RSS, 0, 0, 10 << 20)]
    return [*rows, (0, 1, layout.STDOUT, 0, 0, 0)]


_ROWS = _cycle()
ROWS_PER_CYCLE = len(_ROWS)
_PROCESS, _THREAD, _KIND, _RESOURCE, _SITE, _VALUES = (list(column) for column in zip(*_ROWS, strict=True))
_STEP_NS = CYCLE_NS // ROWS_PER_CYCLE


def batches(cycles: int, first: int = 0) -> Iterator[Batch]:
    """A batch for each cycle from number ``first`` on."""
    count = first * TURNS * WORKERS
    for cycle in range(first, first + cycles):
        child, lock, pid = _CHILD + cycle, _OWN + cycle, 5000 + cycle % 30_000
        batch = Batch(_first_definitions() if cycle == 0 else [])
        batch.definitions += [
            ProcessDefinition(child, pid, cycle, 100, f"child-{cycle}", "fork", False, "child"),
            ResourceDefinition(lock, "lock", f"own-{cycle}", child, 5, 1, "i"),
            TextDefinition(cycle + 1, f"cycle {cycle} is done"),
        ]
        begin = cycle * CYCLE_NS
        batch.time.extend(range(begin, begin + ROWS_PER_CYCLE * _STEP_NS, _STEP_NS))
        batch.process.extend([child if p == _CHILD else p for p in _PROCESS])
        batch.thread.extend(_THREAD)
        batch.kind.extend(_KIND)
        batch.resource.extend([lock if r == _OWN else r for r in _RESOURCE])
        batch.site.extend(_SITE)
        for kind, value in zip(_KIND, _VALUES, strict=True):
            if kind == layout.WROTE:
                count += 1
                batch.value.append(count)
            else:
                batch.value.append(_value(kind, value, count, cycle, pid))
        batch.until = batch.time[-1]
        yield batch


def _value(kind: int, value: int, count: int, cycle: int, pid: int) -> int:
    if kind == layout.READ:
        return count
    if kind == layout.STDOUT:
        return cycle + 1
    if kind == layout.STARTED:
        return pid
    return pid << 32 if kind == layout.CHILD_ENDED else value


def _first_definitions() -> list[Definition]:
    names = ["main", *(f"worker-{number}" for number in range(1, WORKERS + 1))]
    return [
        *(
            ProcessDefinition(i, 100 + i, 1, 100 if i else 1, name, "fork", False, "child" if i else "main")
            for i, name in enumerate(names)
        ),
        *(SiteDefinition(i, "long.py", i, "work") for i in range(1, 9)),
        ResourceDefinition(_LOCK, "lock", "lock", 0, 1, 1, "i"),
        ResourceDefinition(_VALUE, "value", "count", 0, 1, 0, "i"),
        ResourceDefinition(_QUEUE, "queue", "queue", 0, 1, 0, "i"),
    ]
