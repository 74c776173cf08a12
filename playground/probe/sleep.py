"""``time.sleep``: standing still on purpose."""

from __future__ import annotations

import time

from . import layout, patching, waits
from .callers import program_site
from .journal import emit, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Sleep(patching.StandIn):
    __module__ = "time"

    def __call__(self, seconds: Any, /) -> None:
        code = thread_bits() | program_site(0)
        waits.do_pending()
        emit(
            code | layout.SLEEPING,
            int(seconds * 1e9) if isinstance(seconds, (int, float)) and 0 <= seconds < 1e9 else 0,
        )
        waits.blocked += 1
        try:
            self._call(seconds)
        finally:
            waits.blocked -= 1
            emit(code | layout.SLEPT)


def patch(module: Any) -> None:
    """Patch ``time``."""
    patching.put(module, "sleep", _Sleep(time.sleep))
