"""Processes and resources of a run, with what is known of each over time."""

from array import array
from bisect import bisect_right, insort
from dataclasses import dataclass, field

from playground.history.batch import ProcessDefinition, ResourceDefinition
from playground.history.counters import Counter
from playground.history.lane import Lane, State
from playground.probe import layout


@dataclass(slots=True)
class WaitSpan:
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


@dataclass(slots=True)
class Process:
    """A process: who it is, its lane, its waits and how it ended."""

    definition: ProcessDefinition
    lane: Lane
    thread_names: dict[int, str] = field(default_factory=dict)
    thread_numbers: dict[int, int] = field(default_factory=dict)
    """The kernel's thread id to the number that rows have; the main thread's id is the pid."""
    waits: dict[int, list[WaitSpan]] = field(default_factory=dict)
    began: int | None = None
    ended: int | None = None
    exitcode: int | None = None
    booted: int | None = None
    """When a spawned child had everything it was started with."""
    exiting: int | None = None
    reaped: int | None = None
    """When its parent took note of its end; between the two it is a zombie."""
    ended_by_person: int | None = None
    """When a person first sent it a signal that ends a process."""
    sighted: int | None = None
    """When the observer met it, should that have been before it spoke."""
    spoken: dict[int, int] = field(default_factory=dict)
    """Thread to the time of its first event."""
    blocked: set[int] = field(default_factory=set)
    """Threads that the kernel says are asleep in a call of which the program told nothing."""
    last_row: int = 0
    """Time of its latest own event."""
    sites: "array[int]" = field(default_factory=lambda: array("q"))
    site_times: "array[int]" = field(default_factory=lambda: array("q"))
    samples: dict[str, Counter] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Whether it has begun and not ended."""
        return self.began is not None and self.ended is None

    def ended_by(self, t: int) -> bool:
        """Whether it had ended."""
        return self.ended is not None and self.ended <= t

    def zombie_at(self, t: int) -> bool:
        """Whether it had ended and nobody had reaped it."""
        return self.ended_by(t) and (self.reaped is None or self.reaped > t)

    def open_wait(self, thread: int) -> WaitSpan | None:
        """What a thread waits for now."""
        spans = self.waits.get(thread)
        return spans[-1] if spans and spans[-1].until is None else None

    def open_waits(self) -> list[WaitSpan]:
        """What its threads wait for now."""
        return [wait for thread in self.waits if (wait := self.open_wait(thread)) is not None]

    def waits_at(self, t: int) -> list[WaitSpan]:
        """What its threads waited for at an instant."""
        found = []
        for spans in self.waits.values():
            index = bisect_right(spans, t, key=lambda span: span.since) - 1
            if index >= 0:
                until = spans[index].until
                if until is None or until > t:
                    found.append(spans[index])
        return found

    def waits_between(self, start: int, end: int, limit: int) -> list[WaitSpan]:
        """Waits of the main thread that lasted into a stretch of time; none when there are more than ``limit``."""
        spans = self.waits.get(layout.MAIN_THREAD, [])
        last = bisect_right(spans, end, key=lambda span: span.since)
        first = max(0, bisect_right(spans, start, key=lambda span: span.since) - 1)
        return spans[first:last] if last - first <= limit else []

    def site_at(self, t: int) -> int:
        """The last line it was seen on; 0 when unknown."""
        index = bisect_right(self.site_times, t) - 1
        return 0 if index < 0 else self.sites[index]

    def sample_at(self, name: str, t: int) -> float | None:
        """The latest cpu, rss or threads sample."""
        counter = self.samples.get(name)
        return None if counter is None else counter.at(t)

    def state_at(self, t: int) -> State | None:
        """Its state; None before it began."""
        index = self.lane.index_at(t)
        return None if index < 0 else State(self.lane.states[index])


_OPEN = 1 << 62


class Resource:
    """A lock, queue, value or other shared thing, and who held it when."""

    def __init__(self, definition: ResourceDefinition) -> None:
        self.definition = definition
        self.acquired = 0
        self.contended = 0
        self.max_holders = 0
        self.longest_hold = 0
        """The longest of the holds that are over, in nanoseconds."""
        self.longest_wait = 0
        self.depth = 0
        """Of a queue: items that were put and not yet got, those of blocked puts among them."""
        self.counter: Counter | None = None
        self.items: dict[int, Counter] = {}
        self._since = array("q")
        self._until = array("q")
        self._process = array("q")
        self._thread = array("q")
        self._site = array("q")
        self._oldest_open = array("q")
        self._open: list[int] = []
        self._given_back: dict[int, int] = {}
        """Process to the hold that its latest release ended."""

    def hold(self, t: int, process: int, thread: int, site: int) -> None:
        """Begin a hold."""
        self.acquired += 1
        self._open.append(len(self._since))
        self._since.append(t)
        self._until.append(_OPEN)
        self._process.append(process)
        self._thread.append(thread)
        self._site.append(site)
        self._oldest_open.append(self._open[0])
        self.max_holders = max(self.max_holders, len(self._open))

    def release(self, t: int, process: int) -> int | None:
        """End a hold, the releaser's own if it has one; returns whose it was, None when nobody held it."""
        self._given_back.pop(process, None)
        if not self._open:
            return None
        own = [i for i in self._open if self._process[i] == process]
        index = own[-1] if own else self._open[0]
        self._open.remove(index)
        self._given_back[process] = index
        self._until[index] = t
        self.longest_hold = max(self.longest_hold, t - self._since[index])
        return self._process[index]

    def take_back(self, process: int) -> int | None:
        """Undo a process's latest release, which failed; returns whose hold goes on, None when it had ended none."""
        index = self._given_back.pop(process, None)
        if index is None:
            return None
        self._until[index] = _OPEN
        insort(self._open, index)
        return self._process[index]

    def waited(self, length: int) -> None:
        """Take note that a wait for it is over which lasted so long."""
        self.longest_wait = max(self.longest_wait, length)

    def holders(self) -> list[tuple[int, int, int, int]]:
        """Process, thread, site and since of each hold now."""
        return [(self._process[i], self._thread[i], self._site[i], self._since[i]) for i in self._open]

    def holds_between(self, start: int, end: int, limit: int) -> list[tuple[int, int, int]]:
        """Process, since and until of the holds in a stretch of time; none when there are more than ``limit``."""
        last = bisect_right(self._since, end)
        if last == 0:
            return []
        first = self._oldest_open[max(0, bisect_right(self._since, start) - 1)]
        if last - first > limit:
            return []
        span = [i for i in range(first, last) if self._until[i] > start]
        return [(self._process[i], self._since[i], self._until[i]) for i in span]

    def holders_at(self, t: int) -> list[tuple[int, int, int, int]]:
        """Process, thread, site and since of each hold at an instant."""
        last = bisect_right(self._since, t) - 1
        if last < 0:
            return []
        span = range(self._oldest_open[last], last + 1)
        held = [i for i in span if self._since[i] <= t < self._until[i]]
        return [(self._process[i], self._thread[i], self._site[i], self._since[i]) for i in held]
