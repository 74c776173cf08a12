"""Pipes and queues: what is put, sent and received, and who waits for it.

A connection carries ``_mpp_resource``: 0 is silent (sockets of managers and listeners, inner pipes),
None is a pipe that came by pickling and is looked up at its first use, and ``_mpp_role`` says how a
queue's pipe ends count: its puts, its gets, or the feeder thread's sends.
"""

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import layout, patching
from .callers import program_maker, program_site
from .journal import alias, emit, resource, thread_bits
from .locks import create, identity_of, silence, silence_condition
from .waits import waited, waiting

_PIPE, _PUTS, _GETS = 0, 1, 2


def _pipe_identity(connection: Any) -> str:
    return f"pipe:{os.fstat(connection._handle).st_ino}"


def _number(connection: Any) -> int:
    if connection._mpp_resource is None:
        connection._mpp_resource = resource("pipe", _pipe_identity(connection))
    return int(connection._mpp_resource)


def _patch_pipe(module: ModuleType) -> None:
    def pipe(duplex: bool = True) -> Any:
        left, right = old_pipe(duplex)
        maker = program_maker(left)
        if maker is not None:
            identity = _pipe_identity(left)
            left._mpp_resource = right._mpp_resource = create("pipe", identity, maker)
            if _pipe_identity(right) != identity:
                alias(_pipe_identity(right), identity)
        return left, right

    def rebuild(df: Any, readable: bool, writable: bool) -> Any:
        connection = old_rebuild(df, readable, writable)
        connection._mpp_resource = None
        return connection

    old_pipe = patching.put(module, "Pipe", pipe)
    old_rebuild = patching.put(module, "rebuild_connection", rebuild)
    module.reduction.register(module.Connection, module.reduce_connection)


def _send(self: Any, buf: Any) -> None:
    code = _number(self) | thread_bits()
    if not code & layout.RESOURCE_MASK << layout.RESOURCE_SHIFT:
        _old["_send_bytes"](self, buf)
        return
    if self._mpp_role == _PUTS:
        emit(code | layout.PUTTING)
    else:
        code |= program_site()
    emit(code | layout.SENDING, len(buf))
    try:
        _old["_send_bytes"](self, buf)
    except BaseException:
        emit(code | layout.WOKE)
        raise
    emit(code | layout.SENT, len(buf))


def _receive(self: Any, maxsize: int | None = None) -> Any:
    number = _number(self)
    if not number:
        return _old["_recv_bytes"](self, maxsize)
    if self._mpp_role == _GETS:
        result = _old["_recv_bytes"](self, maxsize)
        emit(layout.GOT | number | thread_bits())
        return result
    code = number | thread_bits() | program_site()
    try:
        result = waiting(code, layout.OP_RECV, None, _old["_recv_bytes"], self, maxsize)
    except EOFError:
        emit(code | layout.EOF)
        raise
    emit(code | layout.RECEIVED, 0 if result is None else result.tell())
    return result


def _poll(self: Any, timeout: float | None) -> bool:
    number = _number(self)
    if not number or timeout == 0 or self._mpp_role != _PIPE:
        return bool(_old["_poll"](self, timeout))
    return bool(waited(number, program_site(), layout.OP_POLL, timeout, _old["_poll"], self, timeout))


_old: dict[str, Callable[..., Any]] = {}


def patch_connection(module: ModuleType) -> None:
    """Patch ``multiprocessing.connection``."""
    patching.put(module._ConnectionBase, "_mpp_resource", 0)
    patching.put(module._ConnectionBase, "_mpp_role", _PIPE)
    _old["_send_bytes"] = patching.put(module.Connection, "_send_bytes", _send)
    _old["_recv_bytes"] = patching.put(module.Connection, "_recv_bytes", _receive)
    _old["_poll"] = patching.put(module.Connection, "_poll", _poll)
    _patch_pipe(module)


# --- Queue and JoinableQueue ----------------------------------------------------------------------------


def _silence_queue(queue: Any) -> None:
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


def _get(self: Any, block: bool = True, timeout: float | None = None) -> Any:
    number = _queue_number(self)
    if not number:
        return _old["get"](self, block, timeout)
    code = number | thread_bits() | program_site()
    if not block:
        try:
            return _old["get"](self, False)
        except Exception as error:
            if type(error).__name__ == "Empty":
                emit(code | layout.TRY_FAILED)
            raise
    try:
        return waiting(code, layout.OP_GET, timeout, _old["get"], self, True, timeout)
    except Exception as error:
        if type(error).__name__ == "Empty":
            emit(code | layout.TIMED_OUT)
        raise


def _patch_queue(module: ModuleType) -> None:
    cls = module.Queue

    def init(self: Any, maxsize: int = 0, *, ctx: Any) -> None:
        old_init(self, maxsize, ctx=ctx)
        maker = program_maker(self)
        _silence_queue(self)
        self._mpp_resource = 0
        if maker is not None:
            kind = "joinable_queue" if isinstance(self, module.JoinableQueue) else "queue"
            limit = max(maxsize, 0)
            self._mpp_resource = self._writer._mpp_resource = create(kind, identity_of(self._sem), maker, limit)
            _watch_space(self, self._mpp_resource)

    def setstate(self: Any, states: Any) -> None:
        old_setstate(self, states)
        _silence_queue(self)
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
    _old["get"] = patching.put(cls, "get", _get)


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


# --- SimpleQueue -------------------------------------------------------------------------------------------


def _simple_number(queue: Any) -> int:
    if queue._mpp_resource is None:
        _name_simple(queue, resource("simple_queue", identity_of(queue._rlock)))
    return int(queue._mpp_resource)


def _name_simple(queue: Any, number: int) -> None:
    queue._mpp_resource = queue._reader._mpp_resource = queue._writer._mpp_resource = number
    queue._reader._mpp_role, queue._writer._mpp_role = _GETS, _PUTS


def silence_simple(queue: Any) -> None:
    """Silence a simple queue that is a part of a pool."""
    _silence_queue(queue)
    queue._mpp_resource = 0


def _patch_simple(module: ModuleType) -> None:
    cls = module.SimpleQueue

    def init(self: Any, *, ctx: Any) -> None:
        old_init(self, ctx=ctx)
        maker = program_maker(self)
        silence_simple(self)
        if maker is not None:
            _name_simple(self, create("simple_queue", identity_of(self._rlock), maker))

    def setstate(self: Any, states: Any) -> None:
        old_setstate(self, states)
        _silence_queue(self)
        self._mpp_resource = None

    def get(self: Any) -> Any:
        number = _simple_number(self)
        if not number:
            return old_get(self)
        code = number | thread_bits() | program_site()
        return waiting(code, layout.OP_GET, None, old_get, self)

    def put(self: Any, obj: Any) -> None:
        _simple_number(self)
        old_put(self, obj)

    patching.put(cls, "_mpp_resource", 0)
    old_init = patching.put(cls, "__init__", init)
    old_setstate = patching.put(cls, "__setstate__", setstate)
    old_get = patching.put(cls, "get", get)
    old_put = patching.put(cls, "put", put)


def patch_queues(module: ModuleType) -> None:
    """Patch ``multiprocessing.queues``."""
    _patch_queue(module)
    _patch_joinable(module)
    _patch_simple(module)
