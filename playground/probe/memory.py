"""Shared memory: named blocks and lists in them, recorded as they are used; raw values and arrays, told where they are.

Nobody can hook a write to a ``RawValue``. So its place in memory is defined, and the observer reads it from
outside; this process itself tells only the last value, when the object goes.

A list's items are recorded as numbers: whole numbers, floats and truth values. What else it holds (strings,
bytes, None) is not recorded. A list that holds a float when it is made or opened is one of floats.
"""

from __future__ import annotations

import itertools
import os
import struct
import sys
from _weakref import ref
from types import ModuleType

from . import entry, journal, layout, patching
from .callers import program_frame, program_site, site_of
from .journal import emit, resource, thread_bits
from .naming import name_at
from .shared import bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_SHM = "/dev/shm"
MAX_ITEMS = 256
"""Items of a raw array beyond these are not sampled."""
_FORMATS = "cbB?hHiIlLqQfdu"


def patch(module: ModuleType) -> None:
    """Patch ``multiprocessing.shared_memory``; names of blocks carry the run's id, or are written down."""
    patching.put(module, "_SHM_NAME_PREFIX", f"/psm_{entry.run}")
    patching.put(module, "_SHM_SAFE_NAME_LENGTH", len(f"/psm_{entry.run}") + 8)
    _patch_block(module)
    _patch_list(module)


# --- Blocks ----------------------------------------------------------------------------------------


def _patch_block(module: ModuleType) -> None:
    cls = module.SharedMemory

    def init(self: Any, name: Any = None, create: bool = False, size: int = 0, **kwargs: Any) -> None:
        named = create and isinstance(name, str) and kwargs.get("track", True) and _write_name(name)
        try:
            old_init(self, name, create, size, **kwargs)
        except BaseException:
            if named:
                _forget_name(name)
            raise
        if sys._getframe(1).f_code.co_qualname != "ShareableList.__init__":
            self._mpp_resource = _define(self, program_frame(), created=bool(create))

    def close(self: Any) -> None:
        old_close(self)
        number, self._mpp_resource = self._mpp_resource, 0
        if number:
            _tell_closed(number)

    def unlink(self: Any) -> None:
        name = self._name
        number = resource("shared_memory", _identity(self)) if name else 0
        if number:
            emit(layout.UNLINKING | thread_bits() | number | program_site())
        old_unlink(self)
        _forget_name(name)

    patching.put(cls, "_mpp_resource", 0)
    old_init = patching.put(cls, "__init__", init)
    old_close = patching.put(cls, "close", close)
    old_unlink = patching.put(cls, "unlink", unlink)


def _tell_closed(number: int) -> None:
    """Record a close; those at the very end of the interpreter find the probe half taken down."""
    try:
        emit(layout.CLOSED | thread_bits() | number | program_site(2))
    except (AttributeError, TypeError):
        return


def _identity(block: Any) -> str:
    return f"shm:{block._name.lstrip('/')}"


def _define(block: Any, frame: FrameType | None, *, created: bool, items: int = 0, typecode: str = "i") -> int:
    """Define a block that was made or opened; a list in it comes with its items."""
    site = site_of(frame)
    name = name_at(frame) if created and frame is not None else ""
    number = resource("shared_memory", _identity(block), name, site, items, typecode)
    emit((layout.CREATED if created else layout.ATTACHED) | thread_bits() | number | site, block.size)
    return number


def _write_name(name: str) -> bool:
    """Write down a name of the program's own choice before it is taken, unless somebody has it already."""
    file = name.lstrip("/")
    free = bool(file) and "\0" not in file and not os.path.lexists(f"{_SHM}/{file}")
    if free:
        _note(f"+{file}")
    return free


def _forget_name(name: str | None) -> None:
    """Take note that a name is free again, and may be somebody else's the next time."""
    file = (name or "").lstrip("/")
    if file and not file.startswith(f"psm_{entry.run}"):
        _note(f"-{file}")


def _note(line: str) -> None:
    if not entry.requests or "\n" in line:
        return
    try:
        fd = os.open(f"{entry.requests}/names", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, os.fsencode(line) + b"\n")
        finally:
            os.close(fd)
    except (OSError, ValueError):
        journal.state.errors += 1


# --- Lists in a block ------------------------------------------------------------------------------


def _patch_list(module: ModuleType) -> None:
    cls = module.ShareableList

    def init(self: Any, sequence: Any = None, *, name: str | None = None) -> None:
        old_init(self, sequence, name=name)
        created = name is None or sequence is not None
        count = self._list_len
        floats = any(type(old_getitem(self, i)) is float for i in range(min(count, MAX_ITEMS)))
        number = _define(self.shm, program_frame(), created=created, items=count, typecode="d" if floats else "i")
        self.shm._mpp_resource, self._mpp_resource, self._mpp_floats = number, number, floats

    def getitem(self: Any, position: int) -> Any:
        value = old_getitem(self, position)
        _item(self, layout.ITEM_READ, position, value)
        return value

    def setitem(self: Any, position: int, value: Any) -> None:
        _item(self, layout.ITEM_WROTE, position, value)
        old_setitem(self, position, value)

    patching.put(cls, "_mpp_resource", 0)
    patching.put(cls, "_mpp_floats", False)
    old_init = patching.put(cls, "__init__", init)
    old_getitem = patching.put(cls, "__getitem__", getitem)
    old_setitem = patching.put(cls, "__setitem__", setitem)


def _item(shared: Any, kind: int, position: Any, value: Any) -> None:
    number = shared._mpp_resource
    if not number or not isinstance(value, (int, float)) or type(position) is not int:
        return
    place = position + shared._list_len if position < 0 else position
    if 0 <= place < shared._list_len:
        place = (place & layout.SITE_MASK) << layout.SITE_SHIFT
        emit(kind | thread_bits() | number | place, bits(float(value) if shared._mpp_floats else int(value)))


# --- Raw values and arrays ----------------------------------------------------------------------------


_raw: dict[int, Callable[[], None]] = {}
"""Number of each raw object that is there to what tells its last value."""
_count = itertools.count(1)


def patch_raw(module: ModuleType) -> None:
    """Patch the functions of ``multiprocessing.sharedctypes`` that make values without a lock."""

    def raw_value(typecode_or_type: Any, *args: Any) -> Any:
        return _watched(old_value(typecode_or_type, *args), sys._getframe(1))

    def raw_array(typecode_or_type: Any, size_or_initializer: Any) -> Any:
        return _watched(old_array(typecode_or_type, size_or_initializer), sys._getframe(1))

    def copy(obj: Any) -> Any:
        return _watched(old_copy(obj), sys._getframe(1))

    old_value = patching.put(module, "RawValue", raw_value)
    old_array = patching.put(module, "RawArray", raw_array)
    old_copy = patching.put(module, "copy", copy)


def _watched(made: Any, caller: FrameType) -> Any:
    """Define what the program made, unless it is about to get a lock and to be recorded by itself."""
    within = caller.f_code.co_name in ("Value", "Array") and _is_own(caller.f_globals)
    frame = program_frame(2) if not within or caller.f_locals.get("lock") is False else None
    if frame is not None:
        _place(made, frame)
    return made


def _is_own(names: dict[str, Any]) -> bool:
    """Whether these are the names of the module that makes values with locks."""
    package, _, part = str(names.get("__name__")).rpartition(".")
    return part == "sharedctypes" and package in entry.packages


def _place(made: Any, frame: FrameType) -> None:
    """Define a raw object and say where it is: address, format of an item as for ``struct``, number of items."""
    ctypes = sys.modules["ctypes"]
    array = isinstance(made, ctypes.Array)
    item = made._type_ if array else type(made)
    code = getattr(item, "_type_", "")
    code = code if isinstance(code, str) and code in _FORMATS else ""
    count = len(made) if array else 0
    typecode = "d" if code in ("f", "d") else "c" if code in ("c", "u") else "i"
    key, state = next(_count), journal.state
    site, kind = site_of(frame), "raw_array" if array else "raw_value"
    number = resource(kind, f"raw:{state.own}:{key}", name_at(frame), site, count, typecode or "i")
    emit(layout.CREATED | thread_bits() | number | site, bits(made.value) if code and not array else count)
    if code:
        shown = min(count, MAX_ITEMS)
        address, size = ctypes.addressof(made), ctypes.sizeof(item) * (shown if array else 1)
        _define_place(number, address, code, shown)
        read = _reader(code, ctypes.string_at, address, size)
        _tell_when_gone(made, key, number, read, array=array)


def _define_place(number: int, address: int, code: str, count: int) -> None:
    """Say where a raw object is; address 0: nowhere any more."""
    journal.define("M", number >> layout.RESOURCE_SHIFT, address, code, count, inherited=False)


def _reader(code: str, string_at: Any, address: int, size: int) -> Callable[[], list[Any]]:
    unpack = struct.Struct("I" if code == "u" else code).iter_unpack
    return lambda: [value for (value,) in unpack(string_at(address, size))]


def _tell_when_gone(made: Any, key: int, number: int, read: Callable[[], list[Any]], *, array: bool) -> None:
    """Tell the last value when the object goes, or the process; a forked child does not own the memory."""
    owner = journal.state.pid

    def tell() -> None:
        if journal.state.pid == owner:
            for index, value in enumerate(read()):
                place = index << layout.SITE_SHIFT if array else 0
                emit((layout.ITEM_SAMPLED if array else layout.SAMPLED) | number | place, bits(value))

    def gone(_: Any) -> None:
        try:
            if _raw.pop(key, None) is not None:
                tell()
                _define_place(number, 0, "", 0)
        except (AttributeError, TypeError):  # the probe is half taken down at the very end of the interpreter
            return

    weak = ref(made, gone)
    _raw[key] = lambda: tell() if weak() is not None else None


def at_exit() -> None:
    """Tell the last values of raw objects that are still there; what goes after that is not told any more."""
    while _raw:
        _raw.popitem()[1]()
