"""The Python stack of another process, read from its memory: of every thread the calls, files and lines.

It costs the process nothing, neither a signal nor a stop, and it works wherever a thread stands, in C code too. It
works for processes of the interpreter that we run on ourselves, since only then we know where things are: the
structures of an interpreter differ from version to version. That we do know is tried on ourselves at first use.
"""

import ctypes
import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import CodeType
from typing import NamedTuple

_MOST_FRAMES, _MOST_THREADS, _MOST_INTERPRETERS = 1000, 500, 16
_LONGEST_TEXT, _LONGEST_TABLE = 4096, 1 << 20
_ASTRAY = (OSError, OverflowError, ValueError)
"""What comes of it when something is changed while it is read."""
_TRIES = 3
_OWNED_BY_C = 3
"""The owner of a frame that is none of the program's: where C code has called the interpreter."""
_WORD = 8


class Frame(NamedTuple):
    """One call on a stack."""

    function: str
    file: str
    line: int


class ThreadStack(NamedTuple):
    """All calls of one thread, the innermost first."""

    tid: int
    name: str
    """"" where it is not known."""
    frames: tuple[Frame, ...]


class _Places(NamedTuple):
    """Where the fields are, in bytes from the begin of their structure: the release builds of a version of CPython."""

    interpreters: int
    next_interpreter: int
    threads: int
    native_id: int
    cframe: int
    """Where a thread has the address of what holds its innermost frame; -1 where it has the frame itself."""
    frame: int
    code: int
    previous: int
    owner: int
    first_line: int
    instructions: int
    ascii: int
    """Where the characters of a text begin that is ASCII."""
    wide: int
    """Where those of other texts begin."""


_INSTRUCTION, _NEXT_THREAD, _FILE, _FUNCTION, _TABLE = 56, 8, 112, 128, 136
_TYPE, _SIZE, _BYTES, _STATE = 8, 16, 32, 32
"""What has not changed."""
_OF_VERSION = {
    (3, 11): _Places(40, 0, 16, 160, 56, 8, 32, 48, 69, 72, 184, 48, 72),
    (3, 12): _Places(40, 0, 72, 144, 56, 0, 0, 8, 70, 68, 192, 40, 56),
    (3, 13): _Places(632, 7264, 7344, 160, -1, 72, 0, 8, 70, 68, 200, 40, 56),
}


class _Home(NamedTuple):
    """The file that holds the interpreter's state, and where in it the state and the type of code objects are."""

    device: str
    inode: str
    state: int
    code_type: int


def read(pid: int) -> list[ThreadStack]:
    """The stacks of all Python threads of a process; [] when it has none, or may not or cannot be read.

    A process that runs meanwhile may change what is read: then a part is missing.
    """
    return _read(pid) if _works() else []


def _read(pid: int) -> list[ThreadStack]:
    places, home = _OF_VERSION.get(sys.version_info[:2]), _home()
    if places is None or home is None:
        return []
    try:
        base = next((start for start, device, inode in _mapped(pid) if (device, inode) == home[:2]), None)
        if base is None:
            return []
        memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return []
    try:
        return list(_Reader(memory, places, base + home.code_type).stacks(base + home.state))
    finally:
        os.close(memory)


class _Reader:
    """Follows the structures in the memory of one process, so far as they do not lead astray."""

    def __init__(self, memory: int, places: _Places, code_type: int) -> None:
        self._memory, self._places, self._code_type = memory, places, code_type
        self._codes: dict[int, tuple[str, str, CodeType, int] | None] = {}

    def stacks(self, state: int) -> Iterator[ThreadStack]:
        """All threads of all interpreters."""
        places = self._places
        for interpreter in self._chain(state + places.interpreters, places.next_interpreter, _MOST_INTERPRETERS):
            for thread in self._chain(interpreter + places.threads, _NEXT_THREAD, _MOST_THREADS):
                with suppress(*_ASTRAY):  # it runs, or is over
                    frames = tuple(self._frames(thread))
                    if frames:
                        yield ThreadStack(self._word(thread + places.native_id), "", frames)

    def _chain(self, first: int, following: int, most: int) -> Iterator[int]:
        """Addresses of structures, each of which has that of the next one."""
        with suppress(*_ASTRAY):
            address = self._word(first)
            while address and most:
                yield address
                address, most = self._word(address + following), most - 1

    def _frames(self, thread: int) -> Iterator[Frame]:
        places = self._places
        holder = thread if places.cframe < 0 else self._word(thread + places.cframe)
        for frame in self._chain(holder + places.frame, places.previous, _MOST_FRAMES) if holder else ():
            with suppress(*_ASTRAY):  # one that is just begun or over
                if self._bytes(frame + places.owner, 1)[0] != _OWNED_BY_C:
                    code, at = self._word(frame + places.code), self._word(frame + _INSTRUCTION)
                    found = self._described(code, at)
                    if found is not None:
                        yield found

    def _described(self, code: int, at: int) -> Frame | None:
        if code not in self._codes:
            self._codes[code] = self._code(code)
        known = self._codes[code]
        if known is None:
            return None
        file, function, lines, first = known
        offset = at - code - self._places.instructions
        for begin, end, line in lines.co_lines():
            if begin <= offset < end and line is not None:
                return Frame(function, file, line)
        return Frame(function, file, first)

    def _code(self, code: int) -> tuple[str, str, CodeType, int] | None:
        """File, function, something with the same table of lines, and the first line of a code object."""
        if self._word(code + _TYPE) != self._code_type:
            return None
        file, function = (self._text(self._word(code + place)) for place in (_FILE, _FUNCTION))
        first = int.from_bytes(self._bytes(code + self._places.first_line, 4), sys.byteorder, signed=True)
        table = self._word(code + _TABLE)
        size = self._word(table + _SIZE)
        if size > _LONGEST_TABLE:
            raise ValueError("no table of lines")
        lines = _EMPTY.replace(co_linetable=self._bytes(table + _BYTES, size), co_firstlineno=first)
        return file, function, lines, first

    def _text(self, text: int) -> str:
        length, state = self._word(text + _SIZE), self._bytes(text + _STATE, 1)[0]
        width, compact, ascii_ = state >> 2 & 7, state >> 5 & 1, state >> 6 & 1
        if length > _LONGEST_TEXT or not compact or width not in _ENCODINGS:
            raise ValueError("no text")
        begin = text + (self._places.ascii if ascii_ else self._places.wide)
        return self._bytes(begin, length * width).decode(_ENCODINGS[width], "replace")

    def _word(self, address: int) -> int:
        return int.from_bytes(self._bytes(address, _WORD), sys.byteorder)

    def _bytes(self, address: int, size: int) -> bytes:
        found = os.pread(self._memory, size, address)
        if len(found) != size:
            raise OSError("not readable")
        return found


_EMPTY = compile("", "", "exec")
_ENCODINGS = {1: "latin-1", 2: f"utf-16-{sys.byteorder[0]}e", 4: f"utf-32-{sys.byteorder[0]}e"}


# --- Whether we know our way ------------------------------------------------------------------------------


def _mapped(pid: int | str) -> Iterator[tuple[int, str, str]]:
    """Start, device and inode of each mapping of a file, by address."""
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
        for line in file:
            where, _, _, device, inode, *_ = line.split(maxsplit=5)
            if inode != "0":
                yield int(where.partition("-")[0], 16), device, inode


_found_home: list[_Home | None] = []


def _home() -> _Home | None:
    """Where the interpreter's state is, as it is in this process."""
    if not _found_home:
        _found_home.append(_find_home())
    return _found_home[0]


def _find_home() -> _Home | None:
    try:
        state = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
        code_type = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "PyCode_Type"))
        begins: dict[tuple[str, str], int] = {}
        below: list[tuple[int, str, str]] = []
        for start, device, inode in _mapped("self"):
            begins.setdefault((device, inode), start)
            if start <= state:
                below.append((start, device, inode))
        _, device, inode = max(below)
    except (ValueError, OSError, AttributeError):
        return None
    base = begins[device, inode]
    return _Home(device, inode, state - base, code_type - base)


_tried: list[bool] = []


def _works() -> bool:
    """Whether we read of ourselves what is so: not for interpreters that were built in another way.

    Our other threads run meanwhile, so that one try proves nothing.
    """
    if not _tried:
        usual = not sysconfig.get_config_var("Py_GIL_DISABLED") and not hasattr(sys, "gettotalrefcount")
        _tried.append(usual and sys.maxsize > 1 << 32 and any(_reads_itself() for _ in range(_TRIES)))
    return _tried[0]


def _reads_itself() -> bool:
    own = next((each.frames for each in _read(os.getpid()) if each.tid == threading.get_native_id()), ())
    frame, seen = sys._getframe(), []
    while frame is not None:
        seen.append(Frame(frame.f_code.co_qualname, frame.f_code.co_filename, frame.f_lineno or 0))
        frame = frame.f_back  # type: ignore[assignment]  # the last one has none
    outer = own[-len(seen) + 1 :]  # the innermost has gone on since
    return len(seen) > 1 and list(outer) == seen[1:]
