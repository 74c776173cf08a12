"""``atexit``: what a child has registered itself, and never runs where a child leaves by ``os._exit``."""

from __future__ import annotations

import _weakref
import atexit
import os
import sys
from types import ModuleType

from . import entry, layout, patching
from .callers import site_of
from .journal import emit, state, text
from .naming import name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LIBRARIES = (os.path.dirname(os.__file__) + os.sep, "<")
_MOST_TOLD = 20
_registered: list[tuple[int, Any, int]] = []
"""Pid, weak reference to a handler, which lives as long as ``atexit`` has it, and the line that registered it."""


class _Register(patching.StandIn):
    __module__ = "atexit"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        handler = self._call(*args, **kwargs)
        frame = sys._getframe().f_back  # None where a thread begins with this call
        name = frame.f_code.co_filename if frame is not None else "<"
        if not _runs_them() and not name.startswith(_LIBRARIES) and "-packages" + os.sep not in name:
            try:
                _registered.append((state.pid, _weakref.ref(handler), site_of(frame)))
            except TypeError:  # there are no weak references to it
                state.errors += 1
        return handler


class _Unregister(patching.StandIn):
    __module__ = "atexit"

    def __call__(self, func: Any, /) -> None:
        self._call(func)
        _registered[:] = [each for each in _registered if each[1]() is not func and each[1]() != func]


def _runs_them() -> bool:
    """Whether this process runs its handlers at its end."""
    is_interpreter = state.role in {"main", "program", "fork"} or state.method not in {"", "fork", "forkserver"}
    forks = (sys.modules.get(f"{package}.popen_fork") for package in entry.packages)
    return is_interpreter or any(hasattr(fork, "atexit") for fork in forks)  # Python 3.13 runs them in every child


def tell_unrun() -> None:
    """Record the handlers that a child which is about to leave has registered and will not run."""
    if _runs_them() or not atexit._ncallbacks():
        return
    for pid, registered, site in _registered[-_MOST_TOLD:]:
        handler = registered()
        if pid == state.pid and handler is not None:
            emit(
                layout.UNRUN | layout.MAIN_THREAD << layout.THREAD_SHIFT | site,
                text(name_of(handler)),
            )


def patch(module: ModuleType) -> None:
    """Patch ``atexit``."""
    patching.put(module, "register", _Register(module.register))
    patching.put(module, "unregister", _Unregister(module.unregister))
