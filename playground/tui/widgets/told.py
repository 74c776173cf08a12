"""What is told of the chosen recording."""

from textual.strip import Strip
from textual.widget import Widget

from playground.recording import Entry
from playground.tui.described import described
from playground.tui.render import recordings
from playground.tui.widgets.colours import palette_in_use


class Told(Widget):
    """A label and a text in each line."""

    DEFAULT_CSS = """
    Told { height: 10; border: round $foreground 20%; border-title-color: $foreground 60%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._entry: Entry | None = None
        self._told: list[tuple[str, str]] = []

    def show(self, entry: Entry | None, title: str) -> None:
        """Tell of another recording, or of none."""
        if entry != self._entry:
            self._entry, self._told = entry, described(entry) if entry is not None else []
            self.border_title = title.replace("[", r"\[")
            self.refresh()

    def on_mount(self) -> None:
        """Draw anew in the colours of another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.refresh())

    def render_line(self, y: int) -> Strip:
        """Give one line."""
        palette, (width, height) = palette_in_use(self.app), self.size
        lines = recordings.details(self._told, self._entry, width, height, palette) if self._entry is not None else []
        return lines[y] if y < len(lines) else Strip.blank(width, palette.style())
