"""A panel with links to walk along: a line of it is chosen while it has the keys."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render.links import Link, Target, links, marked
from playground.tui.render.palette import Palette
from playground.tui.widgets.panel import Panel


class Linked(Panel):
    """Up and down go from one line with links to the next, left and right along a line, Enter where it leads."""

    BINDING_GROUP_TITLE = "In the details and the waits"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "line(-1)", "Previous line", show=False),
        Binding("down,j", "line(1)", "Next line", show=False),
        Binding("left", "along(-1)", "Previous name", show=False),
        Binding("right", "along(1)", "Next name", show=False),
        Binding("enter", "go", "Go to", show=False, tooltip="Go to the process or resource that is marked"),
    ]
    _places: Sequence[tuple[int, list[Link]]] = ()
    """The lines that have links."""
    _place = 0
    _along = 0
    _target: Target | None = None
    _marked = False
    """Whether somebody has seen the mark: until then it is at the first link, whichever that is."""

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """Draw, and mark the chosen link while the panel has the keys."""
        drawn = list(self.draw_lines(moment, width, height, palette))
        self._places = [(y, found) for y, strip in enumerate(drawn) if (found := links(strip))]
        self._follow()
        if self.has_focus and self._places:
            y, found = self._places[self._place]
            drawn[y] = marked(drawn[y], found[self._along], palette.selected)
        return drawn

    def draw_lines(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """Give all lines without a mark."""
        return self._drawing(moment, width, height, palette)

    def _follow(self) -> None:
        """Stay with the marked target when lines come and go above it."""
        last = max(len(self._places) - 1, 0)
        self._place = min(self._place, last)
        nearest = sorted(range(len(self._places)), key=lambda place: abs(place - self._place))
        for place in nearest if self._marked else ():
            targets = [link.target for link in self._places[place][1]]
            if self._target in targets:
                self._place = place
                if self._along >= len(targets) or targets[self._along] != self._target:
                    self._along = targets.index(self._target)
                return
        self._along = 0
        self._target = self._places[self._place][1][0].target if self._places else None

    def top_of(self, drawn: Sequence[Strip]) -> int:
        """Keep the chosen line in sight."""
        if not (self.has_focus and self._places):
            return super().top_of(drawn)
        return max(0, min(self._places[self._place][0] - self.size.height // 2, len(drawn) - self.size.height))

    def on_focus(self) -> None:
        """Show the mark."""
        self._marked = True
        self.redraw()

    def on_blur(self) -> None:
        """Hide the mark."""
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Mark what was clicked."""
        at = event.get_content_offset(self)
        for place, (y, found) in enumerate(self._places if at is not None else ()):
            for along, link in enumerate(found):
                if at is not None and y == at.y + self._span[0] and link.start <= at.x < link.end:
                    self._choose(place, along)

    def _choose(self, place: int, along: int) -> None:
        self._place, self._along = place, along
        self._target = self._places[place][1][along].target
        self._top = None
        self.redraw()

    def action_line(self, step: int) -> None:
        """Go to the next or previous line with links."""
        if not self._places:
            self.scroll_rows(step)
        elif 0 <= self._place + step < len(self._places):
            self._choose(self._place + step, 0)

    def action_along(self, step: int) -> None:
        """Go along the line; beyond its ends the key means what it does elsewhere."""
        found = self._places[self._place][1] if self._places else []
        if not 0 <= self._along + step < len(found):
            raise SkipAction
        self._choose(self._place, self._along + step)

    def action_go(self) -> None:
        """Go to what is marked."""
        if self._target is not None:
            self.go_to(self._target, focus=True)
