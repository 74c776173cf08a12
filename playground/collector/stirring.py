"""Whether anybody in a run has recorded anything: asked in microseconds, where to read all journals takes many more."""

import mmap
import os
from collections.abc import Mapping
from contextlib import suppress

from playground.collector.journal import Journal
from playground.probe import layout

_AHEAD = 20 * layout.RECORD_SIZE
"""So far ahead it is looked for records: a thread may have been held up between taking a slot and filling it."""
_EMPTY = bytes(_AHEAD)


class Stirring:
    """Keeps the segments that are being written to in sight."""

    def __init__(self, journals: Mapping[tuple[int, int], Journal]) -> None:
        """``journals`` are those of the run at any time."""
        self._journals = journals
        self._mapped: dict[Journal, tuple[str, mmap.mmap]] = {}

    def any(self) -> bool:
        """Whether there is something in the journals that has not been read."""
        return any(not journal.dead and self._has_new(journal) for journal in self._journals.values())

    def _has_new(self, journal: Journal) -> bool:
        path, offset = journal.place
        if not path:
            return journal.has_segments()
        known = self._mapped.get(journal)
        if known is None or known[0] != path:
            segment = _mapping(path)
            if segment is None:
                return True
            known = self._mapped[journal] = path, segment
        ahead = known[1][offset : offset + _AHEAD]
        if len(ahead) == _AHEAD:
            return not offset or ahead != _EMPTY
        return len(ahead) < layout.RECORD_SIZE or ahead != _EMPTY[: len(ahead)]

    def forget(self) -> None:
        """Let go of what it keeps, to be called when there is much to read anyway."""
        for _, segment in self._mapped.values():
            segment.close()
        self._mapped.clear()


def _mapping(path: str) -> mmap.mmap | None:
    """A segment in memory; None when it is gone."""
    with suppress(OSError, ValueError):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return mmap.mmap(descriptor, layout.SEGMENT_SIZE, access=mmap.ACCESS_READ)
        finally:
            os.close(descriptor)
    return None
