"""Processes and resources of a run, with what is known of each over time."""

from array import array
from bisect import bisect_right, insort
from typing import Any

from msgspec import Struct, field

from playground.history import columns
from playground.history.batch import ProcessDefinition, ResourceDefinition
from playground.history.counters import Counter
from playground.history.lane import Lane, State
from playground.history.waits import Waits, WaitSpan
from playground.probe import layout

_NOBODY: set[int] = set()
_EMPTY: dict[Any, Any] = {}
"""Shared by all that are folded, and never changed."""


class Process(Struct):
    """A process: who it is, its lane, its waits and how it ended."""

    definition: ProcessDefinition
    lane: Lane
    thread_names: dict[int, str] = field(default_factory=dict)
    thread_numbers: dict[int, int] = field(default_factory=dict)
    """The kernel's thread id to the number that rows have; the main thread's id is the pid."""
    waits: dict[int, Waits] = field(default_factory=dict)
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
    sites: "array[int]" = field(default_factory=lambda: array("i"))
    site_times: "array[int]" = field(default_factory=lambda: array("q"))
    samples: dict[str, Counter] = field(default_factory=dict)
    folded: bool = False
    """Whether it ended so long ago that no more is known than who it was, how it ended and how it spent its time."""

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

    def waits_of(self, thread: int) -> Waits:
        """What a thread waited for, to be added to."""
        waits = self.waits.get(thread)
        if waits is None:
            waits = self.waits[thread] = Waits(thread)
        return waits

    def open_wait(self, thread: int) -> WaitSpan | None:
        """What a thread waits for now."""
        waits = self.waits.get(thread)
        return waits.open if waits is not None else None

    def open_waits(self) -> list[WaitSpan]:
        """What its threads wait for now."""
        return [waits.open for waits in self.waits.values() if waits.open is not None]

    def waits_at(self, t: int) -> list[WaitSpan]:
        """What its threads waited for at an instant."""
        return [span for waits in self.waits.values() if (span := waits.at(t)) is not None]

    def waits_between(self, start: int, end: int, limit: int) -> list[WaitSpan]:
        """Waits of the main thread that lasted into a stretch of time; none when there are more than ``limit``."""
        waits = self.waits.get(layout.MAIN_THREAD)
        return waits.between(start, end, limit) if waits is not None else []

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

    def forget(self, since: int) -> None:
        """Forget what lies before an instant."""
        self.lane.forget(since)
        columns.forget(since, self.site_times, self.sites)
        for waits in self.waits.values():
            waits.forget(since)
        for counter in self.samples.values():
            counter.forget(since)

    def fold(self) -> None:
        """Forget all but who it was, how it ended and how it spent its time."""
        self.folded = True
        self.lane.fold(self.ended or 0)
        self.thread_names = self.thread_numbers = self.waits = self.spoken = self.samples = _EMPTY
        self.blocked = _NOBODY
        self.sites = self.site_times = columns.NOTHING


NEVER = _OPEN = 1 << 62
_NONE: list[tuple[int, ...]] = []
_NO_HOLDS: list[int] = []
_SEMAPHORES = frozenset({"semaphore", "bounded_semaphore"})
_EVERY = 128
"""After so many holds it is written down which were going on."""


class Resource:
    """A lock, queue, value or other shared thing, and who held it when."""

    __slots__ = (
        "_given_back",
        "_going_on",
        "_open",
        "_process",
        "_since",
        "_site",
        "_thread",
        "_until",
        "acquired",
        "contended",
        "counter",
        "counts_holders",
        "definition",
        "depth",
        "items",
        "longest_hold",
        "longest_wait",
        "lost_since",
        "max_holders",
        "signal_since",
        "unseen_writes",
    )

    def __init__(self, definition: ResourceDefinition) -> None:
        self.acquired = 0
        self.contended = 0
        self.max_holders = 0
        self.longest_hold = 0
        """The longest of the holds that are over, in nanoseconds."""
        self.longest_wait = 0
        self.lost_since = NEVER
        """From when on it is known that nobody who is left has it, though it is not free."""
        self.unseen_writes = 0
        """Writes that were counted only, since they came too fast."""
        self.depth = 0
        """Of a queue: items that were put and not yet got, those of blocked puts among them."""
        self.counter: Counter | None = None
        self.define(definition)
        self.items: dict[int, Counter] = _EMPTY
        self.signal_since = _OPEN
        """From when on it is known to be a signal, a semaphore that others give back than take it; far off if never."""
        self._fold()

    def define(self, definition: ResourceDefinition) -> None:
        """Know better what it is; its counter follows its name."""
        self.definition = definition
        self.counts_holders = definition.kind in _SEMAPHORES
        """Whether a counter tells how many hold it."""
        if self.counter is not None:
            self.counter.name = definition.name

    def _fold(self) -> None:
        self._open: list[int] = _NO_HOLDS
        self._since = self._until = self._process = self._thread = self._site = columns.NOTHING
        self._going_on: list[tuple[int, ...]] = _NONE
        """Before every ``_EVERY``-th hold: those that were going on."""
        self._given_back: dict[int, int] = _EMPTY
        """Process to the hold that its latest release ended."""

    def _unfold(self) -> None:
        self._since, self._until = array("q"), array("q")
        self._process, self._thread, self._site = array("i"), array("i"), array("i")
        self._open, self._going_on, self._given_back = [], [], {}

    def hold(self, t: int, process: int, thread: int, site: int) -> None:
        """Begin a hold."""
        if self._since is columns.NOTHING:
            self._unfold()
        self.acquired += 1
        number, going_on = len(self._since), self._open
        if not number % _EVERY:
            self._going_on.append(tuple(going_on))
        going_on.append(number)
        self._since.append(t)
        self._until.append(_OPEN)
        self._process.append(process)
        self._thread.append(thread)
        self._site.append(site)
        if len(going_on) > self.max_holders:
            self.max_holders = len(going_on)

    def release(self, t: int, process: int) -> int | None:
        """End a hold, the releaser's own if it has one; returns whose it was, None when nobody held it."""
        going_on, whose = self._open, self._process
        if not going_on:
            self._given_back.pop(process, None)
            return None
        index = going_on.pop()
        if whose[index] != process and going_on:
            going_on.append(index)
            index = next((i for i in reversed(going_on) if whose[i] == process), going_on[0])
            going_on.remove(index)
        owner = whose[index]
        if owner != process and self.counts_holders and t < self.signal_since:
            self.signal_since = t
        self._given_back[process] = index
        self._until[index] = t
        since = self._since[index]
        if t - since > self.longest_hold:
            self.longest_hold = t - since
        return owner

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
        if length > self.longest_wait:
            self.longest_wait = length

    def holders(self) -> list[tuple[int, int, int, int]]:
        """Process, thread, site and since of each hold now."""
        return [(self._process[i], self._thread[i], self._site[i], self._since[i]) for i in self._open]

    def count_holders(self) -> int:
        """How many holds there are now."""
        return len(self._open)

    def holds_between(self, start: int, end: int, limit: int) -> list[tuple[int, int, int]]:
        """Process, since and until of the holds in a stretch of time; none when there are more than ``limit``."""
        last = bisect_right(self._since, end)
        first = max(0, bisect_right(self._since, start) - 1)
        if last == 0 or last - first > limit:
            return []
        span = [i for i in (*self._before(first), *range(first, last)) if self._until[i] > start]
        return [(self._process[i], self._since[i], self._until[i]) for i in span] if len(span) <= limit else []

    def holders_at(self, t: int) -> list[tuple[int, int, int, int]]:
        """Process, thread, site and since of each hold at an instant."""
        last = bisect_right(self._since, t) - 1
        if last < 0:
            return []
        held = [i for i in (*self._before(last), last) if self._since[i] <= t < self._until[i]]
        return [(self._process[i], self._thread[i], self._site[i], self._since[i]) for i in held]

    def begin_empty(self) -> None:
        """Note that a semaphore has no permits at first: whoever takes one takes what somebody else has given."""
        self.signal_since = 0

    def owned_at(self, t: int) -> list[tuple[int, int, int, int]]:
        """As ``holders_at``, but of a signal nobody: who has taken it will not be the one who gives it back."""
        return [] if self.signal_since <= t else self.holders_at(t)

    def owners_at(self, t: int) -> tuple[int, ...]:
        """Who is expected to give it back, by process."""
        return tuple(each[0] for each in self.owned_at(t))

    def held_between(self, start: int, end: int, limit: int) -> list[tuple[int, int, int]]:
        """As ``holds_between``, but for the time in which it is a signal: then nobody holds what he has taken."""
        holds = self.holds_between(start, min(end, self.signal_since), limit)
        return [(process, since, min(until, self.signal_since)) for process, since, until in holds]

    def taken(self, process: int | None = None) -> list[int]:
        """When each hold began, of one process or of all."""
        return [t for t, p in zip(self._since, self._process, strict=True) if process in (None, p)]

    def given_back(self, process: int | None = None) -> list[int]:
        """When each hold that is over ended, of one process or of all."""
        return [t for t, p in zip(self._until, self._process, strict=True) if t != _OPEN and process in (None, p)]

    def _before(self, number: int) -> list[int]:
        """Holds that may have been going on when one began, without itself: those of the last note, and since."""
        return [*self._going_on[number // _EVERY], *range(number // _EVERY * _EVERY, number)]

    # --- Forgetting -----------------------------------------------------------------------------------

    def forget(self, since: int) -> bool:
        """Forget most of the holds that were over before an instant; False when no detail is left."""
        if self._until and not self._open and max(self._until[-_EVERY:]) <= since and self._since[-1] <= since:
            self._fold()
        blocks = bisect_right(self._since, since) // _EVERY
        if blocks:
            self._cut(blocks)
        return bool(self._since)

    @property
    def held(self) -> bool:
        """Whether somebody holds it now."""
        return bool(self._open)

    def fold(self) -> None:
        """Forget all holds; only for what nobody holds. It is known again when it is used again."""
        self._fold()
        for counter in (self.counter, *self.items.values()):
            if counter is not None:
                counter.fold()

    def _cut(self, blocks: int) -> None:
        """Forget so many blocks of holds; those that go on after them are carried over, in a block of their own."""
        cut = blocks * _EVERY
        carried = [i for i in [*self._before(cut - 1), cut - 1] if self._until[i] > self._since[cut - 1]]
        carried = sorted({*carried, *(i for i in self._open if i < cut)})
        room = -(-len(carried) // _EVERY) * _EVERY
        padding = room - len(carried)
        moved = {old: padding + new for new, old in enumerate(carried)}
        for column in (self._since, self._until, self._process, self._thread, self._site):
            column[:cut] = array(
                column.typecode, [column[carried[0]]] * padding + [column[i] for i in carried] if carried else []
            )
        self._until[:padding] = self._since[:padding]
        shift = cut - room
        self._open = [moved[i] if i < cut else i - shift for i in self._open]
        self._given_back = {
            process: moved.get(i, -1) if i < cut else i - shift
            for process, i in self._given_back.items()
            if i >= cut or i in moved
        }
        later = [
            tuple(moved[i] if i < cut else i - shift for i in each if i >= cut or i in moved)
            for each in self._going_on[blocks:]
        ]
        own = [tuple(range(padding, block)) for block in range(0, room, _EVERY)]
        self._going_on = own + later
