"""What went wrong and how to mend it: detectors over a history. Pure, and driven by rows only.

The same rows give the same findings, however they were cut into batches: a detector asks the
history for the instant of the row it looks at, never for its end.
"""

from collections.abc import Iterable
from typing import Protocol

from msgspec.structs import replace

from playground.findings.broken_pool import BrokenPools
from playground.findings.contention import Contention
from playground.findings.convoy import Convoys
from playground.findings.data_race import DataRaces
from playground.findings.deadlock import Deadlocks
from playground.findings.doubled import DoubledOutput
from playground.findings.empty_check import EmptyChecks
from playground.findings.exceptions import Exceptions
from playground.findings.failed_initializer import FailedInitializers
from playground.findings.finding import Finding, Severity
from playground.findings.handlers import Handler, Handlers
from playground.findings.killed import Killed
from playground.findings.leak import Leaks
from playground.findings.livelock import Livelocks
from playground.findings.lock_order import LockOrder
from playground.findings.lost_task import LostTasks
from playground.findings.lost_update import LostUpdates
from playground.findings.lost_wakeup import LostWakeups
from playground.findings.missing_guard import MissingGuard
from playground.findings.mixed_messages import MixedMessages
from playground.findings.no_target import NoTargets
from playground.findings.not_observed import NotObserved
from playground.findings.orphan import Orphans
from playground.findings.over_release import OverReleases
from playground.findings.overwritten import Overwritten
from playground.findings.own_copy import OwnCopies
from playground.findings.starvation import Starvation
from playground.findings.stuck import Stuck
from playground.findings.told import told
from playground.findings.unrun import UnrunHandlers
from playground.findings.unseen import DroppedTasks, UnseenErrors
from playground.findings.zombie import Zombies
from playground.history import Batch, Forgotten, History
from playground.probe import layout

__all__ = ["Finding", "Findings", "Severity"]

_KEEP_LITTLE = (
    Deadlocks,
    Stuck,
    Exceptions,
    FailedInitializers,
    DroppedTasks,
    MissingGuard,
    NotObserved,
    NoTargets,
    Orphans,
    Overwritten,
    OwnCopies,
    UnrunHandlers,
    Zombies,
)
"""Detectors that keep nothing for each process or resource, or only for what goes wrong."""
_NEED_ALL = {DataRaces, EmptyChecks, LockOrder, OverReleases, LostWakeups, Livelocks, MixedMessages}
_NEED_RARE = {LostTasks, BrokenPools, UnseenErrors}
"""Detectors of which every event matters, and those of tasks, which are left out only when they are lost."""
MOST_OF_A_KIND = 100
"""So many findings of one kind are told one by one; the others are counted."""


class Forgetful(Protocol):
    """A detector that can forget what nobody uses any more."""

    def forget(self, forgotten: Forgotten) -> None:
        """Forget these processes and resources."""


class Findings:
    """All findings of a run so far."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._seen = 0
        """How many rows of the run were looked at."""
        self._deadlocks = Deadlocks(history)
        self._lost = LostUpdates(history)
        self._contention = Contention(history, (Starvation(history), Convoys(history)))
        plain = (
            Exceptions,
            Killed,
            FailedInitializers,
            LostTasks,
            BrokenPools,
            UnseenErrors,
            DroppedTasks,
            Zombies,
            Orphans,
            Leaks,
        )
        of_program = (MissingGuard, NotObserved, NoTargets, OwnCopies, UnrunHandlers, DoubledOutput)
        orders = (DataRaces, LockOrder, OverReleases, Livelocks, MixedMessages)
        self._detectors = (
            self._deadlocks,
            Stuck(history, self._deadlocks),
            self._lost,
            Overwritten(history),
            EmptyChecks(history, self._deadlocks),
            LostWakeups(history, self._deadlocks),
            self._contention,
            *(detector(history) for detector in (*plain, *of_program, *orders)),
        )
        self._blind: set[type] = set()
        """Detectors that conclude nothing any more, since events are missing."""
        self._forgetful: tuple[Forgetful, ...] = tuple(
            each for each in self._detectors if not isinstance(each, _KEEP_LITTLE)
        )
        self._handlers: dict[int, list[Handler]] = {}
        self._set_handlers()
        for detector in self._detectors:
            if isinstance(detector.handlers, Handlers):
                detector.handlers.more = self._set_handlers
        self._by_key: dict[tuple[object, ...], Finding] = {}
        self._told: dict[str, int] = {}
        """Kind to how many findings of it are told."""
        self._more: dict[str, tuple[int, Finding]] = {}
        """Kind to how many more there were, and the first of them."""

    def _set_handlers(self) -> None:
        """Put together who looks at rows of which kind, anew when that has changed."""
        self._handlers.clear()
        for kind in (layout.DROPPED, layout.LOST):
            self._handlers[kind] = [self._left_out]
        for detector in self._detectors:
            if type(detector) not in self._blind:
                for kind, handler in detector.handlers.items():
                    self._handlers.setdefault(kind, []).append(handler)

    def _left_out(self, row: int) -> tuple[()]:
        """Events of a process are missing: what rests on knowing every one is concluded no more."""
        missing = _NEED_ALL if self._history.kind[row] == layout.DROPPED else _NEED_ALL | _NEED_RARE
        if not missing <= self._blind:
            self._blind |= missing
            self._set_handlers()
        for detector in (self._lost, self._contention):
            detector.left_out(self._history.process[row])
        return ()

    @property
    def history(self) -> History:
        """What is looked at."""
        return self._history

    @property
    def all(self) -> list[Finding]:
        """Every finding with its latest figures, in the order of their instants; each danger once."""
        return sorted(
            [*told(self._by_key.values()), *self._counted()],
            key=lambda finding: (finding.at, finding.kind != "lost_wakeup"),
        )

    def advance(self) -> list[Finding]:
        """Look at the rows that are new; returns the findings that are."""
        kinds, handlers = self._history.kind, self._handlers
        fresh: list[Finding] = []
        new = self._history.rows - self._seen
        first = len(kinds) - new
        for i, kind in enumerate(kinds[first:], first):
            if kind in handlers:
                for handler in handlers[kind]:
                    found = handler(i)
                    if found:
                        self._keep(found, fresh)
        self._seen = self._history.rows
        return fresh

    def take(self, batch: Batch) -> None:
        """Let the history take in a batch, look at it, and have both forget what they need no more."""
        history = self._history
        for piece in batch.pieces(lambda: history.room):
            due = len(piece) == history.room
            history.append(piece)
            self.advance()
            if due:
                self._forget(history.forget())

    def _forget(self, forgotten: Forgotten) -> None:
        if forgotten.processes or forgotten.resources:
            for detector in self._forgetful:
                detector.forget(forgotten)

    def _keep(self, found: Iterable[Finding], fresh: list[Finding]) -> None:
        for finding in found:
            key = (finding.kind, *finding.key)
            if key not in self._by_key:
                told = self._told[finding.kind] = self._told.get(finding.kind, 0) + 1
                if told > MOST_OF_A_KIND:
                    self._count(finding)
                    continue
                fresh.append(finding)
            self._by_key[key] = finding

    def _count(self, finding: Finding) -> None:
        """One finding more of a kind of which there are many."""
        count, first = self._more.get(finding.kind, (0, finding))
        self._more[finding.kind] = (count + 1, first)

    def _counted(self) -> Iterable[Finding]:
        for count, first in self._more.values():
            times = "once more" if count == 1 else f"{count:,} times more"
            text = f"{first.kind.replace('_', ' ')} {times}; the first of them: {first.text}"
            yield replace(first, text=text, key=("more",), edges=())

    def lost_updates(self, resource: int) -> int:
        """Updates of a value or array that were lost."""
        return self._lost.lost_of(resource)

    def all_stuck(self) -> bool:
        """Whether no process of the run can ever go on by itself."""
        return self._deadlocks.everything_is_stuck()
