"""SimpleQueue: what is put and got, and who waits for it.

``get`` and ``put`` do what they do without the probe, written flat: what the inner calls cost is what
the records may cost. ``_mpp_got`` is the code word of a hot queue's GOT, as in ``locks``.
"""

from __future__ import annotations

import select
import struct
from _thread import get_ident
from types import ModuleType

from . import journal, layout, patching
from .callers import program_maker, program_site
from .channels import silence_queue, untold
from .journal import emit, now, pack, resource, state, thread_bits, threads, window
from .locks import DETAILED, create, identity_of
from .waits import waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_HEADER_SIZE = 4
_AT_ONCE = select.PIPE_BUF - _HEADER_SIZE
"""A message up to this size is written at once, so that where its header is, all of it is."""

_to_size = struct.Struct("!i").unpack


def _number(queue: Any) -> int:
    if queue._mpp_resource is None:
        queue._mpp_resource = resource("simple_queue", identity_of(queue._rlock))
    return int(queue._mpp_resource)


def silence(queue: Any) -> None:
    """Silence a simple queue that is a part of a pool."""
    silence_queue(queue)
    queue._mpp_resource = 0


def _ready(queue: Any) -> Callable[[int], Any]:
    """What tells whether something can be read from a queue's pipe; asked only while its lock is held."""
    poll = select.poll()
    if queue._reader._handle is not None:
        poll.register(queue._reader, select.POLLIN)
        queue._mpp_ready = poll.poll
    return poll.poll


def _take(queue: Any) -> bytes:
    """Read the message that has come, or the rest of one that is too long to have come at once."""
    reader = queue._reader
    if reader._handle is None:
        reader.recv_bytes()  # raises
    (size,) = _to_size(reader._recv(_HEADER_SIZE).getvalue())
    if 0 <= size <= _AT_ONCE:
        message = reader._recv(size)
    else:
        code = _number(queue) | thread_bits() | program_site()
        message = waiting(code, layout.OP_GET, None, _rest, reader, size)
    code = queue._mpp_got
    if code:
        at = now()
        for offset in journal.offsets:
            pack(window, offset, code, 0, at)
            break
        else:
            emit(code)
    else:
        _got_slowly(queue)
    return message.getvalue()  # type: ignore[no-any-return]


def _rest(reader: Any, size: int) -> Any:
    if size < 0:  # a message of 2 GiB or more
        (size,) = struct.unpack("!Q", reader._recv(8).getvalue())
    return reader._recv(size)


def _wait_and_take(queue: Any, got: int) -> bytes:
    reader = queue._reader
    with queue._rlock._semlock:
        if reader._handle is None:
            reader.recv_bytes()  # raises
        message = untold["recv_bytes"](reader)
        emit(got)
    return message.getvalue()  # type: ignore[no-any-return]


def _got_slowly(queue: Any) -> None:
    """Record a get with thread and line until the queue is hot."""
    number = _number(queue)
    emit(layout.GOT | thread_bits() | number | program_site(2))
    queue._mpp_count += 1
    if queue._mpp_count >= DETAILED and not state.detail:
        queue._mpp_got = layout.GOT | number


def _put(writer: Any, message: Any, code: int) -> None:
    if writer._handle is None:
        writer.send_bytes(message)  # raises
    size, at = len(message), now()
    for offset in journal.offsets:
        pack(window, offset, code | layout.PUTTING, 0, at)
        break
    else:
        emit(code | layout.PUTTING)
        at = now()
    for offset in journal.offsets:
        pack(window, offset, code | layout.SENDING, size, at)
        break
    else:
        emit(code | layout.SENDING, size)
    try:
        untold["send_bytes"](writer, message)
    except BaseException:
        emit(code | layout.WOKE)
        raise
    at = now()
    for offset in journal.offsets:
        pack(window, offset, code | layout.SENT, size, at)
        break
    else:
        emit(code | layout.SENT, size)


def _is_followed(queue: Any, cls: Any, name: str) -> bool:
    """Whether a method that a subclass of the queue's has of its own calls the one that we know."""
    method, ours = getattr(type(queue), name), getattr(cls, name)
    return method is ours or name in getattr(getattr(method, "__code__", None), "co_names", ())


def patch(module: ModuleType) -> None:
    """Patch ``SimpleQueue`` of ``multiprocessing.queues``."""
    cls = module.SimpleQueue

    def init(self: Any, *, ctx: Any) -> None:
        self._mpp_got = self._mpp_ready = None
        old_init(self, ctx=ctx)
        maker = program_maker(self)
        silence(self)
        if maker is not None and all(_is_followed(self, cls, name) for name in ("get", "put", "__setstate__")):
            self._mpp_resource = create("simple_queue", identity_of(self._rlock), maker)

    def setstate(self: Any, states: Any) -> None:
        self._mpp_got = self._mpp_ready = None
        old_setstate(self, states)
        silence_queue(self)
        self._mpp_resource = None

    for name, value in {"_mpp_resource": 0, "_mpp_count": 0}.items():
        patching.put(cls, name, value)
    old_init = patching.put(cls, "__init__", init)
    old_setstate = patching.put(cls, "__setstate__", setstate)
    _patch_transfer(module)


def _patch_transfer(module: ModuleType) -> None:
    cls = module.SimpleQueue

    def get(self: Any) -> Any:
        if self._mpp_resource == 0:
            return old_get(self)
        semlock, message = self._rlock._semlock, None
        if semlock.acquire(False):
            try:
                if (self._mpp_ready or _ready(self))(0):
                    message = _take(self)
            finally:
                semlock.release()
        if message is None:
            code = _number(self) | thread_bits() | program_site()
            message = waiting(code, layout.OP_GET, None, _wait_and_take, self, code | layout.GOT)
        return module._ForkingPickler.loads(message)

    def put(self: Any, obj: Any) -> None:
        number = self._mpp_resource
        if number == 0:
            old_put(self, obj)
            return
        message = module._ForkingPickler.dumps(obj)
        code = (number or _number(self)) | (threads.get(get_ident()) or thread_bits())
        with self._wlock._semlock:
            _put(self._writer, message, code)

    old_get = patching.put(cls, "get", get)
    old_put = patching.put(cls, "put", put)
