"""Facts about shared memory, the directories of runs and that of recordings."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from playground.recording import library
from playground.warden import rundir

_SOCKET_BELOW_BASE = len("/mpp-00000000/tmp/listener-00000000")
SOCKET_LIMIT = 107
"""Bytes that the address of a socket may have."""


class SharedMemory(Struct, frozen=True):
    """``/dev/shm``: semaphores, shared memory and journals live there."""

    there: bool
    writable: bool
    size: int
    """Bytes; the same for ``free``."""
    free: int


class Runs(Struct, frozen=True):
    """Where the directories of runs are made."""

    base: str
    """The directory that takes them; "" when none does."""
    problem: str
    """Why none does."""
    free: int
    longest_socket: int
    """Bytes of the longest address of a socket of multiprocessing's in it."""
    abandoned: tuple[str, ...]
    """Runs that were killed together with their supervisor; the next start of a run clears them."""


class Recordings(Struct, frozen=True):
    """Where recordings are kept."""

    directory: str
    problem: str
    """Why none can be written; "" when they can."""
    free: int
    count: int
    size: int
    """Bytes of all of them."""


def look_at_shared_memory() -> SharedMemory:
    """Facts about it; a file is made in it for a moment."""
    try:
        found = os.statvfs(rundir.SHM)
    except OSError:
        return SharedMemory(there=False, writable=False, size=0, free=0)
    size, free = found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize
    return SharedMemory(True, not _problem_of(Path(rundir.SHM)), size, free)


def look_at_runs() -> Runs:
    """Facts about them; one is made and removed."""
    abandoned = tuple(each.run for each in rundir.abandoned())
    try:
        made = rundir.create()
    except OSError as error:
        return Runs("", error.strerror or str(error), 0, 0, abandoned)
    made.let_go()
    rundir.remove(made.run, made.path)
    base = os.path.dirname(made.path)
    return Runs(base, "", _free(base), len(os.fsencode(base)) + _SOCKET_BELOW_BASE, abandoned)


def look_at_recordings() -> Recordings:
    """Facts about them; neither the directory nor a recording is made."""
    place = library.directory()
    files = library.files()
    size = 0
    for file in files:
        with suppress(OSError):
            size += file.stat().st_size
    there = next((each for each in (place, *place.parents) if each.exists()), Path("/"))
    return Recordings(str(place), _problem_of(there), _free(str(there)), len(files), size)


def _problem_of(directory: Path) -> str:
    """Why no file can be made in a directory; "" when one can, which is gone at once."""
    try:
        with tempfile.TemporaryFile(dir=directory):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _free(path: str) -> int:
    with suppress(OSError):
        return shutil.disk_usage(path).free
    return 0
