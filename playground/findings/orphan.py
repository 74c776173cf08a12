"""Processes that live on although the one that started them has ended."""

from collections.abc import Callable, Iterable

from playground.findings import causes
from playground.findings.finding import Finding, Severity
from playground.findings.wakers import HELPERS
from playground.history import History, Nanoseconds
from playground.history.told import exit_text
from playground.probe import layout

PATIENCE: Nanoseconds = 500_000_000
"""Who ends within this time after its parent is no orphan of interest."""
_NOT_MEANT = HELPERS | {"manager"}
_SHOWN = 5

_ADVICE = (
    "Children are joined, daemons terminated, only when the parent ends in good order: not by os._exit() or a signal."
    " Let children end when multiprocessing.parent_process() is dead, or use prctl(PR_SET_PDEATHSIG)."
)


class Orphans:
    """Looks at a process each time the observer has seen it alive."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._orphans: dict[int, list[int]] = {}
        """Ended parent to its children that live on."""
        self._known: set[int] = set()
        self._starters = causes.Starters(history)
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.STARTED: self._starters.started,
            layout.SAMPLE_CPU: self._look,
            layout.INSPECTED: self._look,
        }

    def _look(self, row: int) -> Iterable[Finding]:
        h, t = self._history, self._history.time[row]
        child = h.process[row]
        if child in self._known or h.processes[child].definition.role in _NOT_MEANT:
            return
        parent = self._starters.parent_of(child)
        if (
            parent is None
            or parent == child
            or not h.processes[parent].ended_by(t - PATIENCE)
            or h.processes[child].ended_by(t)
        ):
            return
        if h.processes[parent].definition.role in {*HELPERS, "program"}:
            return
        self._known.add(child)
        self._orphans.setdefault(parent, []).append(child)
        yield self._finding(parent, self._orphans[parent])

    def _finding(self, parent: int, children: list[int]) -> Finding:
        h = self._history
        ended = h.processes[parent].ended or 0
        names = ", ".join(h.name(child) for child in children[:_SHOWN]) + (", ..." if len(children) > _SHOWN else "")
        lives, them = ("lives", "it") if len(children) == 1 else ("live", "them")
        text = (
            f"{names} {lives} on although {h.name(parent)}, which started {them},"
            f" ended ({exit_text(h.processes[parent].exitcode)}) at {ended / 1e9:.1f} s:"
            f" nobody will join {them}"
        )
        programs = all(h.processes[child].definition.role == "program" for child in children)
        severity: Severity = "info" if programs or causes.by_person(h, parent) else "warning"
        return Finding("orphan", severity, (*children, parent), (), ended, text, _ADVICE, key=(parent,))
