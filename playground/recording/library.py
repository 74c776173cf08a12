"""Where recordings are kept, which there are, and which may go."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from playground import kept
from playground.recording.entry import UNREADABLE, Entry, is_being_written, read_ends, read_entry, size_of
from playground.recording.notes import NotesError, delete_notes, notes_path, read_notes
from playground.recording.reader import RecordingError
from playground.text import clean

SUFFIX = ".mpr.jsonl"
SUFFIXES = (SUFFIX, f"{SUFFIX}.gz")
_DAY_S = 86_400


class Limits(Struct, frozen=True):
    """How long recordings stay, and how much room they may take; 0 is no limit. What is kept counts for neither."""

    days: float = 90.0
    mib: float = 2048.0


def directory() -> Path:
    """The user's recordings; ``MP_PLAYGROUND_DATA`` moves them."""
    return kept.data_directory() / "recordings"


def new_path(scenario: str) -> Path:
    """A fresh file name, sortable by time."""
    slug = re.sub(r"[^a-z0-9]+", "-", scenario.lower()).strip("-")[-60:] or "run"
    return directory() / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{slug}-{os.urandom(2).hex()}{SUFFIX}"


def files() -> list[Path]:
    """All recordings, newest first."""
    named = (path for suffix in SUFFIXES for path in directory().glob(f"*{suffix}"))
    found = [(when, path.name, path) for path in named if (when := _written_at(path))]
    return [path for *_, path in sorted(found, reverse=True)]


def newest() -> Path | None:
    """The latest recording that can be opened here, if there is one."""
    return next(filter(_is_ours, files()), None)


class Library:
    """The list of all recordings; what was read of a file is read again only when it or its notes have changed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[object, Entry]] = {}
        self.count = 0
        """How many there are, as far as that is known."""

    def entries(self) -> Iterator[Entry]:
        """All, newest first."""
        paths = files()
        self.count = len(paths)
        before, self._known = self._known, {}
        for path in paths:
            state = (_state(path), _state(notes_path(path)))
            known = before.get(path)
            if known is None or known[0] != state or known[1].outcome == "running":
                known = (state, read_entry(path))
            self._known[path] = known
            yield known[1]


def delete(path: Path) -> None:
    """Delete a recording, and its notes with its last copy; raises RecordingError when that cannot be."""
    if is_being_written(path):
        raise RecordingError(f"{clean(path.name, 255)} is being written: end its run first")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise RecordingError(f"cannot delete {clean(str(path), 4096)}: {error.strerror}") from None
    if not any(map(_written_at, _copies(path))):
        delete_notes(path)


def prune(limits: Limits) -> list[Path]:
    """Delete the oldest recordings beyond an age or a size; returns what went.

    Left alone are those that are kept or have bookmarks, or whose notes cannot be read; what is being written, or is no
    recording that we know; and, however large, the newest.
    """
    gone: list[Path] = []
    oldest, most = time.time_ns() - int(limits.days * _DAY_S * 1e9), int(limits.mib * (1 << 20))
    total = 0
    for number, path in enumerate(files()):
        if _is_protected(path):
            continue
        total += size_of(path)
        too_old = limits.days > 0 and _written_at(path) < oldest
        too_much = limits.mib > 0 and total > most and number > 0
        if (too_old or too_much) and _is_ours(path):
            try:
                delete(path)
            except RecordingError:
                continue
            gone.append(path)
    return gone


def _is_protected(path: Path) -> bool:
    try:
        return read_notes(path).protect
    except NotesError:
        return True


def _is_ours(path: Path) -> bool:
    try:
        read_ends(path)
    except UNREADABLE:
        return False
    return True


def _copies(path: Path) -> list[Path]:
    """Where the same recording may be, compressed or not: they share their notes."""
    stem = path.name.removesuffix(SUFFIXES[1]).removesuffix(SUFFIX)
    return [path.with_name(stem + suffix) for suffix in SUFFIXES]


def _written_at(path: Path) -> int:
    """When a file was last written; 0 for what is no file, or has just been deleted."""
    try:
        return path.stat().st_mtime_ns if path.is_file() else 0
    except OSError:
        return 0


def _state(path: Path) -> object:
    """What changes when a file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
