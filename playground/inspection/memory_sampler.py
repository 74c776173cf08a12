"""Raw values and arrays, whose writes nobody can record: read from outside while the run goes on."""

import os
import struct
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field

from playground.collector import Collector
from playground.collector.collector import Row
from playground.collector.names import Place
from playground.history import History, Nanoseconds, Process
from playground.probe import layout

SAMPLE_NS = 100_000_000
MAX_PLACES = 64
"""Raw values and arrays beyond these are not sampled."""

_double = struct.Struct("=d")
_to_int = struct.Struct("=q")


class Watched(Struct):
    """One place in memory: which mapping it is in, and what was last read there."""

    mapping: tuple[str, str, int] | None = None
    """Device, inode and offset in the mapped file; None until they were looked up."""
    values: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    """Rows of the latest reading, held back until it is clear that the object was still there."""


class MemorySampler:
    """Gives SAMPLED and ITEM_SAMPLED rows of what has changed. ``clock`` gives the run time."""

    def __init__(self, collector: Collector, history: History, clock: Callable[[], Nanoseconds]) -> None:
        self._collector, self._history, self._clock = collector, history, clock
        self._watched: dict[int, Watched] = {}
        self._next = 0

    def look(self) -> list[Row]:
        """Rows about what had changed at the last reading; reads anew ten times a second."""
        places = self._collector.names.places
        rows = [row for number, seen in self._watched.items() if number in places for row in seen.rows]
        for seen in self._watched.values():
            seen.rows = []
        now = self._clock()
        if places and now >= self._next:
            self._next = now + SAMPLE_NS
            for number, place in list(places.items())[:MAX_PLACES]:
                self._read(number, place, self._watched.setdefault(number, Watched()))
        return rows

    def _read(self, number: int, place: Place, seen: Watched) -> None:
        for index, process, address in self._readers(place, seen):
            data = _memory(process.definition.pid, address, place.size)
            if data is not None:
                self._take(number, place, seen, index, data)
                return

    def _readers(self, place: Place, seen: Watched) -> Iterator[tuple[int, Process, int]]:
        """Live processes with the address at which each has the place: its maker, else whoever maps the same file."""
        alive = [(i, p) for i, p in self._history.shown.items() if p.alive]
        for index, process in alive:
            if (process.definition.pid, process.definition.start_ticks) == (place.pid, place.start):
                if seen.mapping is None:
                    seen.mapping = _mapping_of(place.pid, place.address)
                yield index, process, place.address
        if seen.mapping is None:
            return
        for index, process in alive:
            address = _address_of(process.definition.pid, seen.mapping)
            if address is not None:
                yield index, process, address

    def _take(self, number: int, place: Place, seen: Watched, index: int, data: bytes) -> None:
        now = self._clock()
        values = [_bits(value) for (value,) in struct.iter_unpack(place.format, data)]
        kind = layout.ITEM_SAMPLED if place.count else layout.SAMPLED
        before: Sequence[int | None] = seen.values or [None] * len(values)
        seen.rows = [
            (now, index, layout.MAIN_THREAD, kind, number, i if place.count else 0, value)
            for i, (value, old) in enumerate(zip(values, before, strict=True))
            if value != old
        ]
        seen.values = values


def _bits(value: object) -> int:
    """A value as a row holds it: floats as their bits, characters by number."""
    if isinstance(value, float):
        return int(_to_int.unpack(_double.pack(value))[0])
    number = value[0] if isinstance(value, bytes) else int(value) if isinstance(value, int) else 0
    return ((number + (1 << 63)) & ((1 << 64) - 1)) - (1 << 63)


def _memory(pid: int, address: int, size: int) -> bytes | None:
    """Bytes of a process's memory; None when they cannot be read."""
    try:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
            data = os.pread(file.fileno(), size, address)
    except (OSError, OverflowError):
        return None
    return data if len(data) == size else None


def _maps(pid: int) -> Iterator[tuple[int, int, int, str, str]]:
    """Shared mappings of files: begin, end, offset, device and inode."""
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
            lines = file.readlines()
    except OSError:
        return
    for line in lines:
        bounds, modes, offset, device, inode, *_ = line.split()
        if modes[3] == "s":
            begin, _, end = bounds.partition("-")
            yield int(begin, 16), int(end, 16), int(offset, 16), device, inode


def _mapping_of(pid: int, address: int) -> tuple[str, str, int] | None:
    for begin, end, offset, device, inode in _maps(pid):
        if begin <= address < end:
            return device, inode, offset + address - begin
    return None


def _address_of(pid: int, mapping: tuple[str, str, int]) -> int | None:
    device, inode, wanted = mapping
    for begin, end, offset, *file in _maps(pid):
        if file == [device, inode] and offset <= wanted < offset + end - begin:
            return begin + wanted - offset
    return None
