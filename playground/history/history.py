"""A run as columns of rows, and what they mean: who was in which state, held what, waited for whom.

A long run keeps a window: what lies before it is forgotten in detail, while all that is counted goes on (``forget``).
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain

from msgspec import Struct

from playground.history import columns, forgetting, rows, told
from playground.history.batch import COLUMNS, Batch, Nanoseconds
from playground.history.forgetting import RECENT, Forgotten
from playground.history.known import Known
from playground.history.lane import State
from playground.history.lines import LogLine, Measurement
from playground.history.things import Process
from playground.probe import layout


class ProcessState(Struct):
    """One process at one instant."""

    index: int
    state: State
    since: Nanoseconds
    resource: int
    operation: str
    joined_pid: int
    holding: tuple[int, ...]
    site: int
    exitcode: int | None
    cpu: float | None
    rss: int | None
    threads: int | None


class Wait(Struct, frozen=True):
    """A thread that waits: an edge of the wait-for graph."""

    process: int
    thread: int
    operation: str
    resource: int
    on_process: int | None
    holders: tuple[int, ...]
    site: int
    since: Nanoseconds
    timed: bool
    seen: bool
    """Whether it is the kernel that tells of it, and not the program."""


_HANDLERS = rows.HANDLERS | told.HANDLERS
_STATES = tuple(State)
_LOOKS = {layout.INSPECTED, layout.WAKER, layout.SPOTTED, layout.HELD} | {
    number for number, name in layout.NAMES.items() if name.startswith("SAMPLE_")
}
"""Kinds that tell only that somebody looked."""
_OBSERVED = layout.SUSPENDED
"""Kinds from this one on are not told by the program."""
_ITEMS = frozenset({layout.ITEM_READ, layout.ITEM_WROTE})
"""Kinds whose site is an index."""
_OF_FOLDED = {kind for kind in layout.TEXT_KINDS if kind >= _OBSERVED} | {layout.RUN_ENDED}
"""Rows that count although their process was forgotten: the main process's are those of the run."""


class History(Known):
    """Append-only; answers for the end of what is known and for any instant of the window before it."""

    def append(self, batch: Batch) -> None:
        """Take in definitions, then rows in time order."""
        for definition in batch.definitions:
            self.define(definition)
        new = [column.tolist() for column in batch.columns]
        for name, column in zip(COLUMNS, new, strict=True):
            getattr(self, name).extend(column)
        self.instants.extend(batch.time)
        self.rows += len(batch)
        kinds = set(new[3])
        self.kinds |= kinds
        self._note_what_happened(batch, kinds)
        self.events += len(batch) - sum(batch.kind.count(kind) for kind in kinds if kind >= _OBSERVED)
        self._follow(new)
        self.until = max(self.until, batch.until, self.time[-1] if self.time else 0)

    def _follow(self, new: Sequence[list[int]]) -> None:
        """Let each row do to the run what it tells."""
        handlers, processes = _HANDLERS, self.processes
        for t, p, th, k, r, s, v in zip(*new, strict=True):
            process = processes[p]
            if process.folded:
                if k not in _OF_FOLDED:
                    continue
            elif k < _OBSERVED:
                process.last_row = t
                if process.blocked and th in process.blocked:
                    rows.unblocked(self, t, p, th, 0, 0, 0)
                if th not in process.spoken:
                    rows.speak_first(self, process, t, p, th)
                if s and k not in _ITEMS:
                    process.sites.append(s)
                    process.site_times.append(t)
            if k in handlers:
                handlers[k](self, t, p, th or layout.MAIN_THREAD, r, s, v)

    def _note_what_happened(self, batch: Batch, kinds: set[int]) -> None:
        time, process, resource = batch.time, columns.narrowed(batch.process), columns.narrowed(batch.resource)
        begin = 0
        looks = [columns.places(batch.kind, kind) for kind in _LOOKS & kinds]
        for end in [*sorted(chain(*looks)), len(batch)]:
            self.happened += time[begin:end]
            self.happened_to += process[begin:end]
            self.happened_with += resource[begin:end]
            begin = end + 1

    # --- Questions ---------------------------------------------------------------------------------

    def row_before(self, t: Nanoseconds) -> int:
        """Place among the ``instants`` of the last row at or before an instant; -1 if there is none."""
        return bisect_right(self.instants, t) - 1

    def at(self, t: Nanoseconds) -> list[ProcessState]:
        """Every process that had begun, in order of appearance."""
        holding: dict[int, list[int]] = {}
        for number in self.in_use:
            for process in self.resources[number].owners_at(t):
                holding.setdefault(process, []).append(number)
        return [
            self._state(index, process, t, tuple(holding.get(index, ())))
            for index, process in self.shown.items()
            if process.lane.index_at(t) >= 0
        ]

    def state_of(self, index: int, t: Nanoseconds) -> ProcessState | None:
        """One process at an instant; None before it began."""
        process = self.processes[index]
        if process.lane.index_at(t) < 0:
            return None
        held = (n for n, resource in self.resources.items() if index in resource.owners_at(t))
        return self._state(index, process, t, tuple(held))

    def _state(self, index: int, process: Process, t: Nanoseconds, holding: tuple[int, ...]) -> ProcessState:
        lane = process.lane
        i = lane.index_at(t)
        state = _STATES[lane.states[i]]
        rss, threads = process.sample_at("rss", t), process.sample_at("threads", t)
        return ProcessState(
            index,
            state,
            lane.starts[i],
            lane.resources[i],
            layout.OPERATIONS[lane.operations[i]],
            lane.values[i] if lane.operations[i] == layout.OP_JOIN and not lane.resources[i] else 0,
            holding,
            process.site_at(t),
            process.exitcode if state.final else None,
            process.sample_at("cpu", t),
            None if rss is None else int(rss),
            None if threads is None else int(threads),
        )

    def waits_at(self, t: Nanoseconds, of: int | None = None) -> list[Wait]:
        """Every thread that waited at an instant, sleepers left out; ``of``: those of the process of this index."""
        processes = self.shown.items() if of is None else [(of, self.processes[of])]
        return [
            Wait(
                index,
                span.thread,
                layout.OPERATIONS[span.operation],
                span.resource,
                self.pids.get(span.joined_pid) if span.joined_pid else None,
                self.resources[span.resource].owners_at(t) if span.resource else (),
                span.site,
                span.since,
                span.timed,
                span.seen,
            )
            for index, process in processes
            for span in process.waits_at(t)
            if not process.ended_by(t)
        ]

    def log(self, upto: Nanoseconds, limit: int) -> list[LogLine]:
        """The latest lines up to an instant, newest last."""
        end = bisect_right(self.lines, upto, key=lambda line: line.time)
        return self.lines[max(0, end - limit) : end]

    def measurements(self, upto: Nanoseconds) -> list[Measurement]:
        """The latest measurement of each thing up to an instant, in the order in which they were first measured."""
        return list({(each.unit, each.label): each for each in self.measured if each.time <= upto}.values())

    @property
    def room(self) -> int:
        """How many rows may come before it is time to forget: at the same rows whoever appends them."""
        return RECENT - self.rows % RECENT

    def forget(self) -> Forgotten:
        """Drop what is before the window; to be called when ``room`` rows have come and all have looked at them."""
        return forgetting.forget(self)
