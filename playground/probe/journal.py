"""Writing a process's journal: 24-byte records into memory-mapped segments, definitions into a text file.

One window of two segments stays mapped at one address for the whole life of the process. A new
segment is mapped over the half that is not in use, so that the hot path is a single ``pack_into``
with objects that hardly change.

The hot path checks nothing: ``offsets`` runs out, and ``emit`` takes what could not be written then. A slot is
taken by a ``for`` and not by ``next``: between a ``for`` and the call of ``pack`` the interpreter neither gives
the GIL away nor runs a signal handler, which it may do after the call of ``next``. Otherwise a thread could be
held up between the two for as long as others fill some segments, and then write over a record of theirs. (Under a
debugger it still may; the two halves make that unlikely.) The
roll to a new segment holds no lock of threading's, which a fork could leave locked. It hardly lets the GIL
go, so that other threads neither come in the middle of it nor keep it waiting; and the exception of a
signal handler that ends it anywhere leaves the next one to try again.
"""

from __future__ import annotations

import ctypes
import itertools
import mmap
import os
import struct
import sys
from _operator import length_hint
from _thread import get_ident, get_native_id
from time import monotonic_ns, sleep

from . import layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LAG = 128
"""Segments (8 MiB) a process may be ahead of the collector before it drops events; fewer where the link ``lag`` in
the fallback directory says so: the collector sets it, so that many processes keep to a limit together."""
MAX_INHERITED_LINES = 20_000
MAX_FRESH_THREADS = 2000
"""So many threads of a process get numbers of their own."""

now = monotonic_ns
pack = struct.Struct(layout.RECORD).pack_into
window = mmap.mmap(-1, 2 * layout.SEGMENT_SIZE)
offsets: Iterator[int] = iter(())
"""Where the next records go in the window; one step each. Replaced when it has run out."""

_ADDRESS = ctypes.addressof(ctypes.c_char.from_buffer(window))
_MAP_FIXED, _MAP_ANONYMOUS = 0x10, 0x20 if sys.platform == "linux" else 0x1000
_PROT = mmap.PROT_READ | mmap.PROT_WRITE
_SLOTS = (layout.SEGMENT_SIZE - layout.HEADER_SIZE) // layout.RECORD_SIZE
_PAUSE_S, _PAUSES = 50e-6, 20_000
"""How long, and how often, a thread sleeps while another one takes a new segment into use."""
_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL keeps the GIL
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
_libc.pwrite.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_long)
_libc.access.argtypes = (ctypes.c_char_p, ctypes.c_int)
_libc.readlink.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t)
_libc.readlink.restype = ctypes.c_ssize_t
_link = ctypes.create_string_buffer(16)


class State:
    """What this process knows of its own journal."""

    enabled = False
    journals = ""
    fallback = ""
    text = ""
    reserve = 0
    detail = False
    pid = 0
    start = 0
    own = ""
    """Begins the identities of what this program makes in this process."""
    name = ""
    method = ""
    """By which this process was started."""
    role = ""
    threads = 0
    """How many numbers of threads were given out."""
    sequence = 0
    half = 1
    crowded = False
    dropped = 0
    errors = 0
    sites = 0
    resources = 0
    """How many numbers of these were given out before this program took its process over."""


state = State()
threads: dict[int, int] = {}
"""Thread identifier to its number, shifted into place."""
_freed: list[int] = []
"""Numbers of threads that have ended; used again once there were many."""
_sites: dict[tuple[str, int], int] = {}
_resources: dict[str, int] = {}
_texts = itertools.count(1)
_inherited: list[bytes] = []
_written: list[bytes] = []
"""Paths of the latest MAX_LAG segments."""
_rolling: dict[str, tuple[int]] = {}
"""Holds the identifier of the thread that is taking a new segment into use; setdefault takes it, in one step."""


def _segment_path(sequence: int) -> bytes:
    directory = state.fallback if state.crowded else state.journals
    return os.fsencode(f"{directory}/{state.pid}-{state.start}-{sequence}.j")


def _is_crowded() -> bool:
    try:
        free = os.statvfs(state.journals)
    except OSError:
        return True
    return free.f_bavail * free.f_frsize < max(state.reserve, layout.SEGMENT_SIZE)


def _lagging() -> bool:
    """Whether the collector has not yet removed the segment that was written as many segments ago as it may lag."""
    size = _libc.readlink(os.fsencode(f"{state.fallback}/lag"), _link, len(_link))
    told = _link.raw[: max(size, 0)]
    most = min(int(told), MAX_LAG) if told.isdigit() else MAX_LAG
    return len(_written) >= most and _libc.access(_written[-most], os.F_OK) == 0


def _map(half: int, fd: int) -> None:
    flags = mmap.MAP_SHARED if fd >= 0 else mmap.MAP_PRIVATE | _MAP_ANONYMOUS
    wanted = _ADDRESS + half * layout.SEGMENT_SIZE
    if _libc.mmap(wanted, layout.SEGMENT_SIZE, _PROT, flags | _MAP_FIXED, fd, 0) != wanted:
        raise OSError("mmap failed")


def _map_new_segment(half: int) -> None:
    """Create the next segment file and map it into a half of the window; OSError when there is no room."""
    path = _segment_path(state.sequence)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        # Without real blocks behind the mapping a full disk would be a SIGBUS in the program. The size comes
        # after the header: the collector takes a segment for one when it has its full size.
        if _libc.pwrite(fd, _header(), layout.HEADER_SIZE, 0) != layout.HEADER_SIZE:
            raise OSError("no room for the header")
        if _libc.posix_fallocate(fd, ctypes.c_long(0), ctypes.c_long(layout.SEGMENT_SIZE)):
            raise OSError("no room for the segment")
        _map(half, fd)
    except OSError:
        os.unlink(path)
        raise
    finally:
        _libc.close(fd)
    state.sequence += 1
    _written.append(path)
    del _written[:-MAX_LAG]


def _map_where_there_is_room(half: int) -> None:
    state.crowded = _is_crowded()
    try:
        _map_new_segment(half)
    except OSError:
        if state.crowded:
            raise
        state.crowded = True
        _map_new_segment(half)


def _header() -> bytes:
    own = (state.pid, state.start, state.sequence, state.dropped)
    header = struct.pack(layout.HEADER, layout.MAGIC, layout.VERSION, *own, layout.HEADER_SIZE)
    return header.ljust(layout.HEADER_SIZE, b"\0")


def _map_scratch(half: int) -> None:
    """Let the records of one segment go nowhere, and count them; a process that ends now has told so."""
    state.dropped += _SLOTS
    define("D", state.dropped, inherited=False)
    try:
        _map(half, -1)
    except OSError:
        state.errors += 1


def _take_into_use(half: int) -> None:
    global offsets
    try:
        if _lagging() or not state.enabled:
            _map_scratch(half)
        else:
            _map_where_there_is_room(half)
    except OSError:
        _map_scratch(half)
    first = half * layout.SEGMENT_SIZE + layout.HEADER_SIZE
    state.half, offsets = half, iter(range(first, first + _SLOTS * layout.RECORD_SIZE, layout.RECORD_SIZE))


def _roll() -> bool:
    """Take the other half into use, if no other thread has just done so; False when that cannot be done here.

    That is in a signal handler that interrupts a roll, and when another thread does not come to an end with its own.
    """
    me = (get_ident(),)
    for _ in range(_PAUSES):
        rolling = _rolling.setdefault("by", me)
        if rolling is me:
            break
        if rolling == me:
            return False
        sleep(_PAUSE_S)
    else:
        return False
    try:
        if not length_hint(offsets):
            _take_into_use(1 - state.half)
    finally:
        _rolling.clear()
    return True


def emit(code: int, value: int = 0) -> None:
    """Write one record; the code holds kind, thread, resource and site."""
    while True:
        at = now()
        for offset in offsets:
            pack(window, offset, code, value, at)
            return
        if not _roll():
            state.dropped += 1
            return


def signed(value: int) -> int:
    """An integer of any size wrapped into the 64 bits of a record."""
    return ((value + (1 << 63)) & ((1 << 64) - 1)) - (1 << 63)


# --- Definitions ---------------------------------------------------------------------------------


def _line(*fields: object) -> bytes:
    return "\t".join(str(each) for each in (_escape(field) for field in fields)).encode() + b"\n"


def _escape(field: object) -> str:
    text = field if type(field) is str else str(field)
    return text[:20_000].encode("unicode_escape").decode("ascii")


def _write(data: bytes) -> None:
    try:
        fd = os.open(state.text, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            while data:
                data = data[os.write(fd, data) :]
        finally:
            os.close(fd)
    except OSError:
        state.errors += 1


def define(*fields: object, inherited: bool = True) -> None:
    """Write one definition line; a forked child repeats the inherited ones in its own file."""
    if not state.enabled:
        return
    line = _line(*fields)
    if inherited and len(_inherited) < MAX_INHERITED_LINES:
        _inherited.append(line)
    _write(line)


def define_process(name: str, method: str, daemon: bool, role: str) -> None:
    """Say who this process is; may be repeated when more is known."""
    state.name, state.method, state.role = name or state.name, method, role
    define("P", state.pid, state.start, os.getppid(), name, method, int(daemon), role, inherited=False)


def resource(kind: str, identity: str, name: str = "", site: int = 0, limit: int = 0, typecode: str = "i") -> int:
    """Number of a resource, shifted into place; defines it when it is new or when its name has become known."""
    number = _resources.get(identity)
    if number is None or name:
        if number is None:
            number = _resources[identity] = min(state.resources + len(_resources) + 1, layout.RESOURCE_MASK)
        define("R", number, kind, identity, name, site >> layout.SITE_SHIFT, limit, typecode)
    return number << layout.RESOURCE_SHIFT


def alias(identity: str, same_as: str) -> None:
    """Say that two identities are one resource."""
    define("A", identity, same_as)


def site(filename: str, line: int, function: str) -> int:
    """Number of a source line, shifted into place."""
    key = (filename, line)
    number = _sites.get(key)
    if number is None:
        number = _sites[key] = min(state.sites + len(_sites) + 1, layout.SITE_MASK)
        define("S", number, filename, line, function)
    return number << layout.SITE_SHIFT


def text(content: str) -> int:
    """Index of a text, to be the value of a record of the TEXT_KINDS."""
    index = next(_texts)
    define("N", index, content, inherited=False)
    return index


def thread_bits() -> int:
    """Number of the calling thread, shifted into place."""
    bits = threads.get(get_ident())
    return _new_thread() if bits is None else bits


def thread_ended() -> None:
    """Forget the calling thread: the next one may get its identifier and is another one."""
    bits = threads.pop(get_ident(), 0)
    if bits:
        _freed.append(bits >> layout.THREAD_SHIFT)


def _new_thread() -> int:
    ident = get_ident()
    if state.threads >= MAX_FRESH_THREADS and _freed:
        number = _freed.pop(0)
    else:
        number = state.threads = min(state.threads + 1, layout.THREAD_MASK)
    threads[ident] = number << layout.THREAD_SHIFT
    threading = sys.modules.get("threading")
    known = threading._active.get(ident) if threading else None
    define("T", number, known.name if known else f"thread-{number}", get_native_id(), inherited=False)
    return threads[ident]


# --- Beginning -----------------------------------------------------------------------------------


def start_ticks(pid: int | str = "self") -> int:
    """When a process began, in clock ticks since boot; raises OSError, ValueError or IndexError."""
    with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:
        return int(file.read(2048).rpartition(b")")[2].split()[19])


def _identify() -> None:
    state.pid = os.getpid()
    try:
        state.start = start_ticks()
    except (OSError, ValueError, IndexError):
        state.start = now()
    state.own = f"{state.pid}:{state.start}"
    state.text = f"{os.path.dirname(state.text)}/{state.pid}-{state.start}.t"
    state.sequence = state.dropped = 0
    _written.clear()
    threads.clear()
    _freed.clear()
    state.threads = layout.MAIN_THREAD
    threads[get_ident()] = layout.MAIN_THREAD << layout.THREAD_SHIFT


def handed_on() -> str:
    """What a program has to know that takes this process over by ``os.exec``, to go on with the journal."""
    numbers = (state.sites + len(_sites), state.resources + len(_resources), next(_texts))
    return " ".join(map(str, (state.sequence, state.dropped, *numbers)))


def begin(config: dict[str, str], handed: str = "") -> None:
    """Open the journal of this process, or go on with it; later records go to the run's directories."""
    global _texts
    state.journals, state.fallback = config["journals"], config["fallback"]
    state.text = config["text"] + "/x"
    state.reserve = int(config["reserve"])
    state.detail = config["detail"] == "1"
    _identify()
    if handed:
        state.sequence, state.dropped, state.sites, state.resources, texts = map(int, handed.split())
        _texts = itertools.count(texts)
        state.own += f":{state.sequence}"
    state.enabled = True


def begin_in_child() -> None:
    """Open a journal of its own in a forked child, before it records anything."""
    if not state.enabled:
        return
    _rolling.clear()
    _identify()
    _write(b"".join(_inherited))
    _take_into_use(state.half)
    emit(layout.BEGAN | layout.MAIN_THREAD << layout.THREAD_SHIFT, os.getppid())
