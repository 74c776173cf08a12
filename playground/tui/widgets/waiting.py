"""The line that says for what one waits, and whatever is done meanwhile beside the screen."""

from collections.abc import Callable
from functools import partial
from typing import Any

from rich.text import Text
from textual.widgets import Static

from playground.errors import PlaygroundError
from playground.tui.work import Work

_BEAT_S = 0.05
_PATIENCE_S = 0.4
"""So long nothing is said of what one waits for."""


class Waiting(Static):
    """Does one thing at a time in a thread; shown when that takes long. What goes wrong is said."""

    DEFAULT_CSS = """
    Waiting { display: none; height: 1; padding: 0 1; background: $text-warning; color: $background; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(id="waiting")
        self._what = ""
        self._work: Work[Any] | None = None
        self._then: Callable[[Any], object] = lambda _: None

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._work is not None

    def begin(self, what: str, do: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Do something, and go on with what came of it; nothing while something else is being done."""
        if self._work is None:
            self._what, self._work, self._then = what, Work(do), then
            self._look_soon()

    def stop(self) -> None:
        """Wait no longer: what comes of it is of no interest."""
        self._work = None
        self.display = False

    def _look_soon(self) -> None:
        self.set_timer(_BEAT_S, partial(self._look, self._work))

    def _look(self, work: Work[Any] | None) -> None:
        """Look whether it is done, unless that is of no interest any more."""
        if work is None or work is not self._work:
            return
        if not work.done:
            if work.seconds > _PATIENCE_S:
                self.display = True
                self.update(Text(f"{self._what} … {work.seconds:.0f} s   Escape: do not wait"))
            self._look_soon()
            return
        self.stop()
        try:
            result = work.result()
        except PlaygroundError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self._then(result)
