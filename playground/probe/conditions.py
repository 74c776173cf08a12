"""Condition, Event and Barrier, which are built on semaphores: shown as themselves, their parts silent."""

from __future__ import annotations

from types import ModuleType

from . import layout, patching
from .callers import program_frame, program_maker, program_site, site_of
from .journal import alias, emit, resource, thread_bits
from .locks import create, identity_of, silence, silence_condition, speak_as
from .waits import waited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _condition_number(condition: Any) -> int:
    if condition._mpp_resource is None:
        condition._mpp_resource = resource("condition", identity_of(condition._wait_semaphore))
    return int(condition._mpp_resource)


def _watch_waits(condition: Any) -> None:
    """Record the waits of a condition where they happen: at the acquire of its wait semaphore."""
    semaphore = condition._wait_semaphore
    take, identity = semaphore._semlock.acquire, identity_of(semaphore)
    numbers: list[int] = []

    def acquire(block: bool = True, timeout: float | None = None) -> bool:
        if not block:
            return take(False)  # type: ignore[no-any-return]
        if not numbers:
            numbers.append(resource("condition", identity))
        return bool(waited(numbers[0], program_site(), layout.OP_NOTIFY, timeout, take, True, timeout))

    semaphore.acquire = acquire


def _patch_condition(module: ModuleType) -> None:
    cls = module.Condition
    cls._mpp_resource = 0

    def init(self: Any, lock: Any = None, *, ctx: Any) -> None:
        old_init(self, lock, ctx=ctx)
        maker = program_maker(self)
        if maker is None:
            return
        identity = identity_of(self._wait_semaphore)
        self._mpp_resource = create("condition", identity, maker)
        if lock is None:
            alias(identity_of(self._lock), identity)
            speak_as(self._lock, self._mpp_resource)
        self._make_methods()
        _watch_waits(self)

    def setstate(self: Any, states: Any) -> None:
        old_setstate(self, states)
        self._mpp_resource = None
        for part in (self._sleeping_count, self._woken_count, self._wait_semaphore):
            silence(part)
        _watch_waits(self)

    def notify(self: Any, n: int = 1) -> None:
        if self._mpp_resource != 0:
            count = min(n, 1 << 62)
            emit(layout.NOTIFYING | thread_bits() | _condition_number(self) | program_site(), count)
        old_notify(self, n)

    old_init = patching.put(cls, "__init__", init)
    old_setstate = patching.put(cls, "__setstate__", setstate)
    old_notify = patching.put(cls, "notify", notify)


def _event_number(event: Any) -> int:
    """The event's number, kept on its flag: an event has no pickling of its own that would leave it out."""
    flag = event._flag
    if flag._mpp_resource is None:
        flag._mpp_resource = resource("event", identity_of(flag))
        silence(flag)
        silence_condition(event._cond)
    return int(flag._mpp_resource)


def _patch_event(module: ModuleType) -> None:
    cls = module.Event

    def init(self: Any, *, ctx: Any) -> None:
        old_init(self, ctx=ctx)
        maker = program_maker(self)
        self._flag._mpp_resource = 0 if maker is None else create("event", identity_of(self._flag), maker)

    def is_set(self: Any) -> bool:
        _event_number(self)
        return bool(old_is_set(self))

    def set_(self: Any) -> None:
        number = _event_number(self)
        if number:
            emit(layout.SETTING | thread_bits() | number | program_site())
        old_set(self)

    def clear(self: Any) -> None:
        number = _event_number(self)
        if number:
            emit(layout.CLEARING | thread_bits() | number | program_site())
        old_clear(self)

    def wait(self: Any, timeout: float | None = None) -> bool:
        number = _event_number(self)
        if not number or not _is_zero(self._flag):
            return bool(old_wait(self, timeout))
        return bool(waited(number, program_site(), layout.OP_EVENT, timeout, old_wait, self, timeout))

    old_init = patching.put(cls, "__init__", init)
    old_is_set = patching.put(cls, "is_set", is_set)
    old_set = patching.put(cls, "set", set_)
    old_clear = patching.put(cls, "clear", clear)
    old_wait = patching.put(cls, "wait", wait)


def _is_zero(lock: Any) -> bool:
    try:
        return bool(lock._semlock._is_zero())
    except NotImplementedError:
        return True


def _patch_barrier(module: ModuleType) -> None:
    cls = module.Barrier
    cls._mpp_resource = None

    def setstate(self: Any, states: Any) -> None:
        old_setstate(self, states)
        silence_condition(self._cond)

    def init(self: Any, parties: int, action: Any = None, timeout: float | None = None, *, ctx: Any) -> None:
        old_init(self, parties, action, timeout, ctx=ctx)
        maker = program_maker(self)
        identity = identity_of(self._cond._wait_semaphore)
        self._mpp_resource = 0 if maker is None else create("barrier", identity, maker, parties)

    def wait(self: Any, timeout: float | None = None) -> int:
        if self._mpp_resource is None:
            self._mpp_resource = resource("barrier", identity_of(self._cond._wait_semaphore), limit=self._parties)
        if not self._mpp_resource:
            return int(old_wait(self, timeout))
        limit = self._timeout if timeout is None else timeout
        return int(waited(self._mpp_resource, program_site(), layout.OP_BARRIER, limit, _broken_told, self, timeout))

    def _broken_told(self: Any, timeout: float | None) -> int:
        try:
            return int(old_wait(self, timeout))
        except module.threading.BrokenBarrierError:
            emit(layout.BROKEN | thread_bits() | self._mpp_resource | site_of(program_frame()))
            raise

    old_setstate = patching.put(cls, "__setstate__", setstate)
    old_init = patching.put(cls, "__init__", init)
    old_wait = patching.put(cls, "wait", wait)


def patch(module: ModuleType) -> None:
    """Patch the rest of ``multiprocessing.synchronize``."""
    _patch_condition(module)
    _patch_event(module)
    _patch_barrier(module)
