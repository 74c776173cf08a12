"""A run as columns of rows, and what they mean: who was in which state, held what, waited for whom.

A long run keeps a window: what lies before it is forgotten in detail, while all that is counted goes on (``forget``).
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from playground.history import columns, rows, told
from playground.history.batch import (
    COLUMNS,
    Batch,
    Definition,
    FileDefinition,
    Nanoseconds,
    ProcessDefinition,
    ResourceDefinition,
    SiteDefinition,
    TextDefinition,
    ThreadDefinition,
)
from playground.history.counters import Counter
from playground.history.info import RunInfo
from playground.history.lane import Lane, State
from playground.history.lines import LogLine, Mark, Measurement
from playground.history.things import Process, Resource
from playground.probe import layout


class Forgotten(NamedTuple):
    """Of what no detail is known any more."""

    processes: list[int]
    resources: list[int]


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


WORDS = {
    "child": "a child's end",
    "thread": "another of its threads",
    "select": "any of several",
    "read": "input",
    "write": "room to write",
    "socket": "a socket",
    "accept": "a client",
    "file_lock": "a file lock",
    "semaphore": "a semaphore",
    "pause": "a signal",
    "system": "the system",
    "debug": "you",
}
"""Operation to what is waited for, where nothing tells its name."""

_NAMELESS = {
    "acquire": "a lock",
    "put": "room in a queue",
    "get": "an item",
    "send": "room to send",
    "recv": "a message",
    "join": "an end",
    "notify": "a condition",
    "barrier": "a barrier",
    "event": "an event",
    "result": "a result",
    "call": "an answer",
}
"""The same of waits whose line is all that is known, since nothing is observed of the library that waits."""

WINDOW = 2_000_000
"""So many of the latest rows can be looked back at; up to an eighth more between two times of forgetting."""
RECENT = 8192
"""After so many rows it is time to forget; at least so many are kept whole, for the detectors."""
MOST_ENDED = 200
"""So many ended processes are shown; of those that ended before, only what the summary tells is kept."""
MOST_IDLE = 4000
"""So many resources that nobody uses are known in detail."""
MOST_LINES, MOST_TEXT = 10_000, 8 << 20
"""So many of the latest lines, and characters in them, are kept."""
MOST_RAISED = 200
MOST_COUNTERS = 200
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


class History:
    """Append-only; answers for the end of what is known and for any instant of the window before it."""

    def __init__(self, info: RunInfo, window: int = WINDOW) -> None:
        self.info = info
        self.window = window
        self.since: Nanoseconds = 0
        """Where the window begins; 0 while nothing is forgotten."""
        self.processes: list[Process] = []
        self.shown: dict[int, Process] = {}
        """Those that are not folded."""
        self.longest_name = 0
        """Characters of the longest name that a process has, or had for a while."""
        self.resources: dict[int, Resource] = {}
        self.sites: dict[int, SiteDefinition] = {}
        self.files: dict[str, str] = {}
        """Texts of the program's own files but the main one, by the names that sites have."""
        self.texts: dict[int, str] = {}
        self.counters: list[Counter] = []
        self.lines: list[LogLine] = []
        self.raised: list[LogLine] = []
        """The first exceptions that nobody handled."""
        self.last_report = ""
        """The latest sentence in which the program said what it measured; "" when it said none."""
        self.measured: list[Measurement] = []
        """The latest numbers that the program measured."""
        self.acted = False
        """Whether a person did something to the run."""
        self.not_observed: list[str] = []
        """Modules that could not be patched, each with the reason."""
        self.marks: list[Mark] = []
        self.time: list[int] = []
        self.process: list[int] = []
        self.thread: list[int] = []
        self.kind: list[int] = []
        self.resource: list[int] = []
        self.site: list[int] = []
        self.value: list[int] = []
        """The latest rows, in lists, which are read faster than arrays; ``instants`` has the times of the window."""
        self.instants = array("q")
        self.happened = array("q")
        """Those of them at which the run itself did something, and nobody only looked."""
        self.happened_to, self.happened_with = array("i"), array("i")
        """The process that did it, and the resource that it did it with; 0 if none."""
        self.rows = 0
        """How many there were in all."""
        self.events = 0
        """How many of them the program itself told."""
        self.ended: list[int] = []
        """Processes that have ended and are not folded, in the order of their ends."""
        self.in_use: dict[int, Nanoseconds] = {}
        """Resources that are not folded, each with about when it was used last, the latest at the end."""
        self._text = 0
        self._kinds: set[int] = set()
        """Kinds of the rows since it last forgot."""
        self.until: Nanoseconds = 0
        self.dropped = 0
        self.outcome = ""
        self.exitcode: int | None = None
        self.pids: dict[int, int] = {}
        self.started_at: dict[int, int] = {}
        self.started_by: dict[int, int] = {}
        self.told_to_end: dict[int, list[tuple[Nanoseconds, int]]] = {}
        """Pid to the signals that the program sent it by ``terminate`` and ``kill``, each with its time."""
        self.signalled: dict[int, list[tuple[Nanoseconds, int]]] = {}
        """The same of the signals that it sent by ``os.kill``."""
        self.interrupted: Nanoseconds | None = None
        """When KeyboardInterrupt first ended a process."""

    def append(self, batch: Batch) -> None:
        """Take in definitions, then rows in time order."""
        for definition in batch.definitions:
            self._define(definition)
        new = [column.tolist() for column in batch.columns]
        for name, column in zip(COLUMNS, new, strict=True):
            getattr(self, name).extend(column)
        self.instants.extend(batch.time)
        self.rows += len(batch)
        kinds = set(new[3])
        self._kinds |= kinds
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

    def say(self, line: LogLine) -> None:
        """Add a line to the log."""
        self.lines.append(line)
        self._text += len(line.text)
        if line.stream == "report":
            self.last_report = line.text
        if line.stream == "raised" and len(self.raised) < MOST_RAISED:
            self.raised.append(line)
        if len(self.lines) > 2 * MOST_LINES or self._text > 2 * MOST_TEXT:
            self._forget_lines()

    def _define_process(self, definition: ProcessDefinition) -> None:
        if definition.index < len(self.processes):
            self.processes[definition.index].definition = definition
        else:
            self.shown[definition.index] = process = Process(definition, Lane(1 << 62, State.STARTING))
            self.processes.append(process)
        self.pids[definition.pid] = definition.index
        self.longest_name = max(self.longest_name, len(self.name(definition.index)))

    def _define(self, definition: Definition) -> None:
        match definition:
            case ProcessDefinition():
                self._define_process(definition)
            case ResourceDefinition():
                known = self.resources.get(definition.index)
                if known is None:
                    self.resources[definition.index] = Resource(definition)
                    self.in_use[definition.index] = self.until
                else:
                    known.define(definition)
            case SiteDefinition():
                self.sites[definition.index] = definition
            case FileDefinition():
                self.files[definition.file] = definition.text
            case TextDefinition():
                self.texts[definition.index] = definition.text
            case ThreadDefinition():
                process = self.processes[definition.process]
                if process.folded:
                    return
                process.thread_names[definition.number] = definition.name
                if definition.number <= layout.THREAD_MASK or definition.native_id not in process.thread_numbers:
                    process.thread_numbers[definition.native_id] = definition.number

    # --- Questions ---------------------------------------------------------------------------------

    def name(self, index: int) -> str:
        """What a process is called on screens."""
        definition = self.processes[index].definition
        return definition.name or f"pid {definition.pid}"

    def resource_name(self, index: int) -> str:
        """What a resource is called on screens."""
        return self.resources[index].definition.name if index in self.resources else ""

    def variable(self, index: int) -> str:
        """What the program calls a resource: its name without the number that tells namesakes apart."""
        return self.resource_name(index).partition("~")[0]

    def waited_for(self, resource: int, operation: str, on_process: int | None) -> str:
        """What a wait is for, in few words: a process, a resource, or the kind of call the kernel tells of."""
        if on_process is not None:
            return self.name(on_process)
        return self.resource_name(resource) or WORDS.get(operation) or _NAMELESS.get(operation, "")

    def place(self, site: int) -> str:
        """A site as ``file.py:12``; "" when unknown."""
        definition = self.sites.get(site)
        return f"{definition.file.rpartition('/')[2]}:{definition.line}" if definition else ""

    def place_aside(self, site: int) -> str:
        """A site as `` (file.py:12)``, to stand behind what it tells of; "" when unknown."""
        place = self.place(site)
        return f" ({place})" if place else ""

    def same_function(self, one: int, other: int) -> bool:
        """Whether two sites may be in one function; so they may when one of them is unknown."""
        if one == other:
            return True
        a, b = self.sites.get(one), self.sites.get(other)
        return a is None or b is None or a.function == b.function

    def row_before(self, t: Nanoseconds) -> int:
        """Place among the ``instants`` of the last row at or before an instant; -1 if there is none."""
        return bisect_right(self.instants, t) - 1

    def lane(self, index: int) -> Lane:
        """The lane of a process."""
        return self.processes[index].lane

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
    def known_resources(self) -> Iterable[Resource]:
        """Resources of which it is known who held them when."""
        return (self.resources[number] for number in self.in_use)

    # --- Forgetting ----------------------------------------------------------------------------------

    @property
    def room(self) -> int:
        """How many rows may come before it is time to forget: at the same rows whoever appends them."""
        return RECENT - self.rows % RECENT

    def forget(self) -> Forgotten:
        """Drop what is before the window; to be called when ``room`` rows have come and all have looked at them.

        What is counted is of the whole run for ever; what happened when, and who held what, is of the window.
        """
        self._forget_rows()
        if len(self.instants) >= self.window + max(self.window // 8, 1):
            self._forget_the_past()
        return Forgotten(self._fold_processes(), self._fold_resources())

    def _forget_rows(self) -> None:
        """Keep the latest rows whole, and drop their texts: lines have them."""
        for number in set(self.resource):
            if number in self.resources:
                self.in_use.pop(number, None)
                self.in_use[number] = self.until
        for kind in layout.TEXT_KINDS & self._kinds:
            for place in columns.places(self.kind, kind):
                self.texts.pop(self.value[place], None)
        self._kinds.clear()
        extra = len(self.time) - RECENT
        for name in COLUMNS:
            del getattr(self, name)[: max(extra, 0)]

    def _forget_the_past(self) -> None:
        del self.instants[: -self.window]
        self.since = since = self.instants[0]
        gone = bisect_left(self.happened, since)
        del self.happened[:gone], self.happened_to[:gone], self.happened_with[:gone]
        for process in self.shown.values():
            process.forget(since)
        for resource in self.known_resources:
            resource.forget(since)
        for counter in self.counters:
            counter.forget(since)

    def _fold_processes(self) -> list[int]:
        """Fold those that ended before the window, and of many those that ended first; who is a zombie stays."""
        most = len(self.ended) - MOST_ENDED
        if most <= 0 and not (self.ended and self._is_past(self.ended[0])):
            return []
        folded: list[int] = []
        left: list[int] = []
        for place, index in enumerate(self.ended):
            if (place < most or self._is_past(index)) and self.processes[index].reaped is not None:
                self.processes[index].fold()
                del self.shown[index]
                folded.append(index)
            else:
                left.append(index)
        self.ended = left
        for index in folded:
            self._forget_pid(index)
        return folded

    def _is_past(self, index: int) -> bool:
        return (self.processes[index].ended or 0) < self.since

    def _forget_pid(self, index: int) -> None:
        """Forget what is known by a process's number, unless another one has got the number by now."""
        process = self.processes[index]
        pid = process.definition.pid
        if self.pids.get(pid) == index and (process.exitcode or 0) >= 0:
            for known in (self.started_at, self.told_to_end, self.signalled):
                known.pop(pid, None)

    def _fold_resources(self) -> list[int]:
        """Fold those that were not used in the window, and of many those that were used longest ago."""
        most = len(self.in_use) - MOST_IDLE
        folded: list[int] = []
        for number, used in self.in_use.items():
            if used >= self.since and len(folded) >= most:
                break
            if not self.resources[number].held:
                folded.append(number)
        for number in folded:
            del self.in_use[number]
            self.resources[number].fold()
        if folded and len(self.counters) > MOST_COUNTERS:
            self._forget_counters(set(folded))
        return folded

    def _forget_counters(self, folded: set[int]) -> None:
        """Show no more what nobody uses, unless something is expected of it."""
        told = self.info.expected.keys() | self.info.limits.keys()
        self.counters = [each for each in self.counters if each.resource not in folded or each.name in told]

    def _forget_lines(self) -> None:
        kept, text = 0, 0
        for line in reversed(self.lines):
            kept, text = kept + 1, text + len(line.text)
            if kept >= MOST_LINES or text >= MOST_TEXT:
                break
        del self.lines[:-kept]
        self._text = text
