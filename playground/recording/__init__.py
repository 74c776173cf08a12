"""Runs kept in files: ``*.mpr.jsonl``, described in ``FORMAT.md`` beside this module.

A recording is data: nothing in it is executed, and no path in it is opened. It is read as far as its checkpoints
confirm it, at once (``open_recording``) or little by little (``Reading``), and is written while the run goes on
(``Writer``).
"""

from playground.recording.bookmarks import Bookmarks, sidecar
from playground.recording.library import Entry, directory, listing, new_path, newest, prune
from playground.recording.reader import Opened, Reading, RecordingError, cleaned, open_recording
from playground.recording.writer import Writer

__all__ = [
    "Bookmarks",
    "Entry",
    "Opened",
    "Reading",
    "RecordingError",
    "Writer",
    "cleaned",
    "directory",
    "listing",
    "new_path",
    "newest",
    "open_recording",
    "prune",
    "sidecar",
]
