"""Recordings in the order that the person wants, those of them that have the words. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from playground.listing import kept, name_of
from playground.recording import Entry

_GRAVEST_FIRST = ("stuck", "failed", "timeout", "not ended", "running", "stopped", "finished")


class Volume(Struct, frozen=True, dict=True):
    """One recording on the shelf."""

    entry: Entry

    @property
    def path(self) -> Path:
        """The recording itself."""
        return self.entry.path

    @cached_property
    def started(self) -> datetime | None:
        """When its run was started, as it was here; None when that is not known."""
        try:
            return datetime.fromisoformat(self.entry.started_at).astimezone()
        except (ValueError, OverflowError, OSError):
            return None

    @cached_property
    def began(self) -> float:
        """The same in seconds; 0 when it is not known."""
        return self.started.timestamp() if self.started is not None else 0.0

    @cached_property
    def words(self) -> str:
        """All that it can be found by, in small letters."""
        entry = self.entry
        day = self.started.strftime("%Y-%m-%d %d %b %A") if self.started is not None else ""
        texts = (name_of(entry), entry.scenario, entry.variant, entry.outcome, entry.verdict, entry.problem, day)
        return " ".join((*texts, kept(entry), entry.path.name)).lower()


ORDERS: dict[str, Callable[[Volume], Any]] = {
    "day": lambda volume: -volume.began,
    "name": lambda volume: name_of(volume.entry).lower(),
    "length": lambda volume: -volume.entry.duration_s,
    "end": lambda volume: _gravity(volume.entry),
    "size": lambda volume: -volume.entry.size,
    "kept": lambda volume: (not volume.entry.kept, -len(volume.entry.notes.bookmarks)),
    "verdict": lambda volume: (volume.entry.problem or volume.entry.verdict).lower(),
}
"""By what recordings can be ordered; the first is the usual one."""


def arranged(volumes: Iterable[Volume], order: str, words: str, *, turned: bool = False) -> list[Volume]:
    """Those that have all the words, in an order, ``turned`` round or not; of equal ones the newest first."""
    wanted = words.lower().split()
    found = [volume for volume in volumes if all(word in volume.words for word in wanted)]
    found.sort(key=ORDERS["day"])
    found.sort(key=ORDERS[order], reverse=turned)
    return found


def other_variant(volumes: Iterable[Volume], volume: Volume) -> Volume | None:
    """The newest recording of its scenario in the fixed variant, of a fixed one in the broken one, or in any other."""
    same = [each for each in volumes if each.entry.scenario == volume.entry.scenario and not each.entry.problem]
    others = [each for each in same if each.entry.variant and each.entry.variant != volume.entry.variant]
    wanted = "broken" if volume.entry.variant == "fixed" else "fixed"
    preferred = [each for each in others if each.entry.variant == wanted] or others
    return min(preferred, key=ORDERS["day"], default=None)


def _gravity(entry: Entry) -> int:
    if entry.problem:
        return -1
    return _GRAVEST_FIRST.index(entry.outcome) if entry.outcome in _GRAVEST_FIRST else len(_GRAVEST_FIRST)
