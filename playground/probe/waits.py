"""Standing still: records around a blocking call, and what must be done while the main thread blocks."""

from __future__ import annotations

from . import layout
from .journal import emit, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

pending: list[Callable[[], None]] = []
"""Work asked for by a signal that had to be put off; done at the next slow operation of the main thread."""
blocked = 0
"""How many blocking calls of ours the main thread is in."""

_THREAD = layout.THREAD_MASK << layout.THREAD_SHIFT
_MAIN = layout.MAIN_THREAD << layout.THREAD_SHIFT


def timeout_bits(timeout: float | None) -> int:
    """The timeout part of a WAITING record's value; no timeout is 0."""
    if timeout is None:
        return 0
    return min(max(int(timeout * 1e9), 1), (1 << 54) - 1) << 8


def do_pending() -> None:
    """Do what a signal asked for, if this is the main thread's chance."""
    while pending:
        pending.pop()()


def waiting(code: int, operation: int, timeout: float | None, call: Callable[..., Any], *args: Any) -> Any:
    """Make a blocking call between a WAITING record and, when it raises, a WOKE record.

    ``code`` holds resource, thread and site without a kind. The caller records what came of it.
    """
    global blocked
    is_main = code & _THREAD == _MAIN
    if pending and is_main:
        do_pending()
    emit(code | layout.WAITING, timeout_bits(timeout) | operation)
    if not is_main:
        try:
            return call(*args)
        except BaseException:
            emit(code | layout.WOKE)
            raise
    blocked += 1
    try:
        return call(*args)
    except BaseException:
        emit(code | layout.WOKE)
        raise
    finally:
        blocked -= 1


def waited(
    resource: int, site: int, operation: int, timeout: float | None, call: Callable[..., Any], *args: Any
) -> Any:
    """Make a blocking call between WAITING and WOKE, or TIMED_OUT when it was timed and returned False."""
    code = resource | thread_bits() | site
    result = waiting(code, operation, timeout, call, *args)
    emit(code | (layout.TIMED_OUT if result is False and timeout is not None else layout.WOKE))
    return result
