"""The line that tells which processes are picked, and what can be done to them."""

from collections.abc import Sequence

from textual import events
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render.line import Line, narrow
from playground.tui.render.palette import Palette
from playground.tui.widgets.commands import Commands
from playground.tui.widgets.panel import Panel

_DEEDS = (
    ("V", "none", "pick_all"),
    ("t", "term", "send('SIGTERM')"),
    ("K", "kill", "send('SIGKILL')"),
    ("s", "suspend", "suspend"),
    ("F9", "signal", "signals"),
    ("F7", "less nice", "nice(-1)"),
    ("F8", "nicer", "nice(1)"),
    ("a", "cores", "cores"),
)
_MOST_NAMES = 3
_NAMES_CELLS = 14


class Picked(Panel, can_focus=False):
    """Shown while processes are picked in a live run; a click on a key does what the key does."""

    DEFAULT_CSS = "Picked { display: none; }"

    def __init__(self) -> None:
        super().__init__("", self.draw, classes="bare")
        self._places: list[tuple[int, int, str]] = []
        """First cell, the one after the last, and action."""

    def take_moment(self) -> None:
        """Come and go with what is picked."""
        self.display = bool(self.moment is not None and self.moment.live and self.moment.picked)
        super().take_moment()

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:  # noqa: ARG002  # as all
        """``● 2 picked: A, B   V none  t term …``, as much as fits."""
        ground = palette.selected
        muted, key = palette.style(palette.muted, ground), palette.style(palette.accent, ground, bold=True)
        names = [narrow(moment.history.name(index))[:_NAMES_CELLS] for index in moment.picked]
        more = ", …" if len(names) > _MOST_NAMES else ""
        line = Line().add(f" ● {len(names)} picked", palette.style(palette.text, ground, bold=True))
        line.add(f": {', '.join(names[:_MOST_NAMES])}{more}  ", palette.style(palette.text, ground))
        self._places = []
        for sign, text, action in _DEEDS:
            if line.width + len(sign) + len(text) + 3 > width:
                break
            begin = line.width + 1
            line.add(f" {sign}", key).add(f" {text} ", muted)
            self._places.append((begin, line.width, action))
        return [line.strip(width, muted)]

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        event.stop()
        for begin, end, action in self._places:
            if begin <= event.x < end:
                self.call_later(self.app.run_action, action, self.screen.query_one(Commands))
