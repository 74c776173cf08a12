"""Where the threads of another process stand: read from its memory, else asked of py-spy where that is installed.

To read it takes a millisecond. py-spy is for processes of another interpreter: one is asked at a time, in the
background, some 30 ms each.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable
from typing import IO, Generic, NamedTuple, TypeVar

import msgspec

from playground.inspection import frames
from playground.inspection.frames import Frame, ThreadStack
from playground.probe import layout

T = TypeVar("T")

_PATIENCE_S = 3.0
_SLICE_S = 0.005
"""So long processes are read before others may work."""
_PAUSE = 7
"""How many times as long none is read after that."""
_LIBRARY = (sysconfig.get_path("stdlib"), "/lib/python")
_OUTSIDE = ("/site-packages/", "/dist-packages/")
_PROBE = os.path.dirname(layout.__file__) + os.sep
_OPERATIONS = {
    "Queue.get": layout.OP_GET,
    "SimpleQueue.get": layout.OP_GET,
    "Queue.put": layout.OP_PUT,
    "JoinableQueue.join": layout.OP_JOIN,
    "Event.wait": layout.OP_EVENT,
    "Barrier.wait": layout.OP_BARRIER,
    "Condition.wait": layout.OP_NOTIFY,
    "SemLock.__enter__": layout.OP_ACQUIRE,
    "_ConnectionBase.recv": layout.OP_RECV,
    "_ConnectionBase.send": layout.OP_SEND,
    "ApplyResult.get": layout.OP_RESULT,
    "BaseProcess.join": layout.OP_JOIN,
    "Future.result": layout.OP_RESULT,
    "BaseProxy._callmethod": layout.OP_CALL,
}
"""What the outermost call into the library is, where its name tells; without class names on Python 3.10 and older."""


class Spot(NamedTuple):
    """Where one thread stands in the program's own code."""

    tid: int
    name: str
    file: str
    line: int
    function: str
    operation: int
    """What it called there, as the layout numbers it; 0 when that is not known."""


class _Frame(msgspec.Struct):
    name: str
    filename: str
    line: int


class _Thread(msgspec.Struct):
    os_thread_id: int | None
    thread_name: str | None
    frames: list[_Frame]


_decoder = msgspec.json.Decoder(list[_Thread])


class Stacks(Generic[T]):
    """Reads processes one after the other; ``made`` makes an answer of their stacks, [] where nobody can tell."""

    def __init__(self, made: Callable[[list[ThreadStack]], T]) -> None:
        self._made = made
        self.command = command()
        self._waiting: list[int] = []
        self._others: list[int] = []
        """Whom only py-spy can read."""
        self._next = self._patient_until = 0.0
        self._asking: tuple[int, subprocess.Popen[bytes], IO[bytes]] | None = None

    def ask(self, pids: Iterable[int]) -> None:
        """Ask about these processes when there is time for it."""
        self._waiting += [pid for pid in pids if pid not in self._waiting]

    @property
    def asking(self) -> bool:
        """Whether an answer is still to come."""
        return self._asking is not None or bool(self._waiting or self._others)

    def take(self) -> list[tuple[int, T]]:
        """The answers that have come, each with its pid."""
        found = []
        began = time.monotonic()
        while self._waiting and self._next <= began and time.monotonic() < began + _SLICE_S:
            pid = self._waiting.pop(0)
            stacks = frames.read(pid)
            if stacks or not self.command:
                found.append((pid, self._made(stacks)))
            else:
                self._others.append(pid)
            self._next = time.monotonic() + _PAUSE * (time.monotonic() - began)
        return found + self._take_other()

    def _take_other(self) -> list[tuple[int, T]]:
        """py-spy's answer, if there is one; asks about the next process."""
        found = []
        if self._asking is not None and time.monotonic() > self._patient_until:
            self._asking[1].kill()
        if self._asking is not None and self._asking[1].poll() is not None:
            (pid, process, file), self._asking = self._asking, None
            file.seek(0)
            found.append((pid, self._made(_told(file.read()) if process.returncode == 0 else [])))
            file.close()
        if self._asking is None and self._others:
            pid = self._others.pop(0)
            words = [self.command, "dump", "--nonblocking", "--json", "--pid", str(pid)]
            file = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the answer has been read
            self._patient_until = time.monotonic() + _PATIENCE_S
            self._asking = (pid, subprocess.Popen(words, stdout=file, stderr=subprocess.DEVNULL), file)
        return found

    def close(self) -> None:
        """Ask no more."""
        self._waiting.clear()
        self._others.clear()
        if self._asking is not None:
            self._asking[1].kill()
            self._asking[1].wait()
            self._asking[2].close()
            self._asking = None


def command() -> str:
    """Path of py-spy, beside our interpreter or on the path; "" where it is not installed."""
    beside = os.path.join(os.path.dirname(sys.executable), "py-spy")
    return beside if os.access(beside, os.X_OK) else shutil.which("py-spy") or ""


def _told(output: bytes) -> list[ThreadStack]:
    """Read py-spy's JSON; [] for what is none."""
    try:
        threads = _decoder.decode(output)
    except msgspec.DecodeError:
        return []
    return [
        ThreadStack(
            thread.os_thread_id or 0,
            thread.thread_name or "",
            tuple(Frame(frame.name, frame.filename, frame.line) for frame in thread.frames),
        )
        for thread in threads
    ]


def spots(stacks: list[ThreadStack]) -> list[Spot]:
    """Of each thread the innermost frame of the program's own."""
    found = []
    for thread in stacks:
        calls = [frame for frame in _own_life(thread.frames) if not frame.file.startswith(_PROBE)]
        own = next((i for i, frame in enumerate(calls) if is_own(frame.file)), None)
        if own is not None and thread.tid:
            operation = next((_OPERATIONS[f.function] for f in reversed(calls[:own]) if f.function in _OPERATIONS), 0)
            frame = calls[own]
            found.append(Spot(thread.tid, thread.name, frame.file, frame.line, frame.function, operation))
    return found


def _own_life(calls: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The calls since a process was forked: what is outside of these is its parent's."""
    begin = next((i for i, frame in enumerate(calls) if frame.function == "BaseProcess._bootstrap"), len(calls))
    return calls[:begin]


def is_own(file: str) -> bool:
    """Whether a file is the program's own, and neither of Python nor of an installed package."""
    inside = any(each in file for each in _LIBRARY) or any(each in file for each in _OUTSIDE)
    return not inside and not file.startswith(("<", _PROBE))
