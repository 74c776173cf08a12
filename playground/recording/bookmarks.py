"""Bookmarks of a recording, kept among its notes; without a recording they last as long as they are looked at."""

from collections.abc import Callable
from pathlib import Path

from playground.history import Nanoseconds
from playground.recording.notes import Notes, NotesError, change_notes, read_notes


class Bookmarks:
    """Instants of one recording with a note each."""

    def __init__(self, recording: Path | None = None) -> None:
        """Read what was noted; ``problem`` says why that cannot be done, and then nothing is written either."""
        self.problem = ""
        self._recording = recording
        self._notes = Notes()
        try:
            self._notes = read_notes(recording) if recording is not None else Notes()
        except NotesError as error:
            self.problem = str(error)

    @property
    def all(self) -> list[tuple[Nanoseconds, str]]:
        """Instants and notes, in the order of time."""
        return [(bookmark.at, bookmark.note) for bookmark in self._notes.bookmarks]

    def note(self, at: Nanoseconds) -> str | None:
        """The note at an instant; None when there is no bookmark."""
        return dict(self.all).get(at)

    def put(self, at: Nanoseconds, note: str) -> str:
        """Set a bookmark, or give one another note; returns what is wrong, "" when nothing is."""
        self._notes = self._notes.with_bookmark(at, note)
        return self._keep(lambda notes: notes.with_bookmark(at, note))

    def remove(self, at: Nanoseconds) -> str:
        """Delete a bookmark; returns what is wrong, "" when nothing is."""
        self._notes = self._notes.without_bookmark(at)
        return self._keep(lambda notes: notes.without_bookmark(at))

    def _keep(self, change: Callable[[Notes], Notes]) -> str:
        if self._recording is None:
            return "the run was not recorded: its bookmarks last until you leave"
        if self.problem:
            return self.problem
        try:
            self._notes = change_notes(self._recording, change)
        except NotesError as error:
            return str(error)
        return ""
