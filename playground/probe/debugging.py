"""The debugger, where a run was asked to have it: ``pdb`` speaks over a socket to whoever sits before the screen.

A process's own stdin is ``/dev/null`` in a child of multiprocessing's, so that plain ``pdb`` ends it there. Every
``Pdb`` that is given no streams gets a ``Console``: ``breakpoint()``, ``pdb.set_trace()``, ``pdb.post_mortem()``.
The socket is opened when the debugger says its first word and closed when the program goes on.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from types import FrameType, ModuleType

from . import entry, layout, patching
from .callers import site_of
from .journal import emit, state, text, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GO_ON = "continue\n"
"""What is read when nobody is there (any more): the program must not stand still for ever, nor end."""
_NO_SIGPIPE = 0x4000  # MSG_NOSIGNAL
_CHUNK = 4096


class Console(io.TextIOBase):
    """Standard input and output of one ``Pdb``."""

    def __init__(self, debugger: Any) -> None:
        super().__init__()
        self._debugger = debugger
        self._socket: Any = None
        self._pid = 0
        """Whose socket it is: a fork must not go on speaking in its parent's name."""
        self._read = b""
        self._told = False
        self._alone = False
        """Whether nobody listens."""
        self.occasion = "breakpoint"

    def write(self, said: str, /) -> int:
        """Say something; nothing when nobody listens."""
        self._open()
        if not self._alone:
            try:
                self._socket.sendall(said.encode("utf-8", "backslashreplace"), _NO_SIGPIPE)
            except OSError:
                self._alone = True
        return len(said)

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # text, as of any text stream  # noqa: ARG002
        """Wait for a line of the person's."""
        self._open()
        frame: FrameType | None = getattr(self._debugger, "curframe", None)
        code = thread_bits() | site_of(frame)
        if not self._told and not self._alone:
            self._told = True
            emit(layout.MARK | code, text(f"{self.occasion} at {_place(frame)}"))
        emit(layout.WAITING | code, layout.OP_DEBUG)
        try:
            return self._line()
        finally:
            emit(layout.WOKE | code)

    def hang_up(self) -> None:
        """The program goes on; the next word opens the socket again."""
        opened, self._socket = self._socket, None
        self._told = False
        if opened is not None and self._pid == os.getpid():
            with suppress(OSError):  # the other end may have gone before
                opened.shutdown(2)  # children may have it too
            opened.close()

    def _open(self) -> None:
        if self._socket is not None and self._pid == os.getpid():
            return
        import _socket  # not ``socket``: the program may have a module of that name

        self._pid, self._read, self._alone, self._told = os.getpid(), b"", False, False
        self._socket = None
        try:
            self._socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_CLOEXEC)
            self._socket.settimeout(None)
            self._socket.connect(os.path.join(entry.requests, entry.DEBUG_SOCKET))
            who = f"{state.pid} {state.start} {thread_bits() >> layout.THREAD_SHIFT}\n"
            self._socket.sendall(who.encode(), _NO_SIGPIPE)
        except OSError:
            self._alone = True

    def _line(self) -> str:
        while b"\n" not in self._read and not self._alone:
            try:
                came = self._socket.recv(_CHUNK)
            except OSError:
                came = b""
            self._read += came
            self._alone = not came
        if self._alone:
            return _GO_ON
        line, _, self._read = self._read.partition(b"\n")
        return line.decode("utf-8", "replace") + "\n"


def _place(frame: FrameType | None) -> str:
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}" if frame is not None else "an unknown place"


def patch(module: ModuleType) -> None:
    """Patch ``pdb``: a debugger without streams of its own gets a console, and never steps into the probe."""
    cls = module.Pdb

    def __init__(  # that of Pdb
        self: Any,
        completekey: str = "tab",
        stdin: Any = None,
        stdout: Any = None,
        skip: Any = None,
        *args: Any,
        **options: Any,
    ) -> None:
        if stdin is None and stdout is None:
            stdin = stdout = Console(self)
            options.setdefault("nosigint", True)  # ctrl+c stays the program's
        inner = [*(skip or ()), entry.MODULE, f"{entry.MODULE}.*"]
        old_init(self, completekey, stdin, stdout, inner, *args, **options)

    def set_continue(self: Any) -> None:
        old_continue(self)
        _hang_up(self)

    def set_quit(self: Any) -> None:
        old_quit(self)
        _hang_up(self)

    old_init = patching.put(cls, "__init__", __init__)
    old_continue = patching.put(cls, "set_continue", set_continue)
    old_quit = patching.put(cls, "set_quit", set_quit)


def _hang_up(debugger: Any) -> None:
    if isinstance(debugger.stdin, Console):
        debugger.stdin.hang_up()


def post_mortem() -> None:
    """Let the person look at the error that is being handled, unless it came of their leaving the debugger."""
    error = sys.exc_info()[1]
    from bdb import BdbQuit
    from pdb import Pdb

    if isinstance(error, Exception) and not isinstance(error, BdbQuit):
        debugger = Pdb()
        console: Any = debugger.stdin
        console.occasion = "post-mortem"
        debugger.reset()
        debugger.interaction(None, error.__traceback__)
        console.hang_up()
