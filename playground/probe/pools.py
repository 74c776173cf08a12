"""Pools: tasks submitted, started and ended, and who waits for results."""

from __future__ import annotations

from types import ModuleType

from . import layout, patching
from .callers import program_maker, program_site
from .journal import emit, resource, state, text, thread_bits
from .locks import create, identity_of
from .raised import formatted
from .simple_queues import silence
from .tasks import watch_tasks
from .waits import waited, waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _pool_number(pool: Any) -> int:
    return int(getattr(pool, "_mpp_resource", 0))


def _submitted(result: Any, pool: Any, tasks: int) -> None:
    number = _pool_number(pool)
    result._mpp_resource = number
    if number:
        emit(layout.SUBMITTED | number | thread_bits() | program_site(1), result._job << 32 | tasks)


def _result_came(result: Any, come: int, *, callback: Any = None) -> None:
    """Record a result, and that a callback is about to run, before anybody can have either."""
    number = getattr(result, "_mpp_resource", 0)
    if number:
        value = result._job << 32 | come
        emit(layout.RESULT | number, value)
        if callback is not None:
            emit(layout.CALLBACK | number | thread_bits(), value)


# --- Errors that nobody sees -----------------------------------------------------------------------------


_failed_before: set[int] = set()
"""Pools and executors of which a task has failed."""


def failed(number: int, error: BaseException) -> None:
    """Record that a task's result is an error; of a pool's first one its text, the worker's own where it has that."""
    words = 0
    if number not in _failed_before:
        _failed_before.add(number)
        remote = getattr(error.__cause__, "tb", None)
        words = text(remote if isinstance(remote, str) else formatted(error))
    emit(layout.TASK_FAILED | number | thread_bits(), words)


def error_seen(number: int) -> None:
    """Record that somebody came to know of a task's error."""
    emit(layout.ERROR_SEEN | number | thread_bits())


def _result_failed(result: Any, error: BaseException, *, called_back: bool = False) -> None:
    """Somebody may wait for the result at this moment: each of the two looks at what the other one has noted."""
    number = getattr(result, "_mpp_resource", 0)
    if number:
        failed(number, error)
        result._mpp_failed = True
        if called_back or getattr(result, "_mpp_asked", False):
            error_seen(number)


def _asked(result: Any) -> None:
    if not getattr(result, "_mpp_asked", False):
        result._mpp_asked = True
        if getattr(result, "_mpp_failed", False):
            error_seen(result._mpp_resource)


def _set(old: Any, result: Any, i: int, obj: Any) -> None:
    """Set a result; what its callback raises is recorded where it would go unseen: a pool hides a KeyError."""
    try:
        old(result, i, obj)
    except KeyError as error:
        if state.enabled:
            emit(layout.RAISED | thread_bits(), text(formatted(error)))
        raise


def _patch_pool(module: ModuleType) -> None:
    cls = module.Pool

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        old_init(self, *args, **kwargs)
        queue = getattr(self, "_inqueue", None)
        maker = program_maker(self)
        if maker is not None and queue is not None and hasattr(queue, "_rlock"):
            self._mpp_resource = create(
                "pool", identity_of(queue._rlock), maker, self._processes, value=self._processes
            )

    def close(self: Any) -> None:
        _ending(self)
        old_close(self)

    def terminate(self: Any) -> None:
        _ending(self)
        old_terminate(self)

    def exit_(self: Any, kind: Any, error: Any, trace: Any) -> None:
        number = _pool_number(self)
        unasked = []
        if number and kind is None and self._state in (module.RUN, module.CLOSE):
            unasked = [job for job in list(self._cache.values()) if not getattr(job, "_mpp_asked", False)]
        old_exit(self, kind, error, trace)
        if left := [job for job in unasked if job._job in self._cache]:
            dropped = sum(map(_is_surely_dropped, left))
            emit(layout.POOL_LEFT | number | thread_bits() | program_site(), dropped << 32 | len(left))

    def join(self: Any) -> None:
        number = _pool_number(self)
        if number and self._state != module.RUN:
            waited(number, program_site(), layout.OP_JOIN, None, old_join, self)
        else:
            old_join(self)

    old_init = patching.put(cls, "__init__", init)
    old_close = patching.put(cls, "close", close)
    old_terminate = patching.put(cls, "terminate", terminate)
    old_join = patching.put(cls, "join", join)
    old_exit = patching.put(cls, "__exit__", exit_)


def _is_surely_dropped(job: Any) -> bool:
    """Whether a job without result comes to nothing even if its tasks are done, or some were never handed over."""
    return job._length is None if hasattr(job, "_length") else job._callback is not None


def _ending(pool: Any) -> None:
    number = _pool_number(pool)
    if number:
        emit(layout.POOL_ENDING | number | thread_bits() | program_site(1))


def _patch_results(module: ModuleType) -> None:
    def apply_init(self: Any, pool: Any, *args: Any, **kwargs: Any) -> None:
        old_apply_init(self, pool, *args, **kwargs)
        if type(self) is module.ApplyResult:
            _submitted(self, pool, 1)
        else:
            self._mpp_resource = _pool_number(pool)

    def map_init(self: Any, pool: Any, chunksize: int, length: int, *args: Any, **kwargs: Any) -> None:
        old_map_init(self, pool, chunksize, length, *args, **kwargs)
        _submitted(self, pool, self._number_left)
        self._mpp_tasks = self._number_left

    def wait(self: Any, timeout: float | None = None) -> None:
        number = getattr(self, "_mpp_resource", 0)
        _asked(self)
        if not number or self.ready():
            old_wait(self, timeout)
        else:
            waited(number, program_site(), layout.OP_RESULT, timeout, old_wait, self, timeout)

    def successful(self: Any) -> bool:
        answer = old_successful(self)
        _asked(self)
        return bool(answer)

    old_apply_init = patching.put(module.ApplyResult, "__init__", apply_init)
    old_map_init = patching.put(module.MapResult, "__init__", map_init)
    old_wait = patching.put(module.ApplyResult, "wait", wait)
    old_successful = patching.put(module.ApplyResult, "successful", successful)


def _patch_coming(module: ModuleType) -> None:
    def apply_set(self: Any, i: int, obj: Any) -> None:
        _result_came(self, 1, callback=self._callback if obj[0] else self._error_callback)
        if not obj[0]:
            _result_failed(self, obj[1], called_back=self._error_callback is not None)
        _set(old_apply_set, self, i, obj)

    def map_set(self: Any, i: int, success_result: Any) -> None:
        callback = self._callback if success_result[0] and self._success else self._error_callback
        come = getattr(self, "_mpp_tasks", 0) - self._number_left + 1
        _result_came(self, come, callback=callback if self._number_left == 1 else None)
        if not success_result[0] and self._success:
            _result_failed(self, success_result[1], called_back=self._error_callback is not None)
        _set(old_map_set, self, i, success_result)

    old_apply_set = patching.put(module.ApplyResult, "_set", apply_set)
    old_map_set = patching.put(module.MapResult, "_set", map_set)


def _patch_iterators(module: ModuleType) -> None:
    def imap_init(self: Any, pool: Any) -> None:
        old_imap_init(self, pool)
        _submitted(self, pool, 0)

    def next_(self: Any, timeout: float | None = None) -> Any:
        number = getattr(self, "_mpp_resource", 0)
        _asked(self)
        if not number or self._items:
            return old_next(self, timeout)
        code = number | thread_bits() | program_site()
        result = waiting(code, layout.OP_RESULT, timeout, old_next, self, timeout)
        emit(code | layout.WOKE)
        return result

    def set_length(self: Any, length: int) -> None:
        number = getattr(self, "_mpp_resource", 0)
        if number:
            emit(layout.SUBMITTED | number, self._job << 32 | length)
        old_set_length(self, length)

    old_imap_init = patching.put(module.IMapIterator, "__init__", imap_init)
    old_next = patching.put(module.IMapIterator, "next", next_)
    patching.put(module.IMapIterator, "__next__", next_)
    old_set_length = patching.put(module.IMapIterator, "_set_length", set_length)
    for cls in (module.IMapIterator, module.IMapUnorderedIterator):
        _watch_results(cls)


def _watch_results(cls: Any) -> None:
    def set_(self: Any, i: int, obj: Any) -> None:
        self._mpp_come = getattr(self, "_mpp_come", 0) + 1
        _result_came(self, self._mpp_come)
        if not obj[0]:
            _result_failed(self, obj[1])
        old_set(self, i, obj)

    old_set = patching.put(cls, "_set", set_)


def _patch_worker(module: ModuleType) -> None:
    def worker(inqueue: Any, outqueue: Any, *args: Any, **kwargs: Any) -> None:
        if hasattr(inqueue, "_rlock"):
            silence(inqueue)
            silence(outqueue)
            watch_tasks(resource("pool", identity_of(inqueue._rlock)), inqueue, outqueue, _task_of)
        old_worker(inqueue, outqueue, *args, **kwargs)

    old_worker = patching.put(module, "worker", worker)


def _task_of(message: Any) -> int | None:
    """The task that a message to a worker is about."""
    return None if message is None else message[0] << 32 | (message[1] or 0) & 0x7FFFFFFF


def patch(module: ModuleType) -> None:
    """Patch ``multiprocessing.pool``."""
    _patch_pool(module)
    _patch_results(module)
    _patch_coming(module)
    _patch_iterators(module)
    _patch_worker(module)
