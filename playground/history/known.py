"""What is known of a run: who and what there is, the latest rows, and what is counted of all of them.

Rows change it by the handlers of ``rows`` and ``told``; ``History`` finds those and answers questions about instants.
"""

from array import array
from collections.abc import Iterable, Sequence

from playground.history.batch import (
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
MOST_LINES, MOST_TEXT = 10_000, 8 << 20
"""So many of the latest lines, and characters in them, are kept."""
MOST_RAISED = 200


class Known:
    """Processes, resources, sites, lines, counters and rows, each by its index."""

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
        self.kinds: set[int] = set()
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

    # --- What comes to be known ----------------------------------------------------------------------

    def define(self, definition: Definition) -> None:
        """Know a process, resource, site, file, text or thread, or know it better."""
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

    def _define_process(self, definition: ProcessDefinition) -> None:
        if definition.index < len(self.processes):
            self.processes[definition.index].definition = definition
        else:
            self.shown[definition.index] = process = Process(definition, Lane(1 << 62, State.STARTING))
            self.processes.append(process)
        self.pids[definition.pid] = definition.index
        self.longest_name = max(self.longest_name, len(self.name(definition.index)))

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

    def _forget_lines(self) -> None:
        kept, text = 0, 0
        for line in reversed(self.lines):
            kept, text = kept + 1, text + len(line.text)
            if kept >= MOST_LINES or text >= MOST_TEXT:
                break
        del self.lines[:-kept]
        self._text = text

    # --- What it is called ---------------------------------------------------------------------------

    def name(self, index: int) -> str:
        """What a process is called on screens."""
        definition = self.processes[index].definition
        return definition.name or f"pid {definition.pid}"

    def names(self, processes: Sequence[int]) -> str:
        """Several in few words: ``A and 3 more``."""
        first = self.name(processes[0])
        return f"{first} and {len(processes) - 1} more" if processes[1:] else first

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

    def lane(self, index: int) -> Lane:
        """The lane of a process."""
        return self.processes[index].lane

    @property
    def known_resources(self) -> Iterable[Resource]:
        """Resources of which it is known who held them when."""
        return (self.resources[number] for number in self.in_use)
