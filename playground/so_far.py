"""How far something has come that takes long, told in one line on stderr."""

import sys
import time

_PATIENCE_S, _EVERY_S = 0.5, 0.1


class SoFar:
    """Tells on a terminal how far something has come, when that takes longer than half a second."""

    def __init__(self, what: str, *, as_numbers: bool = False) -> None:
        """``what`` is being done; ``as_numbers`` is for another program: a share on each line, from the begin on."""
        self._what, self._as_numbers = what, as_numbers
        self._since = time.monotonic()
        self._told = self._since + (0 if as_numbers else _PATIENCE_S) - _EVERY_S
        self._shown = as_numbers or sys.stderr.isatty()
        self._open = False

    def __call__(self, share: float) -> None:
        """So much is done."""
        now = time.monotonic()
        if not self._shown or now - self._told < _EVERY_S:
            return
        self._told = now
        if self._as_numbers:
            print(f"{share:.3f}", file=sys.stderr, flush=True)
        else:
            print(f"\r{self._what} … {share:4.0%}", end="", file=sys.stderr, flush=True)
            self._open = True

    def done(self) -> None:
        """Take the line away."""
        if self._open:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
