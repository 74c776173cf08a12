"""The counters, below what was measured: up and down choose one, Enter or a second click shows its details."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render.bars import bars
from playground.tui.render.counters import Drawing, Stretch, readout
from playground.tui.render.links import Target
from playground.tui.render.palette import Palette
from playground.tui.render.plot_layout import Layout
from playground.tui.render.plots import plots
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.timeline import Sought

_LOW = 9
"""In a panel of fewer rows the bars need all of them."""


class Counters(Panel):
    """A plot for each shared value, semaphore, queue and pool, on the timeline's stretch of time."""

    BINDING_GROUP_TITLE = "In the counters"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "plot(-1)", "Previous counter", show=False),
        Binding("down,j", "plot(1)", "Next counter", show=False),
        Binding("enter", "open", "Details", show=False, tooltip="Show the details of what is counted"),
    ]
    stretch: Stretch | None = None
    """From when to when the timeline shows the run."""

    def __init__(self) -> None:
        super().__init__("Counters", lambda *_: (), id="counters")
        self._drawer = Drawing(Palette())
        self._bars = 0
        """Rows that the bars take, above the plots."""
        self._first = 0
        self._chosen: tuple[int, bool] | None = None
        self._hover: tuple[int, int] | None = None

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """Draw the plots on screen."""
        if self._drawer.palette != palette:
            self._drawer = Drawing(palette)
        measured = self._measured(moment, width, height, palette)
        self._bars = len(measured)
        rest = height - self._bars
        if measured and (rest < 1 or not moment.history.counters):
            self._drawer.layout = None
            return measured
        chosen = self._chosen if self.has_focus else None
        strips = self._drawer.strips(moment, width, rest, stretch=self.stretch, top=self._first, chosen=chosen)
        self._first = self._drawer.layout.top if self._drawer.layout is not None else 0
        return [*measured, *strips]

    def _measured(self, moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:
        """The bars; where there are plots too, a third of the panel is theirs, unless it is low."""
        if not moment.history.measured:
            return []
        shared = moment.history.counters and height >= _LOW
        strips = bars(moment, width, height - height // 3 - 1 if shared else height, palette)
        return [*strips, Strip.blank(width, palette.style())] if 0 < len(strips) < height - 1 else strips

    @property
    def caption(self) -> str:
        """What the mouse points at, and how many plots are out of sight."""
        plan, moment = self._drawer.layout, self.moment
        if plan is None or moment is None:
            return ""
        told = readout(moment, plan, *self._hover) if self._hover is not None else ""
        more = (f"↑{plan.top}" if plan.top else "", f"↓{plan.below}" if plan.below > 0 else "")
        return " ".join(filter(None, (told, *more)))

    @property
    def _plan(self) -> Layout | None:
        return self._drawer.layout

    # --- Choosing -----------------------------------------------------------------------------------------

    def on_focus(self) -> None:
        """Show the mark."""
        if self._chosen is None and self._plan is not None:
            self._chosen = self._plan.plots[self._plan.top].key
        self.redraw()

    def on_blur(self) -> None:
        """Hide the mark."""
        self.redraw()

    def action_plot(self, step: int) -> None:
        """Choose the next or previous counter."""
        if self.moment is None or self._plan is None:
            return
        keys = [plot.key for plot in plots(self.moment)]
        place = keys.index(self._chosen) + step if self._chosen in keys else self._first
        self._choose(keys, min(max(place, 0), len(keys) - 1))

    def _choose(self, keys: Sequence[tuple[int, bool]], place: int) -> None:
        """Mark a counter, and keep it in sight."""
        self._chosen = keys[place]
        if self._plan is not None:
            self._first = min(max(self._first, place - self._plan.shown + 1), place)
        self.redraw()

    def action_open(self) -> None:
        """Show the details of the marked one."""
        if self._chosen is not None and self._chosen[0]:
            self.go_to(Target("resource", self._chosen[0]), focus=True)

    def scroll_rows(self, rows: int) -> None:
        """Scroll by plots, whichever is chosen."""
        if self._plan is not None:
            step = max(1, abs(rows) // self._plan.rows)
            self._first = max(self._first + (step if rows > 0 else -step), 0)
            self.redraw()

    # --- Mouse --------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """On a name choose, and open what is chosen already; on a plot go to that instant of a replay."""
        at, plan, moment = event.get_content_offset(self), self._plan, self.moment
        plot = plan.plot_at(at.y - self._bars) if at is not None and plan is not None and at.y >= self._bars else None
        if at is None or plan is None or moment is None or plot is None:
            return
        x = at.x - plan.names
        if plot.size or not 0 <= x < plan.scale.width or moment.live:
            if plot.key == self._chosen:
                self.action_open()
            self._chosen = plot.key
            self.redraw()
        else:
            self.post_message(Sought(min(plan.scale.instant(x), moment.until)))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell the value under the mouse."""
        at = event.get_content_offset(self)
        self._hover = (at.x, at.y - self._bars) if at is not None and at.y >= self._bars else None
        self.redraw()

    def on_leave(self) -> None:
        """Tell it no more."""
        self._hover = None
        self.redraw()
