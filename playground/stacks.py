"""Where the threads of another process stand, as py-spy reads it; nothing where py-spy is not installed.

One process is asked at a time, in the background, some 30 ms each.
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

from playground.probe import layout

T = TypeVar("T")

_PATIENCE_S = 3.0
_LIBRARY = (sysconfig.get_path("stdlib"), "/lib/python")
_PARTS = ("multiprocessing/", "concurrent/futures/", "threading.py", "socket.py", "selectors.py", "subprocess.py")
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


class Frame(NamedTuple):
    """One call on a stack."""

    function: str
    file: str
    line: int


class ThreadStack(NamedTuple):
    """All calls of one thread, the innermost first."""

    tid: int
    name: str
    frames: tuple[Frame, ...]


class Stacks(Generic[T]):
    """Asks py-spy about processes one after the other; ``read`` makes an answer of what it wrote, b"" if it failed."""

    def __init__(self, read: Callable[[bytes], T]) -> None:
        self._read = read
        self.command = command()
        self._waiting: list[int] = []
        self._patient_until = 0.0
        self._asking: tuple[int, subprocess.Popen[bytes], IO[bytes]] | None = None

    def ask(self, pids: Iterable[int]) -> None:
        """Ask about these processes when there is time for it."""
        if self.command:
            self._waiting += [pid for pid in pids if pid not in self._waiting]

    @property
    def asking(self) -> bool:
        """Whether an answer is still to come."""
        return self._asking is not None or bool(self._waiting)

    def take(self) -> list[tuple[int, T]]:
        """The answers that have come, each with its pid."""
        found = []
        if self._asking is not None and time.monotonic() > self._patient_until:
            self._asking[1].kill()
        if self._asking is not None and self._asking[1].poll() is not None:
            (pid, process, file), self._asking = self._asking, None
            file.seek(0)
            found.append((pid, self._read(file.read() if process.returncode == 0 else b"")))
            file.close()
        if self._asking is None and self._waiting:
            pid = self._waiting.pop(0)
            words = [self.command, "dump", "--nonblocking", "--json", "--pid", str(pid)]
            file = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the answer has been read
            self._patient_until = time.monotonic() + _PATIENCE_S
            self._asking = (pid, subprocess.Popen(words, stdout=file, stderr=subprocess.DEVNULL), file)
        return found

    def close(self) -> None:
        """Ask no more."""
        self._waiting.clear()
        if self._asking is not None:
            self._asking[1].kill()
            self._asking[1].wait()
            self._asking[2].close()
            self._asking = None


def command() -> str:
    """Path of py-spy, beside our interpreter or on the path; "" where it is not installed."""
    beside = os.path.join(os.path.dirname(sys.executable), "py-spy")
    return beside if os.access(beside, os.X_OK) else shutil.which("py-spy") or ""


def full(output: bytes) -> list[ThreadStack]:
    """Read py-spy's JSON: of each thread all frames; [] for what is none."""
    return [
        ThreadStack(
            thread.os_thread_id or 0,
            thread.thread_name or "",
            tuple(Frame(frame.name, frame.filename, frame.line) for frame in thread.frames),
        )
        for thread in _threads(output)
    ]


def _threads(output: bytes) -> list[_Thread]:
    try:
        return _decoder.decode(output)
    except msgspec.DecodeError:
        return []


def spots(output: bytes) -> list[Spot]:
    """Read py-spy's JSON: of each thread the innermost frame of the program's own; [] for what is none."""
    found = []
    for thread in _threads(output):
        own = next((i for i, frame in enumerate(thread.frames) if not _is_library(frame.filename)), None)
        if own is not None and thread.os_thread_id is not None:
            frame = thread.frames[own]
            called = thread.frames[own - 1].name if own else ""
            operation = _OPERATIONS.get(called, 0)
            name = thread.thread_name or ""
            found.append(Spot(thread.os_thread_id, name, frame.filename, frame.line, frame.name, operation))
    return found


def _is_library(filename: str) -> bool:
    inside = any(each in filename for each in _LIBRARY) and any(f"/{part}" in filename for part in _PARTS)
    return inside or filename.startswith("<")
