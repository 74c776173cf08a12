"""Pools: tasks submitted, started and ended, and who waits for results."""

from __future__ import annotations

from types import ModuleType

from . import layout, patching
from .callers import program_maker, program_site
from .journal import emit, resource, thread_bits
from .locks import create, identity_of
from .simple_queues import silence
from .waits import waited, waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _pool_number(pool: Any) -> int:
    return int(getattr(pool, "_mpp_resource", 0))


def _submitted(result: Any, pool: Any, items: int) -> None:
    number = _pool_number(pool)
    result._mpp_resource = number
    if number:
        emit(layout.SUBMITTED | number | thread_bits() | program_site(1), result._job << 32 | min(items, 0x7FFFFFFF))


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

    old_init = patching.put(cls, "__init__", init)


def _patch_results(module: ModuleType) -> None:
    def apply_init(self: Any, pool: Any, *args: Any, **kwargs: Any) -> None:
        old_apply_init(self, pool, *args, **kwargs)
        if type(self) is module.ApplyResult:
            _submitted(self, pool, 1)
        else:
            self._mpp_resource = _pool_number(pool)

    def map_init(self: Any, pool: Any, chunksize: int, length: int, *args: Any, **kwargs: Any) -> None:
        old_map_init(self, pool, chunksize, length, *args, **kwargs)
        _submitted(self, pool, length)

    def wait(self: Any, timeout: float | None = None) -> None:
        number = getattr(self, "_mpp_resource", 0)
        if not number or self.ready():
            old_wait(self, timeout)
        else:
            waited(number, program_site(), layout.OP_RESULT, timeout, old_wait, self, timeout)

    def imap_init(self: Any, pool: Any) -> None:
        old_imap_init(self, pool)
        _submitted(self, pool, 0)

    def next_(self: Any, timeout: float | None = None) -> Any:
        number = getattr(self, "_mpp_resource", 0)
        if not number or self._items:
            return old_next(self, timeout)
        code = number | thread_bits() | program_site()
        result = waiting(code, layout.OP_RESULT, timeout, old_next, self, timeout)
        emit(code | layout.WOKE)
        return result

    old_apply_init = patching.put(module.ApplyResult, "__init__", apply_init)
    old_map_init = patching.put(module.MapResult, "__init__", map_init)
    old_wait = patching.put(module.ApplyResult, "wait", wait)
    old_imap_init = patching.put(module.IMapIterator, "__init__", imap_init)
    old_next = patching.put(module.IMapIterator, "next", next_)
    patching.put(module.IMapIterator, "__next__", next_)


def _patch_worker(module: ModuleType) -> None:
    def worker(inqueue: Any, outqueue: Any, *args: Any, **kwargs: Any) -> None:
        if hasattr(inqueue, "_rlock"):
            _watch_tasks(inqueue, outqueue)
        old_worker(inqueue, outqueue, *args, **kwargs)

    old_worker = patching.put(module, "worker", worker)


def _watch_tasks(inqueue: Any, outqueue: Any) -> None:
    """Record a worker's tasks where it takes them and where it hands its results back."""
    number = resource("pool", identity_of(inqueue._rlock))
    silence(inqueue)
    silence(outqueue)
    take, give = type(inqueue).get, type(outqueue).put

    def get() -> Any:
        code = number | thread_bits()
        task = waiting(code, layout.OP_GET, None, take, inqueue)
        emit(code | layout.WOKE)
        if task is not None:
            emit(code | layout.TASK_STARTED, task[0] << 32 | (task[1] or 0) & 0x7FFFFFFF)
        return task

    def put(result: Any) -> None:
        emit(number | thread_bits() | layout.TASK_ENDED, result[0] << 32 | (result[1] or 0) & 0x7FFFFFFF)
        give(outqueue, result)

    inqueue.get, outqueue.put = get, put


def patch(module: ModuleType) -> None:
    """Patch ``multiprocessing.pool``."""
    _patch_pool(module)
    _patch_results(module)
    _patch_worker(module)
