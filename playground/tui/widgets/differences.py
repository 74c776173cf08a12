"""What tells two runs apart, beside each other: where their processes part, and the figures that differ."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from playground.comparison.faces import Compared, Parting
from playground.tui.render import differences, table
from playground.tui.render.palette import Palette
from playground.tui.widgets.colours import palette_in_use

_WHEEL = 3


class Sheet(Widget, can_focus=True):
    """Lines that can be scrolled."""

    DEFAULT_CSS = """
    Sheet {
        border: round $foreground 20%; border-title-color: $foreground 60%; border-subtitle-color: $foreground 45%;
        width: 1fr; height: 1fr;
        &:focus { border: round $text-primary; border-title-color: $text-primary; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page(-1)", "Scroll up", show=False),
        Binding("pagedown", "page(1)", "Scroll down", show=False),
    ]

    def __init__(self, title: str, name: str) -> None:
        super().__init__(id=name)
        self.border_title = title
        self.compared: Compared | None = None
        self.labels: Sequence[str] = ()
        self._lines: list[Strip] = []
        self._top = 0

    # --- For subclasses: to be implemented --------------------------------------------------------------

    def drawn(self, compared: Compared, width: int, palette: Palette) -> list[Strip]:
        """Give all lines."""
        raise NotImplementedError

    # --- Drawing ----------------------------------------------------------------------------------------

    def show(self, compared: Compared | None, labels: Sequence[str]) -> None:
        """Show another comparison; None while there is none."""
        self.compared, self.labels = compared, labels
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        if self.size.width and self.compared is not None:
            self._lines = self.drawn(self.compared, self.size.width, palette_in_use(self.app))
        elif self.compared is None:
            self._lines = []
        self._top = table.visible(self._top, len(self._lines), self.size.height)
        below = len(self._lines) - self._top - self.size.height
        told = (f"↑{self._top}" if self._top else "", f"↓{below}" if below > 0 else "")
        self.border_subtitle = " ".join(filter(None, told))
        self.refresh()

    def on_mount(self) -> None:
        """Draw anew in the colours of another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def on_show(self) -> None:
        """Draw what came while it was hidden."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Give one line."""
        palette, width = palette_in_use(self.app), self.size.width
        at = self._top + y
        if at >= len(self._lines) or self._lines[at].cell_length != width:
            return Strip.blank(width, palette.style())
        return self._lines[at]

    # --- Scrolling ---------------------------------------------------------------------------------------

    def scroll_lines(self, lines: int) -> None:
        """Scroll; forwards when positive."""
        self._top += lines
        self.redraw()

    def action_page(self, pages: int) -> None:
        """Scroll by pages."""
        self.scroll_lines(pages * max(self.size.height - 1, 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self.scroll_lines(-_WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        event.stop()
        self.scroll_lines(_WHEEL)


class Partings(Sheet):
    """The first difference of every process; Enter, or a click, goes to it in both runs."""

    class Wanted(Message):
        """A parting is to be seen in both runs."""

        def __init__(self, parting: Parting) -> None:
            super().__init__()
            self.parting = parting

    BINDING_GROUP_TITLE = "Where they part"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Go to", tooltip="Go there in both runs, which are aligned on it"),
        Binding("up,k", "choose(-1)", "Previous", show=False),
        Binding("down,j", "choose(1)", "Next", show=False),
    ]

    def __init__(self) -> None:
        super().__init__("Where they part", "partings")
        self._chosen = 0

    def drawn(self, compared: Compared, width: int, palette: Palette) -> list[Strip]:
        """Draw the list."""
        return differences.partings(compared, self.labels, self._chosen, width, palette, focused=self.has_focus)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """There is nowhere to go where they part nowhere."""
        return action != "go" or bool(self.compared is not None and self.compared.partings)

    def on_focus(self) -> None:
        """Show which is chosen."""
        self.redraw()

    def on_blur(self) -> None:
        """Hide it."""
        self.redraw()

    def action_choose(self, step: int) -> None:
        """Choose the next or previous one."""
        count = len(self.compared.partings) if self.compared is not None else 0
        self._chosen = min(max(self._chosen + step, 0), max(count - 1, 0))
        rows, last = differences.ROWS, self._chosen * differences.ROWS + differences.ROWS - 1
        self._top = table.showing(self._top, last, count * rows, self.size.height)
        self._top = table.showing(self._top, self._chosen * rows, count * rows, self.size.height)
        self.redraw()

    def action_go(self) -> None:
        """Go to the chosen one."""
        if self.compared is not None and self._chosen < len(self.compared.partings):
            self.post_message(self.Wanted(self.compared.partings[self._chosen]))

    def on_click(self, event: events.Click) -> None:
        """Choose one and go to it."""
        at = event.get_content_offset(self)
        if at is None or self.compared is None:
            return
        place = (self._top + at.y) // differences.ROWS
        if place < len(self.compared.partings):
            self._chosen = place
            self.redraw()
            self.action_go()


class Figures(Sheet):
    """The figures that differ."""

    BINDING_GROUP_TITLE = "What differs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__("What differs", "figures")

    def drawn(self, compared: Compared, width: int, palette: Palette) -> list[Strip]:
        """Draw the table."""
        return differences.figures(compared, self.labels, width, palette)

    def action_scroll(self, lines: int) -> None:
        """Scroll by a line."""
        self.scroll_lines(lines)


class Differences(Horizontal):
    """Both sheets, or where there is little room one of them."""

    DEFAULT_CSS = """
    Differences { height: 2fr; min-height: 5; }
    Differences.alone #figures { display: none; }
    Differences.alone.turned #figures { display: block; }
    Differences.alone.turned #partings { display: none; }
    """

    def compose(self) -> ComposeResult:
        """Where they part at the left."""
        yield Partings()
        yield Figures()

    def show(self, compared: Compared | None, labels: Sequence[str], waiting: str) -> None:
        """Show a comparison; while there is none, ``waiting`` says for what one waits."""
        count = len(compared.partings) if compared is not None else 0
        self.query_one(Partings).border_title = waiting or f"Where they part  {count or ''}".rstrip()
        for sheet in self.query(Sheet):
            sheet.show(compared, labels)

    def turn(self) -> None:
        """Show the other sheet, or go to it where both are shown."""
        partings, figures = self.query_one(Partings), self.query_one(Figures)
        other = figures if partings.has_focus or (not figures.has_focus and not self.has_class("turned")) else partings
        self.set_class(other is figures, "turned")
        self.screen.set_focus(other)
