"""A widget that shows what a pure drawing makes of the moment, under a title."""

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Region
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render.line import differing
from playground.tui.render.links import Target, link_at
from playground.tui.render.palette import Palette
from playground.tui.view import PaneWanted, ViewChanged
from playground.tui.widgets import fast
from playground.tui.widgets.colours import palette_in_use

Drawing: TypeAlias = Callable[[Moment, int, int, Palette], Sequence[Strip]]
"""Moment, width, height and palette to strips of exactly that width; more than ``height`` can be scrolled."""


class Frame(Vertical):
    """A border around panels that have none of their own; it tells how much of the one in front is not seen."""

    ALLOW_MAXIMIZE = True

    def offers(self, panel: "Panel") -> bool:  # noqa: ARG002  # a frame around one panel has nothing behind it
        """Whether one of the panels can be brought to the front now."""
        return False

    def bring(self, panel: "Panel") -> None:
        """Bring one of the panels to the front."""


class Panel(fast.Opaque, can_focus=True):
    """Draws anew when its moment changes, and scrolls when the drawing is taller than itself."""

    DEFAULT_CSS = """
    Panel {
        border: round $foreground 20%; border-title-color: $foreground 60%; border-subtitle-color: $foreground 45%;
        &:focus { border: round $text-primary; border-title-color: $text-primary; }
        &.bare { border: none; height: 1; }
    }
    """
    BINDING_GROUP_TITLE = "In the panel with the focus"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "scroll_rows(-1)", "Scroll up", show=False),
        Binding("pagedown", "scroll_rows(1)", "Scroll down", show=False),
    ]

    _moment: Moment | None = None

    def __init__(self, title: str, drawing: Drawing, *, at_end: bool = False, **names: str) -> None:
        """With ``at_end`` the last lines are shown until somebody scrolls up."""
        super().__init__(**names)  # type: ignore[arg-type]  # id and classes
        self.border_title = title
        self._drawing, self._at_end = drawing, at_end
        self._strips: Sequence[Strip] = ()
        self._size_drawn = 0, 0
        """Width and height that they were made for."""
        self._span = 0, 0
        """First line shown, and how many there are."""
        self._top: int | None = None
        """First line shown; None is the place that the panel chooses."""

    @property
    def moment(self) -> Moment | None:
        """What it shows."""
        return self._moment

    @moment.setter
    def moment(self, moment: Moment | None) -> None:
        self._moment = moment
        self.take_moment()

    def take_moment(self) -> None:
        """Draw the new moment."""
        self.redraw()

    def on_mount(self) -> None:
        """Draw what there is, and anew in the colours of another theme."""
        self.take_moment()
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())

    def on_resize(self) -> None:
        """Draw for the new size, unless that has been done."""
        if self.size != self._size_drawn:
            self.redraw()

    def on_show(self) -> None:
        """Draw what came while it was hidden."""
        self.on_resize()

    def redraw(self) -> None:
        """Make the strips anew, unless nobody sees them; the screen is touched only when they differ."""
        width, height = self.size if self.moment is not None and self.display else (0, 0)
        if self.moment is None or not width or not height:
            self._size_drawn = 0, 0
            return
        drawn = self.draw(self.moment, width, height, self.palette)
        top = min(self.top_of(drawn) if self._top is None else self._top, max(0, len(drawn) - height))
        shown = drawn[top : top + height]
        self._span = top, len(drawn)
        above, below = self.unseen()
        told = (self.caption, f"↑{above}" if above else "", f"↓{below}" if below > 0 else "")
        frame = self.parent if isinstance(self.parent, Frame) and not self.has_class("bare") else self
        fast.tell(frame, " ".join(filter(None, told)))
        before, self._strips, size = self._strips, shown, self._size_drawn
        self._size_drawn = width, height
        if size != self._size_drawn:
            self.refresh()
            return
        changed = [Region(0, y, width, 1) for y in range(min(len(before), len(shown)), max(len(before), len(shown)))]
        for y, (old, new) in enumerate(zip(before, shown, strict=False)):
            changed += [Region(x, y, cells, 1) for x, cells in differing(old, new)]
        if changed:
            fast.touch(self, changed)

    def unseen(self) -> tuple[int, int]:
        """How many lines are not seen above and below."""
        top, count = self._span
        return top, count - top - self.size.height

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """Give all lines."""
        return self._drawing(moment, width, height, palette)

    @property
    def caption(self) -> str:
        """What is said in the border, beside how much there is above and below."""
        return ""

    def top_of(self, drawn: Sequence[Strip]) -> int:
        """First line to show while nobody has scrolled."""
        return max(0, len(drawn) - self.size.height) if self._at_end else 0

    def content_line(self, y: int, width: int) -> Strip:
        """Give one line of what was drawn."""
        if y < len(self._strips) and self._strips[y].cell_length == width:
            return self._strips[y]
        return Strip.blank(width, self.palette.style())

    @property
    def palette(self) -> Palette:
        """The colours of the theme in use."""
        return palette_in_use(self.app)

    # --- Links ----------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Go to what was clicked, where the drawing has a link there."""
        at = event.get_content_offset(self)
        if at is not None and 0 <= at.y < len(self._strips) and (target := link_at(self._strips[at.y], at.x)):
            self.go_to(target)

    def go_to(self, target: Target, *, focus: bool = False) -> None:
        """Select a process, or show the details of a resource."""
        if target.kind == "process":
            self.post_message(ViewChanged(selected=target.number))
        else:
            self.post_message(ViewChanged(resource=target.number))
            self.post_message(PaneWanted("Details", focus=focus))

    def come_forward(self) -> None:
        """Be seen, where one of several panels is."""
        if isinstance(self.parent, Frame):
            self.parent.bring(self)

    # --- Scrolling ------------------------------------------------------------------------------------

    def action_scroll_rows(self, pages: int) -> None:
        """Scroll by pages."""
        self.scroll_rows(pages * max(1, self.size.height - 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self.scroll_rows(-3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        event.stop()
        self.scroll_rows(3)

    def scroll_rows(self, rows: int) -> None:
        """Scroll by lines; forwards when positive."""
        if self.moment is None:
            return
        drawn = self.draw(self.moment, self.size.width, self.size.height, self.palette)
        last = max(0, len(drawn) - self.size.height)
        top = min(max((self.top_of(drawn) if self._top is None else self._top) + rows, 0), last)
        self._top = None if top == self.top_of(drawn) else top
        self.redraw()
