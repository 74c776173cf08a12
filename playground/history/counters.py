"""Numbers over time: shared values, holders of a semaphore, depth of a queue, tasks done."""

from array import array
from bisect import bisect_right

from playground.history import columns


class Counter:
    """A step function of time; ``writers`` holds the process behind each step.

    Steps before the window are forgotten; ``first``, ``lowest``, ``highest`` and ``writes`` are of all of them.
    """

    __slots__ = (
        "first",
        "highest",
        "limit",
        "lowest",
        "name",
        "resource",
        "sampled",
        "times",
        "unit",
        "values",
        "writers",
        "writes",
    )

    def __init__(self, name: str, resource: int, unit: str, limit: int | None = None) -> None:
        self.name = name
        self.resource = resource
        self.unit = unit
        """value, item, holders, depth or tasks."""
        self.limit = limit
        self.times = array("q")
        self.values = array("d")
        self.writers = array("i")
        self.first: float | None = None
        """The first value; None when there was none, as ``lowest`` and ``highest`` are."""
        self.lowest: float | None = None
        self.highest: float | None = None
        self.writes = 0
        self.sampled = False
        """Whether the values were read from outside, so that steps may be missing and nobody knows the writers."""

    def step(self, t: int, value: float, writer: int) -> None:
        """Take a new value."""
        self.times.append(t)
        self.values.append(value)
        self.writers.append(writer)
        if self.lowest is None or self.highest is None:
            self.first = self.lowest = self.highest = value
        elif value < self.lowest:
            self.lowest = value
        elif value > self.highest:
            self.highest = value

    def at(self, t: int) -> float | None:
        """The value at an instant; None before the first that is known."""
        index = bisect_right(self.times, t) - 1
        return None if index < 0 else self.values[index]

    @property
    def last(self) -> float:
        """The latest value; 0 before the first."""
        return self.values[-1] if self.values else 0.0

    def fold(self) -> None:
        """Forget all steps but the last one."""
        if len(self.times) > 1:
            self.forget(self.times[-1])

    def forget(self, since: int) -> None:
        """Forget the steps before an instant, but the one that counts then."""
        columns.forget(since, self.times, self.values, self.writers)
