"""A run as columns of rows, and what they mean: who was in which state, held what, waited for whom."""

from array import array
from bisect import bisect_right
from dataclasses import dataclass

from playground.history import rows, told
from playground.history.batch import (
    Batch,
    Definition,
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
from playground.history.lines import LogLine, Mark
from playground.history.things import Process, Resource
from playground.probe import layout


@dataclass(frozen=True, slots=True)
class ProcessState:
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


@dataclass(frozen=True, slots=True)
class Wait:
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
}
"""Operation to what is waited for, where nothing tells its name."""

_HANDLERS = rows.HANDLERS | told.HANDLERS


class History:
    """Append-only; answers for the end of what is known and for any instant before it."""

    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self.processes: list[Process] = []
        self.resources: dict[int, Resource] = {}
        self.sites: dict[int, SiteDefinition] = {}
        self.texts: dict[int, str] = {}
        self.counters: list[Counter] = []
        self.lines: list[LogLine] = []
        self.not_observed: list[str] = []
        """Modules that could not be patched, each with the reason."""
        self.marks: list[Mark] = []
        self.time, self.process, self.thread = array("q"), array("q"), array("q")
        self.kind, self.resource, self.site, self.value = array("q"), array("q"), array("q"), array("q")
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
        for name in ("time", "process", "thread", "kind", "resource", "site", "value"):
            getattr(self, name).extend(getattr(batch, name))
        columns = (batch.time, batch.process, batch.thread, batch.kind, batch.resource, batch.site, batch.value)
        handlers = _HANDLERS
        for t, p, th, k, r, s, v in zip(*columns, strict=True):
            rows.observe(self, t, p, th, k, s)
            handler = handlers.get(k)
            if handler is not None:
                handler(self, t, p, th or layout.MAIN_THREAD, r, s, v)
        self.until = max(self.until, batch.until, self.time[-1] if self.time else 0)

    def _define(self, definition: Definition) -> None:
        match definition:
            case ProcessDefinition():
                if definition.index < len(self.processes):
                    self.processes[definition.index].definition = definition
                else:
                    self.processes.append(Process(definition, Lane(1 << 62, State.STARTING)))
                self.pids[definition.pid] = definition.index
            case ResourceDefinition():
                known = self.resources.get(definition.index)
                if known is None:
                    self.resources[definition.index] = Resource(definition)
                else:
                    known.definition = definition
                    rows.rename(known)
            case SiteDefinition():
                self.sites[definition.index] = definition
            case TextDefinition():
                self.texts[definition.index] = definition.text
            case ThreadDefinition():
                process = self.processes[definition.process]
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

    def waited_for(self, resource: int, operation: str, on_process: int | None) -> str:
        """What a wait is for, in few words: a process, a resource, or the kind of call the kernel tells of."""
        if on_process is not None:
            return self.name(on_process)
        return self.resource_name(resource) or WORDS.get(operation, "")

    def place(self, site: int) -> str:
        """A site as ``file.py:12``; "" when unknown."""
        definition = self.sites.get(site)
        return f"{definition.file.rpartition('/')[2]}:{definition.line}" if definition else ""

    def same_function(self, one: int, other: int) -> bool:
        """Whether two sites may be in one function; so they may when one of them is unknown."""
        a, b = self.sites.get(one), self.sites.get(other)
        return a is None or b is None or a.function == b.function

    def row_before(self, t: Nanoseconds) -> int:
        """Index of the last row at or before an instant; -1 if there is none."""
        return bisect_right(self.time, t) - 1

    def lane(self, index: int) -> Lane:
        """The lane of a process."""
        return self.processes[index].lane

    def at(self, t: Nanoseconds) -> list[ProcessState]:
        """Every process that had begun, in order of appearance."""
        holding: dict[int, list[int]] = {}
        for number, resource in self.resources.items():
            for process, *_ in resource.holders_at(t):
                holding.setdefault(process, []).append(number)
        return [
            self._state(index, process, t, tuple(holding.get(index, ())))
            for index, process in enumerate(self.processes)
            if process.lane.index_at(t) >= 0
        ]

    def state_of(self, index: int, t: Nanoseconds) -> ProcessState | None:
        """One process at an instant; None before it began."""
        process = self.processes[index]
        if process.lane.index_at(t) < 0:
            return None
        held = (n for n, resource in self.resources.items() if any(h[0] == index for h in resource.holders_at(t)))
        return self._state(index, process, t, tuple(held))

    def _state(self, index: int, process: Process, t: Nanoseconds, holding: tuple[int, ...]) -> ProcessState:
        lane = process.lane
        i = lane.index_at(t)
        state = State(lane.states[i])
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

    def waits_at(self, t: Nanoseconds) -> list[Wait]:
        """Every thread that waited at an instant, sleepers left out."""
        return [
            Wait(
                index,
                span.thread,
                layout.OPERATIONS[span.operation],
                span.resource,
                self.pids.get(span.joined_pid) if span.joined_pid else None,
                tuple(each[0] for each in self.resources[span.resource].holders_at(t)) if span.resource else (),
                span.site,
                span.since,
                span.timed,
                span.seen,
            )
            for index, process in enumerate(self.processes)
            for span in process.waits_at(t)
            if not process.ended_by(t)
        ]

    @property
    def last_report(self) -> str:
        """The latest sentence in which the program said what it measured; "" when it said none."""
        return next((line.text for line in reversed(self.lines) if line.stream == "report"), "")

    def log(self, upto: Nanoseconds, limit: int) -> list[LogLine]:
        """The latest lines up to an instant, newest last."""
        end = bisect_right(self.lines, upto, key=lambda line: line.time)
        return self.lines[max(0, end - limit) : end]
