"""What flows into a history: definitions and rows of events, as columns."""

from array import array
from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct, field

Nanoseconds: TypeAlias = int
"""Time since the run's start."""
Pid: TypeAlias = int
ProcessIndex: TypeAlias = int
ResourceIndex: TypeAlias = int
"""0 means no resource."""
SiteIndex: TypeAlias = int
"""0 means no source line is known. For ITEM_READ and ITEM_WROTE rows the column holds the array index."""
TextIndex: TypeAlias = int


class ProcessDefinition(Struct, frozen=True):
    """A process of the run; a later definition of the same index updates it."""

    index: ProcessIndex
    pid: Pid
    start_ticks: int
    ppid: Pid
    name: str
    method: str
    daemon: bool
    role: str
    """main, child, worker, manager, server, tracker, fork or program."""


class ThreadDefinition(Struct, frozen=True):
    """A thread of a process; number 1 is the main thread."""

    process: ProcessIndex
    number: int
    name: str
    native_id: int


class ResourceDefinition(Struct, frozen=True):
    """A lock, queue, value or other shared thing; its name is unique in the run."""

    index: ResourceIndex
    kind: str
    name: str
    creator: ProcessIndex
    site: SiteIndex
    limit: int
    """Permits of a semaphore, size of a queue or array, parties of a barrier, processes of a pool; else 0."""
    typecode: str
    """How values are to be read: "i" for integers, "d" for floats stored as their bits, "c" for characters."""


class SiteDefinition(Struct, frozen=True):
    """A line of source."""

    index: SiteIndex
    file: str
    line: int
    function: str


class TextDefinition(Struct, frozen=True):
    """A text that rows of the TEXT_KINDS refer to by their value."""

    index: TextIndex
    text: str


class FileDefinition(Struct, frozen=True):
    """The text of a file of the program's own, as it was when a line of it was first named."""

    file: str
    """As sites name it."""
    text: str


Definition: TypeAlias = (
    ProcessDefinition | ThreadDefinition | ResourceDefinition | SiteDefinition | TextDefinition | FileDefinition
)


COLUMNS = ("time", "process", "thread", "kind", "resource", "site", "value")
"""The columns of rows, in the order in which a row has them."""


def _column() -> "array[int]":
    return array("q")


class Batch(Struct):
    """Definitions, then rows in time order that may use them; all columns have the same length.

    ``until`` is the instant up to which the run is known: later batches hold no earlier rows.
    """

    definitions: list[Definition] = field(default_factory=list)
    time: "array[int]" = field(default_factory=_column)
    process: "array[int]" = field(default_factory=_column)
    thread: "array[int]" = field(default_factory=_column)
    kind: "array[int]" = field(default_factory=_column)
    resource: "array[int]" = field(default_factory=_column)
    site: "array[int]" = field(default_factory=_column)
    value: "array[int]" = field(default_factory=_column)
    until: Nanoseconds = 0

    @property
    def columns(self) -> "tuple[array[int], ...]":
        """All of them, as ``COLUMNS`` names them."""
        return self.time, self.process, self.thread, self.kind, self.resource, self.site, self.value

    def join(self, other: "Batch") -> None:
        """Add what comes next."""
        self.definitions += other.definitions
        for column, more in zip(self.columns, other.columns, strict=True):
            column.extend(more)
        self.until = max(self.until, other.until)

    def pieces(self, room: Callable[[], int]) -> "Iterator[Batch]":
        """The batch in pieces of as many rows as there is room each time, the definitions with the first."""
        done, definitions = 0, self.definitions
        while done < len(self) or not done:
            end = done + room()
            if done == 0 and end >= len(self):
                yield self
                return
            time, process, thread, kind, resource, site, value = (column[done:end] for column in self.columns)
            piece = Batch(definitions, time, process, thread, kind, resource, site, value)
            piece.until = piece.time[-1] if end < len(self) else self.until
            yield piece
            done, definitions = end, []

    def __len__(self) -> int:
        return len(self.time)

    def add(self, row: tuple[int, int, int, int, int, int, int]) -> None:
        """Append one row: time, process, thread, kind, resource, site, value."""
        self.time.append(row[0])
        self.process.append(row[1])
        self.thread.append(row[2])
        self.kind.append(row[3])
        self.resource.append(row[4])
        self.site.append(row[5])
        self.value.append(row[6])
