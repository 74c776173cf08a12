"""Bookmarks of a recording, in a file beside it: the recording itself is never changed.

``NAME.mpr.notes.json`` belongs to ``NAME.mpr.jsonl``: an object with ``"bookmarks": [{"t": ns, "note": str}, ...]``;
what else stands in it is kept. A file that is none of this is told of, and left to whoever wrote it.
"""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from playground.history import Nanoseconds
from playground.text import clean

SUFFIX = ".mpr.notes.json"
LONGEST = 500
"""Characters of a note."""
MOST = 10_000
_LARGEST = 8 << 20
_RECORDING_SUFFIXES = (".mpr.jsonl.gz", ".mpr.jsonl")


class Bookmarks:
    """Instants of one recording with a note each; without a file they last as long as they are looked at."""

    def __init__(self, recording: Path | None = None) -> None:
        """Read what was noted; ``problem`` says why that cannot be done, and then nothing is written either."""
        self.problem = ""
        self._path = sidecar(recording) if recording is not None else None
        self._notes: dict[Nanoseconds, str] = {}
        if self._path is not None:
            try:
                self._notes = _notes(_read(self._path))
            except OSError as error:
                self.problem = f"cannot read the bookmarks {self._shown}: {error.strerror}"
            except (ValueError, RecursionError):
                self.problem = f"{self._shown} is damaged: bookmarks are not kept until it is mended or deleted"

    @property
    def all(self) -> list[tuple[Nanoseconds, str]]:
        """Instants and notes, in the order of time."""
        return sorted(self._notes.items())

    def note(self, at: Nanoseconds) -> str | None:
        """The note at an instant; None when there is no bookmark."""
        return self._notes.get(at)

    def put(self, at: Nanoseconds, note: str) -> str:
        """Set a bookmark, or give one another note; returns what is wrong, "" when nothing is."""
        if at not in self._notes and len(self._notes) >= MOST:
            return f"a recording has at most {MOST:,} bookmarks: delete some first"
        self._notes[at] = _line(note)
        return self._keep()

    def remove(self, at: Nanoseconds) -> str:
        """Delete a bookmark; returns what is wrong, "" when nothing is."""
        self._notes.pop(at, None)
        return self._keep()

    @property
    def _shown(self) -> str:
        return clean(str(self._path), 4096)

    def _keep(self) -> str:
        if self._path is None:
            return "" if self.problem else "the run was not recorded: its bookmarks last until you leave"
        if self.problem:
            return self.problem
        bookmarks = [{"t": at, "note": note} for at, note in self.all]
        try:
            _replace(self._path, {**_read(self._path), "bookmarks": bookmarks})
        except OSError as error:
            return f"bookmarks are not kept: {self._shown}: {error.strerror}"
        except (ValueError, RecursionError):
            return f"bookmarks are not kept: {self._shown} was damaged meanwhile"
        return ""


def sidecar(recording: Path) -> Path:
    """Where the bookmarks of a recording are."""
    name = recording.name
    for suffix in _RECORDING_SUFFIXES:
        name = name.removesuffix(suffix)
    return recording.with_name(name + SUFFIX)


def _read(path: Path) -> dict[str, Any]:
    """The object in a file, empty when there is none; raises OSError and ValueError."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return {}
    found = json.loads(data) if len(data) <= _LARGEST else None
    if not isinstance(found, dict):
        raise ValueError
    return found


def _notes(found: dict[str, Any]) -> dict[Nanoseconds, str]:
    notes: dict[Nanoseconds, str] = {}
    bookmarks = found.get("bookmarks", [])
    if not isinstance(bookmarks, list) or len(bookmarks) > MOST:
        raise ValueError
    for each in bookmarks:
        match each:
            case {"t": int(t), **rest} if type(t) is int and 0 <= t < 1 << 63:
                notes[t] = _line(str(rest.get("note", "")))
            case _:
                raise ValueError
    return notes


def _replace(path: Path, content: dict[str, Any]) -> None:
    """Write a file in one go: whatever happens, the old or the new one is there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".notes-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _line(text: str) -> str:
    return clean(" ".join(text.split()), LONGEST)
