"""Facts about what the kernel lets us see of other processes: of a child of our own, and of others."""

import os
import subprocess
import sys
import time
from contextlib import suppress

from msgspec import Struct

from playground.inspection import stacks
from playground.procfs import threads
from playground.warden import kernel

_PATIENCE_S = 5.0


class Rights(Struct, frozen=True):
    """What can be read in ``/proc``."""

    proc: bool
    root: bool
    calls: bool
    """Which system call a child sleeps in; the same of a child for the following two."""
    memory: bool
    environment: bool
    children: bool
    """Whether the kernel lists the children of a process."""
    schedstat: bool
    """Whether it counts how often a thread was given a core; else counts of context switches are used."""
    others: bool
    """Whether the processes of other users are shown (no ``hidepid``)."""
    ptrace_scope: int | None
    """Of Yama; None without Yama."""
    py_spy: str
    """Path of py-spy, which gives lines of source in ``attach``; "" without it."""


def look_at_rights() -> Rights:
    """Facts about them; a child is started and ended."""
    calls, memory, environment = _of_a_child()
    return Rights(
        proc=os.path.exists("/proc/self/stat"),
        root=os.geteuid() == 0,
        calls=calls,
        memory=memory,
        environment=environment,
        children=os.path.exists("/proc/thread-self/children"),
        schedstat=os.path.exists("/proc/thread-self/schedstat"),
        others=os.path.exists("/proc/1/stat"),
        ptrace_scope=_ptrace_scope(),
        py_spy=stacks.command(),
    )


def _of_a_child() -> tuple[bool, bool, bool]:
    """Whether call, memory and environment of a child that waits can be read."""
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
    try:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False, False, False
    try:
        deadline = time.monotonic() + _PATIENCE_S
        while not (asleep := _sleeps(child.pid)) and time.monotonic() < deadline:
            time.sleep(0.005)
        found = threads(child.pid) if asleep else None
        calls = bool(found) and all(each.call is not None for each in found or ())
        place = f"/proc/{child.pid}"
        return calls, _readable(f"{place}/mem"), _readable(f"{place}/environ")
    finally:
        child.communicate()


def _sleeps(pid: int) -> bool:
    """Whether it has become the interpreter and sleeps: before that all could be different."""
    process = kernel.read(pid)
    return process is None or (process.state == "S" and b"sys.stdin.read" in kernel.command_line(pid))


def _readable(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _ptrace_scope() -> int | None:
    with suppress(OSError, ValueError), open("/proc/sys/kernel/yama/ptrace_scope", encoding="ascii") as file:
        return int(file.read())
    return None
