"""Semaphores and what is built on them: Lock, RLock, Semaphore, Condition, Event, Barrier.

Every SemLock carries two code words, ``_mpp_acquired`` and ``_mpp_releasing``. None: the slow path
decides (new objects, or the first acquires, which carry thread and line). 0: silent, the part of
something that speaks for itself. Else the object is hot and the word is written as it is.
"""

from __future__ import annotations

import itertools
import sys
from _thread import get_ident as _get_ident
from types import FrameType, ModuleType

from . import journal, layout, patching
from .callers import program_frame, program_maker, program_site, site_of
from .journal import alias, emit, now, pack, resource, state, thread_bits, threads, window
from .naming import name_at
from .waits import waited, waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DETAILED = 1000
"""So many acquires of an object per process carry thread and source line."""

_counter = itertools.count(1)


def identity_of(lock: Any) -> str:
    """One text per semaphore in all processes: its name under spawn, else creator and counter."""
    return str(lock._semlock.name or lock._mpp_identity)


def silence(lock: Any) -> None:
    """Let a semaphore work as if there were no probe; for the parts of other things."""
    if hasattr(lock, "_semlock"):
        lock._mpp_acquired = lock._mpp_releasing = 0
        lock.acquire = lock._semlock.acquire
        lock.release = lock._semlock.release


def is_silent(lock: Any) -> bool:
    """Whether nothing is recorded of a semaphore."""
    return bool(lock._mpp_acquired == 0)


def speak_as(lock: Any, number: int) -> None:
    """Let a part's events count as those of the thing it belongs to."""
    if is_silent(lock):
        del lock.acquire, lock.release
    lock._mpp_resource = number
    lock._mpp_acquired = lock._mpp_releasing = None


def number_of(lock: Any) -> int:
    """The semaphore's resource number, shifted; defines it in this process when needed."""
    if lock._mpp_resource is None:
        lock._mpp_resource = resource(_kind(lock), identity_of(lock), limit=_limit(lock))
    return int(lock._mpp_resource)


def create(kind: str, identity: str, frame: FrameType, limit: int = 0, typecode: str = "i", value: int = 0) -> int:
    """Define what the program makes on the frame's line, under the name it gets there; records CREATED."""
    return announce(kind, identity, (name_at(frame), site_of(frame)), limit, typecode, value)


def announce(
    kind: str, identity: str, made: tuple[str, int], limit: int = 0, typecode: str = "i", value: int = 0
) -> int:
    """Define a thing whose name and site are known; records CREATED."""
    name, site = made
    number = resource(kind, identity, name, site, limit, typecode)
    emit(layout.CREATED | thread_bits() | number | site, value)
    return number


def _kind(lock: Any) -> str:
    return _kinds.get(type(lock).__name__) or next(
        (_kinds[c.__name__] for c in type(lock).__mro__ if c.__name__ in _kinds), ""
    )


_kinds = {"Lock": "lock", "RLock": "rlock", "Semaphore": "semaphore", "BoundedSemaphore": "bounded_semaphore"}


def _limit(lock: Any) -> int:
    return 1 if _kind(lock) in {"lock", "rlock"} else 0


# --- Slow paths ------------------------------------------------------------------------------------


def _acquired_slowly(lock: Any, value: int = 0) -> bool:
    number = number_of(lock)
    emit(layout.ACQUIRED | thread_bits() | number | program_site(2), value)
    lock._mpp_count += 1
    if lock._mpp_count >= DETAILED and not state.detail:
        lock._mpp_acquired, lock._mpp_releasing = layout.ACQUIRED | number, layout.RELEASING | number
    return True


def _contended(lock: Any, block: bool, timeout: float | None) -> bool:
    if lock._mpp_acquired == 0:
        return lock._semlock.acquire(block, timeout)  # type: ignore[no-any-return]
    code = number_of(lock) | thread_bits() | program_site(2)
    if not block:
        emit(code | layout.TRY_FAILED)
        return False
    got = waiting(code, layout.OP_ACQUIRE, timeout, lock._semlock.acquire, True, timeout)
    emit(code | (layout.ACQUIRED if got else layout.TIMED_OUT), 0 if timeout is None else layout.ACQUIRED_TRYING)
    return bool(got)


def _releasing_slowly(lock: Any) -> None:
    emit(layout.RELEASING | thread_bits() | number_of(lock) | program_site(2))


def _release_failed(lock: Any) -> None:
    if lock._mpp_releasing != 0:
        emit(layout.RELEASE_FAILED | thread_bits() | number_of(lock))


# --- The methods, one set for those that need no thread and one for RLock ------------------------------


def _acquire(self: Any, block: bool = True, timeout: float | None = None) -> bool:
    if self._semlock.acquire(False):
        code = self._mpp_acquired
        value = 0 if block and timeout is None else layout.ACQUIRED_TRYING
        if code:
            at = now()
            for offset in journal.offsets:
                pack(window, offset, code, value, at)
                return True
            emit(code, value)
            return True
        return code == 0 or _acquired_slowly(self, value)
    return _contended(self, block, timeout)


def _enter(self: Any) -> bool:
    if self._semlock.acquire(False):
        code = self._mpp_acquired
        if code:
            at = now()
            for offset in journal.offsets:
                pack(window, offset, code, 0, at)
                return True
            emit(code)
            return True
        return code == 0 or _acquired_slowly(self)
    return _contended(self, True, None)


def _release(self: Any) -> None:
    code = self._mpp_releasing
    if code:
        at = now()
        for offset in journal.offsets:
            pack(window, offset, code, 0, at)
            break
        else:
            emit(code)
    elif code is None:
        _releasing_slowly(self)
    try:
        self._semlock.release()
    except BaseException:
        _release_failed(self)
        raise


def _exit(self: Any, _kind: object = None, _error: object = None, _traceback: object = None) -> None:
    code = self._mpp_releasing
    if code:
        at = now()
        for offset in journal.offsets:
            pack(window, offset, code, 0, at)
            break
        else:
            emit(code)
    elif code is None:
        _releasing_slowly(self)
    try:
        self._semlock.release()
    except BaseException:
        _release_failed(self)
        raise


def _acquire_owned(self: Any, block: bool = True, timeout: float | None = None) -> bool:
    if self._semlock.acquire(False):
        code = self._mpp_acquired
        value = 0 if block and timeout is None else layout.ACQUIRED_TRYING
        if code:
            code |= threads.get(_get_ident()) or thread_bits()
            at = now()
            for offset in journal.offsets:
                pack(window, offset, code, value, at)
                return True
            emit(code, value)
            return True
        return code == 0 or _acquired_slowly(self, value)
    return _contended(self, block, timeout)


def _enter_owned(self: Any) -> bool:
    if self._semlock.acquire(False):
        code = self._mpp_acquired
        if code:
            code |= threads.get(_get_ident()) or thread_bits()
            at = now()
            for offset in journal.offsets:
                pack(window, offset, code, 0, at)
                return True
            emit(code)
            return True
        return code == 0 or _acquired_slowly(self)
    return _contended(self, True, None)


def _release_owned(self: Any, _kind: object = None, _error: object = None, _traceback: object = None) -> None:
    code = self._mpp_releasing
    if code:
        code |= threads.get(_get_ident()) or thread_bits()
        at = now()
        for offset in journal.offsets:
            pack(window, offset, code, 0, at)
            break
        else:
            emit(code)
    elif code is None:
        _releasing_slowly(self)
    try:
        self._semlock.release()
    except BaseException:
        _release_failed(self)
        raise


def _make_methods(self: Any) -> None:
    """In place of SemLock._make_methods: no instance attributes, so that the class's methods are used."""
    self._mpp_acquired = self._mpp_releasing = None
    if sys._getframe(1).f_code.co_name == "__setstate__":
        return
    self._mpp_identity = f"{state.pid}:{state.start}:{next(_counter)}"
    maker = program_maker(self)
    if maker is None:
        silence(self)
        return
    limit = _initial_value(self)
    self._mpp_resource = create(_kind(self), identity_of(self), maker, limit, value=limit)


def _initial_value(lock: Any) -> int:
    try:
        return int(lock._semlock._get_value())
    except (NotImplementedError, OSError):
        return _limit(lock)


# --- Condition, Event, Barrier -------------------------------------------------------------------------


def _condition_number(condition: Any) -> int:
    if condition._mpp_resource is None:
        condition._mpp_resource = resource("condition", identity_of(condition._wait_semaphore))
    return int(condition._mpp_resource)


def silence_condition(condition: Any) -> None:
    """Silence a condition that is a part of something, with its own parts."""
    condition._mpp_resource = 0
    for part in (condition._lock, condition._sleeping_count, condition._woken_count, condition._wait_semaphore):
        silence(part)
    condition._make_methods()


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
    """Patch ``multiprocessing.synchronize``."""
    semlock = module.SemLock
    # The code words have no default here: an attribute that its class has too is slower to read.
    attributes: dict[str, Any] = {
        "_mpp_resource": None,
        "_mpp_identity": "",
        "_mpp_count": 0,
        "acquire": _acquire,
        "release": _release,
        "_make_methods": _make_methods,
        "__enter__": _enter,
        "__exit__": _exit,
    }
    for name, value in attributes.items():
        patching.put(semlock, name, value, added=name in ("acquire", "release"))  # else they are its objects' own
    owned: dict[str, Any] = {
        "acquire": _acquire_owned,
        "release": _release_owned,
        "__enter__": _enter_owned,
        "__exit__": _release_owned,
    }
    for name, value in owned.items():
        patching.put(module.RLock, name, value)
    _patch_condition(module)
    _patch_event(module)
    _patch_barrier(module)
