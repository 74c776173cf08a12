"""Value and Array: every read and write with its value, recorded while the value's own lock is held."""

from __future__ import annotations

import struct
from types import FrameType, ModuleType

from . import journal, layout, patching
from .callers import program_maker, program_site
from .journal import alias, emit, now, pack, resource, signed, state, window
from .journal import thread_bits as _thread_bits
from .locks import DETAILED, create, identity_of, is_silent, number_of, speak_as
from .waits import waited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_double = struct.Struct("=d").pack
_to_int = struct.Struct("=q").unpack
_HOT_TYPES = ("b", "B", "h", "H", "i", "I", "l", "q", "?")
"""Types whose values always fit a record as they are."""
_MAX_SLICE = 256
"""Longer slices are not recorded item by item."""


def bits(value: Any) -> int:
    """A value as the 64 bits of a record: integers wrapped, floats as their bits, characters by number."""
    if type(value) is int:
        return signed(value)
    if isinstance(value, float):
        return int(_to_int(_double(value))[0])
    if isinstance(value, bytes):
        return value[0] if value else 0
    return signed(value) if isinstance(value, int) else (ord(value[0]) if isinstance(value, str) and value else 0)


def _number(shared: Any) -> int:
    if shared._mpp_resource is None and hasattr(shared._lock, "_semlock"):
        kind = "array" if hasattr(shared, "__getitem__") else "value"
        shared._mpp_resource = resource(kind, _identity(shared), typecode=_typecode(shared._obj))
    return int(shared._mpp_resource or 0)


def _identity(shared: Any) -> str:
    """The lock's identity when the value made its lock, which a spawned child cannot tell: the two are aliases."""
    wrapper = getattr(shared._obj, "_wrapper", None)
    start = wrapper._state[0][1] if wrapper is not None else 0
    return f"{identity_of(shared._lock)}+{start}"


def _typecode(obj: Any) -> str:
    kind = getattr(obj, "_type_", "i")
    kind = kind if isinstance(kind, str) else getattr(kind, "_type_", "i")
    return "d" if kind in "fdg" else "c" if kind in "cu" else "i"


def _define(shared: Any, maker: FrameType, own_lock: bool) -> None:
    array = hasattr(shared, "__getitem__")
    identity = _identity(shared)
    size = len(shared._obj) if array else 0
    initial = bits(shared._obj.value) if not array and hasattr(shared._obj, "value") else 0
    shared._mpp_resource = create("array" if array else "value", identity, maker, size, _typecode(shared._obj), initial)
    if own_lock:
        alias(identity_of(shared._lock), identity)
        speak_as(shared._lock, shared._mpp_resource)
        shared.acquire, shared.release = shared._lock.acquire, shared._lock.release


def _lock(shared: Any) -> Any:
    """Take the value's lock, which may be none of multiprocessing's; returns how to give it back."""
    semlock = getattr(shared._lock, "_semlock", None)
    if semlock is None:
        shared.acquire()
        return shared.release
    if not semlock.acquire(False):
        waited(number_of(shared._lock), program_site(2), layout.OP_ACQUIRE, None, semlock.acquire)
    return semlock.release


def _emit_slowly(shared: Any, kind: int, value: Any) -> None:
    """Record an access with thread and line until the object is hot; then make it so."""
    number = _number(shared)
    if not number:
        return
    emit(kind | _thread_bits() | number | program_site(2), bits(value))
    shared._mpp_count += 1
    if shared._mpp_count >= DETAILED and not state.detail and getattr(shared._obj, "_type_", "") in _HOT_TYPES:
        shared._mpp_read, shared._mpp_wrote = layout.READ | number, layout.WROTE | number


def _get_value(self: Any) -> Any:
    code = self._mpp_read
    if code:
        semlock = self._lock._semlock
        if semlock.acquire(False):
            try:
                value = self._obj.value
                at = now()
                for offset in journal.offsets:
                    pack(window, offset, code, value, at)
                    break
                else:
                    emit(code, value)
                return value
            finally:
                semlock.release()
    release = _lock(self)
    try:
        value = self._obj.value
        _emit_slowly(self, layout.READ, value)
        return value
    finally:
        release()


def _set_value(self: Any, value: Any) -> None:
    code = self._mpp_wrote
    if code:
        semlock = self._lock._semlock
        if semlock.acquire(False):
            try:
                obj = self._obj
                obj.value = value
                stored, at = obj.value, now()
                for offset in journal.offsets:
                    pack(window, offset, code, stored, at)
                    break
                else:
                    emit(code, stored)
                return
            finally:
                semlock.release()
    release = _lock(self)
    try:
        self._obj.value = value
        _emit_slowly(self, layout.WROTE, self._obj.value)
    finally:
        release()


def _items(array: Any, index: Any) -> list[int]:
    """Positions that an index or slice means; empty for what is too long to be recorded."""
    positions = range(len(array._obj))[index]
    if isinstance(positions, int):
        return [positions]
    return list(positions) if len(positions) <= _MAX_SLICE else []


def _emit_items(array: Any, kind: int, index: Any) -> None:
    number = _number(array)
    if number:
        code = kind | _thread_bits() | number
        for position in _items(array, index):
            emit(code | (position & layout.SITE_MASK) << layout.SITE_SHIFT, bits(array._obj[position]))


def _patch_array(cls: Any) -> None:
    def getitem(self: Any, i: Any) -> Any:
        release = _lock(self)
        try:
            value = self._obj[i]
            _emit_items(self, layout.ITEM_READ, i)
            return value
        finally:
            release()

    def setitem(self: Any, i: Any, value: Any) -> None:
        release = _lock(self)
        try:
            self._obj[i] = value
            _emit_items(self, layout.ITEM_WROTE, i)
        finally:
            release()

    patching.put(cls, "__getitem__", getitem)
    patching.put(cls, "__setitem__", setitem)


def patch(module: ModuleType) -> None:
    """Patch ``multiprocessing.sharedctypes``."""
    base = module.SynchronizedBase

    def init(self: Any, obj: Any, lock: Any = None, ctx: Any = None) -> None:
        # No defaults in the class: an attribute that its class has too is slower to read.
        self._mpp_read = self._mpp_wrote = None
        old_init(self, obj, lock, ctx)
        maker = program_maker(self)
        if maker is not None and hasattr(self._lock, "_semlock"):
            _define(self, maker, is_silent(self._lock))

    patching.put(base, "_mpp_resource", None)
    patching.put(base, "_mpp_count", 0)
    old_init = patching.put(base, "__init__", init)
    patching.put(module.Synchronized, "value", property(_get_value, _set_value))
    _patch_array(module.SynchronizedArray)
