"""The timeline: a click selects a lane and, in a replay, goes to its instant."""

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from playground.history import Nanoseconds
from playground.tui.moment import Moment
from playground.tui.render import timeline
from playground.tui.render.cells import Ink
from playground.tui.render.palette import Palette
from playground.tui.render.scale import Scale, view
from playground.tui.view import ViewChanged
from playground.tui.widgets.panel import Panel


class Sought(Message):
    """Somebody wants to see an instant."""

    def __init__(self, at: Nanoseconds) -> None:
        super().__init__()
        self.at = at


class Timeline(Panel):
    """A lane for each process."""

    def __init__(self) -> None:
        super().__init__("Timeline", self.draw, id="timeline")
        self._ink = Ink(Palette())

    def scale_of(self, moment: Moment, width: int) -> Scale:
        """The stretch of time on screen."""
        cells = width - timeline.label_width(moment)
        return view(moment.at, moment.until, cells, moment.view.zoom, live=moment.live, since_ns=moment.since)

    @property
    def window(self) -> Nanoseconds:
        """Length of the stretch of time on screen; 0 before anything is shown."""
        if self.moment is None or not self.size.width:
            return 0
        scale = self.scale_of(self.moment, self.size.width)
        return scale.end - scale.start

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """Draw with the cells of the palette kept."""
        if self._ink.palette != palette:
            self._ink = Ink(palette)
        return timeline.draw(moment, self.scale_of(moment, width), width, height, self._ink)

    def on_click(self, event: events.Click) -> None:
        """Select the lane; on the lane itself ask for the instant too."""
        at = event.get_content_offset(self)
        if at is None or self.moment is None:
            return
        moment, height = self.moment, self.size.height
        y = at.y - timeline.marks_height(height)
        row = timeline.first_lane(moment, height) + y // timeline.rows_per_lane(moment, height)
        if 0 <= y < timeline.lanes_height(height) and row < len(moment.states):
            self.post_message(ViewChanged(selected=moment.states[row].index))
        scale = self.scale_of(moment, self.size.width)
        x = at.x - timeline.label_width(moment)
        if x >= 0 and not moment.live:
            self.post_message(Sought(min(scale.instant(x), moment.until)))
