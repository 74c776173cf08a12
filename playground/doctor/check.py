"""What the examination says of one thing."""

from typing import Literal

from msgspec import Struct

Level = Literal["ok", "warning", "error"]
"""``error`` is something that is needed and does not work."""


class Check(Struct, frozen=True):
    """One line of the examination: what was found, with its consequence, and what to do about it."""

    name: str
    level: Level
    text: str
    advice: str = ""


_MIB, _GIB = 1 << 20, 1 << 30


def amount(size: int) -> str:
    """A number of bytes as people say it."""
    if size < _MIB:
        return f"{size / 1024:.0f} KiB"
    return f"{size / _MIB:.0f} MiB" if size < _GIB else f"{size / _GIB:.1f} GiB"
