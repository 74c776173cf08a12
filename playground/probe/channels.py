"""Pipes and queues: what is put, sent and received, and who waits for it.

A connection carries ``_mpp_resource``: 0 is silent (sockets of managers and listeners, inner pipes),
None is a pipe that came by pickling and is looked up at its first use.
"""

from __future__ import annotations

import os
import sys
from _thread import get_ident
from types import ModuleType

from . import layout, patching
from .callers import program_maker, program_site
from .journal import alias, emit, resource, state, text, thread_bits, threads
from .locks import create, identity_of, silence, silence_condition
from .raised import formatted
from .waits import waited, waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def pipe_identity(connection: Any) -> str:
    """One text per pipe or socket in all processes."""
    return f"pipe:{os.fstat(connection._handle).st_ino}"


def number_of(connection: Any) -> int:
    """A connection's resource number, shifted; 0 when it is silent."""
    if connection._mpp_resource is None:
        connection._mpp_resource = resource("pipe", pipe_identity(connection))
    return int(connection._mpp_resource)


def _patch_pipe(module: ModuleType) -> None:
    def pipe(duplex: bool = True) -> Any:
        left, right = old_pipe(duplex)
        maker = program_maker(left)
        if maker is not None:
            identity = pipe_identity(left)
            made = create("pipe", identity, maker, value=0 if duplex else layout.ONE_WAY)
            left._mpp_resource = right._mpp_resource = made
            if pipe_identity(right) != identity:
                alias(pipe_identity(right), identity)
        return left, right

    def rebuild(df: Any, readable: bool, writable: bool) -> Any:
        connection = old_rebuild(df, readable, writable)
        connection._mpp_resource = None
        return connection

    old_pipe = patching.put(module, "Pipe", pipe)
    old_rebuild = patching.put(module, "rebuild_connection", rebuild)
    module.reduction.register(module.Connection, module.reduce_connection)


def _sending(code: int, send: Callable[[Any, Any], None], connection: Any, buf: Any) -> None:
    """Send between a SENDING record and SENT, or WOKE when it raises; ``code`` has no kind."""
    size = len(buf)
    emit(code | layout.SENDING, size)
    try:
        send(connection, buf)
    except BaseException:
        emit(code | layout.WOKE)
        raise
    emit(code | layout.SENT, size)


def _patch_transfer(module: ModuleType) -> None:
    cls = module.Connection

    def send_bytes(self: Any, buf: Any) -> None:
        number = self._mpp_resource
        if number == 0:
            old_send_bytes(self, buf)
            return
        number = number or number_of(self)
        _sending(number | (threads.get(get_ident()) or thread_bits()) | program_site(), old_send_bytes, self, buf)

    def recv_bytes(self: Any, maxsize: int | None = None) -> Any:
        number = self._mpp_resource
        if number == 0:
            return old_recv_bytes(self, maxsize)
        number = number or number_of(self)
        code = number | (threads.get(get_ident()) or thread_bits()) | program_site()
        try:
            result = waiting(code, layout.OP_RECV, None, old_recv_bytes, self, maxsize)
        except EOFError:
            emit(code | layout.EOF)
            raise
        emit(code | layout.RECEIVED, 0 if result is None else result.tell())
        return result

    def poll(self: Any, timeout: float | None) -> bool:
        number = number_of(self)
        if not number or timeout == 0:
            return bool(old_poll(self, timeout))
        return bool(waited(number, program_site(), layout.OP_POLL, timeout, old_poll, self, timeout))

    old_send_bytes = untold["send_bytes"] = patching.put(cls, "_send_bytes", send_bytes)
    old_recv_bytes = untold["recv_bytes"] = patching.put(cls, "_recv_bytes", recv_bytes)
    old_poll = patching.put(cls, "_poll", poll)


untold: dict[str, Callable[..., Any]] = {}
"""Connection's own ``send_bytes`` and ``recv_bytes``, which record nothing."""


def patch_connection(module: ModuleType) -> None:
    """Patch ``multiprocessing.connection``."""
    patching.put(module._ConnectionBase, "_mpp_resource", 0)
    _patch_transfer(module)
    _patch_pipe(module)


# --- Queue and JoinableQueue ----------------------------------------------------------------------------


def silence_queue(queue: Any) -> None:
    """Silence the parts of a queue of any kind."""
    for name in ("_rlock", "_wlock", "_sem", "_unfinished_tasks"):
        part = getattr(queue, name, None)
        if part is not None:
            silence(part)
    if hasattr(queue, "_cond"):
        silence_condition(queue._cond)
    for end in (queue._reader, queue._writer):
        end._mpp_resource = 0


def _queue_number(queue: Any) -> int:
    if "_mpp_resource" not in vars(queue):  # its class has a way of its own to get it into another process
        silence_queue(queue)
        queue._mpp_resource = None
    if queue._mpp_resource is None:
        kind = "joinable_queue" if hasattr(queue, "_unfinished_tasks") else "queue"
        queue._mpp_resource = queue._writer._mpp_resource = resource(kind, identity_of(queue._sem))
        _watch_space(queue, queue._mpp_resource)
    return int(queue._mpp_resource)


def _watch_space(queue: Any, number: int) -> None:
    """Record puts and gets where they take effect: at the semaphore that counts a queue's free places."""
    take, give = queue._sem._semlock.acquire, queue._sem._semlock.release

    def acquire(block: bool = True, timeout: float | None = None) -> bool:
        if not take(False):
            if not block:
                return False
            code = number | thread_bits() | program_site()
            if not waiting(code, layout.OP_PUT, timeout, take, True, timeout):
                emit(code | layout.TIMED_OUT)
                return False
        emit(layout.PUTTING | number | thread_bits())
        return True

    def release() -> None:
        emit(layout.GOT | number | thread_bits())
        give()

    queue._sem.acquire, queue._sem.release = acquire, release


def _patch_get(cls: Any) -> None:
    def get(self: Any, block: bool = True, timeout: float | None = None) -> Any:
        number = _queue_number(self)
        if not number:
            return old_get(self, block, timeout)
        self._mpp_empty = 0
        code = number | thread_bits() | program_site()
        if not block:
            try:
                return old_get(self, False)
            except Exception as error:
                if type(error).__name__ == "Empty":
                    emit(code | layout.TRY_FAILED)
                raise
        try:
            return waiting(code, layout.OP_GET, timeout, old_get, self, True, timeout)
        except Exception as error:
            if type(error).__name__ == "Empty":
                emit(code | layout.TIMED_OUT)
            raise

    old_get = patching.put(cls, "get", get)


def _patch_questions(cls: Any) -> None:
    """Record what ``empty`` and ``qsize`` say; that nothing has come since they said so is not said again."""

    def looked(queue: Any, some: bool) -> None:
        number = _queue_number(queue)
        if number and (some or queue._mpp_empty != get_ident()):
            queue._mpp_empty = 0 if some else get_ident()
            emit(layout.LOOKED | number | thread_bits() | program_site(2), int(some))

    def empty(self: Any) -> bool:
        said = bool(old_empty(self))
        looked(self, not said)
        return said

    def qsize(self: Any) -> int:
        said = int(old_qsize(self))
        looked(self, said > 0)
        return said

    patching.put(cls, "_mpp_empty", 0)
    old_empty = patching.put(cls, "empty", empty)
    old_qsize = patching.put(cls, "qsize", qsize)


def _patch_queue(module: ModuleType) -> None:
    cls = module.Queue

    def init(self: Any, maxsize: int = 0, *, ctx: Any) -> None:
        old_init(self, maxsize, ctx=ctx)
        maker = program_maker(self)
        silence_queue(self)
        self._mpp_resource = 0
        if maker is not None:
            kind = "joinable_queue" if isinstance(self, module.JoinableQueue) else "queue"
            limit = max(maxsize, 0)
            self._mpp_resource = self._writer._mpp_resource = create(kind, identity_of(self._sem), maker, limit)
            _watch_space(self, self._mpp_resource)

    def setstate(self: Any, states: Any) -> None:
        old_setstate(self, states)
        silence_queue(self)
        self._mpp_resource = None

    def start_thread(self: Any) -> None:
        _queue_number(self)
        old_start_thread(self)
        if self._thread is not None:
            self._thread._mpp_resource = self._mpp_resource

    def finalize_join(twr: Any) -> None:
        thread = twr()
        number = getattr(thread, "_mpp_resource", 0)
        if number and thread.is_alive():
            waited(number, program_site(), layout.OP_FLUSH, None, old_finalize_join, twr)
        else:
            old_finalize_join(twr)

    def put(self: Any, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        _queue_number(self)
        old_put(self, obj, block, timeout)

    patching.put(cls, "_mpp_resource", 0)
    old_init = patching.put(cls, "__init__", init)
    old_setstate = patching.put(cls, "__setstate__", setstate)
    old_start_thread = patching.put(cls, "_start_thread", start_thread)
    old_finalize_join = patching.put(cls, "_finalize_join", staticmethod(finalize_join))
    old_put = patching.put(cls, "put", put)
    _patch_get(cls)
    _patch_questions(cls)


def _patch_joinable(module: ModuleType) -> None:
    cls = module.JoinableQueue

    def init(self: Any, maxsize: int = 0, *, ctx: Any) -> None:
        old_init(self, maxsize, ctx=ctx)
        silence(self._unfinished_tasks)
        silence_condition(self._cond)

    def setstate(self: Any, states: Any) -> None:
        old_setstate(self, states)
        silence(self._unfinished_tasks)
        silence_condition(self._cond)

    def put(self: Any, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        _queue_number(self)
        old_put(self, obj, block, timeout)

    def task_done(self: Any) -> None:
        number = _queue_number(self)
        if number:
            emit(layout.TASK_DONE | number | thread_bits())
        old_task_done(self)

    def join(self: Any) -> None:
        number = _queue_number(self)
        if number:
            waited(number, program_site(), layout.OP_JOIN, None, old_join, self)
        else:
            old_join(self)

    old_init = patching.put(cls, "__init__", init)
    old_setstate = patching.put(cls, "__setstate__", setstate)
    old_put = patching.put(cls, "put", put)
    old_task_done = patching.put(cls, "task_done", task_done)
    old_join = patching.put(cls, "join", join)


def _patch_last_words(module: ModuleType) -> None:
    """Record what a queue's thread could not send while its process ends: it tells that to nobody."""

    def info(message: str, *args: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and state.enabled and sys._getframe(1).f_code.co_name == "_feed":
            emit(layout.RAISED | thread_bits(), text(formatted(error)))
        old(message, *args)

    old = patching.put(module, "info", info)


def patch_queues(module: ModuleType) -> None:
    """Patch ``multiprocessing.queues`` but for the simple queue."""
    _patch_queue(module)
    _patch_joinable(module)
    _patch_last_words(module)
