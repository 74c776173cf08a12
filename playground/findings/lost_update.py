"""Lost updates, counted exactly: who wrote back a value that had changed since it was read.

Each write that follows a read of the same thread has the depth of the write it saw plus one. With no
loss the depth grows by one per write, so the loss is the number of such writes less the last depth.
A plain store, which follows no read, is none of them.

Of a value that a manager keeps, a write is told before it is done and a read after it, since the reader and
the writer are other processes than the one that does it. There the value that was read tells which write was seen.
"""

from collections import deque
from collections.abc import Callable, Iterable

from msgspec import Struct, field

from playground.findings.finding import Finding, Severity
from playground.history import Forgotten, History
from playground.history.rows import number
from playground.probe import layout

_REMEMBERED = 1000
"""Writes of a manager's value: so many may come between a read and its record when the reader is held up."""
_MOST_NAMED = 50
"""So many writers are named, the first ones."""
_ONE = 0x3FF0000000000000
"""1.0 as a row holds it."""


class Tally(Struct):
    """What is known of one value, or of one item of an array."""

    depth: int = 0
    writes: int = 0
    last_writer: int = -1
    latest: deque[tuple[int, int, int]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    """Of a manager's value, its latest writes: what was written, depth, writer."""
    at: int = 0
    example: str = ""
    writers: set[int] = field(default_factory=set)
    values: set[float] = field(default_factory=set)
    reads: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)
    """Of each thread's latest access, if it was a read: depth seen, site, last writer seen."""

    @property
    def lost(self) -> int:
        """Updates lost so far."""
        return self.writes - self.depth

    def note_late_read(self, thread: tuple[int, int], site: int, value: int) -> None:
        """Take note of a read that is told after others may have written: by what was read, if that is known."""
        self.reads.pop(thread, None)
        if not self.latest:
            self.reads[thread] = (self.depth, site, self.last_writer)
        for written, depth, writer in reversed(self.latest):
            if written == value:
                self.reads[thread] = (depth, site, writer)
                break


class LostUpdates:
    """Follows every read and write of values and arrays."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._tallies: dict[int, Tally] = {}
        """By 2^32 times the value's number; of an array by that and the item, from 1 on."""
        self._managed: set[int] = set()
        """Values that a manager keeps."""
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.CREATED: self._created,
            layout.WAITING: self._waiting,
            layout.READ: self._read,
            layout.WROTE: self._wrote,
            layout.ITEM_READ: self._item_read,
            layout.ITEM_WROTE: self._item_wrote,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget values that nobody uses and that lost nothing, and what was read by who is gone."""
        gone, unused = set(forgotten.processes), set(forgotten.resources)
        if unused:
            self._tallies = {k: tally for k, tally in self._tallies.items() if k >> 32 not in unused or tally.at}
            self._managed -= unused
        for tally in self._tallies.values():
            if gone and tally.reads:
                tally.reads = {thread: read for thread, read in tally.reads.items() if thread[0] not in gone}

    def left_out(self, process: int) -> None:
        """Events of a process are missing: nobody knows what it read last."""
        for tally in self._tallies.values():
            tally.reads = {thread: read for thread, read in tally.reads.items() if thread[0] != process}

    def _tally(self, row: int, item: int) -> Tally:
        """Of a row's value, or of the ``item``-th item of its array, from 1 on."""
        key = self._history.resource[row] << 32 | item
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = Tally()
        return tally

    def _created(self, row: int) -> Iterable[Finding]:
        resource = self._history.resources.get(self._history.resource[row])
        if resource is not None and resource.definition.kind == "value":
            self._tally(row, 0).latest.append((self._history.value[row], 0, -1))
        return ()

    def _waiting(self, row: int) -> Iterable[Finding]:
        if self._history.value[row] & 0xFF == layout.OP_CALL:
            self._managed.add(self._history.resource[row])
        return ()

    def _read(self, row: int) -> Iterable[Finding]:
        self._note_read(row, self._tally(row, 0), self._history.site[row])
        return ()

    def _item_read(self, row: int) -> Iterable[Finding]:
        self._note_read(row, self._tally(row, self._history.site[row] + 1), 0)
        return ()

    def _note_read(self, row: int, tally: Tally, site: int) -> None:
        h = self._history
        thread = (h.process[row], h.thread[row] or layout.MAIN_THREAD)
        if h.resource[row] in self._managed:
            tally.note_late_read(thread, site, h.value[row])
        else:
            tally.reads[thread] = (tally.depth, site, tally.last_writer)

    def _wrote(self, row: int) -> Iterable[Finding]:
        return self._write(row, self._tally(row, 0), self._history.site[row])

    def _item_wrote(self, row: int) -> Iterable[Finding]:
        return self._write(row, self._tally(row, self._history.site[row] + 1), 0)

    def _write(self, row: int, tally: Tally, site: int) -> Iterable[Finding]:
        h = self._history
        process = h.process[row]
        seen = tally.reads.pop((process, h.thread[row] or layout.MAIN_THREAD), None)
        if len(tally.values) < 4:
            tally.values.add(self._value(row))
        before, overtaken = tally.depth, tally.last_writer
        tally.last_writer = process
        follows = seen is not None and h.same_function(seen[1], site)
        if seen is not None and follows:
            tally.writes += 1
            tally.depth = seen[0] + 1
        if h.resource[row] in self._managed:
            tally.latest.append((h.value[row], tally.depth, process))
        if not follows:
            return ()
        if tally.depth <= before:
            return self._lost(row, tally, site, overtaken)
        if len(tally.writers) < _MOST_NAMED:
            tally.writers.add(process)
        return self._state(row, tally) if tally.at else ()

    def _lost(self, row: int, tally: Tally, site: int, overtaken: int) -> Iterable[Finding]:
        h = self._history
        if len(tally.writers) < _MOST_NAMED:
            tally.writers.update((h.process[row], overtaken) if overtaken >= 0 else (h.process[row],))
        if not tally.at:
            tally.at = h.time[row]
            place = f" at {h.place(site)}" if site else ""
            by = f" after {h.name(overtaken)} had changed it since its read" if overtaken >= 0 else ""
            tally.example = f"{h.name(h.process[row])} wrote {self._shown(row)}{place}{by}"
        return self._state(row, tally)

    def _value(self, row: int) -> float:
        resource, value = self._history.resources.get(self._history.resource[row]), self._history.value[row]
        return number(resource, value) if resource is not None else value

    def _shown(self, row: int) -> str:
        return f"{self._value(row):g}"

    def _state(self, row: int, tally: Tally) -> Iterable[Finding]:
        h = self._history
        resource = h.resource[row]
        name = h.resource_name(resource)
        if h.kind[row] == layout.ITEM_WROTE:
            name = f"{name}[{h.site[row]}]"
        item = h.site[row] if h.kind[row] == layout.ITEM_WROTE else -1
        may_be_flag = tally.values <= {0, 1, _ONE}  # setting a flag that is set already loses nothing
        lost = f"{'possibly ' if may_be_flag else ''}lost {tally.lost} of {tally.writes} updates"
        text = f"{lost} of `{name}`: {tally.example}"
        advice = f"Hold one lock over the read and the write{self._lock_of(resource)}."
        writers = tuple(sorted(tally.writers))
        key = (resource, item)
        severity: Severity = "warning" if may_be_flag else "error"
        return (Finding("lost_update", severity, writers, (resource,), tally.at, text, advice, key=key),)

    def _lock_of(self, resource: int) -> str:
        """How the value's own lock is taken; a list in shared memory and a manager's value have none."""
        known = self._history.resources.get(resource)
        if resource in self._managed or (known is not None and known.definition.kind == "shared_memory"):
            return ": `with lock:`"
        return f": `with {self._history.variable(resource)}.get_lock():`"

    def lost_of(self, resource: int) -> int:
        """Updates of a resource lost so far, all its items together."""
        return sum(tally.lost for key, tally in self._tallies.items() if key >> 32 == resource)
