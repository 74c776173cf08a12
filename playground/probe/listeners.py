"""Listeners, their clients, and waits for any of several connections.

A listener's and a client's connection are each a pipe of its own; those that managers and the sharing
of descriptors make stay silent.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

from . import layout, patching
from .callers import is_inside, program_frame, program_maker, program_site
from .channels import number_of, pipe_identity
from .journal import emit, thread_bits
from .locks import create
from .waits import waited, waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _called_by_library() -> bool:
    """Whether the caller's caller is no code of the program's."""
    return is_inside(sys._getframe(2).f_code.co_filename)


def _show(connection: Any) -> None:
    """Let a connection be a pipe under the name that the program gives it."""
    frame = program_frame()
    if frame is not None:
        connection._mpp_resource = create("pipe", pipe_identity(connection), frame)


def _patch_listener(module: ModuleType) -> None:
    cls = module.Listener

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        old_init(self, *args, **kwargs)
        maker = program_maker(self)
        socket = getattr(self._listener, "_socket", None)
        if maker is not None and socket is not None:
            self._mpp_resource = create("listener", f"listener:{os.fstat(socket.fileno()).st_ino}", maker)

    def accept(self: Any) -> Any:
        number = self._mpp_resource
        if not number:
            return old_accept(self)
        connection = waited(number, program_site(), layout.OP_ACCEPT, None, old_accept, self)
        _show(connection)
        return connection

    patching.put(cls, "_mpp_resource", 0)
    old_init = patching.put(cls, "__init__", init)
    old_accept = patching.put(cls, "accept", accept)


def _patch_client(module: ModuleType) -> None:
    def client(*args: Any, **kwargs: Any) -> Any:
        connection = old(*args, **kwargs)
        if not _called_by_library():
            _show(connection)
        return connection

    old = patching.put(module, "Client", client)


def _number(connection: Any) -> int:
    try:
        return 0 if connection.closed else number_of(connection)
    except OSError:
        return 0


def _patch_wait(module: ModuleType) -> None:
    def wait(object_list: Any, timeout: float | None = None) -> Any:
        if timeout == 0 or _called_by_library():
            return old(object_list, timeout)
        objects = list(object_list)
        connections = (each for each in objects if isinstance(each, module._ConnectionBase))
        code = next(filter(None, map(_number, connections)), 0) | thread_bits() | program_site()
        ready = waiting(code, layout.OP_POLL, timeout, old, objects, timeout)
        emit(code | (layout.WOKE if ready or timeout is None else layout.TIMED_OUT))
        return ready

    old = patching.put(module, "wait", wait)


def patch(module: ModuleType) -> None:
    """Patch what ``multiprocessing.connection`` has beside pipes."""
    _patch_listener(module)
    _patch_client(module)
    _patch_wait(module)
