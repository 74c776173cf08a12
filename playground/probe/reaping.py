"""``os.wait`` and its relatives: waiting for children of the program's own, and how they ended."""

from __future__ import annotations

import os
import sys

from . import layout, patching, waits
from .callers import is_inside, program_site
from .journal import emit, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_SUBPROCESS = os.path.join(os.path.dirname(os.__file__), "subprocess.py")
_MAIN = layout.MAIN_THREAD << layout.THREAD_SHIFT


class _Wait(patching.StandIn):
    __module__ = "os"

    def __init__(self, call: Any, arguments: int, try_first: Callable[..., Any], note: Callable[..., None]) -> None:
        super().__init__(call)
        self._arguments, self._try_first, self._note = arguments, try_first, note

    # Finalisers call this when modules are taken down already: what it needs then is kept in its defaults.
    def __call__(
        self,
        *args: Any,
        _frame: Any = sys._getframe,
        _inside: Any = is_inside,
        _own: str = _SUBPROCESS,
        _spawning: str = os.spawnv.__code__.co_filename,
        _at_once: int = os.WNOHANG,
        **kwargs: Any,
    ) -> Any:
        caller = _frame(1).f_code.co_filename
        if _inside(caller) and caller != _spawning:
            result = self._call(*args, **kwargs)
            if caller == _own and result[0]:
                self._note(result, args)
            return result
        if kwargs or len(args) != self._arguments or (args and type(args[-1]) is not int):
            return self._call(*args, **kwargs)
        if args and args[-1] & _at_once:
            result = self._call(*args)
        else:
            result = self._try_first(self._call, args)
            if result is _BLOCKS:
                return self._blocked(args)
        if result is not None:
            self._note(result, args)
        return result

    def _blocked(self, args: tuple[int, ...]) -> Any:
        """Make the call between records that say whom it waits for: one child, or any."""
        pid = args[-2] if self._arguments == 2 or (self._arguments == 3 and args[0] == os.P_PID) else -1
        pid = pid if type(pid) is int else -1
        code = thread_bits() | program_site(1)
        is_main = code & layout.THREAD_MASK << layout.THREAD_SHIFT == _MAIN
        if is_main:
            waits.do_pending()
        emit(code | (layout.JOINING if pid > 0 else layout.WAITING), pid if pid > 0 else layout.OP_CHILD)
        waits.blocked += is_main
        try:
            result = self._call(*args)
            if result is not None:
                self._note(result, args)
        finally:
            waits.blocked -= is_main
            emit(code | (layout.JOINED if pid > 0 else layout.WOKE), max(pid, 0))
        return result


_BLOCKS = object()
"""Result of a first try that says: nobody has ended yet."""


def _try(call: Any, args: tuple[int, ...]) -> Any:
    """The same call without blocking; what it raises is what the call would have raised."""
    result = call(*args[:-1], args[-1] | os.WNOHANG)
    return _BLOCKS if result is None or (type(result) is tuple and result[0] == 0) else result


def _try_any(_call: Any, _args: tuple[int, ...]) -> Any:
    result = _waitpid(-1, os.WNOHANG)
    return result if result[0] else _BLOCKS


_waitpid = os.waitpid


def _note_status(
    result: Any, _args: tuple[int, ...], _code: Any = os.waitstatus_to_exitcode, _emit: Any = emit
) -> None:
    """Record how a child ended that ``waitpid`` told of; one that has only stopped has not."""
    if not result[0]:
        return
    try:
        status = _code(result[1])
        _emit(layout.CHILD_ENDED | thread_bits(), result[0] << 32 | status & 0xFFFFFFFF)
    except (ValueError, AttributeError, TypeError):
        return


def _note_info(result: Any, args: tuple[int, ...]) -> None:
    """The same of what ``waitid`` tells; with WNOWAIT it reaps nobody."""
    if args[-1] & os.WNOWAIT:
        return
    signs = {os.CLD_EXITED: 1, os.CLD_KILLED: -1, os.CLD_DUMPED: -1}
    if result.si_code in signs:
        status = signs[result.si_code] * result.si_status
        emit(layout.CHILD_ENDED | thread_bits(), result.si_pid << 32 | status & 0xFFFFFFFF)


def patch(module: Any) -> None:
    """Patch ``os``."""
    for name, arguments in (("wait", 0), ("waitpid", 2), ("wait3", 1), ("wait4", 2)):
        call = getattr(module, name)
        patching.put(module, name, _Wait(call, arguments, _try if arguments else _try_any, _note_status))
    patching.put(module, "waitid", _Wait(module.waitid, 3, _try, _note_info))
