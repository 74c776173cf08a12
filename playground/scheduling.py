"""Priority and cores of a process: what the kernel says of them, and how they are set (Linux).

Both belong to threads, so they are set for every thread of the process. The kernel takes a number for whom it is
meant, and there is no call that takes a pidfd; so the process is held by one while it is done: whoever is alive after
that kept its pid all the time.
"""

import errno
import os
import select
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

from playground.warden import kernel

HIGHEST, LOWEST = -20, 19
"""Nice values: the least nice process goes first."""


def nice_of(pid: int) -> int:
    """How nice a process is; raises OSError when it has ended."""
    return os.getpriority(os.PRIO_PROCESS, pid)


def cores_of(pid: int) -> set[int]:
    """The cores that a process may use; raises OSError when it has ended."""
    return os.sched_getaffinity(pid)


def set_nice(pid: int, start: int, nice: int) -> None:
    """Make exactly that process as nice; raises ProcessLookupError when it is gone, and PermissionError."""
    _to_threads(pid, start, lambda thread: os.setpriority(os.PRIO_PROCESS, thread, nice))


def set_cores(pid: int, start: int, cores: Collection[int]) -> None:
    """Let exactly that process use these cores only; raises ProcessLookupError, PermissionError and OSError."""
    _to_threads(pid, start, lambda thread: os.sched_setaffinity(thread, cores))


def core_ranges(cores: Iterable[int]) -> str:
    """``0-2,5``."""
    ranges: list[list[int]] = []
    for core in sorted(cores):
        if ranges and ranges[-1][-1] == core - 1:
            ranges[-1] = [ranges[-1][0], core]
        else:
            ranges.append([core])
    return ",".join("-".join(map(str, each)) for each in ranges)


def _to_threads(pid: int, start: int, do: Callable[[int], object]) -> None:
    """Do something to every thread, those that are started meanwhile too."""
    with _held(pid, start) as lives:
        seen: set[int] = set()
        while fresh := set(_threads(pid)) - seen:
            for thread in fresh:
                _do_to_thread(thread, do)
            seen |= fresh
        if not lives():
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))


def _do_to_thread(thread: int, do: Callable[[int], object]) -> None:
    try:
        do(thread)
    except ProcessLookupError:
        return  # a thread may end at any time; whether the process did is asked afterwards


def _threads(pid: int) -> list[int]:
    try:
        return [int(entry) for entry in os.listdir(f"/proc/{pid}/task")]
    except FileNotFoundError:
        raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH)) from None


@contextmanager
def _held(pid: int, start: int) -> Iterator[Callable[[], bool]]:
    """Hold the process of that pid and start; gives what tells whether it is alive still."""
    descriptor = os.pidfd_open(pid)
    try:
        process = kernel.read(pid)
        if process is None or process.start != start or not process.alive:
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        yield lambda: not ended.poll(0)
    finally:
        os.close(descriptor)
