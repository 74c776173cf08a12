"""``os.kill`` and ``os.killpg``: signals that the program sends to other processes."""

from __future__ import annotations

import os
import sys

from . import layout, patching
from .callers import is_popen, program_site
from .journal import emit, thread_bits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LAST, _NO_PID = 64, 1 << 31
"""The last signal, and what is no pid any more; with others the call fails."""


class _Kill(patching.StandIn):
    __module__ = "os"

    def __init__(self, call: Any, *, group: bool) -> None:
        super().__init__(call)
        self._group = group

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        if len(args) == 2 and not is_popen(sys._getframe(1).f_code.co_filename):  # which tells of it itself
            self._note(*args)
        self._call(*args, **kwargs)

    def _note(self, pid: Any, signum: Any) -> None:
        """Record a signal that is about to be sent; 0 only asks whether somebody is there."""
        is_one = isinstance(pid, int) and isinstance(signum, int) and 0 < signum <= _LAST and pid < _NO_PID
        if not is_one or pid == os.getpid():
            return
        to = layout.WHOLE_GROUP if self._group or pid <= 0 else pid
        emit(layout.SIGNAL_SENT | thread_bits() | program_site(2), int(signum) << 32 | to & 0xFFFFFFFF)


def patch(module: Any) -> None:
    """Patch ``os``."""
    for name in ("kill", "killpg"):
        patching.put(module, name, _Kill(getattr(module, name), group=name == "killpg"))
