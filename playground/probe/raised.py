"""Exceptions that end a thread; those that end a process are seen by ``processes``."""

from __future__ import annotations

import sys
from types import ModuleType

from . import layout, patching
from .journal import emit, state, text, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def patch(module: ModuleType) -> None:
    """Patch ``threading``: what a thread does with an exception that nobody handled, whatever hook is set."""

    def make_invoke_excepthook() -> Callable[[Any], None]:
        invoke = old()

        def invoke_excepthook(thread: Any) -> None:
            _tell()
            invoke(thread)

        return invoke_excepthook

    old = patching.put(module, "_make_invoke_excepthook", make_invoke_excepthook)


def _tell() -> None:
    try:
        kind, error, trace = sys.exc_info()
        if error is None or kind is None or issubclass(kind, SystemExit) or not state.enabled:
            return
        lines = __import__("traceback").format_exception(kind, error, trace)
        emit(layout.RAISED | thread_bits(), text("".join(lines)))
    except Exception:
        state.errors += 1
