"""Made-up runs: definitions and rows in words, as the batches that a collector would give."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from playground.findings import Finding, Findings
from playground.history import (
    Batch,
    Counter,
    Definition,
    History,
    Lane,
    ProcessDefinition,
    ResourceDefinition,
    RunInfo,
    SiteDefinition,
    TextDefinition,
    ThreadDefinition,
)
from playground.probe import layout

MS = 1_000_000
INFO = RunInfo("topic/name", "Title", {"workers": 2}, ("python", "name.py"), "fork", "import os\n", "name.py")

Row = tuple[int, int, int, int, int, int, int]


class Run:
    """One run in the making; times are milliseconds, processes and resources go by the numbers given out here.

    A definition stands before the rows that are added after it, however the run is cut.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._definitions: list[tuple[int, Definition]] = []
        self._counts = {"process": 0, "resource": 0, "site": 0, "text": 0}

    # --- Definitions --------------------------------------------------------------------------------

    def process(self, name: str, *, role: str = "child", began: float | None = 0) -> int:
        """A process, pid 100 + its number; unless ``began`` is None it speaks at that time."""
        index = self._next("process", start=0)
        self.define(ProcessDefinition(index, 100 + index, 7, 99, name, "fork", False, role))
        if began is not None:
            self.row(began, index, layout.BEGAN, value=99)
        return index

    def thread(self, process: int, number: int, name: str) -> int:
        self.define(ThreadDefinition(process, number, name, 5000 + number))
        return number

    def resource(self, name: str, kind: str = "lock", *, limit: int = 1, typecode: str = "i") -> int:
        index = self._next("resource")
        self.define(ResourceDefinition(index, kind, name, 0, 0, limit, typecode))
        return index

    def definition(self, index: int, name: str, kind: str) -> ResourceDefinition:
        """A resource as it is known better later, to be defined."""
        return ResourceDefinition(index, kind, name, 0, 0, 1, "i")

    def site(self, file: str, line: int, function: str) -> int:
        index = self._next("site")
        self.define(SiteDefinition(index, file, line, function))
        return index

    def text(self, content: str) -> int:
        index = self._next("text")
        self.define(TextDefinition(index, content))
        return index

    def define(self, definition: Definition) -> None:
        self._definitions.append((len(self.rows), definition))

    def _next(self, what: str, start: int = 1) -> int:
        self._counts[what] += 1
        return self._counts[what] - 1 + start

    # --- Rows ---------------------------------------------------------------------------------------

    def row(
        self, t: float, process: int, kind: int, resource: int = 0, *, value: int = 0, thread: int = 1, site: int = 0
    ) -> None:
        """One row; earlier than the last one is an error of the test."""
        at = round(t * MS)
        assert not self.rows or self.rows[-1][0] <= at, "rows stand in time order"
        self.rows.append((at, process, thread, kind, resource, site, value))

    def waits(
        self, t: float, process: int, resource: int, operation: int, *, timed: bool = False, site: int = 0
    ) -> None:
        """The main thread begins to wait."""
        self.row(t, process, layout.WAITING, resource, value=(1 << 8 if timed else 0) | operation, site=site)

    def look(self, t: float, *processes: int, timer: Sequence[int] = ()) -> None:
        """One look at the whole run: these stand still, those of ``timer`` handle a timer's signal."""
        for process in processes:
            flags = layout.INSPECTED_TIMER if process in timer else 0
            flags |= layout.INSPECTED_LAST if process == processes[-1] else 0
            self.row(t, process, layout.INSPECTED, value=ord("S") | flags)

    def blocked(self, t: float, process: int, operation: int, wakers: Sequence[int] | None = None, **how: int) -> None:
        """The kernel says that a thread sleeps in a call, and if it can who (-1: somebody outside) could end that."""
        thread, timed, thing = how.get("thread", 1), how.get("timed", 0), 1 + len(self.rows)
        for waker in wakers or ():
            self.row(t, max(waker, 0), layout.WAKER, site=thing, value=int(waker < 0))
        value = operation | timed * layout.BLOCKED_TIMED | (wakers is not None) * layout.BLOCKED_KNOWN
        self.row(t, process, layout.BLOCKED, how.get("resource", 0), value=value, thread=thread, site=thing)

    def ended(self, t: float, process: int, status: int) -> None:
        """The warden reaps the process."""
        self.row(t, process, layout.REAPED, value=status)

    # --- Batches ------------------------------------------------------------------------------------

    def batch(self) -> Batch:
        """Everything at once, all definitions first: as a recording gives it."""
        return self.cut(())[0]

    def cut(self, places: Iterable[int]) -> list[Batch]:
        """The run in pieces that end before the rows of these numbers, each with the definitions that are new."""
        inner = sorted({place for place in places if 0 < place < len(self.rows)})
        pieces = list(pairwise([0, *inner, len(self.rows) + 1]))
        return [self._piece(start, stop) for start, stop in pieces]

    def _piece(self, start: int, stop: int) -> Batch:
        batch = Batch([each for place, each in self._definitions if start <= place < stop])
        for row in self.rows[start:stop]:
            batch.add(row)
        batch.until = batch.time[-1] if len(batch) else 0
        return batch

    def history(self, places: Iterable[int] = ()) -> History:
        """What is known at the end, taken in by these pieces."""
        history = History(INFO)
        for batch in self.cut(places):
            history.append(batch)
        return history

    def findings(self, places: Iterable[int] = ()) -> list[Finding]:
        """What is found when the detectors look after each of these pieces."""
        history = History(INFO)
        findings = Findings(history)
        for batch in self.cut(places):
            history.append(batch)
            findings.advance()
        return findings.all


def holding_at(lane: Lane, t: int) -> int:
    """How many resources the process of a lane held at an instant."""
    return lane.holding_counts[max(0, bisect_right(lane.holding_starts, t) - 1)]


def counter_of(history: History, name: str) -> Counter:
    """The counter of that name."""
    return next(each for each in history.counters if each.name == name)
