"""Updates of what a manager keeps that overwrite others: told by its server, who alone knows their order.

A proxy's ``+=`` is two calls, one that reads and one that writes. Each write that follows a read of the same
client has the depth of the write that it saw plus one; with no loss the depth grows by one per write. Between
a request and its answer a server's thread hardly lets the GIL go, so that what is noted just before and after
the call has the order of the calls themselves.
"""

from __future__ import annotations

import socket
from types import ModuleType

from . import layout, patching
from .journal import emit, now, resource, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_READS = frozenset({"__getitem__", "get", "setdefault", "__getattribute__"})
_WRITES = frozenset({"__setitem__", "__setattr__"})
_HARMLESS = frozenset(
    {"__contains__", "__len__", "__iter__", "__str__", "__repr__", "#GETVALUE", "keys", "values", "items", "copy"}
    | {"count", "index", "append", "extend"}
)
"""Calls that leave the items that are there as they are; after any other one nobody knows what was read."""
_KEYS = frozenset({str, int, float, bytes})
_VALUES = frozenset({int, float, list, dict, set})
"""What updates are made of. A flag or a state that is set again loses nothing, so there is no ``bool`` or ``str``."""
_MOST_ITEMS = 10_000
"""So many items of a server are followed."""
_MOST_READS = 100
"""So many items are kept that a client has read and not written."""
_TOLD_EACH, _PART = 20, 8
"""So many losses of an item are told one by one, and the others when they are an eighth of those before."""
_MAIN = layout.MAIN_THREAD << layout.THREAD_SHIFT


class _Item:
    """One item of a dictionary, a list or an array, or one attribute of a namespace."""

    __slots__ = ("depth", "label", "losses", "object", "only_bits", "told", "told_writes", "writer", "writes")

    def __init__(self, identify: Callable[[str], int], ident: str, label: str) -> None:
        self.object, self.label = (identify, ident), label
        self.depth = self.writes = self.writer = 0
        self.losses = self.told = self.told_writes = 0
        self.only_bits = True
        """Whether nothing but 0 and 1 was read and written: it may be a flag."""

    def tell(self, pid: int, overtaken: int, age: int, value: str) -> None:
        """Record what was lost since the last time, and whose update lost the last one."""
        lost, writes, self.told_writes = self.losses - self.told, self.writes - self.told_writes, self.writes
        self.told = self.losses
        identify, ident = self.object
        words = f"{pid} {overtaken} {lost} {writes} {age} {int(self.only_bits)} {self.label}={value}"
        emit(layout.OVERWROTE | _MAIN | identify(ident), text(words))


_objects: dict[str, dict[Any, _Item]] = {}
"""Identifier of an object that the server keeps to its items that were read."""
_NOTHING: dict[Any, _Item] = {}
_counts = {"items": 0}


def _peer(connection: Any) -> int:
    """Pid of the client at the other end; 0 when it may be on another machine."""
    try:
        end = socket.socket(fileno=connection.fileno())
    except OSError:
        return 0
    try:
        end.setblocking(True)  # which it was, unless the program has set a default timeout
        if end.family != socket.AF_UNIX:
            return 0
        told = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    finally:
        end.detach()
    return int.from_bytes(told[:4], "little")


def _is_key(key: Any) -> bool:
    return type(key) in _KEYS or (type(key) is tuple and all(type(each) in _KEYS for each in key))


def _shown(value: Any) -> str:
    return _cut(value) if type(value) in {int, float} else f"a {type(value).__name__}"


def _cut(value: Any) -> str:
    try:
        return f"{value!r:.40}"
    except ValueError:  # an integer of more digits than Python writes
        return "..."


def forget(ident: str) -> None:
    """Forget what was read of an object: it is gone, or another call has changed it."""
    items = _objects.pop(ident, None)
    if items is not None:
        _counts["items"] -= len(items)
        _tell_rest(items)


def _tell_rest(items: dict[Any, _Item]) -> None:
    for item in list(items.values()):  # to which another thread of the server may add one
        if item.losses and item.writes > item.told_writes:
            item.tell(0, 0, 0, "")


def tell_all() -> None:
    """Record what was not told yet of items that have lost updates; to be called when the server ends."""
    for items in list(_objects.values()):
        _tell_rest(items)


class _Client:
    """What one thread of a client asks for, request by request."""

    def __init__(self, pid: int, identify: Callable[[str], int]) -> None:
        self._pid, self._identify = pid, identify
        self._reading: tuple[str, str, Any] | None = None
        self._reads: dict[tuple[str, Any], tuple[_Item, int, int]] = {}
        """Object and key to the item, the depth that was seen, and when."""

    def asks(self, request: Any) -> None:
        """Take note of a call that is about to be made."""
        self._reading = None
        ident, method, args, _ = request
        if (type(ident), type(method), type(args)) != (str, str, tuple):
            return
        if method in _READS:
            if args and _is_key(args[0]):
                self._reading = (ident, method, args[0])
        elif method in _WRITES:
            if len(args) == 2 and _is_key(args[0]):
                self._write(ident, *args)
        elif method not in _HARMLESS:
            forget(ident)

    def gets(self, answer: Any) -> None:
        """Take note of the answer to a read."""
        if self._reading is None or answer[0] != "#RETURN" or type(answer[1]) not in _VALUES:
            return
        ident, method, key = self._reading
        self._reading = None
        items = _objects.setdefault(ident, {})
        item = items.get(key)
        if item is None:
            if _counts["items"] >= _MOST_ITEMS:
                return
            label = f".{key!s:.40}" if method == "__getattribute__" else f"[{_cut(key)}]"
            made = _Item(self._identify, ident, label)
            item = items.setdefault(key, made)  # another client may have read it first at this very moment
            _counts["items"] += item is made
        item.only_bits &= answer[1] in (0, 1)
        if len(self._reads) >= _MOST_READS:
            self._reads.clear()
        self._reads[ident, key] = (item, item.depth, now())

    def _write(self, ident: str, key: Any, value: Any) -> None:
        item = _objects.get(ident, _NOTHING).get(key)
        if item is None:
            return
        read, overtaken = self._reads.pop((ident, key), None), item.writer
        item.writer = self._pid
        if read is None or read[0] is not item or type(value) not in _VALUES:
            return
        item.only_bits &= value in (0, 1)
        before, item.depth = item.depth, read[1] + 1
        item.writes += 1
        if item.depth <= before:
            item.losses = item.writes - item.depth
            if item.losses <= _TOLD_EACH or (item.losses - item.told) * _PART >= item.told:
                item.tell(self._pid, overtaken, now() - read[2], _shown(value))


def patch(module: ModuleType, identity: Callable[[Any, str], str]) -> None:
    """Patch the server; ``identity`` makes that of an object from the server's address and the object's identifier."""
    cls = module.Server

    def serve_client(self: Any, conn: Any) -> Any:
        pid = _peer(conn)
        if not pid:
            return old_serve_client(self, conn)
        client = _Client(pid, lambda ident: resource("manager", identity(self.address, ident)))
        old_recv, old_send = conn.recv, conn.send

        def recv() -> Any:
            request = old_recv()
            if type(request) is tuple and len(request) == 4:
                client.asks(request)
            return request

        def send(answer: Any) -> None:
            client.gets(answer)
            old_send(answer)

        conn.recv, conn.send = recv, send
        return old_serve_client(self, conn)

    def decref(self: Any, c: Any, ident: str) -> None:
        old_decref(self, c, ident)
        if ident not in self.id_to_obj and ident not in self.id_to_local_proxy_obj:
            forget(ident)

    old_serve_client = patching.put(cls, "serve_client", serve_client)
    old_decref = patching.put(cls, "decref", decref)
