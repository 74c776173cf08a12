"""Text that the program's own ``os.fork`` doubles: in stdout's buffer at the fork, it is written by parent and child.

Nothing tells what is in a buffer but to empty it. In the new child, which has one thread and descriptors of its
own, that is done into a file in memory, and what came is put back. A start by multiprocessing flushes before.
"""

from __future__ import annotations

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
    data = b""


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
    _Held.pid, _Held.stream, _Held.data = os.getpid(), sys.stdout, b""
    try:
        if _Held.place is not None and _Held.place == _place() and _is_buffered(sys.stdout):
            _Held.data = _emptied(sys.stdout)
    except (OSError, ValueError, AttributeError):  # no such descriptor, a closed stream, no files in memory here
        state.errors += 1


def _is_buffered(stream: Any) -> bool:
    return type(stream) is io.TextIOWrapper and type(stream.buffer) is io.BufferedWriter and stream.fileno() == _STDOUT


def _emptied(stream: Any) -> bytes:
    """Take what is in the buffer, and put it back."""
    data, kept, file = b"", os.dup(_STDOUT), os.memfd_create("mp-playground")
    try:
        os.dup2(file, _STDOUT)
        try:
            stream.flush()
        finally:
            os.dup2(kept, _STDOUT)
            data = os.pread(file, 1 << 20, 0)
            if data:
                stream.buffer.write(data)
    finally:
        os.close(file)
        os.close(kept)
    return data


def tell() -> None:
    """Record that a child which ends in order is about to write what its parent has in its buffer too."""
    if _Held.data and _Held.pid == state.pid and sys.stdout is _Held.stream and _place() == _Held.place:
        shown = _Held.data[:_SHOWN].decode("utf-8", "replace").partition("\n")[0]
        emit(layout.DOUBLED | layout.MAIN_THREAD << layout.THREAD_SHIFT, text(f"{len(_Held.data)} {shown}"))
