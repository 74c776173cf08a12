"""What a child has only a copy of: things of threads that it was given, and lists that it fills for nobody."""

from __future__ import annotations

import sys

from . import entry, journal, layout
from .callers import is_inside
from .journal import emit, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_OF_THREADS = {
    ("_thread", "lock"): "threading.Lock",
    ("_thread", "RLock"): "threading.RLock",
    ("_queue", "SimpleQueue"): "queue.SimpleQueue",
    **{
        ("threading", name): f"threading.{name}"
        for name in ("Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier")
    },
    **{("queue", name): f"queue.{name}" for name in ("Queue", "LifoQueue", "PriorityQueue")},
}
"""Module and name of a type to what the program calls it."""
_FILLED = (list, dict, set)
_MAIN = layout.MAIN_THREAD << layout.THREAD_SHIFT


def tell_private(process: Any) -> list[tuple[str, str, Any]]:
    """Record what is of threads among the arguments of a child that begins; returns what is empty so far.

    That is name, type and object: arguments, and lists that are global in the program.
    """
    if entry.library_role(process):
        return []
    empty = []
    for name, value in _arguments(process):
        kind = type(value)
        if kind in _FILLED and not value:
            empty.append((name, kind.__name__, value))
        elif told := _OF_THREADS.get((kind.__module__, kind.__name__)):
            emit(layout.COPIED | _MAIN | _site(process), text(f"{name} {told} 0"))
    given = {id(value) for _, _, value in empty}
    lists = ((name, value) for name, value in _globals() if type(value) is list and not value)
    return empty + [(name, "global-list", value) for name, value in lists if id(value) not in given]


def tell_filled(process: Any, empty: list[tuple[str, str, Any]]) -> None:
    """Record what the child, which is about to end, has filled and takes along."""
    for name, kind, value in empty:
        if value:
            emit(layout.COPIED | _MAIN | _site(process), text(f"{name} {kind} {len(value)}"))


def _globals() -> Iterator[tuple[str, Any]]:
    """Names and values that are global in the program's main module."""
    main = sys.modules.get("__mp_main__") or sys.modules.get("__main__")
    for name, value in list(vars(main).items()) if main is not None else ():
        if not name.startswith("_"):
            yield name, value


def _arguments(process: Any) -> Iterator[tuple[str, Any]]:
    """Name and value of what the program has given a process."""
    if getattr(process, "_target", None) is None:
        return
    code = getattr(process._target, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    for number, value in enumerate(process._args):
        yield names[number] if number < len(names) else f"args[{number}]", value
    yield from process._kwargs.items()


def _site(process: Any) -> int:
    """The line where the function of a process begins; 0 when that is none of the program's own."""
    code = getattr(process._target or process.run, "__code__", None)
    if code is None or is_inside(code.co_filename):
        return 0
    return journal.site(code.co_filename, code.co_firstlineno, code.co_qualname)
