"""Runs kept in files: ``*.mpr.jsonl``, format version 1.1.

UTF-8 text, one JSON value a line:

- the header, an object: ``{"mpr": [major, minor], "info": {...}}``, with the fields of ``RunInfo``;
- definitions, arrays that begin with a letter: ``["P", index, pid, start, ppid, name, method, daemon, role]``,
  ``["T", process, number, name, native_id]``, ``["R", index, kind, name, creator, site, limit, typecode]``,
  ``["S", index, file, line, function]``, ``["N", index, text]``; each stands before its first use;
- rows, arrays of seven integers: ``[t_ns, process, thread, kind, resource, site, value]``, times from the
  run's start, never decreasing; kinds as in ``probe/layout.py``, unknown kinds are kept;
- checkpoints, ``["C",rows so far,until_ns,crc32]``: the CRC-32 of all bytes since the file's begin up to the last
  comma of the checkpoint itself, those from the last comma to the end of each earlier checkpoint left out; so no part
  can be left out, doubled or taken from another recording. (In version 1.0: of the bytes since the last checkpoint
  only.) At most 5000 lines stand between two. What no checkpoint confirms is not trusted;
- at the end the summary, an object: ``{"summary": {...}}``, followed by a checkpoint.

A recording that has come to the limit of its size (1 GiB; ``MP_PLAYGROUND_RECORDING_MIB`` sets another) ends with the
last checkpoint before it, without a summary.

While it is being written, the writer holds an exclusive ``flock`` on it. What a person notes of a recording stands in a
file beside it (``notes.py``).

A reader refuses another major version and ignores lines it does not know. A recording is data: nothing in it is
executed, and no path in it is opened.
"""

from playground.recording.entry import Entry
from playground.recording.library import Library, Limits, delete, directory, new_path, newest, prune
from playground.recording.notes import Bookmark, Notes, NotesError, change_notes, read_notes
from playground.recording.reader import Opened, RecordingError, cleaned, open_recording
from playground.recording.writer import Writer

__all__ = [
    "Bookmark",
    "Entry",
    "Library",
    "Limits",
    "Notes",
    "NotesError",
    "Opened",
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
