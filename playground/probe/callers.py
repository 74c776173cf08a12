"""Whose code is calling: the program's own, or a library on its behalf."""

import os
import sys
from types import CodeType, FrameType

from . import journal

_LIBRARY = os.path.dirname(os.__file__)
_INSIDE = [
    os.path.join(_LIBRARY, "multiprocessing") + os.sep,
    os.path.join(_LIBRARY, "concurrent", "futures") + os.sep,
    os.path.join(_LIBRARY, "threading.py"),
    os.path.dirname(__file__) + os.sep,
    os.path.join(_LIBRARY, "subprocess.py"),
]
_inside: dict[str, bool] = {}
_sites: dict[int, dict[int, int] | None] = {}
"""``id`` of a code object to its sites by instruction; None for code that is not the program's own."""
_codes: list[CodeType] = []
"""The code objects of ``_sites``: alive, so that no other code gets their ``id``."""
_MAX_CODES = 10_000
_BEGINNINGS = {(_INSIDE[0] + "process.py", "_bootstrap"), (_INSIDE[0] + "popen_fork.py", "_launch")}
"""Files and functions below which a process's own calls begin; above them a fork has those of its parent."""


def add_library(directory: str) -> None:
    """Let a copy of multiprocessing count as multiprocessing does."""
    inside = directory + os.sep
    _INSIDE.append(inside)
    _BEGINNINGS.update({(inside + "process.py", "_bootstrap"), (inside + "popen_fork.py", "_launch")})
    _inside.clear()
    _sites.clear()
    _codes.clear()


def is_popen(filename: str) -> bool:
    """Whether a file is the part of multiprocessing that starts, ends and reaps processes."""
    return filename.endswith("popen_fork.py") and is_inside(filename)


def is_inside(filename: str) -> bool:
    """Whether a file belongs to multiprocessing, concurrent.futures, threading, subprocess or the probe, or is none.

    Of code that has no file, what is called by a single word is the program's, as `<stdin>` is, or what a library has
    carried to another process; `<string>`, `<frozen os>` and `<attrs generated init A>` are made by machinery.
    """
    known = _inside.get(filename)
    if known is None:
        is_made = filename == "<string>" or (filename.startswith("<") and " " in filename)
        known = _inside[filename] = is_made or filename.startswith(tuple(_INSIDE))
    return known


def program_frame(depth: int = 1) -> FrameType | None:
    """The nearest frame of the program's own code, seen from ``depth`` frames above the caller."""
    frame: FrameType | None = sys._getframe(depth + 1)
    while frame is not None and is_inside(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def site_of(frame: FrameType | None) -> int:
    """Number of the line a frame stands on, shifted into place; 0 without a frame."""
    if frame is None:
        return 0
    code = frame.f_code
    return journal.site(code.co_filename, frame.f_lineno or 0, code.co_qualname)


def program_site(depth: int = 1) -> int:
    """Number of the program's line that led here, shifted into place; 0 when none of this process's own did."""
    frame: FrameType | None = sys._getframe(depth + 1)
    while frame is not None:
        code = frame.f_code
        sites = _sites.get(id(code), _UNKNOWN)
        if sites is _UNKNOWN:
            sites = _sites_in(code)
        if sites is not None:
            return sites.get(frame.f_lasti) or _new_site(sites, frame)
        frame = frame.f_back
    return 0


_UNKNOWN: dict[int, int] = {}
_NOWHERE: dict[int, int] = {}
"""What ``_sites`` has for the code below which a process begins."""


def _sites_in(code: CodeType) -> dict[int, int] | None:
    """A code object's entry in ``_sites``, made at its first use."""
    if len(_codes) >= _MAX_CODES:
        _sites.clear()
        _codes.clear()
    _codes.append(code)
    sites: dict[int, int] | None = None if is_inside(code.co_filename) else {}
    if (code.co_filename, code.co_name) in _BEGINNINGS:
        sites = _NOWHERE
    _sites[id(code)] = sites
    return sites


def _new_site(sites: dict[int, int], frame: FrameType) -> int:
    if sites is _NOWHERE:
        return 0
    site = sites[frame.f_lasti] = site_of(frame)
    return site


def program_maker(made: object) -> FrameType | None:
    """The program's frame that is making an object; None when a library makes it as a part of its own.

    Skips the constructors of the object itself and the context's factory methods.
    """
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        filename = frame.f_code.co_filename
        if not is_inside(filename):
            if not _is_own_constructor(frame, made):
                return frame
        elif not (
            filename.endswith(("context.py", os.path.basename(__file__)))
            or filename.startswith(_INSIDE[3])
            or _is_constructor_of(frame, made)
        ):
            return None
        frame = frame.f_back
    return None


def _is_own_constructor(frame: FrameType, made: object) -> bool:
    """Whether a frame is the ``__init__`` of a class of the program's own that the object is one of."""
    code = frame.f_code
    return code.co_name == "__init__" and bool(code.co_argcount) and frame.f_locals.get(code.co_varnames[0]) is made


def _is_constructor_of(frame: FrameType, made: object) -> bool:
    code = frame.f_code
    if code.co_name in {"synchronized", "Value", "Array"}:
        return hasattr(made, "_obj")
    return code.co_name in {"__init__", "_make_methods"} and frame.f_locals.get(code.co_varnames[0]) is made
