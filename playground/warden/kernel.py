"""What the kernel knows of processes, and signals that cannot hit a reused pid.

What is Linux's alone is here, in ``foster.py`` (cores are shared out by session) and in ``playground/procfs``.
What is promised:

- Linux: no process and no name of a run outlives playground, warden and foster, unless all three are killed in the
  same instant; then the next start removes them. Not ended, but told, is what this user may not signal. A fork bomb is
  frozen at the limit; not one of whose processes each makes a session of its own, which takes the warden's share of
  the cores away.
- macOS: nothing; a run is refused. There are no subreapers, pidfds, parent-death signals and ``/proc``: a process that
  has left its group and session could not be found again. What is there (a lifeline, process groups, kqueue's
  NOTE_EXIT, the list of pids in the run's directory) reaches whatever Python started, not a foreign daemon.
  List, recordings and replay need nothing of this module but that it can be imported.
- Windows: everything is refused.
"""

import ctypes
import os
import signal
from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
TIMER_SIGNALS = frozenset({signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF})
_HARMLESS = {
    *(signal.SIGINT, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT),
    *(32, 33),  # the C library's own
}
"""Signals whose handlers do not make a waiting program go on by themselves."""


class Process(NamedTuple):
    """One line of ``/proc/PID/stat``; (pid, start) names a process for ever, pid alone does not."""

    pid: int
    start: int
    """Clock ticks since boot."""
    ppid: int
    group: int
    state: str
    name: str
    threads: int

    @property
    def alive(self) -> bool:
        """Whether some thread of it can still run (a main thread may end before the others)."""
        return self.state not in "ZX" or self.threads > 1


_PF_KTHREAD = 0x00200000

NOBODY: Mapping[int, Process] = MappingProxyType({})


def read(pid: int) -> Process | None:
    """Describe a process; None when there is none of that pid."""
    try:
        return _read(pid)
    except OSError:
        return None


def _read(pid: int) -> Process | None:
    with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:
        return parse(file.read(4096))


def parse(line: bytes) -> Process | None:
    """Take a stat line apart; the name in it may hold spaces and parentheses."""
    opening, closing = line.find(b"("), line.rfind(b")")
    if opening < 0 or closing < 0:
        return None
    fields = line[closing + 2 :].split()
    name = line[opening + 1 : closing].decode("utf-8", "replace")
    return Process(
        int(line[:opening]), int(fields[19]), int(fields[1]), int(fields[2]), fields[0].decode(), name, int(fields[17])
    )


def everything(known: Mapping[int, Process] = NOBODY) -> Iterator[Process]:
    """All processes that can be seen; those that are known are not read again.

    Raises OSError where it cannot look, for want of descriptors for instance: who then saw nobody would be wrong.
    """
    for entry in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if process := known.get(int(entry)) or _read(int(entry)):
                yield process


def descendants(
    roots: Container[int], skip: Container[int] = (), known: Mapping[int, Process] = NOBODY
) -> list[Process]:
    """Every live descendant of the given pids, parents first; ``skip`` and what is below it is left out.

    Of those that are ``known``, for instance because they are stopped, what is known is believed.
    """
    processes = list(everything(known))
    children: dict[int, list[Process]] = {}
    for process in processes:
        children.setdefault(process.ppid, []).append(process)
    found: list[Process] = []
    pending = deque(child for process in processes if process.pid in roots for child in children.get(process.pid, ()))
    seen: set[int] = set()
    while pending:
        process = pending.popleft()
        if process.pid in skip or process.pid in seen:
            continue
        seen.add(process.pid)
        found.append(process)
        pending.extend(children.get(process.pid, ()))
    return [process for process in found if process.alive]


def below(root: int) -> list[int]:
    """Pids of all descendants, found by walking down from the root; cheap where there are many other processes."""
    found: list[int] = []
    pending = [root]
    while pending:
        pid = pending.pop()
        born = children(pid)
        found += born
        pending += born
    return found


def children(pid: int) -> list[int]:
    """Pids of the processes that a process has started and not reaped, orphans it adopted among them."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [int(child) for thread in threads for child in _file(pid, f"task/{thread}/children").split()]


def handled_signals(pid: int) -> set[int]:
    """Signals for which the process has a handler that may interrupt a wait; Python's own for SIGINT left out."""
    for line in _file(pid, "status").splitlines():
        if line.startswith(b"SigCgt:"):
            caught = int(line.split()[1], 16)
            return {number for number in range(1, 65) if caught >> number - 1 & 1} - _HARMLESS
    return set()


def with_environment(entry: bytes) -> list[Process]:
    """Processes that were started with ``NAME=value`` in their environment."""
    return [
        process for process in everything() if process.alive and entry in _file(process.pid, "environ").split(b"\0")
    ]


def is_in_use(path: str) -> bool:
    """Whether a process that we may look at has a file open or mapped."""
    mapped = b" " + os.fsencode(path) + b"\n"
    for process in everything():
        if mapped in _file(process.pid, "maps"):
            return True
        with suppress(OSError):
            for descriptor in os.listdir(f"/proc/{process.pid}/fd"):
                with suppress(OSError):
                    if os.readlink(f"/proc/{process.pid}/fd/{descriptor}") == path:
                        return True
    return False


def command_line(pid: int) -> bytes:
    """Arguments of a process, separated by NUL; empty when it is gone."""
    return _file(pid, "cmdline")


def is_of_kernel(pid: int) -> bool:
    """Whether it is a thread of the kernel's, which runs no program."""
    fields = _file(pid, "stat").rpartition(b")")[2].split()
    return len(fields) > 6 and bool(int(fields[6]) & _PF_KTHREAD)


def is_resource_tracker(pid: int) -> bool:
    """Whether it is a resource tracker, which unlinks names once its users are gone; libraries have their own."""
    return b"resource_tracker import main" in command_line(pid)


def is_helper(pid: int) -> bool:
    """Whether it is a helper of multiprocessing's or of a library's like it: resource tracker or fork server."""
    return is_resource_tracker(pid) or b"forkserver import main" in command_line(pid)


def reap() -> list[tuple[int, int, int]]:
    """Reap every child of ours that has ended; returns pid, start and exit status of each."""
    found = []
    while child := _ended_child():
        process = read(child)
        _, status = os.waitpid(child, 0)
        found.append((child, process.start if process else 0, os.waitstatus_to_exitcode(status)))
    return found


def _ended_child() -> int:
    try:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    return ended.si_pid if ended else 0


def how_many() -> int:
    """How many threads of anybody there are; costs one short read."""
    with open("/proc/loadavg", "rb", buffering=0) as file:
        return int(file.read(256).split()[3].partition(b"/")[2])


def send(pid: int, start: int, signum: int) -> bool:
    """Signal exactly that process; False when it is gone. Raises PermissionError."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        process = read(pid)
        if process is None or process.start != start:
            return False
        signal.pidfd_send_signal(descriptor, signum)
    except ProcessLookupError:
        return False
    finally:
        os.close(descriptor)
    return True


def send_all(processes: Iterable[Process], signum: int) -> None:
    """Signal each of them; those that are gone or may not be signalled are passed over."""
    for process in processes:
        try:
            send(process.pid, process.start, signum)
        except PermissionError:
            continue


def stop_group(member: Process) -> None:
    """Stop a process, then its whole group in one step: none of the group can fork on meanwhile.

    The member is stopped first: so it cannot leave, the group is there, and its number is nobody else's.
    """
    send_all([member], signal.SIGSTOP)
    found = read(member.pid)
    if found and found.alive and (found.start, found.group) == (member.start, member.group):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(member.group, signal.SIGSTOP)


def become_subreaper() -> None:
    """Make orphaned descendants our children."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def signal_at_death_of_parent(signum: int) -> None:
    """Have the kernel signal this process when the thread that forked it ends."""
    _prctl(_PR_SET_PDEATHSIG, signum)


def boot_id() -> str:
    """Name of this boot: start times mean nothing in another one."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def _prctl(option: int, value: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, ctypes.c_ulong(value), 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def _file(pid: int, name: str) -> bytes:
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""
