"""Which rows a detector looks at: those of some kinds, of some of them only once there is a reason to."""

from collections.abc import Callable, Iterable, Mapping

from playground.findings.finding import Finding

Handler = Callable[[int], Iterable[Finding]]
"""Looks at the row of a number."""


class Handlers(dict[int, Handler]):
    """Kind to what looks at its rows. What most programs give no reason for costs nothing until it is followed."""

    def __init__(self, handlers: Mapping[int, Handler]) -> None:
        super().__init__(handlers)
        self.more: Callable[[], None] = _nobody
        """Called when there are more of them."""

    def follow(self, handlers: Mapping[int, Handler]) -> None:
        """Look at rows of these kinds too, from the next row on; a kind that has a handler keeps it."""
        for kind, handler in handlers.items():
            self.setdefault(kind, handler)
        self.more()


def _nobody() -> None:
    """Nobody calls the handlers yet."""
