"""Which event of one process let another go on: read from the rows as they come. Pure."""

from collections import deque
from typing import NamedTuple

from msgspec import Struct

from playground.history import Batch, Nanoseconds, ProcessDefinition
from playground.probe import layout

MOST = 400_000
"""So many of the latest flows are kept, some 250 bytes each."""
Thread = tuple[int, int]
"""Process, and number of the thread in it."""


class Flow(NamedTuple):
    """Something that went from one thread to another."""

    kind: str
    """start, release or item."""
    resource: int
    source: Thread
    left: Nanoseconds
    target: Thread
    arrived: Nanoseconds


class _Starting(Struct):
    """A process that is being started: by whom, and since when."""

    by: Thread
    at: Nanoseconds


class Flows:
    """Takes in the batches of one run, in order; ``all`` are the latest flows."""

    def __init__(self) -> None:
        self.all: deque[Flow] = deque(maxlen=MOST)
        self.spoke: dict[Thread, tuple[Nanoseconds, Nanoseconds]] = {}
        """Of every thread: its first and its latest event."""
        self._pids: dict[int, int] = {}
        self._starting: dict[Thread, Nanoseconds] = {}
        self._started: dict[int, _Starting] = {}
        self._began: dict[int, Nanoseconds] = {}
        self._waiting: dict[Thread, int] = {}
        """Thread to the resource that it waits to take."""
        self._released: dict[int, tuple[Thread, Nanoseconds]] = {}
        self._inside: dict[int, deque[tuple[Thread, Nanoseconds]]] = {}

    def take(self, batch: Batch) -> None:
        """Take in the next batch."""
        for definition in batch.definitions:
            if isinstance(definition, ProcessDefinition):
                self._pids[definition.pid] = definition.index
        for t, p, th, kind, r, _, v in zip(*batch.columns, strict=True):
            if kind < layout.SUSPENDED:
                thread = (p, th or layout.MAIN_THREAD)
                self.spoke[thread] = (self.spoke.get(thread, (t, t))[0], t)
                self._follow(t, thread, kind, r, v)

    def _follow(self, t: Nanoseconds, thread: Thread, kind: int, r: int, v: int) -> None:
        match kind:
            case layout.WAITING if v & 0xFF == layout.OP_ACQUIRE:
                self._waiting[thread] = r
            case layout.ACQUIRED:
                self._acquired(t, thread, r)
            case layout.WOKE | layout.TIMED_OUT:
                self._waiting.pop(thread, None)
            case layout.RELEASING:
                self._released[r] = (thread, t)
            case layout.RELEASE_FAILED:
                self._released.pop(r, None)
            case layout.PUTTING | layout.GOT | layout.PUT_FAILED:
                self._item(t, thread, kind, r)
            case layout.STARTING:
                self._starting[thread] = t
            case layout.STARTED | layout.FORKED | layout.PROGRAM_STARTED | layout.BEGAN:
                self._start(t, thread, kind, v)

    def _acquired(self, t: Nanoseconds, thread: Thread, r: int) -> None:
        """Whoever waited for it got it from the one that released it last."""
        released = self._released.get(r)
        if self._waiting.pop(thread, None) == r and released is not None and released[0] != thread:
            self.all.append(Flow("release", r, *released, thread, t))
            del self._released[r]

    def _item(self, t: Nanoseconds, thread: Thread, kind: int, r: int) -> None:
        """Items come out in the order in which they went in."""
        inside = self._inside.setdefault(r, deque())
        if kind == layout.PUTTING:
            inside.append((thread, t))
        elif inside and kind == layout.PUT_FAILED:
            inside.pop()
        elif inside and kind == layout.GOT:
            put = inside.popleft()
            if put[0] != thread:
                self.all.append(Flow("item", r, *put, thread, t))

    def _start(self, t: Nanoseconds, thread: Thread, kind: int, pid: int) -> None:
        """A child may speak before its parent says that it has started it."""
        if kind == layout.BEGAN:
            index = thread[0]
            self._began[index] = t
        else:
            index = self._pids.get(pid, -1)
            self._started.setdefault(index, _Starting(thread, self._starting.pop(thread, t)))
        start, began = self._started.get(index), self._began.get(index)
        if start is not None and began is not None and start.at <= began:
            self.all.append(Flow("start", 0, start.by, start.at, (index, layout.MAIN_THREAD), began))
            del self._began[index]
