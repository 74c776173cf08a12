"""ProcessPoolExecutor: tasks submitted, started and ended, their results, and who waits for them.

What a thread pool uses too is left alone: a process pool's own futures and waiters get what records
their waits, and no class is patched for it. A task's job is the number that the executor gives it.
"""

from __future__ import annotations

import _weakref
import sys
from types import ModuleType

from . import layout, logs, patching, simple_queues
from .callers import program_maker, program_site
from .channels import silence_queue
from .journal import emit, resource, text, thread_bits
from .locks import create, identity_of
from .naming import name_of
from .pools import error_seen, failed
from .raised import formatted
from .tasks import watch_tasks
from .waits import waited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Task:
    """What is known of a future's task."""

    __slots__ = ("asked", "failed", "number", "told", "work_id")

    def __init__(self, number: int, work_id: int) -> None:
        self.number, self.work_id = number, work_id
        self.told = self.failed = self.asked = False
        """Whether its result was recorded, is an error, and whether somebody has asked for it."""


class _Asked:
    """In place of the lock of a future's condition: who takes it in ``result`` or ``exception`` asks.

    So no method of the future is another one, and tracebacks have no frame of ours.
    """

    __slots__ = ("_lock", "_task")

    def __init__(self, lock: Any, task: _Task) -> None:
        self._lock, self._task = lock, task

    def __enter__(self) -> Any:
        task = self._task
        if not task.asked and sys._getframe(2).f_code.co_name in ("result", "exception"):
            task.asked = True
            if task.failed:
                error_seen(task.number)
        return self._lock.__enter__()

    def __exit__(self, *args: Any) -> Any:
        return self._lock.__exit__(*args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)


class _Wait:
    """In place of the ``wait`` of a future's condition, or of an event; keeps neither of them alive."""

    def __init__(self, owner: Any, number: int) -> None:
        self._owner, self._number = _weakref.ref(owner), number

    def __call__(self, timeout: float | None = None) -> Any:
        owner: Any = self._owner()
        return waited(self._number, program_site(), layout.OP_RESULT, timeout, type(owner).wait, owner, timeout)


def patch_futures(module: ModuleType) -> None:
    """Patch ``concurrent.futures._base``: waits for any or all of several futures."""

    def create_and_install_waiters(fs: Any, return_when: Any) -> Any:
        waiter = old(fs, return_when)
        number = next((f._mpp_task.number for f in fs if hasattr(f, "_mpp_task")), 0)
        if number:
            waiter.event.wait = _Wait(waiter.event, number)
        return waiter

    old = patching.put(module, "_create_and_install_waiters", create_and_install_waiters)


# --- In the submitting process ---------------------------------------------------------------------------


class _PutWorkId:
    """In place of the ``put`` of an executor's queue of work ids, which is where a task becomes known."""

    def __init__(self, work_ids: Any, pending: Any, number: int) -> None:
        self._work_ids, self._pending, self._number = _weakref.ref(work_ids), pending, number

    def __call__(self, work_id: int, *args: Any, **kwargs: Any) -> None:
        item = self._pending.get(work_id)
        if item is not None:
            _watch_future(item.future, self._number, work_id)
        emit(layout.SUBMITTED | self._number | thread_bits() | program_site(), work_id << 32 | 1)
        queue: Any = self._work_ids()
        type(queue).put(queue, work_id, *args, **kwargs)


def _watch_future(future: Any, number: int, work_id: int) -> None:
    future._mpp_task = task = _Task(number, work_id)
    condition = future._condition
    condition.wait = _Wait(condition, number)
    condition._lock = _Asked(condition._lock, task)
    future.add_done_callback(_done)


def _done(future: Any) -> None:
    """The first of a future's callbacks: whatever came of its task, and that others are about to run."""
    task = future._mpp_task
    number, work_id = task.number, task.work_id
    if not task.told:
        emit(layout.RESULT | number, work_id << 32)
    error = future._exception
    if error is not None and type(error).__name__ != "BrokenProcessPool":  # that is told of the executor
        failed(number, error)
        task.failed = True
        if task.asked:
            error_seen(number)
    if len(future._done_callbacks) > 1:
        emit(layout.CALLBACK | number | thread_bits(), work_id << 32 | 1)


def _patch_executor(module: ModuleType) -> None:
    cls = module.ProcessPoolExecutor

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        old_init(self, *args, **kwargs)
        maker = program_maker(self)
        if maker is None:
            return
        limit = self._max_workers
        number = create("executor", identity_of(self._call_queue._rlock), maker, limit, value=limit)
        self._mpp_resource = self._call_queue._mpp_executor = number
        self._work_ids.put = _PutWorkId(self._work_ids, self._pending_work_items, number)

    def shutdown(self: Any, wait: bool = True, **kwargs: Any) -> None:
        number = self._mpp_resource
        if number and not self._shutdown_thread:
            emit(layout.POOL_ENDING | number | thread_bits() | program_site())
        if number and wait and self._executor_manager_thread is not None:
            waited(number, program_site(), layout.OP_JOIN, None, lambda: old_shutdown(self, wait, **kwargs))
        else:
            old_shutdown(self, wait, **kwargs)

    patching.put(cls, "_mpp_resource", 0)
    old_init = patching.put(cls, "__init__", init)
    old_shutdown = patching.put(cls, "shutdown", shutdown)


def _patch_manager_thread(module: ModuleType) -> None:
    cls = module._ExecutorManagerThread

    def process_result_item(self: Any, result_item: Any) -> None:
        item = self.pending_work_items.get(getattr(result_item, "work_id", None))
        task = getattr(item.future, "_mpp_task", None) if item is not None else None
        if task is not None:
            emit(layout.RESULT | task.number, task.work_id << 32 | 1)
            task.told = True
        del item
        old_process(self, result_item)

    def terminate_broken(self: Any, *args: Any) -> None:
        number = getattr(self.call_queue, "_mpp_executor", 0)
        if number:
            emit(layout.POOL_BROKEN | number)
        old_terminate(self, *args)

    old_process = patching.put(cls, "process_result_item", process_result_item)
    old_terminate = patching.put(cls, "terminate_broken", terminate_broken)


# --- In a worker -----------------------------------------------------------------------------------------


def _patch_worker(module: ModuleType) -> None:
    def worker(call_queue: Any, result_queue: Any, *args: Any, **kwargs: Any) -> None:
        silence_queue(call_queue)
        call_queue._mpp_resource = 0
        simple_queues.silence(result_queue)
        number = resource("executor", identity_of(call_queue._rlock))
        watch_tasks(number, call_queue, result_queue, _task_of)
        if args and args[0] is not None:
            _hear_of_initializer(number, args[0])
        old(call_queue, result_queue, *args, **kwargs)

    old = patching.put(module, "_process_worker", worker)


def _hear_of_initializer(number: int, initializer: Any) -> None:
    """Record what the initializer raises, which the worker tells only its log; a frame around it would show there."""
    name = name_of(initializer)

    def heard(record: Any) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            emit(layout.INITIALIZER_RAISED | number | thread_bits(), text(f"{name}\n{formatted(error)}"))

    logs.listeners["concurrent.futures", "Exception in initializer:"] = heard


def _task_of(item: Any) -> int | None:
    """The task that a message to or from a worker is about."""
    work_id = getattr(item, "work_id", None)
    return None if work_id is None else work_id << 32


def patch(module: ModuleType) -> None:
    """Patch ``concurrent.futures.process``."""
    _patch_executor(module)
    _patch_manager_thread(module)
    _patch_worker(module)
