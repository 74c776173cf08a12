"""System calls that sleep: what each of them waits for, read from its arguments.

Numbers and argument orders as in the kernel's tables for x86-64 and arm64 (the two have few numbers in common);
what is not in the table is an operation of which nothing is known.
"""

import os
import platform
import stat
import struct
from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from playground.probe import layout
from playground.procfs.threads import memory
from playground.warden import kernel

Thing: TypeAlias = tuple[str, int, int]
"""What is waited for. A word, then two numbers that make it unique:

``mapped`` a futex in memory shared with others (device, inode of the mapping), ``threads`` something within the
process (pid, 0), ``read`` and ``write`` a pipe (device, inode), ``socket`` (inode, 0), ``process`` its end (pid, 0),
``children`` the end of any child (pid of the parent, 0), ``file`` a lock on a file (device, inode), ``outside``
a terminal or the like (0, 0), ``unknown`` (0, 0).
"""

UNKNOWN: Thing = ("unknown", 0, 0)
OUTSIDE: Thing = ("outside", 0, 0)


class Call(Struct, frozen=True):
    """A call in which a thread sleeps."""

    operation: int
    """One of the layout's operations."""
    timed: bool
    """Whether it returns by itself after some time."""
    things: tuple[Thing, ...]
    """What it waits for; any of them ends it."""
    label: str = ""
    """What a file is called."""


class Caller(Struct, frozen=True):
    """Who is in the call, and how to find the shared mapping that holds an address."""

    pid: int
    mapping: Callable[[int], tuple[int, int] | None]


_Decode: TypeAlias = Callable[[Caller, tuple[int, ...]], Call]


def decode(caller: Caller, call: tuple[int, ...] | None) -> Call:
    """Say what a thread waits for that sleeps in this call; unknown when it cannot be told."""
    known = _TABLE.get(call[0]) if call is not None else None
    if call is None or known is None:
        return Call(layout.OP_SYSTEM, False, (UNKNOWN,))
    try:
        return known(caller, call[1:])
    except (OSError, struct.error):
        return Call(layout.OP_SYSTEM, False, (UNKNOWN,))


# --- One function for each kind of call: the caller and the six arguments -----------------------------

_FUTEX_PRIVATE = 128
_F_SETLKW = (7, 38)
_POLLOUT = 4


def _signed(argument: int) -> int:
    return (argument & 0xFFFFFFFF) - ((argument & 0x80000000) << 1)


def _futex(caller: Caller, a: tuple[int, ...]) -> Call:
    timed = a[3] != 0
    shared = None if a[1] & _FUTEX_PRIVATE else caller.mapping(a[0])
    if shared is None:
        return Call(layout.OP_THREAD, timed, (("threads", caller.pid, 0),))
    return Call(layout.OP_SEMAPHORE, timed, (("mapped", *shared),))


def _read(caller: Caller, a: tuple[int, ...]) -> Call:
    thing = _descriptor(caller.pid, a[0], writing=False)
    return Call(layout.OP_SOCKET if thing[0] == "socket" else layout.OP_READ, False, (thing,))


def _write(caller: Caller, a: tuple[int, ...]) -> Call:
    thing = _descriptor(caller.pid, a[0], writing=True)
    return Call(layout.OP_SOCKET if thing[0] == "socket" else layout.OP_WRITE, False, (thing,))


def _accept(caller: Caller, a: tuple[int, ...]) -> Call:
    return Call(layout.OP_ACCEPT, False, (_descriptor(caller.pid, a[0], writing=False),))


def _wait_for(pid: int, caller: Caller) -> Call:
    thing = ("process", _as_known_here(pid, caller.pid), 0) if pid > 0 else ("children", caller.pid, 0)
    return Call(layout.OP_CHILD, False, (thing,))


def _as_known_here(pid: int, parent: int) -> int:
    """The pid of a child that its parent knows by this one: in a container they are others."""
    depth = len(_pids(parent))
    if depth <= 1:
        return pid
    return next((child for child in kernel.children(parent) if _pids(child)[depth - 1 : depth] == [pid]), pid)


def _pids(pid: int) -> list[int]:
    """What a process is called here, then in each of the namespaces that it is in; raises OSError."""
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        return next(([int(word) for word in line.split()[1:]] for line in file if line.startswith("NSpid:")), [])


def _wait4(caller: Caller, a: tuple[int, ...]) -> Call:
    return _wait_for(_signed(a[0]), caller)


def _waitid(caller: Caller, a: tuple[int, ...]) -> Call:
    if a[0] == os.P_PIDFD:
        return Call(layout.OP_CHILD, False, (_descriptor(caller.pid, a[1], writing=False),))
    return _wait_for(_signed(a[1]) if a[0] == os.P_PID else -1, caller)


def _poll(caller: Caller, a: tuple[int, ...]) -> Call:
    return Call(layout.OP_SELECT, _signed(a[2]) >= 0, _polled(caller.pid, a[0], a[1]))


def _ppoll(caller: Caller, a: tuple[int, ...]) -> Call:
    return Call(layout.OP_SELECT, a[2] != 0, _polled(caller.pid, a[0], a[1]))


def _polled(pid: int, address: int, count: int) -> tuple[Thing, ...]:
    if not 0 < count <= 4096:
        return (UNKNOWN,)
    data = memory(pid, address, 8 * count)
    each = [(fd, events) for fd, events, _ in struct.iter_unpack("=ihh", data) if fd >= 0]
    return tuple(dict.fromkeys(_descriptor(pid, fd, writing=bool(events & _POLLOUT)) for fd, events in each))


def _select(caller: Caller, a: tuple[int, ...]) -> Call:
    things: list[Thing] = []
    count = min(a[0], 65536)
    for address, writing in ((a[1], False), (a[2], True), (a[3], False)):
        if address and count > 0:
            bits = int.from_bytes(memory(caller.pid, address, (count + 7) // 8), "little")
            things += [_descriptor(caller.pid, fd, writing=writing) for fd in range(count) if bits >> fd & 1]
    return Call(layout.OP_SELECT, a[4] != 0, tuple(dict.fromkeys(things)) or (UNKNOWN,))


def _epoll(caller: Caller, a: tuple[int, ...]) -> Call:
    return Call(layout.OP_SELECT, _signed(a[3]) >= 0, _in_epoll(caller.pid, a[0]))


def _epoll2(caller: Caller, a: tuple[int, ...]) -> Call:
    return Call(layout.OP_SELECT, a[3] != 0, _in_epoll(caller.pid, a[0]))


def _in_epoll(pid: int, fd: int) -> tuple[Thing, ...]:
    things = []
    with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as file:
        for line in file:
            if line.startswith("tfd:"):
                words = line.split()
                things.append(_descriptor(pid, int(words[1]), writing=bool(int(words[3], 16) & _POLLOUT)))
    return tuple(dict.fromkeys(things)) or (UNKNOWN,)


def _flock(caller: Caller, a: tuple[int, ...]) -> Call:
    place = f"/proc/{caller.pid}/fd/{a[0]}"
    found, name = os.stat(place), os.path.basename(os.readlink(place))
    return Call(layout.OP_FILE_LOCK, False, (("file", found.st_dev, found.st_ino),), name)


def _fcntl(caller: Caller, a: tuple[int, ...]) -> Call:
    return _flock(caller, a) if a[1] in _F_SETLKW else Call(layout.OP_SYSTEM, False, (UNKNOWN,))


def _sleep(_caller: Caller, _a: tuple[int, ...]) -> Call:
    return Call(layout.OP_SLEEP, True, (UNKNOWN,))


def _pause(_caller: Caller, _a: tuple[int, ...]) -> Call:
    return Call(layout.OP_PAUSE, False, (UNKNOWN,))


def _descriptor(pid: int, fd: int, *, writing: bool) -> Thing:
    """What a descriptor of a process stands for when it is waited for."""
    place = f"/proc/{pid}/fd/{fd}"
    try:
        found = os.stat(place)
    except FileNotFoundError:
        return UNKNOWN
    if stat.S_ISFIFO(found.st_mode):
        return ("write" if writing else "read", found.st_dev, found.st_ino)
    if stat.S_ISSOCK(found.st_mode):
        return ("socket", found.st_ino, 0)
    if stat.S_ISCHR(found.st_mode):
        return OUTSIDE
    return _anonymous(pid, fd, os.readlink(place))


def _anonymous(pid: int, fd: int, name: str) -> Thing:
    if name == "anon_inode:[pidfd]":
        with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pid:") and int(line.split()[1]) > 0:
                    return ("process", int(line.split()[1]), 0)
    return UNKNOWN


_X86_64: dict[int, _Decode] = {
    **dict.fromkeys((0, 17, 19, 45, 47), _read),  # read pread64 readv recvfrom recvmsg
    **dict.fromkeys((1, 20, 44, 46), _write),  # write writev sendto sendmsg
    **dict.fromkeys((35, 230), _sleep),  # nanosleep clock_nanosleep
    **dict.fromkeys((34, 128, 130), _pause),  # pause rt_sigtimedwait rt_sigsuspend
    **dict.fromkeys((43, 288), _accept),  # accept accept4
    **dict.fromkeys((23, 270), _select),  # select pselect6
    **dict.fromkeys((232, 281), _epoll),  # epoll_wait epoll_pwait
    7: _poll,
    61: _wait4,
    72: _fcntl,
    73: _flock,
    202: _futex,
    247: _waitid,
    271: _ppoll,
    441: _epoll2,
}
_ARM64: dict[int, _Decode] = {
    **dict.fromkeys((63, 65, 67, 207, 212), _read),
    **dict.fromkeys((64, 66, 206, 211), _write),
    **dict.fromkeys((101, 115), _sleep),
    **dict.fromkeys((133, 137), _pause),
    **dict.fromkeys((202, 242), _accept),
    22: _epoll,
    25: _fcntl,
    32: _flock,
    72: _select,
    73: _ppoll,
    95: _waitid,
    98: _futex,
    260: _wait4,
    441: _epoll2,
}
_TABLE = {"x86_64": _X86_64, "aarch64": _ARM64}.get(platform.machine(), {})
