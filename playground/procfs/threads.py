"""Threads of a process: state, how often each has been given a core, and the call it sleeps in."""

import os
from contextlib import suppress
from typing import NamedTuple


class Thread(NamedTuple):
    """One reading of a thread."""

    tid: int
    state: str
    """The kernel's letter: R runs, S sleeps, D sleeps for a disk, T is stopped, Z has ended."""
    scheduled: int
    """How often it has been given a core: unchanged between two readings means that it did not run."""
    call: tuple[int, ...] | None
    """Number and six arguments of the system call it sleeps in; None when it runs or we may not know."""


def threads(pid: int) -> list[Thread] | None:
    """All threads of a process, the main thread first; None when it is gone or one of them cannot be read."""
    try:
        tids = sorted(map(int, os.listdir(f"/proc/{pid}/task")))
        return [_thread(pid, tid) for tid in tids]
    except (OSError, ValueError, IndexError):
        return None


def _thread(pid: int, tid: int) -> Thread:
    place = f"/proc/{pid}/task/{tid}"
    state = read(f"{place}/stat").rpartition(b") ")[2][:1].decode()
    call: tuple[int, ...] | None = None
    if state == "S":
        with suppress(OSError):  # we may not know, or this kernel does not tell
            call = _call(read(f"{place}/syscall").split())
    return Thread(tid, state, _scheduled(place), call)


def _scheduled(place: str) -> int:
    with suppress(OSError, ValueError, IndexError):
        return int(read(f"{place}/schedstat").split()[2])
    lines = read(f"{place}/status").splitlines()  # a kernel without schedstat
    return sum(int(line.split()[1]) for line in lines if b"ctxt_switches:" in line)


def _call(words: list[bytes]) -> tuple[int, ...] | None:
    if len(words) < 7:  # "running", or sleeping outside of a call
        return None
    return (int(words[0]), *(int(word, 16) for word in words[1:7]))


def read(path: str) -> bytes:
    """Read a small file of /proc in one go; raises OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, 4096)
    finally:
        os.close(fd)


def memory(pid: int, address: int, size: int) -> bytes:
    """Bytes of a process's memory; raises OSError when they cannot be read."""
    fd = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.pread(fd, size, address)
    finally:
        os.close(fd)
