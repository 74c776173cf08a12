"""The instants of a run worth going to, by what makes them so. Pure."""

from collections.abc import Iterable

from playground.findings import Finding
from playground.history import History, Mark, Nanoseconds, State

KINDS = {
    "all": "findings, actions, what was reported, ends and bookmarks",
    "findings": "what was found",
    "actions": "what a person did to the run",
    "said": "what the program reported or marked",
    "ends": "who was killed or ended by an error",
    "waits": "where a process begins to stand still",
    "bookmarks": "your own",
}
"""Kind of mark to its meaning."""
_GROUPS = {"action": "actions", "mark": "said", "report": "said", "death": "ends", "raised": "ends"}


def marks(history: History, found: Iterable[Finding], bookmarks: Iterable[tuple[Nanoseconds, str]]) -> list[Mark]:
    """All marks but waits, of which there are many, in the order of time; each of one of the ``KINDS``."""
    listed = [Mark(m.time, _GROUPS.get(m.kind, "said"), m.text, m.process) for m in history.marks]
    listed += [Mark(f.at, "findings", f.text, f.processes[0] if f.processes else -1, f.severity) for f in found]
    listed += [Mark(at, "bookmarks", note, -1) for at, note in bookmarks]
    return sorted(listed, key=lambda mark: mark.time)


def waits(history: History) -> list[Nanoseconds]:
    """When main threads of processes began to wait, in the order of time."""
    begun: set[Nanoseconds] = set()
    for process in history.shown.values():
        lane = process.lane
        begun.update(t for t, state in zip(lane.starts, lane.states, strict=True) if state == State.WAITING)
    return sorted(begun)
