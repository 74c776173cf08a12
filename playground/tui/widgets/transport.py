"""The bar of a replay: its whole run in one line; click or drag to go somewhere."""

from textual import events

from playground.tui.render import header
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.timeline import Sought


class Transport(Panel, can_focus=False):
    """Shown in a replay only."""

    def __init__(self) -> None:
        super().__init__("", header.transport, id="transport", classes="bare")

    def watch_moment(self) -> None:
        """Appear with a replay."""
        self.display = self.moment is not None and not self.moment.live
        self.redraw()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go to the instant and follow the mouse."""
        self.capture_mouse()
        self._seek(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on while the button is held."""
        if self.app.mouse_captured is self:
            self._seek(event.x)

    def on_mouse_up(self) -> None:
        """Let go."""
        self.release_mouse()

    def _seek(self, x: int) -> None:
        if self.moment is not None:
            at = header.instant(x, self.moment.until - self.moment.since, self.size.width)
            if at is not None:
                self.post_message(Sought(self.moment.since + at))
