"""How many processes a run may have: one of more is frozen, so that it can be looked at and ended."""

import time
from collections import Counter
from collections.abc import Sequence

from playground.warden import kernel
from playground.warden.channel import Message
from playground.warden.sweep import Find, freeze

LOOK_S = 0.25
SOON_S = 0.02
"""How soon a look may follow another: a fork bomb makes hundreds of processes in a quarter of a second."""


class Budget:
    """Says when to look at the run, and freezes it when it has more processes than ``limit``."""

    def __init__(self, limit: int, find: Find, every_s: float = LOOK_S) -> None:
        """``every_s`` is how often to look, however few processes there may be."""
        self._limit = limit
        self._every_s = every_s
        self._find = find
        self._looked_at = 0.0
        self._count = 0
        self._threads = 0
        self._most = limit
        """Above so many the run is frozen: its limit, or how many there were when that was done last."""

    def due(self) -> bool:
        """Whether it is time to look: as many threads have come, anybody's, as half of the processes still allowed."""
        if time.monotonic() - self._looked_at > self._every_s:
            return True
        return kernel.how_many() - self._threads > max(self._limit - self._count, 0) / 2

    def spend(self, processes: Sequence[kernel.Process]) -> Message | None:
        """Take a look into account; what is to be told if the run was frozen, ``parent`` being who forked most."""
        self._looked_at = time.monotonic()
        self._threads = kernel.how_many()
        self._count = len(processes)
        if self._count <= self._limit:
            self._most = self._limit
        frozen = freeze(self._find) if self._count > self._most else []
        if not frozen:
            return None
        self._most = len(frozen)  # who is let go on may end others, but fork no more
        parents = Counter(process.ppid for process in processes)
        return {"count": len(frozen), "limit": self._limit, "parent": parents.most_common(1)[0][0]}
