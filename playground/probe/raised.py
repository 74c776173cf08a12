"""How threads end: by exceptions that nobody handled, too; those that end a process are seen by ``processes``."""

from __future__ import annotations

import sys
from types import ModuleType

from . import layout, patching
from .journal import emit, state, text, thread_bits, thread_ended
from .naming import source_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MAX_CHAIN, _MAX_LINES = 10, 400
_CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
_DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"


def patch(module: ModuleType) -> None:
    """Patch ``threading``: what a thread does with an exception that nobody handled, whatever hook is set."""

    def make_invoke_excepthook() -> Callable[[Any], None]:
        invoke = old()

        def invoke_excepthook(thread: Any) -> None:
            _tell()
            invoke(thread)

        return invoke_excepthook

    def delete(self: Any) -> None:
        old_delete(self)
        thread_ended()

    old = patching.put(module, "_make_invoke_excepthook", make_invoke_excepthook)
    old_delete = patching.put(module.Thread, "_delete", delete)


def _tell() -> None:
    try:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, SystemExit) and state.enabled:
            emit(layout.RAISED | thread_bits(), text(formatted(error)))
    except Exception:
        state.errors += 1


def formatted(error: BaseException) -> str:
    """An exception with its traceback, as it is printed; imports nothing.

    The import of ``traceback`` at the end of a program would evaluate some text, and that makes the interpreter
    forget that it was interrupted by ctrl+c: it would exit with 1 and not by SIGINT.
    """
    module = sys.modules.get("traceback")
    if hasattr(module, "format_exception"):
        return "".join(module.format_exception(type(error), error, error.__traceback__))  # type: ignore[union-attr]
    return "".join(_formatted(error, 0))


def _formatted(error: BaseException, depth: int) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines: list[str] = []
    if before is not None and depth < _MAX_CHAIN:
        lines = [*_formatted(before, depth + 1), _CAUSED if error.__cause__ else _DURING]
    lines.append("Traceback (most recent call last):\n")
    trace = error.__traceback__
    while trace is not None and len(lines) < _MAX_LINES:
        code = trace.tb_frame.f_code
        lines.append(f'  File "{code.co_filename}", line {trace.tb_lineno}, in {code.co_name}\n')
        lines.append(_source(code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    kind = type(error)
    name = (
        kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    )
    try:
        said = str(error)
    except Exception:
        said = "<exception str() failed>"
    return [*lines, f"{name}: {said}\n" if said else f"{name}\n"]


def _source(filename: str, line: int) -> str:
    try:
        return f"    {source_lines(filename)[line - 1].strip().decode('utf-8', 'replace')}\n"
    except (OSError, ValueError, IndexError):
        return ""
