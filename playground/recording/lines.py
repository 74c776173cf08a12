"""What the lines of a recording mean: definitions and rows, checked, up to the first that is wrong."""

from array import array
from collections.abc import Sequence
from operator import itemgetter
from typing import Annotated, Any

import msgspec

from playground.history import (
    Batch,
    FileDefinition,
    Nanoseconds,
    ProcessDefinition,
    ResourceDefinition,
    SiteDefinition,
    TextDefinition,
    ThreadDefinition,
)
from playground.recording.parts import Damaged
from playground.text import clean, clean_lines

MAX_PROCESSES = 100_000
_LONGEST_FILE = 1 << 20
_Word = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
_Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]
"""Of processes, threads, kinds, resources and sites there are fewer."""
_Row = tuple[_Word, _Number, _Number, _Number, _Number, _Number, _Word]
_Rows = Sequence[tuple[int, int, int, int, int, int, int]]
_row_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Row)
_decoder = msgspec.json.Decoder()


class Lines:
    """Takes in the lines of one recording after its header, part by part."""

    def __init__(self) -> None:
        self.summary: dict[str, Any] | None = None
        self.went_back = False
        """Whether a row had an earlier time than the one before it; it was given that one's."""
        self.damaged = False
        """Whether there was a wrong line; what comes after it is not to be taken in."""
        self._processes = 0
        self._last: Nanoseconds = 0

    def batch(self, lines: bytes | bytearray, until: Nanoseconds) -> Batch:
        """Definitions and rows of a part; of one that is wrong those before its first wrong line."""
        batch = Batch()
        rows: _Rows = []
        try:
            place = self._define_first(lines, batch)
            rest = lines[place:] if place else lines
            rows = self._only_rows(rest) or self._mixed(rest, batch)
        except Damaged:
            self.damaged = True
        if rows:
            self._add(rows, batch)
        batch.until = max(0 if self.damaged else until, batch.time[-1] if rows else 0)
        return batch

    def _define_first(self, lines: bytes | bytearray, batch: Batch) -> int:
        """Take the lines that are no rows and stand before them all; returns where the next one begins."""
        place = 0
        while lines.startswith((b'["', b"{"), place):
            end = lines.find(b"\n", place) + 1
            self._take(_decoded(lines[place:end]), batch)
            place = end
        return place

    def _only_rows(self, lines: bytes | bytearray) -> _Rows:
        """The rows, when there is nothing else and nothing wrong; none otherwise."""
        try:
            rows: _Rows = _row_decoder.decode_lines(lines)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return []
        return rows if rows and max(map(itemgetter(1), rows)) < self._processes else []

    def _mixed(self, lines: bytes | bytearray, batch: Batch) -> _Rows:
        """The rows of lines among which are others, up to the first that is wrong."""
        rows: list[tuple[int, int, int, int, int, int, int]] = []
        try:
            for line in lines.splitlines():
                if line.startswith((b'["', b"{")):
                    self._take(_decoded(line), batch)
                else:
                    row = _row_decoder.decode(line)
                    if row[1] >= self._processes:  # defined before it
                        raise Damaged
                    rows.append(row)
        except (Damaged, msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            self.damaged = True
        return rows

    def _add(self, rows: _Rows, batch: Batch) -> None:
        columns = tuple(zip(*rows, strict=True))
        times = array("q", columns[0])
        if times[0] < self._last or sorted(columns[0]) != list(columns[0]):
            self.went_back, last = True, self._last
            for i, t in enumerate(times):
                times[i] = last = max(last, t)
        self._last = times[-1]
        batch.time = times
        batch.process, batch.thread, batch.kind = (array("q", column) for column in columns[1:4])
        batch.resource, batch.site, batch.value = (array("q", column) for column in columns[4:])

    def _take(self, line: Any, batch: Batch) -> None:
        """A definition, the summary, or something that a newer version knows."""
        if isinstance(line, dict):
            summary = line.get("summary")
            self.summary = summary if isinstance(summary, dict) else self.summary
            return
        try:
            self._define(line, batch)
        except (TypeError, ValueError, AttributeError):
            raise Damaged from None

    def _define(self, line: list[Any], batch: Batch) -> None:
        add = batch.definitions.append
        match line:
            case ["P", int(index), int(pid), int(start), int(ppid), str(name), str(method), bool(daemon), str(role)]:
                if not 0 <= index <= self._processes or index >= MAX_PROCESSES:
                    raise ValueError
                self._processes = max(self._processes, index + 1)
                add(ProcessDefinition(index, pid, start, ppid, clean(name), clean(method), daemon, clean(role)))
            case ["T", int(process), int(number), str(name), int(native)] if 0 <= process < self._processes:
                add(ThreadDefinition(process, number, clean(name), native))
            case ["R", int(index), str(kind), str(name), int(creator), int(site), int(limit), str(typecode)]:
                add(ResourceDefinition(index, clean(kind), clean(name), creator, site, limit, clean(typecode, 4)))
            case ["S", int(index), str(file), int(number), str(function)]:
                add(SiteDefinition(index, clean(file, 4096), number, clean(function)))
            case ["F", str(file), str(text)]:
                add(FileDefinition(clean(file, 4096), clean_lines(text, _LONGEST_FILE)))
            case ["N", int(index), str(text)]:
                add(TextDefinition(index, clean_lines(text)))


def _decoded(line: bytes | bytearray) -> Any:
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Damaged from None
