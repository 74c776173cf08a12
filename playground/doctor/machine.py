"""Facts about the interpreters, the kernel, cores, memory, limits and the clock."""

import os
import platform
import resource
import sys
import time

import psutil
from msgspec import Struct

from playground import __version__
from playground.doctor import cgroups
from playground.errors import PlaygroundError
from playground.target import interpreter, version_of
from playground.warden import kernel


class Python(Struct, frozen=True):
    """Our own interpreter, and the one that runs programs of the user's own."""

    playground: str
    """Version of this program."""
    version: str
    implementation: str
    executable: str
    programs: str
    """Path of the interpreter for programs; "" when the one that should do it cannot."""
    programs_version: str
    problem: str


class Machine(Struct, frozen=True):
    """What the kernel gives; a limit of None is none."""

    system: str
    kernel: str
    cores: int
    usable_cores: int
    """Those that this process may run on."""
    cpu_limit: float | None
    memory: int
    """Bytes; 0 when that is not known."""
    memory_available: int
    memory_limit: int | None
    process_limit: int | None
    user_processes: int | None
    open_files: int | None
    file_size: int | None
    core_size: int | None
    pidfd: bool
    subreaper: bool
    clock: str
    clock_resolution_s: float
    clock_goes_forward: bool


def look_at_python() -> Python:
    """Facts about interpreters."""
    own = (__version__, platform.python_version(), platform.python_implementation(), sys.executable)
    try:
        programs = interpreter(None)
        return Python(*own, programs, ".".join(map(str, version_of(programs))), "")
    except PlaygroundError as error:
        return Python(*own, "", "", str(error))


def look_at_machine() -> Machine:
    """Facts about the machine as this process sees it."""
    memory, available = _memory()
    clock = time.get_clock_info("monotonic")
    times = [time.monotonic_ns() for _ in range(1000)]
    return Machine(
        system=sys.platform,
        kernel=platform.release(),
        cores=os.cpu_count() or 1,
        usable_cores=len(os.sched_getaffinity(0)),
        cpu_limit=cgroups.cpu_limit(),
        memory=memory,
        memory_available=available,
        memory_limit=cgroups.memory_limit(),
        process_limit=cgroups.process_limit(),
        user_processes=_limit(resource.RLIMIT_NPROC) if os.geteuid() else None,  # root is not counted
        open_files=_limit(resource.RLIMIT_NOFILE),
        file_size=_limit(resource.RLIMIT_FSIZE),
        core_size=_limit(resource.RLIMIT_CORE),
        pidfd=_has_pidfd(),
        subreaper=_can_adopt(),
        clock=clock.implementation.removeprefix("clock_gettime(").rstrip(")"),
        clock_resolution_s=clock.resolution,
        clock_goes_forward=times == sorted(times),
    )


def _memory() -> tuple[int, int]:
    try:
        found = psutil.virtual_memory()
    except OSError:
        return 0, 0
    return found.total, found.available


def _limit(which: int) -> int | None:
    soft, _ = resource.getrlimit(which)
    return None if soft == resource.RLIM_INFINITY else soft


def _has_pidfd() -> bool:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (OSError, AttributeError):
        return False
    return True


def _can_adopt() -> bool:
    """Whether orphans can be made our children; the runs that are tried later need that anyway."""
    try:
        kernel.become_subreaper()
    except (OSError, AttributeError):
        return False
    return True
