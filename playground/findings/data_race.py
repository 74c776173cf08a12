"""Data races: updates of a shared value that nothing orders, though none may have been lost this time.

An update is a read and a write by the same thread in the same function. Two processes' updates race when
neither happened before the other: no lock that both hold, no start, join, queue, pipe, event or barrier
stands between them (``order``; a lock that both hold orders them always). A single read or a single store is
atomic: a flag that one sets and others poll is no race, and orders what is done before it and after it.
"""

from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from playground.findings.finding import Finding
from playground.findings.order import SPUN, Gift, Order, settle
from playground.history import Forgotten, History
from playground.probe import layout

_UNSEEN = "Nothing is wrong if a file lock, a socket, a signal or a file puts them in order: that is not seen."
_NO_FLAG = 4
"""So many different values make a counter of what might be a flag or the number of whose turn it is."""


class Reads(Struct):
    """A thread's latest reads of one value, all on one line, since it wrote it."""

    site: int = 0
    times: int = 0
    number: int = 0
    """Of the last one, among all accesses of items by the thread."""


class Item(Struct):
    """What is known of one value, or of one item of an array."""

    writer: int = -1
    written: Gift = (0, -1, [], 0)
    """What the last writer knew when it wrote."""
    site: int = 0
    kind: str = ""
    """Of the last write: store, update (reads and writes on one line), or long_update."""
    reads: dict[int, Reads] = field(default_factory=dict)
    values: set[int] = field(default_factory=set)
    updaters: set[int] = field(default_factory=set)
    spinners: set[int] = field(default_factory=set)
    """Processes that have waited for a value of it and then written it."""
    finding: Finding | None = None

    def forget(self, gone: set[int]) -> None:
        """Forget processes."""
        if self.writer in gone:
            self.writer = -1
        self.reads = {thread: reads for thread, reads in self.reads.items() if thread >> 12 not in gone}
        self.updaters -= gone
        self.spinners -= gone


class DataRaces:
    """Looks at every write of values and arrays."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._order = Order(history, locks=True)
        self._items: dict[int, Item] = {}
        self._ended: set[int] = set()
        self._accesses: dict[int, int] = {}
        """Thread to the number of its accesses of items of arrays."""
        self.handlers = self._order.handlers
        self.handlers.follow(
            {
                **dict.fromkeys((layout.EXITING, layout.ZOMBIE, layout.REAPED, layout.VANISHED), self._ends),
                layout.READ: self._read,
                layout.WROTE: self._wrote,
                layout.ITEM_READ: self._item_read,
                layout.ITEM_WROTE: self._item_wrote,
            }
        )

    def forget(self, forgotten: Forgotten) -> None:
        """Forget values that nobody uses, and who ended long ago: whatever it wrote is known."""
        self._order.forget(forgotten)
        gone, unused = set(forgotten.processes), set(forgotten.resources)
        self._ended -= gone
        if unused:
            self._items = {key: item for key, item in self._items.items() if key >> 32 not in unused}
        if gone:
            self._accesses = {thread: n for thread, n in self._accesses.items() if thread >> 12 not in gone}
            for item in self._items.values():
                item.forget(gone)

    def _new(self, key: int, row: int) -> Item:
        item = self._items[key] = Item()
        self._order.begin(row)
        return item

    def _ends(self, row: int) -> Iterable[Finding]:
        self._ended.add(self._history.process[row])
        return ()

    # --- Reads -----------------------------------------------------------------------------------------

    def _read(self, row: int) -> Iterable[Finding]:
        h = self._history
        key, site, process = h.resource[row] << 32, h.site[row], h.process[row]
        item = self._items.get(key) or self._new(key, row)
        thread = process << 12 | (h.thread[row] or layout.MAIN_THREAD)
        reads = item.reads.get(thread)
        if reads is not None and reads.site == site:
            reads.times += 1
        else:
            self._note_read(item, thread, site)
        self._see(key, item, process)
        return ()

    def _item_read(self, row: int) -> Iterable[Finding]:
        h = self._history
        key, process = (h.resource[row] << 32) + h.site[row] + 1, h.process[row]
        thread = process << 12 | (h.thread[row] or layout.MAIN_THREAD)
        item = self._items.get(key) or self._new(key, row)
        self._accesses[thread] = self._accesses.get(thread, 0) + 1
        self._note_read(item, thread, 0).number = self._accesses[thread]
        self._see(key, item, process)
        return ()

    def _note_read(self, item: Item, thread: int, site: int) -> Reads:
        reads = item.reads.get(thread)
        if reads is None:
            reads = item.reads[thread] = Reads(site)
        elif reads.site != site:
            reads.site, reads.times = site, 0
        reads.times += 1
        return reads

    def _see(self, key: int, item: Item, process: int) -> None:
        """A read shows what the last writer had done before; put off as long as it may be part of an update."""
        clock = self._order.clock(process)
        if clock.pending is not None and clock.pending_key != key:
            settle(clock)
        if item.writer not in (process, -1) and not clock.knows(item.written):
            clock.pending = [item.written, *self._order.gifts(key >> 32)]
            clock.pending_key = key

    # --- Writes ----------------------------------------------------------------------------------------

    def _wrote(self, row: int) -> Iterable[Finding]:
        h = self._history
        key, site, process = h.resource[row] << 32, h.site[row], h.process[row]
        item = self._items.get(key) or self._new(key, row)
        reads = item.reads.get(process << 12 | (h.thread[row] or layout.MAIN_THREAD))
        kind = "store"
        if reads is not None and reads.times:
            if not h.same_function(reads.site, site):
                pass
            elif reads.times >= SPUN and reads.site:
                item.spinners.add(process)
            elif reads.site == site and (site or process in item.updaters):
                item.updaters.add(process)
                kind = "update"
            else:
                kind = "long_update"
            reads.times = 0
        return self._write(row, key, item, kind, process, site)

    def _item_wrote(self, row: int) -> Iterable[Finding]:
        h = self._history
        key, process = (h.resource[row] << 32) + h.site[row] + 1, h.process[row]
        thread = process << 12 | (h.thread[row] or layout.MAIN_THREAD)
        item = self._items.get(key) or self._new(key, row)
        number = self._accesses[thread] = self._accesses.get(thread, 0) + 1
        reads = item.reads.get(thread)
        kind = "store"
        if reads is not None and reads.times:
            if reads.times >= SPUN:
                item.spinners.add(process)
            elif reads.number == number - 1:
                kind = "update"
            reads.times = 0
        return self._write(row, key, item, kind, process, 0)

    def _write(self, row: int, key: int, item: Item, kind: str, process: int, site: int) -> Iterable[Finding]:
        clock = self._order.clock(process)
        if len(item.values) < _NO_FLAG:
            item.values.add(self._history.value[row])
        found: Iterable[Finding] = ()
        if item.writer != process:
            if clock.pending is not None and not (clock.pending_key == key and self._is_update(item, kind, site)):
                settle(clock)
            if item.writer >= 0 and not clock.knows(item.written):
                found = self._unordered(row, item, kind, site)
            item.writer = process
        if item.finding is not None and process in item.spinners:
            found = self._withdraw(item, process)
        if clock.pending is not None:
            settle(clock)
        item.written = clock.give()
        item.kind, item.site = kind, site
        return found

    def _is_update(self, item: Item, kind: str, site: int) -> bool:
        """Whether a write goes with the read before it; a read on another line may as well have been a condition."""
        return kind == "update" or (kind == item.kind == "long_update" and site == item.site)

    def _unordered(self, row: int, item: Item, kind: str, site: int) -> Iterable[Finding]:
        """Nothing orders this write and the last one: a race, if one of them is an update."""
        if item.finding is not None:
            return ()
        h, kinds = self._history, {kind, item.kind}
        if "update" not in kinds and not self._is_update(item, kind, site):
            return ()
        of_item = h.kind[row] == layout.ITEM_WROTE
        if (of_item or "long_update" in kinds) and (len(kinds) > 1 or len(item.values) < _NO_FLAG):
            return ()
        if item.writer in item.spinners or h.process[row] in item.spinners:
            return ()
        if self._may_know(h.process[row], item.writer) or self._has_unseen_locks():
            return ()
        item.finding = self._finding(row, item, kind, site)
        return (item.finding,)

    def _finding(self, row: int, item: Item, kind: str, site: int) -> Finding:
        h = self._history
        resource, process = h.resource[row], h.process[row]
        other = item.writer
        index = h.site[row] if h.kind[row] == layout.ITEM_WROTE else -1
        name = h.resource_name(resource) + (f"[{index}]" if index >= 0 else "")
        one, two = self._who(other, item.site), self._who(process, site)
        possibly = "possibly " if "store" in (kind, item.kind) else ""
        if item.kind == "store":
            said = f"{possibly}set by {one} and updated by {two}"
        elif kind == "store":
            said = f"{possibly}updated by {one} and set by {two}"
        else:
            said = f"{possibly}updated by {one} and {two}"
        unordered = "without a common lock, in no order that is known"
        text = f"`{name}` is {said} {unordered}: no update was lost this time, but one may be"
        lock = f"`with {h.variable(resource)}.get_lock():`"
        advice = f"Hold one lock over the read and the write: {lock}. {_UNSEEN}"
        processes, key = tuple(sorted((other, process))), (resource, index)
        return Finding("data_race", "warning", processes, (resource,), h.time[row], text, advice, False, key=key)

    def _who(self, process: int, site: int) -> str:
        h = self._history
        return f"{h.name(process)}{h.place_aside(site)}"

    def _may_know(self, process: int, other: int) -> bool:
        """Whether a process may know, by a sentinel or an exit code, that one that it started has ended."""
        h = self._history
        definition = h.processes[other].definition
        starter = h.started_by.get(definition.pid, h.pids.get(definition.ppid))
        return other in self._ended and starter == process

    def _has_unseen_locks(self) -> bool:
        """Whether a manager is part of the run of whose calls, and so of whose locks, nothing is recorded."""
        h = self._history
        managers = any(p.began is not None and h.name(i).startswith("SyncManager-") for i, p in h.shown.items())
        return managers and all(resource.definition.kind != "manager" for resource in h.resources.values())

    def _withdraw(self, item: Item, process: int) -> Iterable[Finding]:
        """Whoever waits for its turn before it writes does not race."""
        if item.finding is None or item.finding.withdrawn or process not in item.finding.processes:
            return ()
        item.finding = replace(item.finding, withdrawn=True)
        return (item.finding,)
