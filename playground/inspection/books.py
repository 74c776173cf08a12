"""Who has taken which lock, by the processes' own books: read in the memory of programs that have no probe.

A process that has a lock of multiprocessing's has an object for it, in which CPython counts how often the process has
taken it and not given it back (``SemLockObject`` in ``Modules/_multiprocessing/semaphore.c``). It begins with the
address of the semaphore, which is where the process maps it: that is what is looked for. A forked child has it where
its parent has it. Whatever else looks like it is told apart by the name of its type.
"""

import os
import re
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from playground.procfs.calls import Thing

_SLICE_S = 0.005
"""So long books are read before others may work."""
_PIECE = 1 << 20
_MOST = 1 << 30
"""So many bytes of a process are searched, the small pieces of its memory first."""
_OBJECT = struct.Struct("QQQQiii")
"""References, type, semaphore, thread, times taken, most permits, kind."""
_SEMAPHORE_AT, _TYPE_NAME_AT = 16, 24
_TYPE = b"_multiprocessing.SemLock\0"
_RECURSIVE = 0
_MOST_REFERENCES = 1 << 30
"""What is freed begins with an address instead."""
_WORD, _COMMON = 8, slice(2, 6)
"""Bytes of an address that those of semaphores mapped one after the other have in common."""


class Book(NamedTuple):
    """What a process has written down of a semaphore."""

    times: int
    """Taken and not given back; below zero where others have taken it."""
    kind: str
    """``lock``, ``rlock`` or ``semaphore``."""


Books = Mapping[int, Book | None]
"""Of one semaphore: pid to its book; None where it has none that is found or may be read."""
Asked = Mapping[Thing, Mapping[int, int]]
"""Semaphore to the pids that have it, each with the address where it is mapped."""


class Reader:
    """Reads the books of semaphores, some milliseconds at a time."""

    def __init__(self) -> None:
        self._asked: Asked = {}
        self._steps: Iterator[None] | None = None
        self._read: dict[Thing, dict[int, Book | None]] = {}
        self._places: dict[Thing, dict[int, None]] = {}
        """Where books of a semaphore were found, in whichever process."""

    def ask(self, wanted: Asked) -> None:
        """Ask for the books of these; what was asked before and is not answered yet is of no interest any more."""
        self._asked, self._read = wanted, {thing: {} for thing in wanted}
        self._places = {thing: places for thing, places in self._places.items() if thing in wanted}
        self._steps = self._all() if wanted else None

    @property
    def asking(self) -> bool:
        """Whether an answer is still to come."""
        return self._steps is not None

    def take(self) -> Mapping[Thing, Books]:
        """All answers, once they are there; nothing before, and nothing twice."""
        until = time.monotonic() + _SLICE_S
        while self._steps is not None:
            if next(self._steps, self) is self:
                self._steps = None
                return self._read
            if time.monotonic() > until:
                break
        return {}

    def _all(self) -> Iterator[None]:
        places: dict[int, dict[int, Thing]] = {}
        for thing, mapped in self._asked.items():
            for pid, address in mapped.items():
                places.setdefault(pid, {})[address] = thing
        for pid, things in sorted(places.items()):
            for thing in things.values():
                self._read[thing][pid] = None
            with suppress(OSError):  # it has ended, or is somebody else's
                memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
                try:
                    yield from self._books(pid, memory, things)
                finally:
                    os.close(memory)

    def _books(self, pid: int, memory: int, things: Mapping[int, Thing]) -> Iterator[None]:
        """Where they are known to be from another process, else wherever they are found."""
        unknown = dict(things)
        for address, thing in things.items():
            for place in self._places.get(thing, ()):
                if self._take_note(pid, memory, place, address, thing):
                    unknown.pop(address, None)
        yield
        if unknown:
            for piece, begin in _pieces(pid, memory):
                for address, place in _found(piece, begin, unknown):
                    self._take_note(pid, memory, place, address, unknown[address])
                yield

    def _take_note(self, pid: int, memory: int, place: int, address: int, thing: Thing) -> bool:
        """Add up what is written there, if it is a book of that semaphore."""
        book = _book(memory, place, address)
        if book is None:
            return False
        self._places.setdefault(thing, {})[place] = None
        before = self._read[thing][pid]
        self._read[thing][pid] = book._replace(times=book.times + (before.times if before is not None else 0))
        return True


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
    places = sorted(((int(start, 16), int(end, 16)) for start, end in spans), key=lambda span: span[1] - span[0])
    left = _MOST
    for start, end in places:
        for begin in range(start, end, _PIECE):
            size = min(_PIECE, end - begin, left)
            left -= size
            if size:
                with suppress(OSError, OverflowError):
                    yield os.pread(memory, size, begin), begin


def _found(piece: bytes, begin: int, addresses: Mapping[int, object]) -> Iterator[tuple[int, int]]:
    """Addresses that stand in a piece of memory, each with where the object would begin that has it."""
    words = {address.to_bytes(_WORD, sys.byteorder): address for address in addresses}
    for common in {word[_COMMON] for word in words}:
        for match in re.finditer(re.escape(common), piece):
            at = match.start() - _COMMON.start
            address = words.get(piece[at : at + _WORD]) if at >= 0 and at % _WORD == 0 else None
            if address is not None:
                yield address, begin + at - _SEMAPHORE_AT


class Lock(NamedTuple):
    """A lock, as all books together tell."""

    kind: str
    holder: int | None
    """The pid of who has it; None when nobody has it who is left."""


def lock_of(books: Books, threads: Callable[[int], int]) -> Lock | None:
    """Who has a lock; None when the books do not tell that for certain, and for what is no lock.

    Of an RLock it has to be clear which thread has it: ``threads`` counts those of a process.
    """
    kinds = {book.kind for book in books.values() if book is not None}
    taken = [(pid, book.times) for pid, book in books.items() if book is not None and book.times]
    if None in books.values() or len(kinds) != 1 or not kinds < {"lock", "rlock"}:
        return None  # a book that is not found may be that of the holder
    kind = kinds.pop()
    if not taken:
        return Lock(kind, None)
    pid, times = taken[0]
    clear = len(taken) == 1 and (times == 1 if kind == "lock" else times > 0 and threads(pid) == 1)
    return Lock(kind, pid) if clear else None
