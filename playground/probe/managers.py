"""Managers and their proxies: every call that waits for the server, and what the call means.

A proxy carries ``_mpp_resource`` and ``_mpp_kind``. It has one identity in all processes, the server's
address and the object's id there, so that a proxy that came by pickling is looked up at its first use.
Locks, events, conditions, barriers, queues and values are shown as what they stand for.
"""

from __future__ import annotations

import sys
from types import FrameType, ModuleType

from . import layout, overwriting, patching, proxies
from .callers import is_inside, program_maker, program_site, site_of
from .journal import resource, state, thread_bits
from .locks import announce
from .naming import name_at
from .shared import bits
from .waits import waited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SERVER_TURN_S = 1.0
"""How long a server's main thread waits before it looks again whether it shall end."""


def _place(address: Any) -> str:
    """A server's address as all its clients know it; they may call its host by different names."""
    if isinstance(address, tuple):
        return str(address[-1])
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)


# --- Managers --------------------------------------------------------------------------------------------


def _server_at(address: Any) -> str:
    return f"manager:{_place(address)}"


def _named(manager: Any) -> tuple[str, int]:
    """What the program calls a manager and where it made it, if that was in this process."""
    pid, name, site = getattr(manager, "_mpp_made", (0, "", 0))
    return name, site if pid == state.pid else 0


def _patch_manager(module: ModuleType) -> None:
    cls = module.BaseManager

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        old_init(self, *args, **kwargs)
        maker = program_maker(self)
        if maker is not None:
            self._mpp_made = (state.pid, name_at(maker), site_of(maker))

    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        old_start(self, *args, **kwargs)
        announce("manager", _server_at(self._address), _named(self))

    def connect(self: Any) -> None:
        old_connect(self)
        name, site = _named(self)
        resource("manager", _server_at(self._address), name, site)

    def get_server(self: Any) -> Any:
        server = old_get_server(self)
        announce("manager", _server_at(server.address), _named(self))
        return server

    def create(self: Any, typeid: str, /, *args: Any, **kwds: Any) -> Any:
        number = resource("manager", _server_at(self._address))
        return waited(number, program_site(), layout.OP_CALL, None, lambda: old_create(self, typeid, *args, **kwds))

    old_init = patching.put(cls, "__init__", init)
    old_start = patching.put(cls, "start", start)
    old_connect = patching.put(cls, "connect", connect)
    old_get_server = patching.put(cls, "get_server", get_server)
    old_create = patching.put(cls, "_create", create)


def _patch_server(module: ModuleType) -> None:
    """A server's main thread waits; what its threads do for the clients is told by these."""

    def serve_forever(self: Any) -> None:
        number = resource("manager", _server_at(self.address))
        try:
            waited(number, program_site(), layout.OP_ACCEPT, _SERVER_TURN_S, old, self)
        finally:
            overwriting.tell_all()

    old = patching.put(module.Server, "serve_forever", serve_forever)


# --- Proxies: what they are ------------------------------------------------------------------------------

_LOCKS = {"Lock": "lock", "RLock": "rlock", "Semaphore": "semaphore", "BoundedSemaphore": "bounded_semaphore"}
_LIMITS = {"Semaphore": "value", "BoundedSemaphore": "value", "Barrier": "parties", "Queue": "maxsize"}
_LIMITS["JoinableQueue"] = _LIMITS["Queue"]
"""Registered name to the argument that is the limit: the first one."""
_FAR = 8
"""So many frames at most are between the making of a proxy and the manager's method that makes it."""


def _kind_of(proxy: Any, module: ModuleType) -> str:
    """The kind of what a proxy stands for; ``manager`` when it is nothing that others wait for."""
    classes = {
        module.ConditionProxy: "condition",
        module.EventProxy: "event",
        module.BarrierProxy: "barrier",
        module.ValueProxy: "value",
    }
    found = next((kind for cls, kind in classes.items() if isinstance(proxy, cls)), "")
    if found:
        return found
    exposed = set(getattr(type(proxy), "_exposed_", None) or ())
    if {"put", "get", "qsize"} <= exposed:
        return "joinable_queue" if proxy._token.typeid == "JoinableQueue" else "queue"
    if {"acquire", "release"} <= exposed and "notify" not in exposed:
        return _LOCKS.get(proxy._token.typeid, "semaphore")  # of a lock it would be said who must give it back
    return "manager"


def _identity(address: Any, ident: str, kind: str) -> str:
    return f"proxy:{_place(address)}:{ident}:{kind}"


def _identity_of(proxy: Any, kind: str) -> str:
    return _identity(proxy._token.address, proxy._token.id, kind)


def _limit(kind: str, typeid: str, making: FrameType) -> int:
    argument = _LIMITS.get(typeid)
    if argument is None:
        return int(kind in {"lock", "rlock"})
    args, kwds = making.f_locals.get("args", ()), making.f_locals.get("kwds", {})
    limit = args[0] if args else kwds.get(argument, int(argument == "value"))
    return max(limit, 0) if type(limit) is int else 0


def _first_value(making: FrameType) -> int:
    args, kwds = making.f_locals.get("args", ()), making.f_locals.get("kwds", {})
    return bits(proxies.real(args[1] if len(args) > 1 else kwds.get("value")) or 0.0)


def _making_frame(filename: str) -> FrameType | None:
    """Frame of the manager's method, or of the proxy's call, that makes a proxy for the program."""
    frame: FrameType | None = sys._getframe(3)
    for _ in range(_FAR):
        if frame is None:
            break
        if frame.f_code.co_name in {"temp", "_callmethod"} and frame.f_code.co_filename == filename:
            return frame
        frame = frame.f_back
    return None


def _program_above(frame: FrameType | None) -> FrameType | None:
    while frame is not None and is_inside(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def _introduce(proxy: Any, module: ModuleType) -> None:
    """Name a proxy that a manager has just made; what a proxy's call gave is a part of it when it has no name."""
    making = _making_frame(module.BaseProxy.__reduce__.__code__.co_filename)
    program = _program_above(making)
    if making is None or program is None:
        return
    kind, name = _kind_of(proxy, module), name_at(program)
    if making.f_code.co_name == "_callmethod" and (not name or isinstance(proxy, module.IteratorProxy)):
        number, kind = making.f_locals["self"]._mpp_resource, "manager"
    else:
        limit = _limit(kind, proxy._token.typeid, making)
        value = _first_value(making) if kind == "value" else limit
        made, identity = (name, site_of(program)), _identity_of(proxy, kind)
        if _is_new(proxy, module):
            number = announce(kind, identity, made, limit, _typecode(kind), value)
        else:
            number = resource(kind, identity, *made, typecode=_typecode(kind))
    _set(proxy, number, kind)


def _is_new(proxy: Any, module: ModuleType) -> bool:
    """Whether the manager has made an object, and not only given access to one that others may have already."""
    typeid = proxy._token.typeid
    make = proxy._manager._registry.get(typeid, (None,))[0]
    return isinstance(make, type) or make in (each[0] for each in module.SyncManager._registry.values() if each[0])


def _typecode(kind: str) -> str:
    return "d" if kind == "value" else "i"  # a manager's value may be an integer now and a float next


def _set(proxy: Any, number: int, kind: str) -> None:
    """Set the probe's attributes, past what a proxy's class may make of the setting of an attribute."""
    object.__setattr__(proxy, "_mpp_resource", number)
    object.__setattr__(proxy, "_mpp_kind", kind)


# --- Proxies: what they do -------------------------------------------------------------------------------


def _patch_proxy(module: ModuleType) -> None:
    cls = module.BaseProxy

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        old_init(self, *args, **kwargs)
        if self._owned_by_manager:
            _set(self, 0, "")
        elif self._manager is not None:
            _introduce(self, module)

    def callmethod(self: Any, methodname: str, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006  # as it was
        number = self._mpp_resource
        if number is None:
            kind = _kind_of(self, module)
            number = resource(kind, _identity_of(self, kind), typecode=_typecode(kind))
            _set(self, number, kind)
        if not number:
            return old_callmethod(self, methodname, args, kwds)
        code = number | thread_bits() | program_site()
        action = proxies.ACTIONS.get((self._mpp_kind, methodname), proxies.call)
        return action(code, args, kwds, lambda: old_callmethod(self, methodname, args, kwds))

    patching.put(cls, "_mpp_resource", None)
    patching.put(cls, "_mpp_kind", "")
    old_init = patching.put(cls, "__init__", init)
    old_callmethod = patching.put(cls, "_callmethod", callmethod)


def patch(module: ModuleType) -> None:
    """Patch ``multiprocessing.managers``."""
    _patch_manager(module)
    _patch_server(module)
    _patch_proxy(module)
    overwriting.patch(module, lambda address, ident: _identity(address, ident, "manager"))
