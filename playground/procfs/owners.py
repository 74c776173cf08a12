"""Who has what: the processes that map a piece of memory, hold an end of a pipe or a socket, or have a file open."""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field

from playground.procfs.calls import Thing

Mapping = tuple[int, int, int, int]
"""Start and end address, device and inode of a shared mapping."""


def shared_mappings(pid: int) -> list[Mapping]:
    """The mappings of a process that others may share; raises OSError."""
    with open(f"/proc/{pid}/maps", "rb") as file:
        lines = [line.split(None, 5) for line in file if b" rw-s " in line]
    found = []
    for span, _, _, device, inode, *_ in lines:
        start, _, end = span.partition(b"-")
        major, _, minor = device.partition(b":")
        found.append((int(start, 16), int(end, 16), os.makedev(int(major, 16), int(minor, 16)), int(inode)))
    return found


def mapping_at(mappings: Iterable[Mapping], address: int) -> tuple[int, int] | None:
    """Device and inode of the shared mapping that holds an address; None for the process's own memory."""
    for start, end, device, inode in mappings:
        if start <= address < end:
            return device, inode
    return None


@dataclass(slots=True)
class Owners:
    """Things to the processes that have them."""

    _of: dict[Thing, set[int]] = field(default_factory=dict)

    def of(self, thing: Thing) -> set[int]:
        """Processes that have the thing."""
        return self._of.get(thing, set())

    def add_mappings(self, pid: int, mappings: Iterable[Mapping]) -> None:
        """Take note of what a process maps."""
        for _, _, device, inode in mappings:
            self._of.setdefault(("mapped", device, inode), set()).add(pid)

    def add_descriptors(self, pid: int) -> None:
        """Take note of what a process has open; raises OSError when we may not know.

        Under ``read`` stand those who can end a reader's wait: who have a pipe open for writing; and the reverse.
        """
        place = f"/proc/{pid}/fd"
        for name in os.listdir(place):
            try:
                found, mode = os.stat(f"{place}/{name}"), os.lstat(f"{place}/{name}").st_mode
            except OSError:
                continue  # closed meanwhile
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
