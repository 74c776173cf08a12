"""What the program hands to a child and the child has only a copy of: things of one process's threads, empty lists."""

from __future__ import annotations

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


def tell_private(process: Any) -> list[tuple[str, Any]]:
    """Record what is of threads among the arguments of a child that begins; returns those that are empty so far."""
    empty = []
    for name, value in _arguments(process):
        kind = type(value)
        if kind in _FILLED and not value:
            empty.append((name, value))
        elif told := _OF_THREADS.get((kind.__module__, kind.__name__)):
            emit(layout.COPIED | _MAIN | _site(process), text(f"{name} {told} 0"))
    return empty


def tell_filled(process: Any, empty: list[tuple[str, Any]]) -> None:
    """Record what the child, which is about to end, has filled and takes along."""
    for name, value in empty:
        if value:
            emit(layout.COPIED | _MAIN | _site(process), text(f"{name} {type(value).__name__} {len(value)}"))


def _arguments(process: Any) -> Iterator[tuple[str, Any]]:
    """Name and value of what the program has given a process."""
    if getattr(process, "_target", None) is None or entry.library_role(process):
        return
    code = getattr(process._target, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    for number, value in enumerate(process._args):
        yield names[number] if number < len(names) else f"args[{number}]", value
    yield from process._kwargs.items()


def _site(process: Any) -> int:
    """The line where the function of a process begins; 0 when that is none of the program's own."""
    code = getattr(process._target, "__code__", None)
    if code is None or is_inside(code.co_filename):
        return 0
    return journal.site(code.co_filename, code.co_firstlineno, code.co_qualname)
