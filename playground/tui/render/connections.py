"""What goes from process to process: starts, joins, signals, items of queues. Pure, read from the rows."""

from collections import deque
from typing import NamedTuple

from playground.history import History, Nanoseconds
from playground.probe import layout

MOST_ROWS = 20_000
"""So many rows are looked through; more are too many links anyway."""
_PID = 0xFFFFFFFF
_KINDS = {
    **dict.fromkeys((layout.STARTED, layout.FORKED, layout.PROGRAM_STARTED), "start"),
    **dict.fromkeys((layout.TERMINATE_SENT, layout.KILL_SENT, layout.SIGNAL_SENT), "signal"),
}


class Link(NamedTuple):
    """Something that one process does to another at an instant."""

    at: Nanoseconds
    kind: str
    """start, join, signal or item."""
    source: int
    target: int


def links_between(history: History, first: int, last: int) -> list[Link] | int:
    """The links of the rows from one number to another; minus the number of rows when they are too many."""
    if last - first > MOST_ROWS:
        return -MOST_ROWS
    found: list[Link] = []
    queued: dict[int, deque[int]] = {}
    for i in range(max(first, 0), last):
        kind, at, process = history.kind[i], history.time[i], history.process[i]
        told = _KINDS.get(kind)
        if told is not None:
            pid = history.value[i] & _PID if kind == layout.SIGNAL_SENT else history.value[i]
            _to(found, Link(at, told, process, history.pids.get(pid, -1)))
        elif kind == layout.JOINED:
            _joined(history, found, at, process, history.thread[i])
        elif kind in (layout.PUTTING, layout.GOT):
            resource = history.resource[i]
            if resource not in queued:
                queued[resource] = deque(_unknown(history, resource, first))
            if kind == layout.PUTTING:
                queued[resource].append(process)
            elif queued[resource]:
                _to(found, Link(at, "item", queued[resource].popleft(), process))
    return found


def _joined(history: History, found: list[Link], at: Nanoseconds, process: int, thread: int) -> None:
    """A join that returned because the child had ended."""
    for wait in history.processes[process].waits_at(at - 1):
        child = history.pids.get(wait.joined_pid, -1)
        if wait.thread == (thread or layout.MAIN_THREAD) and child >= 0 and history.processes[child].ended_by(at):
            _to(found, Link(at, "join", child, process))


def _unknown(history: History, resource: int, first: int) -> list[int]:
    """For each item that was in a queue before: nobody."""
    known = history.resources.get(resource)
    before = history.time[first - 1] if first > 0 else -1
    depth = known.counter.at(before) if known is not None and known.counter is not None else 0
    return [-1] * int(depth or 0)


def _to(found: list[Link], link: Link) -> None:
    if link.source >= 0 and link.target >= 0 and link.source != link.target:
        found.append(link)
