"""Numbers over time: shared values, holders of a semaphore, depth of a queue, tasks done."""

from array import array
from bisect import bisect_right

from playground.history import columns

BLOCK = 128
"""Of so many steps the lowest and highest value are kept, once somebody has asked for a long stretch."""
_NO_BLOCKS = array("d")
_NO_STAGES: "dict[str, Counter]" = {}
"""Both are shared by all that have none, and never changed."""


class Counter:
    """A step function of time; ``writers`` holds the process behind each step.

    Steps before the window are forgotten; ``first``, ``lowest``, ``highest`` and ``writes`` are of all of them.
    """

    __slots__ = (
        "_begin",
        "_highs",
        "_lows",
        "first",
        "highest",
        "limit",
        "lowest",
        "name",
        "resource",
        "sampled",
        "stages",
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
        self.stages = _NO_STAGES
        """Of tasks done: ``submitted`` and ``started``."""
        self._lows = self._highs = _NO_BLOCKS
        """Of the blocks that follow one another from the step ``_begin`` on."""
        self._begin = 0

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
        index = self.index_at(t)
        return None if index < 0 else self.values[index]

    def index_at(self, t: int) -> int:
        """Number of the step that counts at an instant; -1 before the first."""
        return bisect_right(self.times, t) - 1

    def stage(self, name: str) -> "Counter":
        """The counter of an earlier stage of the same tasks; made when it is asked for first."""
        if self.stages is _NO_STAGES:
            self.stages = {}
        if name not in self.stages:
            self.stages[name] = Counter(self.name, self.resource, name)
        return self.stages[name]

    def extent(self, first: int, end: int) -> tuple[float, float]:
        """Lowest and highest value of the steps from one up to another, of which there must be one."""
        if end - first <= 2 * BLOCK:
            part = self.values[first:end]
            return min(part), max(part)
        self._summarise()
        one = -(-(first - self._begin) // BLOCK) if first > self._begin else 0
        other = max(min((end - self._begin) // BLOCK, len(self._lows)), one)
        left, right = self._begin + one * BLOCK, self._begin + other * BLOCK
        edges = self.values[first:left] + self.values[right:end]
        return min(edges + self._lows[one:other]), max(edges + self._highs[one:other])

    def _summarise(self) -> None:
        """Look at the blocks that have become full."""
        if self._lows is _NO_BLOCKS:
            self._lows, self._highs = array("d"), array("d")
        for left in range(self._begin + len(self._lows) * BLOCK, len(self.values) - BLOCK + 1, BLOCK):
            part = self.values[left : left + BLOCK]
            self._lows.append(min(part))
            self._highs.append(max(part))

    def lowered_by(self) -> set[int]:
        """The processes that made it smaller, as far as its steps are known."""
        pairs = zip(self.values, self.values[1:], self.writers[1:], strict=False)
        return {writer for before, after, writer in pairs if after < before}

    @property
    def last(self) -> float:
        """The latest value; 0 before the first."""
        return self.values[-1] if self.values else 0.0

    def fold(self) -> None:
        """Forget all steps but the last one."""
        for each in (self, *self.stages.values()):
            if len(each.times) > 1:
                each.forget(each.times[-1])

    def forget(self, since: int) -> None:
        """Forget the steps before an instant, but the one that counts then."""
        self._cut(columns.forget(since, self.times, self.values, self.writers))
        for stage in self.stages.values():
            stage.forget(since)

    def _cut(self, count: int) -> None:
        """Let the blocks follow when so many of the first steps are gone."""
        blocks = -(-max(count - self._begin, 0) // BLOCK)
        if blocks >= len(self._lows):
            self._lows = self._highs = _NO_BLOCKS
            self._begin = 0
        else:
            del self._lows[:blocks], self._highs[:blocks]
            self._begin += blocks * BLOCK - count
