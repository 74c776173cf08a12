"""The logging module: each record that a logger hands to its handlers, once.

Recorded where the logger's filters let it pass, so that no frame of the probe stands above the handlers: these
print the stack when they fail. A record is known by its process and thread: one that comes from elsewhere by a
queue was recorded there. Nothing is written into it, since formatters may show whatever they find.
"""

from __future__ import annotations

from _thread import get_ident
from types import ModuleType

from . import layout, patching
from .journal import emit, state, text, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_TEXT = 2000
MAX_RECORDS = 10_000
"""So many records of a process are recorded."""


listeners: dict[tuple[str, str], Callable[[Any], None]] = {}
"""Name of a logger and message as it was given to what is to hear of each such record that is made here."""


class _Seen:
    """How many records this process has recorded, and which was the last."""

    pid = 0
    count = 0
    last: tuple[object, ...] = ()


def patch(module: ModuleType) -> None:
    """Patch ``logging``."""

    def filter(self: Any, record: Any) -> Any:
        passed = old_filter(self, record)
        if passed:
            _record(record if passed is True else passed)
        return passed

    old_filter = patching.put(module.Logger, "filter", filter)


def _record(record: Any) -> None:
    """Write down a record that was made here and has not been seen; whatever is wrong with it is not our business."""
    try:
        if record.process not in (None, state.pid) or record.thread not in (None, get_ident()):
            return
        if _Seen.pid != state.pid:
            _Seen.pid, _Seen.count = state.pid, 0
        this = (record.created, record.thread, record.lineno, record.msg.__class__)
        if this == _Seen.last or _Seen.count > MAX_RECORDS:
            return
        _Seen.last = this
        if listeners and type(record.msg) is str and (record.name, record.msg) in listeners:
            listeners[record.name, record.msg](record)
        _Seen.count += 1
        last = _Seen.count > MAX_RECORDS
        said = f"no more than {MAX_RECORDS} records of a process are shown" if last else _message(record)
        emit(layout.LOGGED | thread_bits(), text(f"{record.levelname} {record.name}: {said}"[:MAX_TEXT]))
    except Exception:
        state.errors += 1


def _message(record: Any) -> str:
    try:
        return str(record.getMessage())
    except Exception:
        return record.msg if isinstance(record.msg, str) else f"<{type(record.msg).__name__}>"
