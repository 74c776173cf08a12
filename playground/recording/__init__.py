"""Runs kept in files: ``*.mpr.jsonl``, described in ``FORMAT.md`` beside this module.

A recording is data: nothing in it is executed, and no path in it is opened. It is read as far as its checkpoints
confirm it, at once (``open_recording``) or little by little (``Reading``), and is written while the run goes on
(``Writer``).
What a person notes of it stands in a file beside it (``notes.py``).
"""

from playground.recording.bookmarks import Bookmarks
from playground.recording.entry import Entry
from playground.recording.library import Library, Limits, delete, directory, new_path, newest, prune
from playground.recording.notes import Bookmark, Notes, NotesError, change_notes, read_notes
from playground.recording.reader import Opened, Reading, RecordingError, cleaned, open_recording
from playground.recording.writer import Writer

__all__ = [
    "Bookmark",
    "Bookmarks",
    "Entry",
    "Library",
    "Limits",
    "Notes",
    "NotesError",
    "Opened",
    "Reading",
    "RecordingError",
    "Writer",
    "change_notes",
    "cleaned",
    "delete",
    "directory",
    "new_path",
    "newest",
    "open_recording",
    "prune",
    "read_notes",
]
