"""What the examination says of one thing."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]
"""``error`` is something that is needed and does not work."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination: what was found, with its consequence, and what to do about it."""

    name: str
    level: Level
    text: str
    advice: str = ""
