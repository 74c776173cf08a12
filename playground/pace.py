"""How many events a tick may take in so that it stays short, as this machine is fast and busy now."""

import gc

TICK_NS = 8_000_000
"""A tick that somebody watches may spend so long on events."""
MOST, LEAST = 1500, 100
_GARBAGE = (10_000, 5, 50)
_ENOUGH = 50
"""Of fewer events nothing is learned."""


class Pace:
    """Learns from what earlier ticks took, waiting for a core included."""

    def __init__(self) -> None:
        self.rows = MOST
        """So many events may be taken in at the next tick."""
        self._each = TICK_NS / MOST

    def took(self, rows: int, ns: int) -> None:
        """Take note of how long that many events took."""
        if rows >= _ENOUGH:
            self._each += (ns / rows - self._each) / 3
            self.rows = max(LEAST, min(MOST, int(TICK_NS / self._each)))


def collect_garbage_seldom() -> None:
    """Let Python pass over what was imported, and look for cycles seldom: events come by the thousand and hold none."""
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    gc.enable()
