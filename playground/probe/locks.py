"""Semaphores: Lock, RLock, Semaphore and BoundedSemaphore, and the parts of what is built on them.

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
from .callers import program_maker, program_site, site_of
from .journal import emit, now, pack, resource, state, thread_bits, threads, window
from .naming import name_at
from .waits import waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DETAILED = 1000
"""So many acquires of an object per process carry thread and source line."""

_counter = itertools.count(1)


def identity_of(lock: Any) -> str:
    """One text per semaphore in all processes: its name under spawn, else creator and counter."""
    return str(lock._semlock.name or getattr(lock, "_mpp_identity", "") or f"object:{id(lock):x}")


def silence(lock: Any) -> None:
    """Let a semaphore work as if there were no probe; for the parts of other things."""
    if hasattr(lock, "_semlock"):
        lock._mpp_acquired = lock._mpp_releasing = 0
        lock.acquire = lock._semlock.acquire
        lock.release = lock._semlock.release


def silence_condition(condition: Any) -> None:
    """Silence a condition that is a part of something, with its own parts."""
    condition._mpp_resource = 0
    for part in (condition._lock, condition._sleeping_count, condition._woken_count, condition._wait_semaphore):
        silence(part)
    condition._make_methods()


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
    self._mpp_identity = f"{state.own}:{next(_counter)}"
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


def patch(module: ModuleType) -> None:
    """Patch the semaphores of ``multiprocessing.synchronize``."""
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
