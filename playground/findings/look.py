"""What one look at everybody has told: which threads stand still, in what, and who could end it.

The rows of a look have one instant: WAKER rows, BLOCKED rows, then an INSPECTED row for each process, the last
of them marked as such.
"""

from msgspec import Struct, field

from playground.history import History, Nanoseconds
from playground.probe import layout

Node = tuple[int, int]
"""Process and thread; thread 0 stands for any thread of the process."""
OUTSIDE: Node = (-1, 0)
"""Somebody who is no part of the run, or of whom nothing is known yet; can go on."""


class Call(Struct):
    """The call in which the kernel says that a thread sleeps."""

    operation: str
    timed: bool
    known: bool
    """Whether everybody is known who might end it."""
    things: set[int] = field(default_factory=set)


class Look(Struct):
    """One look."""

    t: Nanoseconds
    inspected: dict[int, int] = field(default_factory=dict)
    """Process that stood still to the flags of its INSPECTED row."""
    calls: dict[Node, Call] = field(default_factory=dict)
    wakers: dict[int, set[Node]] = field(default_factory=dict)
    """Number of a thing to the processes that could end a wait for it."""

    def threads(self, process: int) -> list[int]:
        """The process's threads that the kernel told of."""
        return [thread for p, thread in self.calls if p == process]

    def wakers_of(self, call: Call) -> set[Node] | None:
        """Who could end a call; None when that is not known."""
        if not call.known:
            return None
        return set().union(*(self.wakers.get(thing, set()) for thing in call.things))


class Looks:
    """Puts looks together from their rows."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._look = Look(-1)

    def take(self, row: int) -> Look | None:
        """Take in a row of a look; returns the look when it was its last."""
        h = self._history
        t, process, kind, site, value = h.time[row], h.process[row], h.kind[row], h.site[row], h.value[row]
        if self._look.t != t:
            self._look = Look(t)
        look = self._look
        if kind == layout.WAKER:
            look.wakers.setdefault(site, set()).add(OUTSIDE if value else (process, 0))
        elif kind == layout.BLOCKED:
            node = (process, h.thread[row] or layout.MAIN_THREAD)
            call = look.calls.get(node)
            if call is None:
                timed, known = bool(value & layout.BLOCKED_TIMED), bool(value & layout.BLOCKED_KNOWN)
                operation = value & 0xFF
                words = layout.OPERATIONS[operation] if operation < len(layout.OPERATIONS) else "system"
                call = look.calls[node] = Call(words, timed, known)
            call.things.add(site)
        else:
            look.inspected[process] = value
            if value & layout.INSPECTED_LAST:
                return look
        return None
