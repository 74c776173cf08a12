"""What one thread waited for, one wait after the other."""

from array import array
from bisect import bisect_right

from msgspec import Struct

from playground.probe import layout

_TIMED, _SEEN = 1, 2
_OPEN = 1 << 62
_FOR_CHILD = frozenset({layout.OP_JOIN, layout.OP_CHILD})


class WaitSpan(Struct):
    """One wait of one thread; ``until`` is None while it lasts."""

    thread: int
    operation: int
    resource: int
    site: int
    since: int
    timed: bool
    joined_pid: int = 0
    until: int | None = None
    seen: bool = False
    """Whether it is the kernel that tells of it, and not the program."""


class Waits:
    """The waits of a thread as columns, the last of which may still go on."""

    __slots__ = (
        "_flags",
        "_joined",
        "_operations",
        "_resources",
        "_since",
        "_sites",
        "_thread",
        "_until",
        "for_child_until",
        "going_on",
    )

    def __init__(self, thread: int) -> None:
        self._thread = thread
        self._since, self._until = array("q"), array("q")
        self._resources, self._sites, self._joined = array("i"), array("i"), array("q")
        self._operations, self._flags = array("b"), array("b")
        self.going_on = False
        """Whether it waits now."""
        self.for_child_until = 0
        """Of what is forgotten: when the last wait for a child ended."""

    @property
    def count(self) -> int:
        """How many that are over are known."""
        return len(self._since) - self.going_on

    @property
    def open(self) -> WaitSpan | None:
        """What it waits for now."""
        return self._span(-1) if self.going_on else None

    def begin(
        self, t: int, operation: int, resource: int, site: int, joined_pid: int, *, timed: bool, seen: bool
    ) -> None:
        """Begin to wait; what was waited for before is over."""
        if self.going_on:
            self._until[-1] = t
        self.going_on = True
        self._since.append(t)
        self._until.append(_OPEN)
        self._resources.append(resource)
        self._sites.append(site)
        self._joined.append(joined_pid)
        self._operations.append(operation)
        self._flags.append(timed * _TIMED | seen * _SEEN)

    def correct(self, operation: int, site: int) -> None:
        """Know better what it waits for now, and where."""
        self._operations[-1] = operation
        self._sites[-1] = site

    def is_for(self, resource: int) -> bool:
        """Whether it waits for a resource now."""
        return self.going_on and self._resources[-1] == resource

    def end(self, t: int) -> tuple[int, int]:
        """Wait no more; returns the resource that it has waited for, 0 if none, and since when."""
        if not self.going_on:
            return 0, t
        self.going_on = False
        self._until[-1] = t
        return self._resources[-1], self._since[-1]

    def _span(self, i: int) -> WaitSpan:
        until = self._until[i]
        return WaitSpan(
            self._thread,
            self._operations[i],
            self._resources[i],
            self._sites[i],
            self._since[i],
            bool(self._flags[i] & _TIMED),
            self._joined[i],
            None if until == _OPEN else until,
            bool(self._flags[i] & _SEEN),
        )

    def at(self, t: int) -> WaitSpan | None:
        """The wait that went on at an instant."""
        i = bisect_right(self._since, t) - 1
        return self._span(i) if i >= 0 and self._until[i] > t else None

    def between(self, start: int, end: int, limit: int) -> list[WaitSpan]:
        """Waits that lasted into a stretch of time; none when there are more than ``limit``."""
        last = bisect_right(self._since, end)
        first = max(0, bisect_right(self._since, start) - 1)
        return [self._span(i) for i in range(first, last)] if last - first <= limit else []

    def begun(self, resource: int = 0, joined_pid: int = 0) -> list[int]:
        """When each wait began: of all, or of those for a resource or a process."""
        waits = zip(self._since, self._resources, self._joined, strict=True)
        return [t for t, r, pid in waits if resource in (0, r) and joined_pid in (0, pid)]

    def ended(self, since: int) -> int | None:
        """When the wait that began at an instant was over; None while it is not."""
        i = bisect_right(self._since, since) - 1
        return self._until[i] if i >= 0 and self._since[i] == since and self._until[i] != _OPEN else None

    def last_for_child(self, t: int) -> int:
        """When the last wait for a child ended that was over by an instant; 0 when there was none."""
        for i in range(len(self._since) - 1, -1, -1):
            if self._until[i] <= t and self._is_for_child(i):
                return self._until[i]
        return self.for_child_until

    def _is_for_child(self, i: int) -> bool:
        operation = self._operations[i]
        return (operation == layout.OP_JOIN and not self._resources[i]) or operation == layout.OP_CHILD

    def forget(self, since: int) -> None:
        """Forget the waits that were over before an instant."""
        count = bisect_right(self._until, since)
        if not _FOR_CHILD.isdisjoint(self._operations[:count]):
            self.for_child_until = max(
                [self._until[i] for i in range(count) if self._is_for_child(i)], default=self.for_child_until
            )
        for column in (
            self._since,
            self._until,
            self._resources,
            self._sites,
            self._joined,
            self._operations,
            self._flags,
        ):
            del column[:count]
