"""What a person adds to a recording, in a file beside it: a title, bookmarks, and that it is to be kept.

``NAME.mpr.notes.json`` belongs to ``NAME.mpr.jsonl``, the recording itself is never changed. One JSON object:
``{"title": str, "keep": bool, "bookmarks": [{"t": ns, "note": str}, ...]}``; each may be missing, and keys that are not
known here are kept. A file that is none of this is told of and left to whoever wrote it.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from playground import kept
from playground.errors import PlaygroundError
from playground.history import Nanoseconds
from playground.text import clean

SUFFIX = ".mpr.notes.json"
LONGEST_TITLE, LONGEST_NOTE = 120, 500
_MOST_BOOKMARKS = 10_000
_RECORDING_SUFFIXES = (".mpr.jsonl.gz", ".mpr.jsonl")


class NotesError(PlaygroundError):
    """Notes that cannot be read or kept: why, and what to do."""


class Bookmark(Struct, frozen=True, order=True):
    """An instant of a recording that a person wants to find again; times from the run's start."""

    at: Nanoseconds
    note: str = ""


class Notes(Struct, frozen=True):
    """All that was noted of one recording; the bookmarks stand in the order of their times, one for each instant."""

    title: str = ""
    keep: bool = False
    """Whether it is to stay however old it is and however little room is left."""
    bookmarks: tuple[Bookmark, ...] = ()

    @property
    def protect(self) -> bool:
        """Whether nobody but the person may delete the recording."""
        return self.keep or bool(self.bookmarks)

    def titled(self, title: str) -> "Notes":
        """The same under another title; "" is none."""
        return replace(self, title=_line(title, LONGEST_TITLE))

    def with_bookmark(self, at: Nanoseconds, note: str = "") -> "Notes":
        """The same with a bookmark at an instant, in place of one that is there."""
        return self._with({**self._by_time, max(at, 0): _line(note, LONGEST_NOTE)})

    def without_bookmark(self, at: Nanoseconds) -> "Notes":
        """The same without the bookmark at an instant."""
        return self._with({t: note for t, note in self._by_time.items() if t != at})

    @property
    def _by_time(self) -> dict[Nanoseconds, str]:
        return {bookmark.at: bookmark.note for bookmark in self.bookmarks}

    def _with(self, by_time: dict[Nanoseconds, str]) -> "Notes":
        return replace(self, bookmarks=tuple(Bookmark(t, note) for t, note in sorted(by_time.items())))


def notes_path(recording: Path) -> Path:
    """Where the notes of a recording are."""
    name = recording.name
    for suffix in _RECORDING_SUFFIXES:
        name = name.removesuffix(suffix)
    return recording.with_name(name + SUFFIX)


def read_notes(recording: Path) -> Notes:
    """The notes of a recording, empty ones when there are none; raises NotesError when they are damaged."""
    return _notes(_object(recording), notes_path(recording))


def change_notes(recording: Path, change: Callable[[Notes], Notes]) -> Notes:
    """Keep other notes; returns them. Raises NotesError, and then nothing has changed.

    The file is read anew, so that what somebody else has noted meanwhile stays, and replaced in one go. Notes of which
    nothing is left have no file.
    """
    where = notes_path(recording)
    found = _object(recording)
    notes = change(_notes(found, where))
    if len(notes.bookmarks) > _MOST_BOOKMARKS:
        raise NotesError(f"a recording has at most {_MOST_BOOKMARKS:,} bookmarks: delete some first")
    bookmarks = [{"t": bookmark.at, "note": bookmark.note} for bookmark in notes.bookmarks]
    known = {"title": notes.title, "keep": notes.keep, "bookmarks": bookmarks}
    noted = {name: value for name, value in {**found, **known}.items() if value or name not in known}
    try:
        if noted:
            kept.replace(where, noted)
        else:
            where.unlink(missing_ok=True)
    except OSError as error:
        raise NotesError(f"notes are not kept: {_shown(where)}: {error.strerror}") from None
    return notes


def delete_notes(recording: Path) -> None:
    """Delete the notes of a recording that has gone."""
    with suppress(OSError):
        notes_path(recording).unlink()


def _object(recording: Path) -> dict[str, Any]:
    where = notes_path(recording)
    try:
        return kept.read(where)
    except OSError as error:
        raise NotesError(f"cannot read the notes {_shown(where)}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise _damaged(where) from None


def _notes(found: dict[str, Any], where: Path) -> Notes:
    title, keep, bookmarks = found.get("title", ""), found.get("keep", False), found.get("bookmarks", [])
    if not isinstance(title, str) or not isinstance(keep, bool) or not isinstance(bookmarks, list):
        raise _damaged(where)
    by_time: dict[Nanoseconds, str] = {}
    for each in bookmarks:
        match each:
            case {"t": int(t), **rest} if type(t) is int and 0 <= t < 1 << 63:
                by_time[t] = _line(str(rest.get("note", "")), LONGEST_NOTE)
            case _:
                raise _damaged(where)
    in_order = tuple(Bookmark(t, note) for t, note in sorted(by_time.items()))
    return Notes(_line(title, LONGEST_TITLE), keep, in_order[:_MOST_BOOKMARKS])


def _damaged(where: Path) -> NotesError:
    return NotesError(f"{_shown(where)} is damaged, it holds no notes; nothing is noted until it is mended or deleted")


def _shown(where: Path) -> str:
    return clean(str(where), 4096)


def _line(text: str, limit: int) -> str:
    return clean(" ".join(text.split()), limit)
