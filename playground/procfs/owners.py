"""Who has what: the processes that map a piece of memory, hold an end of a pipe or a socket, or have a file open."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress

from msgspec import Struct, field

from playground.procfs.calls import Thing

Mapping = tuple[int, int, int, int, int]
"""Start and end address, device and inode of a shared mapping, and who can find it by its name."""
NOBODY, RELATIVES, ANYBODY = range(3)
"""Who can: it has no name, or one that only those know who were given it, or another one."""

_SHARED_MEMORY = "/dev/shm"
_OUR_OWN = (b"/dev/shm/sem.mp-", b"/dev/shm/pym-", b"/dev/shm/mpp-")
"""Names that multiprocessing makes up, and the journals of the probe: only those know them who were given them."""


def _device_of_pipes() -> int:
    reader, writer = os.pipe()
    try:
        return os.fstat(reader).st_dev
    finally:
        os.close(reader)
        os.close(writer)


_PIPES = _device_of_pipes()


def shared_mappings(pid: int) -> list[Mapping]:
    """The mappings of a process that others may share; raises OSError."""
    with open(f"/proc/{pid}/maps", "rb") as file:
        lines = [line.split(None, 5) for line in file if b" rw-s " in line]
    found = []
    for span, _, _, device, inode, *name in lines:
        start, _, end = span.partition(b"-")
        major, _, minor = device.partition(b":")
        number = os.makedev(int(major, 16), int(minor, 16))
        found.append((int(start, 16), int(end, 16), number, int(inode), _can_be_found(name)))
    return found


def _can_be_found(name: list[bytes]) -> int:
    """By whom a mapping can be found that has this name."""
    text = name[0].strip() if name else b""
    if not text or text.endswith(b"(deleted)"):
        return NOBODY
    return RELATIVES if text.startswith(_OUR_OWN) else ANYBODY


def mapping_at(mappings: Iterable[Mapping], address: int) -> tuple[int, int] | None:
    """Device and inode of the shared mapping that holds an address; None for the process's own memory."""
    for start, end, device, inode, _ in mappings:
        if start <= address < end:
            return device, inode
    return None


def descriptors(pid: int) -> Iterator[tuple[int, os.stat_result, int]]:
    """What a process has open: number, what it is, and the mode in which it has it; raises OSError."""
    place = f"/proc/{pid}/fd"
    for name in os.listdir(place):
        try:
            found, mode = os.stat(f"{place}/{name}"), os.lstat(f"{place}/{name}").st_mode
        except OSError:
            continue  # closed meanwhile
        yield int(name), found, mode


class Owners(Struct):
    """Things to the processes that have them."""

    _of: dict[Thing, set[int]] = field(default_factory=dict)
    _found_by: dict[Thing, int] = field(default_factory=dict)

    def of(self, thing: Thing) -> set[int]:
        """Processes that have the thing."""
        return self._of.get(thing, set())

    def has_a_name(self, thing: Thing) -> bool:
        """Whether somebody who does not have it yet may open it: a FIFO, a named semaphore."""
        kind, device, _ = thing
        return self._found_by.get(thing) == ANYBODY or (kind in {"read", "write"} and device != _PIPES)

    def has_a_given_name(self, thing: Thing) -> bool:
        """Whether a process may open it that was started with its name."""
        return self._found_by.get(thing) == RELATIVES

    def add_mappings(self, pid: int, mappings: Iterable[Mapping]) -> None:
        """Take note of what a process maps."""
        for _, _, device, inode, found_by in mappings:
            thing = ("mapped", device, inode)
            self._of.setdefault(thing, set()).add(pid)
            self._found_by[thing] = max(found_by, self._found_by.get(thing, NOBODY))

    def add_names(self, pid: int) -> None:
        """Take note of the names that there are where a process looks for them.

        Whoever has made a semaphore maps it by a name that it had before, and that is gone.
        """
        place = f"/proc/{pid}/root{_SHARED_MEMORY}"
        with suppress(OSError):
            device = os.stat(place).st_dev
            with os.scandir(place) as entries:
                for entry in entries:
                    name = os.fsencode(f"{_SHARED_MEMORY}/{entry.name}")
                    self._found_by["mapped", device, entry.inode()] = _can_be_found([name])

    def add_descriptors(self, pid: int) -> None:
        """Take note of what a process has open; raises OSError when we may not know.

        Under ``read`` stand those who can end a reader's wait: who have a pipe open for writing; and the reverse.
        """
        for _, found, mode in descriptors(pid):
            if stat.S_ISFIFO(found.st_mode):
                if mode & 0o200:
                    self._add("read", found.st_dev, found.st_ino, pid)
                if mode & 0o400:
                    self._add("write", found.st_dev, found.st_ino, pid)
            elif stat.S_ISSOCK(found.st_mode):
                self._add("socket", found.st_ino, 0, pid)
            elif stat.S_ISREG(found.st_mode):
                self._add("file", found.st_dev, found.st_ino, pid)

    def _add(self, kind: str, one: int, other: int, pid: int) -> None:
        self._of.setdefault((kind, one, other), set()).add(pid)
