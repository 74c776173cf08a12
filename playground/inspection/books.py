"""Who has taken which lock, by the processes' own books: read in the memory of programs that have no probe.

A process that has a lock of multiprocessing's has an object for it, in which CPython counts how often the process has
taken it and not given it back (``SemLockObject`` in ``Modules/_multiprocessing/semaphore.c``). It begins with the
address of the semaphore, which is where the process maps it: that is what is looked for. A forked child has it where
its parent has it. Whatever else looks like it is told apart by the name of its type.

To find an object takes long, 1 ms per MiB; to read it again takes microseconds. So each is looked for once, in slices
beside other work, and read anew at every look at who stands still.
"""

import os
import re
import struct
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from msgspec import Struct, field

from playground.procfs.calls import Thing

_SLICE_S = 0.005
"""So long books are looked for before others may work."""
_PAUSE = 7
"""How many times as long nothing is looked for after that."""
_PIECE, _CHUNK = 1 << 20, 1 << 24
"""So many bytes are searched at a time, and of so many it is asked at a time which are there."""
_MOST = 1 << 30
"""So many bytes of a process are searched, the small mappings first."""
_ENOUGH = 1 << 26
"""After so many bytes no second book of a thing is looked for."""
_MOST_TRIED = 16
"""In so many places where others have a book it is looked for before memory is searched."""
_OBJECT = struct.Struct("QQQQiii")
"""References, type, semaphore, thread, times taken, most permits, kind."""
_SEMAPHORE_AT, _TYPE_NAME_AT = 16, 24
_TYPE = b"_multiprocessing.SemLock\0"
_RECURSIVE = 0
_MOST_REFERENCES = 1 << 30
"""What is freed begins with an address instead."""
_WORD, _COMMON = 8, slice(2, 6)
"""Bytes of an address that those of semaphores mapped one after the other have in common."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PRESENT = re.compile(rb"[\x80-\xff]+")
"""Of the entries in ``/proc/PID/pagemap``, the last bytes of those that are in memory."""


class Book(NamedTuple):
    """What a process has written down of a semaphore."""

    times: int
    """Taken and not given back; below zero where others have taken it."""
    kind: str
    """``lock``, ``rlock`` or ``semaphore``."""


Books = Mapping[int, Book | None]
"""Of one semaphore: pid to its book; None where it has none that is found or may be read."""
Mapped = Mapping[int, Mapping[Thing, int]]
"""Pid to what it has in its memory of what others may have too, each with its address."""


class _Missing(NamedTuple):
    """What is to be looked for in one process."""

    things: set[Thing]
    addresses: Mapping[Thing, int]
    """Of everything that it has."""


class _Known(Struct):
    """What is known of one process's books."""

    places: dict[Thing, tuple[int, ...]] = field(default_factory=dict)
    """Where they are; mostly there is one of each thing."""
    searched: set[tuple[Thing, int]] = field(default_factory=set)
    """Things, with their addresses, for which its memory was searched."""


class Reader:
    """Reads the books of semaphores, and looks for those that it does not know yet, some milliseconds at a time."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._missing: dict[int, _Missing] = {}
        self._steps: Iterator[None] | None = None
        self._next = 0.0

    def read(self, things: Collection[Thing], mapped: Mapped) -> dict[Thing, dict[int, Book | None]]:
        """What is written down of these now; what is not found is looked for from now on."""
        self._known = {pid: known for pid, known in self._known.items() if pid in mapped}
        self._missing = {}
        tried = {thing: self._elsewhere(thing) for thing in things}
        read: dict[Thing, dict[int, Book | None]] = {thing: {} for thing in things}
        for pid, addresses in mapped.items():
            wanted = {thing: addresses[thing] for thing in things if thing in addresses}
            if wanted:
                known = self._known.setdefault(pid, _Known())
                books = _read(pid, known, wanted, tried)
                for thing in wanted:
                    read[thing][pid] = books.get(thing)
                missing = {thing for thing, address in wanted.items() if (thing, address) not in known.searched}
                if missing := missing - books.keys():
                    self._missing[pid] = _Missing(missing, addresses)
        return read

    def _elsewhere(self, thing: Thing) -> list[int]:
        """Places where processes have their books of a thing: a forked child has it where its parent has it."""
        places = (place for known in self._known.values() for place in known.places.get(thing, ()))
        return list(dict.fromkeys(places))[:_MOST_TRIED]

    @property
    def searching(self) -> bool:
        """Whether there is something to be looked for."""
        return self._steps is not None or bool(self._missing)

    def search(self) -> bool:
        """Go on looking, when it is time for that; True when all was looked through, and may be read again."""
        began = time.monotonic()
        if not self.searching or began < self._next:
            return False
        if self._steps is None:
            missing, self._missing = self._missing, {}
            self._steps = self._all(missing)
        through = True
        for _ in self._steps:
            if time.monotonic() - began > _SLICE_S:
                through = False
                break
        if through:
            self._steps = None
        now = time.monotonic()
        self._next = now + _PAUSE * (now - began)
        return through

    def _all(self, sought: Mapping[int, _Missing]) -> Iterator[None]:
        for pid, each in sought.items():
            known = self._known.setdefault(pid, _Known())
            with suppress(OSError):  # it has ended, or is somebody else's
                wanted = {thing: each.addresses[thing] for thing in each.things}  # where one was found since, perhaps
                found = _read(pid, known, wanted, {thing: self._elsewhere(thing) for thing in wanted})
                yield
                if missing := each.things - found.keys():
                    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
                    try:
                        yield from _search(pid, memory, known, _Missing(missing, each.addresses))
                    finally:
                        os.close(memory)
                    known.searched.update((thing, each.addresses[thing]) for thing in missing)


def _read(
    pid: int, known: _Known, wanted: Mapping[Thing, int], tried: Mapping[Thing, list[int]]
) -> Mapping[Thing, Book]:
    """A process's books where they are known to be, else where others have theirs."""
    books: dict[Thing, Book] = {}
    with suppress(OSError):  # it has ended, or is somebody else's
        memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
        try:
            for thing, address in wanted.items():
                for places in (known.places.get(thing, ()), tried[thing]):
                    found = {place: book for place in places if (book := _book(memory, place, address)) is not None}
                    if found:
                        known.places[thing] = tuple(found)
                        *_, last = found.values()
                        books[thing] = last._replace(times=sum(book.times for book in found.values()))
                        break
        finally:
            os.close(memory)
    return books


def _search(pid: int, memory: int, known: _Known, missing: _Missing) -> Iterator[None]:
    """Look for books in all memory of a process; those of things that are mapped beside these come for nothing."""
    of = {address: thing for thing, address in missing.addresses.items()}
    words = {address.to_bytes(_WORD, sys.byteorder): address for address in of}
    common = {missing.addresses[thing].to_bytes(_WORD, sys.byteorder)[_COMMON] for thing in missing.things}
    found: dict[Thing, set[int]] = {}
    searched = 0
    for piece, begin in _pieces(pid, memory):
        if searched > _ENOUGH and found.keys() >= missing.things:
            break
        searched += len(piece)
        for address, place in _found(piece, begin, words, common):
            if _book(memory, place, address) is not None:
                found.setdefault(of[address], set()).add(place)
        yield
    known.places = {thing: places for thing, places in known.places.items() if thing in missing.addresses}
    known.searched = {each for each in known.searched if each[0] in missing.addresses}
    known.places.update((thing, tuple(sorted(places))) for thing, places in found.items())


def _book(memory: int, place: int, address: int) -> Book | None:
    """What is written at a place; None when there is no book of the semaphore that is mapped at that address."""
    with suppress(OSError, OverflowError, struct.error):
        references, kind, semaphore, _, times, most, recursive = _OBJECT.unpack(os.pread(memory, _OBJECT.size, place))
        alive = 0 < references < _MOST_REFERENCES
        if alive and semaphore == address and _text(memory, _word(memory, kind + _TYPE_NAME_AT)) == _TYPE:
            return Book(times, "rlock" if recursive == _RECURSIVE else "lock" if most == 1 else "semaphore")
    return None


def _word(memory: int, address: int) -> int:
    return int.from_bytes(os.pread(memory, _WORD, address), sys.byteorder)


def _text(memory: int, address: int) -> bytes:
    return os.pread(memory, len(_TYPE), address)


def _pieces(pid: int, memory: int) -> Iterator[tuple[bytes, int]]:
    """The process's own memory, piece by piece, each with its address; raises OSError."""
    with open(f"/proc/{pid}/maps", "rb") as file:
        spans = [line.split(None, 1)[0].split(b"-") for line in file if b" rw-p " in line]
    left = _MOST
    for start, end in sorted(((int(a, 16), int(b, 16)) for a, b in spans), key=lambda span: span[1] - span[0]):
        for chunk in range(start, end, _CHUNK):
            for first, last in _present(pid, chunk, min(chunk + _CHUNK, end)):
                for begin in range(first, last, _PIECE):
                    size = min(_PIECE, last - begin, left)
                    left -= size
                    if size:
                        with suppress(OSError, OverflowError):
                            yield os.pread(memory, size, begin), begin
            yield b"", chunk  # to ask what is there takes time too


def _present(pid: int, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a mapping that are in memory: to read what is not would let the process have more of it."""
    try:
        file = os.open(f"/proc/{pid}/pagemap", os.O_RDONLY | os.O_CLOEXEC)
        try:
            entries = os.pread(file, (end - start) // _PAGE * _WORD, start // _PAGE * _WORD)
        finally:
            os.close(file)
    except OSError:  # this kernel does not tell
        return [(start, end)]
    highest = entries[_WORD - 1 :: _WORD] if sys.byteorder == "little" else entries[::_WORD]
    return [(start + m.start() * _PAGE, start + m.end() * _PAGE) for m in _PRESENT.finditer(highest)]


def _found(piece: bytes, begin: int, words: Mapping[bytes, int], common: set[bytes]) -> Iterator[tuple[int, int]]:
    """Addresses that stand in a piece of memory, each with where the object would begin that has it."""
    for part in common:
        for match in re.finditer(re.escape(part), piece):
            at = match.start() - _COMMON.start
            address = words.get(piece[at : at + _WORD]) if at >= 0 and at % _WORD == 0 else None
            if address is not None:
                yield address, begin + at - _SEMAPHORE_AT


def is_signal(books: Books) -> bool:
    """Whether others give it back than have taken it, as the books show."""
    written = [book for book in books.values() if book is not None]
    return any(book.times < 0 or (book.kind == "lock" and book.times > 1) for book in written)


class Lock(NamedTuple):
    """A lock, as all books together tell."""

    kind: str
    holder: int | None
    """The pid of who has it; None when nobody has it who is left."""


def lock_of(books: Books, still: Collection[int]) -> Lock | None:
    """Who has a lock; None when the books do not tell that for certain, and for what is no lock.

    That nobody has it is certain only when all who might take it stood ``still`` meanwhile.
    """
    kinds = {book.kind for book in books.values() if book is not None}
    taken = [(pid, book.times) for pid, book in books.items() if book is not None and book.times]
    if None in books.values() or len(kinds) != 1 or not kinds < {"lock", "rlock"}:
        return None  # a book that is not found may be that of the holder
    kind = kinds.pop()
    if not taken:
        return Lock(kind, None) if books.keys() <= set(still) else None
    pid, times = taken[0]
    return Lock(kind, pid) if len(taken) == 1 and (times == 1 if kind == "lock" else times > 0) else None
