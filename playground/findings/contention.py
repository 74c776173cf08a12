"""Who waits for which lock since when, for those who judge how the waiting is shared out."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from playground.findings.finding import Finding
from playground.findings.handlers import Handler, Handlers
from playground.history import Forgotten, History, State
from playground.probe import layout

Thread = tuple[int, int]
"""Process and thread."""


class Waiting(Struct):
    """A thread that waits for a lock or a permit."""

    process: int
    since: int
    site: int
    taken_before: int
    """How often the resource had been taken when it began."""
    judged_at: int = 0


class Judge(Protocol):
    """What looks at the waits for a resource; ``waits`` are those that go on, the longest first."""

    handlers: dict[int, Handler]
    """What it looks at besides."""

    def began(self, row: int, waits: dict[Thread, Waiting]) -> Iterable[Finding]:
        """Somebody has begun to wait, and is among them."""

    def left(self, row: int, waiting: Waiting) -> Iterable[Finding]:
        """Somebody waits no more, with or without having got it."""

    def taken(self, row: int, waiting: Waiting | None, waits: dict[Thread, Waiting], times: int) -> Iterable[Finding]:
        """Somebody has got it, after a wait or at once, for the ``times``-th time since there are waits."""

    def forget(self, resource: int) -> None:
        """Nobody uses it any more."""


class Contention:
    """Follows the waits for locks and semaphores; costs little where nobody waits."""

    def __init__(self, history: History, judges: Sequence[Judge]) -> None:
        self._history = history
        self._judges = judges
        self._waits: dict[int, dict[Thread, Waiting]] = {}
        self._taken: dict[int, int] = {}
        self.handlers = Handlers({layout.WAITING: self._waiting})

    def forget(self, forgotten: Forgotten) -> None:
        """Forget locks that nobody uses, and who is gone."""
        gone = set(forgotten.processes)
        for resource in forgotten.resources:
            self._waits.pop(resource, None)
            self._taken.pop(resource, None)
            for judge in self._judges:
                judge.forget(resource)
        for waits in self._waits.values():
            for thread in [thread for thread in waits if thread[0] in gone]:
                del waits[thread]

    def left_out(self, process: int) -> None:
        """Events of a process are missing: nobody knows how long it has waited."""
        for waits in self._waits.values():
            for thread in [thread for thread in waits if thread[0] == process]:
                del waits[thread]

    def _follow(self) -> None:
        """Look from the first wait on at who gets and gives back what."""
        followers = {layout.ACQUIRED: self._acquired, layout.WOKE: self._woke, layout.TIMED_OUT: self._woke}
        self.handlers.follow(followers)
        for judge in self._judges:
            self.handlers.follow(judge.handlers)

    def _waiting(self, row: int) -> Iterable[Finding]:
        h = self._history
        resource = h.resource[row]
        if h.value[row] & 0xFF != layout.OP_ACQUIRE or not resource:
            return ()
        if not self._waits:
            self._follow()
        waits = self._waits.setdefault(resource, {})
        taken = self._taken.setdefault(resource, 0)
        waits[h.process[row], h.thread[row]] = Waiting(h.process[row], h.time[row], h.site[row], taken)
        return [found for judge in self._judges for found in judge.began(row, waits)]

    def _acquired(self, row: int) -> Iterable[Finding]:
        waits = self._waits.get(self._history.resource[row])
        return self._contended(row, waits) if waits else ()

    def _contended(self, row: int, waits: dict[Thread, Waiting]) -> Iterable[Finding]:
        h = self._history
        waiting = waits.pop((h.process[row], h.thread[row]), None)
        self._taken[h.resource[row]] += 1
        found: list[Finding] = []
        for judge in self._judges:
            if waiting is not None:
                found += judge.left(row, waiting)
            found += judge.taken(row, waiting, waits, self._taken[h.resource[row]])
        return found

    def _woke(self, row: int) -> Iterable[Finding]:
        h = self._history
        waits = self._waits.get(h.resource[row])
        waiting = waits.pop((h.process[row], h.thread[row]), None) if waits else None
        return () if waiting is None else [f for judge in self._judges for f in judge.left(row, waiting)]


def could_go_on(history: History, waiting: Waiting, t: int) -> bool:
    """Whether the waiter has all the time been able to take what it waits for: neither ended nor suspended."""
    process = history.processes[waiting.process]
    lane = process.lane
    states = lane.states[max(0, lane.index_at(waiting.since)) : lane.index_at(t) + 1]
    return not process.ended_by(t) and State.SUSPENDED not in states
