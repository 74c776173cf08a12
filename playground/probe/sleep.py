"""``time.sleep``: standing still on purpose."""

from __future__ import annotations

import time

from . import layout, patching, waits
from .callers import program_site
from .journal import emit, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Sleep:
    """A callable that is no function, so that it does not become a method where a class holds it."""

    __name__ = "sleep"
    __module__ = "time"

    def __init__(self, sleep: Any) -> None:
        self._sleep = sleep
        self.__doc__, self.__qualname__ = sleep.__doc__, "sleep"

    def __reduce__(self) -> str:
        return "sleep"

    def __repr__(self) -> str:
        return repr(self._sleep)

    def __call__(self, seconds: Any, /) -> None:
        code = thread_bits() | program_site(0)
        waits.do_pending()
        emit(
            code | layout.SLEEPING,
            int(seconds * 1e9) if isinstance(seconds, (int, float)) and 0 <= seconds < 1e9 else 0,
        )
        waits.blocked += 1
        try:
            self._sleep(seconds)
        finally:
            waits.blocked -= 1
            emit(code | layout.SLEPT)


def patch(module: Any) -> None:
    """Patch ``time``."""
    patching.put(module, "sleep", _Sleep(time.sleep))
