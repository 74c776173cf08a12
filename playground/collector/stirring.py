"""Whether anybody in a run has recorded anything: asked in microseconds, where to read all journals takes many more."""

import os
from collections.abc import Mapping

from playground.collector.journal import Journal
from playground.open_files import most_kept
from playground.probe import layout

_AHEAD = 20 * layout.RECORD_SIZE
"""So far ahead it is looked for records: a thread may have been held up between taking a slot and filling it."""
_EMPTY = bytes(_AHEAD)


class Stirring:
    """Keeps the segments that are being written to in sight; where there are too many, some are not looked at."""

    def __init__(self, journals: Mapping[tuple[int, int], Journal]) -> None:
        """``journals`` are those of the run at any time."""
        self._journals = journals
        self._open: dict[Journal, tuple[str, int]] = {}
        self._most = most_kept()

    def any(self) -> bool:
        """Whether there is something in the journals that has not been read."""
        return any(not journal.dead and self._has_new(journal) for journal in self._journals.values())

    def _has_new(self, journal: Journal) -> bool:
        path, offset = journal.place
        if not path:
            return journal.has_segments()
        known = self._open.get(journal)
        if known is None or known[0] != path:
            self._close(journal)
            if len(self._open) >= self._most:
                return False
            try:
                known = self._open[journal] = path, os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return True
        ahead = os.pread(known[1], _AHEAD, offset)  # mapped memory would end us where somebody cuts the file off
        if len(ahead) == _AHEAD:
            return not offset or ahead != _EMPTY
        return len(ahead) < layout.RECORD_SIZE or ahead != _EMPTY[: len(ahead)]

    def forget(self) -> None:
        """Let go of what it keeps, to be called when there is much to read anyway."""
        for journal in list(self._open):
            self._close(journal)

    def _close(self, journal: Journal) -> None:
        known = self._open.pop(journal, None)
        if known is not None:
            os.close(known[1])
