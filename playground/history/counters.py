"""Numbers over time: shared values, holders of a semaphore, depth of a queue, tasks done."""

from array import array
from bisect import bisect_right


class Counter:
    """A step function of time; ``writers`` holds the process behind each step."""

    def __init__(self, name: str, resource: int, unit: str, limit: int | None = None) -> None:
        self.name = name
        self.resource = resource
        self.unit = unit
        """value, item, holders, depth or tasks."""
        self.limit = limit
        self.times = array("q")
        self.values = array("d")
        self.writers = array("q")
        self.writes = 0
        self.sampled = False
        """Whether the values were read from outside, so that steps may be missing and nobody knows the writers."""

    def step(self, t: int, value: float, writer: int) -> None:
        """Take a new value."""
        self.times.append(t)
        self.values.append(value)
        self.writers.append(writer)

    def at(self, t: int) -> float | None:
        """The value at an instant; None before the first."""
        index = bisect_right(self.times, t) - 1
        return None if index < 0 else self.values[index]

    def writer_at(self, t: int) -> int | None:
        """Who made the value of an instant."""
        index = bisect_right(self.times, t) - 1
        return None if index < 0 else self.writers[index]

    @property
    def last(self) -> float:
        """The latest value; 0 before the first."""
        return self.values[-1] if self.values else 0.0
