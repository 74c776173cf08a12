"""Tracebacks as text: what was raised, and on which line of the program."""

import re

from msgspec import Struct

_FRAME = re.compile(r'  File "(.+)", line (\d+)(?:, in (.+))?')
_LIBRARY = re.compile(r"^<|/lib(64)?/python3|/playground/probe/")


class Trace(Struct, frozen=True):
    """The end of a traceback."""

    error: str
    """``ZeroDivisionError: division by zero``, the first line of it."""
    file: str
    """Of the innermost frame that is the program's own, else of the innermost; without its directory."""
    line: int
    functions: tuple[str, ...]
    """All functions, outermost first."""
    own: bool = True
    """Whether that frame is the program's own."""

    @property
    def place(self) -> str:
        """``work.py:12``; "" when unknown."""
        return f"{self.file}:{self.line}" if self.file else ""


def parse(text: str) -> Trace:
    """Take a traceback apart; of chained exceptions the last one counts."""
    lines = [line for line in text.splitlines() if line.strip()]
    begins = [i for i, line in enumerate(lines) if line.startswith("Traceback (most recent call last)")]
    lines = lines[begins[-1] + 1 :] if begins else lines
    frames = [(i, found) for i, line in enumerate(lines) if (found := _FRAME.match(line))]
    last = frames[-1][0] if frames else -1
    after = (line for line in lines[last + 1 :] if not line.startswith("    "))
    error = next(after, "an exception").strip()
    own = [found for _, found in frames if not _LIBRARY.search(found[1])]
    shown = own or [found for _, found in frames]
    functions = tuple(found[3] or "" for _, found in frames)
    if not shown:
        return Trace(error, "", 0, functions)
    return Trace(error, shown[-1][1].rpartition("/")[2], int(shown[-1][2]), functions, bool(own))
