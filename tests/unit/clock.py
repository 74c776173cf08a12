"""A clock for replays."""

from tests.unit.rows import MS

SECOND = 1_000 * MS


class Clock:
    """Time passes only when told."""

    def __init__(self) -> None:
        self.now = 77 * SECOND

    def __call__(self) -> int:
        return self.now

    def advance(self, ms: float) -> None:
        self.now += round(ms * MS)
