"""The gravest thing that is to be said: what went wrong and what to do, a notice, or the verdict."""

from collections.abc import Sequence

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from playground.tui.moment import Moment
from playground.tui.render import header
from playground.tui.render.palette import Palette
from playground.tui.view import PaneWanted
from playground.tui.widgets.panel import Panel


class Banner(Panel, can_focus=False):
    """As many lines as it needs, at most four, fewer where there is little room; gone when all is quiet."""

    def __init__(self) -> None:
        super().__init__("", self.draw, id="banner", classes="bare")
        self._notice = ""
        self._lines = 0

    def lines_for(self, moment: Moment, notice: str) -> int:
        """So many lines are needed for what there is to say at a moment."""
        width = self.parent.size.width if isinstance(self.parent, Widget) else 0
        return len(header.banner(moment, notice, width, self._most, self.palette)) if width else 0

    @property
    def _most(self) -> int:
        return min(max(self.screen.size.height // 9, 2), 4)

    def show(self, moment: Moment, notice: str, *, least: int = 0) -> None:
        """Show what there is to say at a moment, on at ``least`` so many lines: those of the banner beside it."""
        self._notice = notice
        lines = max(self.lines_for(moment, notice), least)
        self.display = lines > 0
        if lines and self._lines != lines:
            self._lines = lines
            self.styles.height = lines
        self.moment = moment

    def on_click(self, event: events.Click) -> None:  # noqa: ARG002  # Textual's
        """Show what was found in full."""
        self.post_message(PaneWanted("Findings", focus=True))

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """Give its lines."""
        return header.banner(moment, self._notice, width, self._most, palette, least=height)
