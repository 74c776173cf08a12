"""Text that the program's own ``os.fork`` doubles: in stdout's buffer at the fork, it is written by parent and child.

Nothing tells what is in a buffer but to empty it. In the new child, which has one thread and descriptors of its
own, that is done into a file in memory, and what came is put back. A start by multiprocessing flushes before.
"""

from __future__ import annotations

import _weakref
import io
import os
import sys

from . import layout
from .journal import emit, state, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STDOUT = 1
_SHOWN = 40


class _Held:
    """What was in the buffer when this process was forked."""

    place: Any = None
    """Where stdout led before the fork; None when another thread might have been writing to it."""
    pid = 0
    stream: Any = None
    """A weak reference to stdout."""
    size = 0
    start = ""
    """Its first line, cut."""


def _place() -> Any:
    try:
        told = os.fstat(_STDOUT)
    except OSError:
        return None
    return told.st_dev, told.st_ino, told.st_rdev


def before_fork() -> None:
    """Remember where stdout leads."""
    _Held.place = _place() if len(sys._current_frames()) == 1 else None


def after_fork_in_child() -> None:
    """Look what a child of the program's own fork has in its buffer."""
    _Held.pid, _Held.size = os.getpid(), 0
    try:
        if _Held.place is not None and _Held.place == _place() and _is_buffered(sys.stdout):
            _Held.stream = _weakref.ref(sys.stdout)
            data = _emptied(sys.stdout)
            _Held.size, _Held.start = len(data), data[:_SHOWN].decode("utf-8", "replace").partition("\n")[0]
    except (OSError, ValueError, AttributeError, RuntimeError):
        state.errors += 1  # no such descriptor, a closed stream, no files in memory here, a fork in midst of a write


def _is_buffered(stream: Any) -> bool:
    return (
        type(stream) is io.TextIOWrapper
        and type(stream.buffer) is io.BufferedWriter
        and type(stream.buffer.raw) is io.FileIO
        and stream.encoding.lower() == "utf-8"
        and stream.fileno() == _STDOUT
    )


def _emptied(stream: Any) -> bytes:
    """Take what is in the buffer, and put it back."""
    file = os.memfd_create("mp-playground")
    try:
        kept, inheritable = os.dup(_STDOUT), os.get_inheritable(_STDOUT)
        below = 0
        try:
            os.dup2(file, _STDOUT)
            stream.buffer.flush()
            below = os.fstat(file).st_size
            stream.flush()
        finally:
            os.dup2(kept, _STDOUT, inheritable)
            os.close(kept)
            data = os.pread(file, os.fstat(file).st_size, 0)
            _put_back(stream, data[:below], data[below:])
    finally:
        os.close(file)
    return data


def _put_back(stream: Any, below: bytes, above: bytes) -> None:
    """Put bytes into the buffer of bytes, and above it text that was not encoded for it yet.

    Each where it was: what is in the upper one may be more than fits into the lower one, which would write it.
    """
    if below:
        stream.buffer.write(below)
    if b"\r\n" in above:  # as text it might become another line end
        stream.buffer.write(above)
    elif above:
        stream.write(above.decode("utf-8", stream.errors))


def tell() -> None:
    """Record that a child which ends in order is about to write what its parent has in its buffer too."""
    is_here = _Held.size and _Held.pid == state.pid and _place() == _Held.place
    if is_here and sys.stdout is not None and sys.stdout is _Held.stream():
        emit(layout.DOUBLED | layout.MAIN_THREAD << layout.THREAD_SHIFT, text(f"{_Held.size} {_Held.start}"))
