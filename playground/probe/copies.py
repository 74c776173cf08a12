"""Copies of multiprocessing under another name, as libraries bring them along: patched like multiprocessing itself."""

from __future__ import annotations

import os
import sys
from types import ModuleType

from . import callers, entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COMPARED = ("start", "join", "_bootstrap")
"""Methods of BaseProcess; where they are the same, the rest that is patched is much the same too."""


def is_copy(module: ModuleType) -> bool:
    """Whether a module of the name ``process``, just imported, is multiprocessing's own under another name."""
    cls = vars(module).get("BaseProcess")
    if not isinstance(cls, type) or cls.__module__ != module.__name__:
        return False
    __import__("multiprocessing.process")
    own = sys.modules["multiprocessing.process"].BaseProcess
    return all(_code(cls, name) == _code(own, name) for name in _COMPARED)


def _code(cls: type, name: str) -> bytes | None:
    """Instructions of a method as it was before we patched it; None where there is no such method."""
    method: Any = vars(cls).get(name)
    code = getattr(getattr(method, "__wrapped__", method), "__code__", None)
    return code.co_code if code is not None else None


def take_note(module: ModuleType) -> str:
    """Let the copy's code count as a library's and its workers as a pool's; returns the name of its package."""
    package = module.__name__.rpartition(".")[0]
    entry.packages.add(package)
    callers.add_library(os.path.dirname(module.__file__ or ""))
    return package
