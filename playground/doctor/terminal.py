"""Facts about the terminal: nothing is written to it and nothing is asked."""

import os
import sys
from contextlib import suppress

from msgspec import Struct
from rich.console import Console

_GLYPHS = "✓✗▸│╭━┄▔▌█"


class Terminal(Struct, frozen=True):
    """What a screen would find."""

    stdin: bool
    """Whether that stream is a terminal; the same for the others."""
    stdout: bool
    stderr: bool
    term: str
    columns: int
    """0 when there is no terminal to have a size; the same for ``rows``."""
    rows: int
    colours: str
    """``truecolor``, ``256``, ``standard`` (16 of them) or ``none``, as TERM and COLORTERM say."""
    no_color: bool
    mouse: bool | None
    """Whether its description knows a mouse; None when there is no description."""
    locale: str
    encoding: str
    """Of what is written to the terminal."""
    glyphs: bool
    """Whether the signs of the screens can be written in that encoding."""


def look_at_terminal() -> Terminal:
    """Facts about the terminal on the three streams, or that there is none."""
    columns, rows = _size()
    term = os.environ.get("TERM", "")
    encoding = (sys.stderr.encoding or "ascii").lower()
    return Terminal(
        stdin=sys.stdin.isatty(),
        stdout=sys.stdout.isatty(),
        stderr=sys.stderr.isatty(),
        term=term,
        columns=columns,
        rows=rows,
        colours=_colours(),
        no_color=bool(os.environ.get("NO_COLOR")),
        mouse=_has_mouse(term),
        locale=next(filter(None, map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), ""),
        encoding=encoding,
        glyphs=_can_encode(encoding),
    )


def _size() -> tuple[int, int]:
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        with suppress(OSError, ValueError):
            size = os.get_terminal_size(stream.fileno())
            return size.columns, size.lines
    return 0, 0


def _colours() -> str:
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    return Console(force_terminal=True, _environ=variables).color_system or "none"


def _has_mouse(term: str) -> bool | None:
    try:
        import curses
    except ImportError:
        return None
    try:
        curses.setupterm(term or "unknown", 1)
        return bool(curses.tigetstr("kmous"))
    except (curses.error, ValueError):
        return None


def _can_encode(encoding: str) -> bool:
    try:
        _GLYPHS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
