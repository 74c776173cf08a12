"""What is to be read, one at a time: log, findings, source, details, resources."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.reactive import reactive
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render import findings, log, source
from playground.tui.render.line import Line
from playground.tui.render.palette import Palette
from playground.tui.widgets.details import Details
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.processes import Processes
from playground.tui.widgets.resources import Resources
from playground.tui.widgets.waits import Waits

TITLES = ("Log", "Findings", "Source", "Details", "Resources", "Waits", "Processes")
WIDE = 5
"""So many are here while there is room for the others beside the timeline and the counters."""


class Source(Panel):
    """The program's text; keeps the line of the selected process in sight."""

    def __init__(self) -> None:
        super().__init__("", source.draw, id="source")

    def top_of(self, drawn: Sequence[Strip]) -> int:
        """Put the line of the selected process into the upper half."""
        line = source.line_of_selected(self.moment) if self.moment is not None else 0
        return max(0, min(line - 1 - self.size.height // 3, len(drawn) - self.size.height))


class Titles(Panel, can_focus=False):
    """The names of what there is to read; a click chooses."""

    def __init__(self) -> None:
        super().__init__("", self.draw, id="titles", classes="bare")
        self.chosen = 0

    def names(self, moment: Moment) -> list[str]:
        """Titles with the number of findings; with less air, and then shorter, where there is little room."""
        count = len(moment.findings)
        shown = TITLES[: len(TITLES) if self.screen.has_class("narrow") else WIDE]
        texts = [f" {name} {count} " if name == "Findings" and count else f" {name} " for name in shown]
        if self._width(texts) > self.size.width:
            texts = [text if i == self.chosen else text.strip() for i, text in enumerate(texts)]
        if self._width(texts) > self.size.width:
            texts = [text if i == self.chosen else text[:4] for i, text in enumerate(texts)]
        return texts

    @staticmethod
    def _width(texts: Sequence[str]) -> int:
        return 1 + sum(len(text) + 1 for text in texts)

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:  # noqa: ARG002  # as all
        """The chosen one stands out; findings are red when there are any."""
        line = Line().add(" ", palette.style())
        for i, name in enumerate(self.names(moment)):
            tone = palette.bad if i == 1 and moment.findings else palette.text if i == self.chosen else palette.muted
            ground = palette.selected if i == self.chosen else palette.ground
            line.add(name, palette.style(tone, ground, bold=i == self.chosen)).add(" ", palette.style())
        return [line.strip(width, palette.style())]

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        if self.moment is None:
            return
        left = 1
        for i, name in enumerate(self.names(self.moment)):
            if left <= event.x < left + len(name) and isinstance(self.parent, Reader):
                self.parent.chosen = i
            left += len(name) + 1


class Reader(Vertical):
    """Panes behind one another; turns to the findings when there is a new one."""

    DEFAULT_CSS = "Reader Panel { height: 1fr; } Reader #titles { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Previous pane", show=False),
        Binding("right", "turn(1)", "Next pane", show=False),
    ]
    moment: reactive[Moment | None] = reactive(None, repaint=False)
    chosen: reactive[int] = reactive(0, init=False)

    def __init__(self) -> None:
        super().__init__(id="reader")
        self._told = 0

    def compose(self) -> ComposeResult:
        """Titles over the panels."""
        yield Titles()
        yield Panel("", log.draw, at_end=True, id="log")
        yield Panel("", findings.draw, id="findings")
        yield Source()
        yield Details()
        yield Resources()
        yield Waits("", "reader-waits")
        yield Processes("", "reader-processes")

    def on_mount(self) -> None:
        """Show the first."""
        self.watch_chosen()

    def watch_moment(self, moment: Moment | None) -> None:
        """Hand the moment on; a new finding of a live run comes to the front."""
        if moment is None:
            return
        if len(moment.findings) > self._told:
            self._told = len(moment.findings)
            self.chosen = 1 if moment.live else self.chosen
        for panel in self.query(Panel):
            panel.moment = moment

    def watch_chosen(self) -> None:
        """Bring the chosen one to the front; the focus goes along."""
        panels = self._panes
        had_focus = any(panel.has_focus for panel in panels)
        for i, panel in enumerate(panels):
            panel.display = i == self.chosen
        if had_focus:
            panels[self.chosen].focus()
        titles = self.query_one(Titles)
        titles.chosen = self.chosen
        titles.redraw()

    @property
    def _panes(self) -> list[Panel]:
        return [panel for panel in self.query(Panel) if not isinstance(panel, Titles)]

    def reset(self) -> None:
        """Begin anew with another run."""
        self._told = self.chosen = 0

    def turn_to(self, title: str, *, focus: bool = False) -> None:
        """Show the pane of this title; with ``focus`` it gets the keys too."""
        self.chosen = TITLES.index(title)
        if focus:
            self._panes[self.chosen].focus()

    def action_turn(self, step: int) -> None:
        """Show the next or previous one."""
        self.chosen = (self.chosen + step) % (len(TITLES) if self.screen.has_class("narrow") else WIDE)
