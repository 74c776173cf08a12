"""The panels of one run: everything on it shows one moment."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from playground.tui.moment import Moment
from playground.tui.render import counters, header
from playground.tui.widgets.banner import Banner
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.processes import Processes
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.timeline import Timeline
from playground.tui.widgets.transport import Transport
from playground.tui.widgets.waits import Waits


class Board(Vertical):
    """Hands a moment to the panels."""

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        yield Panel("", header.header, id="header", classes="bare")
        yield Banner()
        with Horizontal(id="upper"):
            yield Timeline()
            yield Processes()
        yield Transport()
        with Horizontal(id="lower"):
            yield Panel("Counters", counters.draw, id="counters")
            yield Waits()
            yield Reader()

    def on_mount(self) -> None:
        """Begin with the timeline."""
        self.query_one("#header").can_focus = False
        self.query_one(Timeline).focus()

    def show(self, moment: Moment, notice: str, *, all_of_it: bool) -> None:
        """Show a new moment; without ``all_of_it`` only what moves, not what is read."""
        self.query_one("#header", Panel).moment = self.query_one(Timeline).moment = moment
        self.query_one(Transport).moment = moment
        if all_of_it:
            self.query_one(Banner).show(moment, notice)
            self.query_one("#counters").display = bool(moment.history.counters)
            self.query_one(Processes).moment = self.query_one(Reader).moment = moment
            self.query_one("#counters", Panel).moment = self.query_one("#waits", Panel).moment = moment
