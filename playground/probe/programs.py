"""Other programs started by ``subprocess``: their names and ends, and who waits for them."""

from __future__ import annotations

import os
from _thread import get_ident
from types import ModuleType

from . import journal, layout, patching, waits
from .callers import program_site
from .interpreters import name_of
from .journal import emit, thread_bits
from .processes import starting_programs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_joining: set[int] = set()
"""Threads that are in one of the calls below, which call each other."""


def patch(module: ModuleType) -> None:
    """Patch ``subprocess``."""
    cls = module.Popen

    def execute_child(self: Any, args: Any, *rest: Any) -> None:
        me = get_ident()
        starting_programs[me] = name = _name(args)
        try:
            old_execute_child(self, args, *rest)
        finally:
            starting_programs.pop(me, None)
        _define(self.pid, name)
        emit(layout.PROGRAM_STARTED | thread_bits() | program_site(), self.pid)

    def wait(self: Any, timeout: float | None = None) -> Any:
        return _joined(self, timeout, old_wait, self, timeout)

    def communicate(self: Any, input: Any = None, timeout: float | None = None) -> Any:
        return _joined(self, timeout, old_communicate, self, input, timeout)

    old_execute_child = patching.put(cls, "_execute_child", execute_child)
    old_wait = patching.put(cls, "wait", wait)
    old_communicate = patching.put(cls, "communicate", communicate)


def _joined(popen: Any, timeout: float | None, call: Any, *args: Any) -> Any:
    """Call between records of waiting for a program, unless a call around this one has made them."""
    me = get_ident()
    if popen.returncode is not None or me in _joining:
        return call(*args)
    code = thread_bits() | program_site(1)
    is_main = code & layout.THREAD_MASK << layout.THREAD_SHIFT == layout.MAIN_THREAD << layout.THREAD_SHIFT
    if is_main:
        waits.do_pending()
    emit(code | (layout.JOINING if timeout is None else layout.JOINING_TIMED), popen.pid)
    _joining.add(me)
    waits.blocked += is_main
    try:
        return call(*args)
    finally:
        waits.blocked -= is_main
        _joining.discard(me)
        emit(code | layout.JOINED, popen.pid)


def _define(pid: int, name: str) -> None:
    try:
        start = journal.start_ticks(pid)
    except (OSError, ValueError, IndexError):
        start = 0
    journal.define("Q", pid, start, name, inherited=False)


def _name(args: Any) -> str:
    """What a command is called."""
    try:
        return name_of(
            [os.fsdecode(args)] if isinstance(args, (str, bytes, os.PathLike)) else [*map(os.fsdecode, args)]
        )
    except TypeError:
        return ""
