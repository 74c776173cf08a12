"""What went wrong and how to mend it: detectors over a history. Pure, and driven by rows only.

The same rows give the same findings, however they were cut into batches: a detector asks the
history for the instant of the row it looks at, never for its end.
"""

from collections.abc import Callable, Iterable

from playground.findings.broken_pool import BrokenPools
from playground.findings.contention import Contention
from playground.findings.convoy import Convoys
from playground.findings.data_race import DataRaces
from playground.findings.deadlock import Deadlocks
from playground.findings.exceptions import Exceptions
from playground.findings.finding import Finding, Severity
from playground.findings.killed import Killed
from playground.findings.leak import Leaks
from playground.findings.lock_order import LockOrder
from playground.findings.lost_task import LostTasks
from playground.findings.lost_update import LostUpdates
from playground.findings.lost_wakeup import LostWakeups
from playground.findings.missing_guard import MissingGuard
from playground.findings.not_observed import NotObserved
from playground.findings.orphan import Orphans
from playground.findings.over_release import OverReleases
from playground.findings.starvation import Starvation
from playground.findings.stuck import Stuck
from playground.findings.told import told
from playground.findings.zombie import Zombies
from playground.history import History

__all__ = ["Finding", "Findings", "Severity"]

Handler = Callable[[int], Iterable[Finding]]
"""Looks at the row of a number."""


class Findings:
    """All findings of a run so far."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._seen = 0
        self._deadlocks = Deadlocks(history)
        self._lost = LostUpdates(history)
        plain = (Exceptions, Killed, LostTasks, BrokenPools, Zombies, Orphans, Leaks, MissingGuard, NotObserved)
        orders = (DataRaces, LockOrder, OverReleases)
        self._detectors = (
            self._deadlocks,
            Stuck(history, self._deadlocks),
            self._lost,
            LostWakeups(history, self._deadlocks),
            Contention(history, (Starvation(history), Convoys(history))),
            *(detector(history) for detector in (*plain, *orders)),
        )
        self._handlers: dict[int, list[Handler]] = {}
        for detector in self._detectors:
            for kind, handler in detector.handlers.items():
                self._handlers.setdefault(kind, []).append(handler)
        self._by_key: dict[tuple[object, ...], Finding] = {}

    @property
    def all(self) -> list[Finding]:
        """Every finding with its latest figures, in the order of their instants; each danger once."""
        return sorted(told(self._by_key.values()), key=lambda finding: (finding.at, finding.kind != "lost_wakeup"))

    def advance(self) -> list[Finding]:
        """Look at the rows that are new; returns the findings that are."""
        kinds, handlers = self._history.kind, self._handlers
        fresh: list[Finding] = []
        for i in range(self._seen, len(kinds)):
            for handler in handlers.get(kinds[i], ()):
                found = handler(i)
                if found:
                    self._keep(found, fresh)
        self._seen = len(kinds)
        return fresh

    def _keep(self, found: Iterable[Finding], fresh: list[Finding]) -> None:
        for finding in found:
            key = (finding.kind, *finding.key)
            if key not in self._by_key:
                fresh.append(finding)
            self._by_key[key] = finding

    def lost_updates(self, resource: int) -> int:
        """Updates of a value or array that were lost."""
        return self._lost.lost_of(resource)

    def all_stuck(self) -> bool:
        """Whether no process of the run can ever go on by itself."""
        return self._deadlocks.everything_is_stuck()
