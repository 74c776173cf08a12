"""A widget that shows finished lines: whoever has the values draws them, the panel only holds them."""

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from playground.tui.render.palette import Palette, palette_of


class Panel(Widget):
    """Lines of exactly the panel's width, under a title."""

    class Clicked(Message):
        """A place in a panel was clicked."""

        def __init__(self, panel: "Panel", x: int, y: int) -> None:
            super().__init__()
            self.panel, self.x, self.y = panel, x, y

    DEFAULT_CSS = """
    Panel { border: round $panel-lighten-2; border-title-color: $text-muted; padding: 0; }
    Panel.bare { border: none; height: 1; }
    """

    ALLOW_MAXIMIZE = True

    def __init__(self, title: str = "", *, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = title
        self._strips: Sequence[Strip] = ()

    def show(self, strips: Sequence[Strip]) -> None:
        """Show other lines."""
        if strips != self._strips:
            self._strips = strips
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give one line of the content."""
        if y < len(self._strips) and self._strips[y].cell_length == self.size.width:
            return self._strips[y]
        return Strip.blank(self.size.width, self.palette.style())

    @property
    def palette(self) -> Palette:
        """The colours of the theme in use."""
        theme = self.app.current_theme
        return palette_of(self.app.get_css_variables(), dark=theme.dark, plain=self.app.no_color)

    def on_click(self, event: events.Click) -> None:
        """Tell the screen where it was clicked."""
        at = event.get_content_offset(self)
        if at is not None:
            self.post_message(self.Clicked(self, at.x, at.y))
