"""One process's journal as the collector reads it: segments by position, definitions by line."""

import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from itertools import compress
from pathlib import Path

from msgspec import Struct, field

from playground.collector.names import Names, Program
from playground.history.batch import ProcessDefinition, ThreadDefinition
from playground.probe import layout
from playground.text import clean


class Records(Struct):
    """Records in their order, as columns: a container for each record would keep the garbage collector busy."""

    codes: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.times)

    def add(self, code: int, value: int, time: int) -> None:
        """One more."""
        self.codes.append(code)
        self.values.append(value)
        self.times.append(time)

    def add_slots(self, data: bytes) -> None:
        """All that were written in a stretch of slots, without those that were not."""
        words = memoryview(data)
        times = words.cast("Q")[2::3].tolist()
        codes, values = words.cast("Q")[::3].tolist(), words.cast("q")[1::3].tolist()
        if 0 in times:
            codes, values = list(compress(codes, times)), list(compress(values, times))
            times = list(filter(None, times))
        self.codes += codes
        self.values += values
        self.times += times


_AHEAD = 20
"""So many slots are looked at behind one that has not been written: its thread may have been held up."""
_PIECE = 512 * layout.RECORD_SIZE
"""Bytes of a segment that are read at once while it is being written."""


class Journal:
    """Reads what a process has committed since the last time."""

    def __init__(self, index: int, pid: int, start: int, directories: tuple[Path, ...], text: Path) -> None:
        self.index, self.pid, self.start = index, pid, start
        self.dead = False
        self.dropped = 0
        """How many events the process could not record, as far as it has said."""
        self.last_time = 0
        self.behind = False
        """Whether more was there than could be read the last time."""
        self.done = False
        """Whether its process was dead, and all was read, when that was last looked at."""
        self.rolled = False
        """Whether the last time a segment was read to its end."""
        self.behind_since = 0
        """When it fell behind; 0 when it is not."""
        self.late = False
        """Whether it is so far behind that it has to catch up."""
        self.definition: ProcessDefinition | None = None
        self.resources: dict[int, int] = {0: 0}
        self.sites: dict[int, int] = {0: 0}
        self.texts: dict[int, int] = {0: 0}
        self._directories, self._text = directories, f"{text}/{pid}-{start}.t"
        self._text_read = 0
        self._lost = 0
        """Events that are missing before the next record."""
        self._sequence, self._offset = 0, 0
        self._current = ""
        """Path of the segment that is being read; "" when it is not known to exist."""

    # --- Segments -------------------------------------------------------------------------------------

    def _path(self, sequence: int) -> str:
        for directory in self._directories:
            path = f"{directory}/{self.pid}-{self.start}-{sequence}.j"
            if os.access(path, os.F_OK):
                return path
        return ""

    def read(self, now: int, patience: int, room: int) -> Records:
        """Records in the order of their slots, until there are ``room`` or more; drained segments are removed."""
        found = Records()
        self.behind = self.rolled = False
        while True:
            if len(found) >= room:
                self.behind = bool(self._path(self._sequence))
                return found
            if not self._current:
                self._current = self._path(self._sequence)
            if not self._current or not (self.dead or self._has_more(self._current)):
                return found
            complete = self.dead or bool(self._path(self._sequence + 1))
            if not (self._offset or self._begin_segment()):
                return found
            if not complete:
                self._take_new(found, now - patience)
                return found
            if not self._take_rest(found):
                return found
            self.rolled = True
            with suppress(OSError):
                os.unlink(self._current)
            self._current, self._sequence, self._offset = "", self._sequence + 1, 0

    def has_segments(self) -> bool:
        """Whether there is a segment that is not read to its end."""
        return bool(self._current or self._path(self._sequence))

    @property
    def place(self) -> tuple[str, int]:
        """Path of the segment that is being read, "" when none is known to exist, and up to where it has been read."""
        return self._current, self._offset

    def put_off(self) -> None:
        """Read nothing this time."""
        self._current = self._current or self._path(self._sequence)
        self.behind = bool(self._current) and self._has_more(self._current)

    def is_far_behind(self, most: int) -> bool:
        """Whether more than ``most`` segments wait to be read, so that the process may soon have no room."""
        return self.rolled and bool(self._path(self._sequence + most))

    def _has_more(self, path: str) -> bool:
        """Whether there is something to read: a record in one of the next slots, or the segment's end is near."""
        if not self._offset or self._offset > layout.SEGMENT_SIZE - _AHEAD * layout.RECORD_SIZE:
            return True
        ahead = _contents(path, _AHEAD * layout.RECORD_SIZE, self._offset)
        return bool(ahead.strip(b"\0"))

    def _begin_segment(self) -> bool:
        """Take note of what its header says; False when it is not there."""
        header = _contents(self._current, layout.HEADER_SIZE)
        if len(header) < layout.HEADER_SIZE:
            return False
        *_, dropped, self._offset = struct.unpack_from(layout.HEADER, header)
        self._note_dropped(dropped)
        return True

    def _take_rest(self, found: Records) -> bool:
        """Take what is left of a segment that nobody writes to any more; False when it cannot be read."""
        data = _contents(self._current, self._room(), self._offset)
        if len(data) < self._room():
            return False
        self._add(data, found)
        return True

    def _take_new(self, found: Records, waited_until: int) -> None:
        """Take what is new in the segment that is being written."""
        while size := min(self._room(), _PIECE):
            seen = _contents(self._current, size, self._offset)
            # The time is stored last, and copied last too: beside a time that was just seen older words may stand.
            data = _contents(self._current, size, self._offset)
            if len(seen) < size or len(data) < size:
                return
            times = memoryview(seen).cast("Q")[2::3].tolist()
            count = times.index(0) if 0 in times else len(times)
            self._add(data[: count * layout.RECORD_SIZE], found)
            self._offset += count * layout.RECORD_SIZE
            if count < len(times):
                if not _is_old_hole(times[count + 1 : count + _AHEAD], waited_until):
                    return
                self._offset += layout.RECORD_SIZE

    def _room(self) -> int:
        """Bytes of whole slots from here to the end of the segment."""
        return (layout.SEGMENT_SIZE - self._offset) // layout.RECORD_SIZE * layout.RECORD_SIZE

    def _add(self, data: bytes, found: Records) -> None:
        if self._lost and (first := next(filter(None, memoryview(data).cast("Q")[2::3]), 0)):
            found.add(*self._take_lost(first - 1))
        found.add_slots(data)

    def _note_dropped(self, count: int) -> None:
        """The process has said how many events it could not record so far."""
        self._lost += max(count - self.dropped, 0)
        self.dropped = max(count, self.dropped)

    def _take_lost(self, time: int) -> tuple[int, int, int]:
        lost, self._lost = self._lost, 0
        return (layout.LOST | layout.MAIN_THREAD << layout.THREAD_SHIFT, lost, time)

    def add_lost_at_the_end(self, found: Records, origin: int, *, final: bool) -> None:
        """Tell what is missing of a process that records nothing more."""
        if self._lost and (final or self.dead):
            found.add(*self._take_lost(self.last_time + origin))

    # --- Definitions ----------------------------------------------------------------------------------

    def read_definitions(self, names: Names) -> list[ProcessDefinition | ThreadDefinition]:
        """Take in complete new lines of the text file; returns what is said of the process itself."""
        try:
            new = os.stat(self._text).st_size - self._text_read
        except OSError:
            return []
        data = _contents(self._text, new, self._text_read) if new > 0 else b""
        data = data[: data.rfind(b"\n") + 1]
        self._text_read += len(data)
        own: list[ProcessDefinition | ThreadDefinition] = []
        for line in data.splitlines():
            fields = [_unescape(field) for field in line.split(b"\t")]
            try:
                self._define(fields, names, own)
            except (ValueError, LookupError):
                continue
        return own

    def _define(self, f: list[str], names: Names, own: list[ProcessDefinition | ThreadDefinition]) -> None:
        match f[0]:
            case "P":
                own.append(self._process(f))
            case "T":
                own.append(ThreadDefinition(self.index, int(f[1]), clean(f[2], 80), int(f[3])))
            case "S":
                self.sites[int(f[1])] = names.site(f[2], int(f[3]), f[4])
            case "R":
                site = self.sites.get(int(f[5]), 0)
                self.resources[int(f[1])] = names.resource(f[3], f[2], f[4], self.index, site, int(f[6]), f[7])
            case "A":
                names.alias(f[1], f[2])
            case "M":
                names.place(self.resources[int(f[1])], self.pid, self.start, int(f[2]), f[3], int(f[4]))
            case "Q":
                names.programs.append(Program(int(f[1]), int(f[2]), self.pid, clean(f[3], 80)))
            case "D":
                self._note_dropped(int(f[1]))
            case "N":
                self.texts[int(f[1])] = names.text(f[2])

    def _process(self, f: list[str]) -> ProcessDefinition:
        known = self.definition
        name = clean(f[4], 80) or (known.name if known else "")
        self.definition = ProcessDefinition(
            self.index, self.pid, self.start, int(f[3]), name, clean(f[5], 20), f[6] == "1", clean(f[7], 20)
        )
        return self.definition

    def remove(self) -> None:
        """Remove the text file of a process that is dead and read to the end."""
        with suppress(FileNotFoundError):
            os.unlink(self._text)


def _is_old_hole(behind: Iterable[int], waited_until: int) -> bool:
    """Whether an unwritten slot has written ones behind it, with these times, that are older than our patience."""
    return next((time < waited_until for time in behind if time), False)


def _unescape(field: bytes) -> str:
    try:
        return field.decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except UnicodeDecodeError:
        return field.decode("ascii", "replace")


def _contents(path: str, size: int = layout.SEGMENT_SIZE, offset: int = 0) -> bytes:
    """Bytes of a file, from the start of a segment unless told; b"" when it is gone."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.pread(fd, size, offset)
    finally:
        os.close(fd)
