"""One of two runs that are shown beside each other: what it is and how it stands, timeline, counters, waits."""

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from playground.history import Nanoseconds
from playground.tui.moment import Moment
from playground.tui.render import header
from playground.tui.view import ViewChanged
from playground.tui.widgets.banner import Banner
from playground.tui.widgets.counters import Counters
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.timeline import Sought, Timeline
from playground.tui.widgets.waits import Waits

_LOW = 17
"""With fewer rows than these there is room for the timeline alone."""


class Side(Vertical):
    """Hands a moment to its panels, and says of which side something else is wanted."""

    class Changed(Message):
        """The person wants to see something else on one side."""

        def __init__(self, side: int, changes: dict[str, Any]) -> None:
            super().__init__()
            self.side, self.changes = side, changes

    class InstantWanted(Message):
        """The person wants to see an instant, in the time of one side."""

        def __init__(self, side: int, at: Nanoseconds) -> None:
            super().__init__()
            self.side, self.at = side, at

    DEFAULT_CSS = """
    Side { width: 1fr; height: 1fr; }
    Side .heading { height: 1; }
    Side Timeline { height: 3fr; min-height: 5; }
    Side .lower { height: 2fr; min-height: 6; }
    Side Counters { width: 1fr; }
    Side Waits { width: 1fr; }
    Side Counters.empty { display: none; }
    Side.low .lower { display: none; }
    Side.low Timeline { min-height: 3; }
    """

    def __init__(self, number: int, label: str) -> None:
        """``label`` tells this run from the other."""
        super().__init__(id=f"side-{number}")
        self.number, self.label = number, label

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        heading = Panel("", self._heading, classes="bare heading")
        heading.can_focus = False
        yield heading
        yield Banner()
        yield Timeline()
        with Horizontal(classes="lower"):
            yield Counters()
            yield Waits()

    def _heading(self, moment: Moment, width: int, _height: int, palette: Any) -> Any:
        return header.side(moment, self.label, width, palette, in_front=self.has_focus_within)

    def on_resize(self) -> None:
        """Leave out what there is no room for, on both sides alike."""
        sides = self.screen.query(Side)
        sides.set_class(min(side.size.height for side in sides) < _LOW, "low")

    def on_descendant_focus(self) -> None:
        """Mark who has the keys."""
        self.query_one(".heading", Panel).redraw()

    def on_descendant_blur(self) -> None:
        """The keys went elsewhere."""
        self.query_one(".heading", Panel).redraw()

    def banner_lines(self, moment: Moment, notice: str) -> int:
        """So many lines are needed for what there is to say at a moment."""
        return self.query_one(Banner).lines_for(moment, notice)

    def show(
        self, moment: Moment, notice: str, *, all_of_it: bool, compared: bool = False, banner_lines: int = 0
    ) -> None:
        """Show a new moment; without ``all_of_it`` only what moves. What is ``compared`` has no banner of its own.

        The banner has at least ``banner_lines``, so that timelines beside each other are level.
        """
        self.query_one(".heading", Panel).moment = self.query_one(Timeline).moment = moment
        if compared:
            self.query_one(Banner).display = False
        elif all_of_it:
            self.query_one(Banner).show(moment, notice, least=banner_lines)
        if all_of_it and not compared:
            plots = self.query_one(Counters)
            plots.stretch = self.query_one(Timeline).stretch
            plots.set_class(not (moment.history.counters or moment.history.measured), "empty")
            plots.moment = self.query_one(Waits).moment = moment

    def on_view_changed(self, message: ViewChanged) -> None:
        """Tell on which side it was."""
        message.stop()
        self.post_message(self.Changed(self.number, message.changes))

    def on_sought(self, message: Sought) -> None:
        """Tell on which side it was."""
        message.stop()
        self.post_message(self.InstantWanted(self.number, message.at))
