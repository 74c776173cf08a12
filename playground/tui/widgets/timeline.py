"""The timeline: hover to read, click to select and to seek, drag to measure, wheel to scroll, zoom and pan."""

from msgspec.structs import replace
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from playground.history import Nanoseconds
from playground.tui.moment import Moment
from playground.tui.render.axis import scale_of
from playground.tui.render.palette import Palette
from playground.tui.render.plan import Plan, plan, scrolled
from playground.tui.render.readout import readout, stretch_text
from playground.tui.render.scale import BUCKETS, DEEPEST, Scale
from playground.tui.render.timeline import Drawing, Pointer
from playground.tui.render.tokens import Token, changed
from playground.tui.view import PickTurned, ViewChanged
from playground.tui.widgets import fast
from playground.tui.widgets.panel import Panel

_WHEEL = 3
_HEALED_EVERY = 4
"""Every so many frames one more line is written anew, whatever happened to the terminal."""


class Sought(Message):
    """Somebody wants to see an instant."""

    def __init__(self, at: Nanoseconds) -> None:
        super().__init__()
        self.at = at


class Timeline(Panel):
    """A lane for each process."""

    def __init__(self) -> None:
        super().__init__("Timeline", lambda *_: (), id="timeline")
        self._drawer = Drawing(Palette())
        self._rows: list[list[Token]] = []
        self._plan: Plan | None = None
        self._scale: Scale | None = None
        self._drawn_as = (-1, "")
        self._frames = 0
        self._hover: tuple[int, int] | None = None
        self._pressed: int | None = None
        self._dragged: tuple[Nanoseconds, Nanoseconds] | None = None
        self._panned_from: tuple[int, Scale] | None = None
        self._moved = False

    # --- Drawing -------------------------------------------------------------------------------------

    @property
    def window(self) -> Nanoseconds:
        """Length of the stretch of time on screen; 0 before anything is shown."""
        return self._scale.end - self._scale.start if self._scale is not None else 0

    @property
    def stretch(self) -> tuple[Nanoseconds, Nanoseconds] | None:
        """From when to when it shows the run; None while nobody sees it."""
        seen = self._scale is not None and self.display and self.size
        return (self._scale.start, self._scale.end) if self._scale is not None and seen else None

    def redraw(self) -> None:
        """Draw the moment, unless nobody sees it; only the cells that differ are written."""
        moment = self.moment
        if moment is None or not self.display or not self.size.width or not self.size.height:
            return
        if self._drawer.palette != self.palette:
            self._drawer = Drawing(self.palette)
        rows = self._draw_rows(moment)
        before, self._rows = self._rows, rows
        if len(before) != len(rows) or len(before[0]) != len(rows[0]):
            self.refresh()
            return
        regions = self._healed()
        for y, row in enumerate(rows):
            cells = changed(before[y], row)
            if cells is not None:
                regions.append(Region(cells[0], y, cells[1] - cells[0], 1))
        if regions:
            fast.touch(self, regions)

    def _healed(self) -> list[Region]:
        """The line that is to be written anew with this frame, if any."""
        self._frames += 1
        if self._frames % _HEALED_EVERY or self.moment is None or not self.moment.live:
            return []
        y = self._frames // _HEALED_EVERY % len(self._rows)
        return [Region(0, y, len(self._rows[y]), 1)]

    def _draw_rows(self, moment: Moment) -> list[list[Token]]:
        width, height, look = self.size.width, self.size.height, moment.view
        start = self._scale.start if self._scale is not None else 0
        as_now = (look.selected, look.order)
        top = None
        if self._plan is not None:
            top = scrolled(self._plan, moment, to_selected=as_now != self._drawn_as)
        self._drawn_as = as_now
        self._plan = plan(moment, height, top, start)
        cells = width - self._plan.names
        self._scale = scale_of(moment, cells)
        return self._drawer.rows(moment, self._scale, self._plan, self._pointer(moment))

    def _pointer(self, moment: Moment) -> Pointer:
        """What the mouse or the cursor points at, and what is to be read there."""
        assert self._plan is not None
        assert self._scale is not None
        if self._dragged is not None:
            return Pointer(None, self._dragged, stretch_text(moment, *self._dragged))
        if self._hover is not None and self._hover[0] >= self._plan.names:
            index = self._plan.lane_at(self._hover[1])
            at = self._scale.instant(self._hover[0] - self._plan.names)
            if index is not None:
                return Pointer(at, None, readout(moment, index, at))
        if moment.view.cursor is not None:
            return Pointer(moment.view.cursor, None, readout(moment, moment.selected, moment.view.cursor))
        return Pointer()

    def content_line(self, y: int, width: int) -> Strip:
        """Give one line of what was drawn."""
        if y < len(self._rows) and len(self._rows[y]) == width:
            return fast.FastStrip(self._rows[y])
        return Strip.blank(width, self.palette.style())

    # --- Zoom, pan, follow ----------------------------------------------------------------------------

    def _change(self, **changes: object) -> None:
        """Ask for another view, and show it here at once: the next key may come before the answer."""
        if self.moment is not None:
            self.moment = replace(self.moment, view=replace(self.moment.view, **changes))
            self.post_message(ViewChanged(**changes))

    @property
    def _begin(self) -> Nanoseconds:
        """The first instant that can be shown: negative where another run begins before this one."""
        return self.moment.clock.zero if self.moment is not None else 0

    def zoom_by(self, steps: int, anchor: Nanoseconds | None = None) -> None:
        """Show less or more at once; around an instant if one is given, else as the view stands."""
        moment, scale = self.moment, self._scale
        if moment is None or scale is None:
            return
        if anchor is None:
            anchor = moment.view.cursor
        if anchor is None and moment.view.stretch is None:
            zoom = min(max(moment.view.zoom + steps, -DEEPEST), DEEPEST)
            self._change(zoom=zoom)
            return
        length = scale.end - scale.start
        wanted = length >> steps if steps > 0 else length << -steps
        wanted = max(wanted, scale.width * BUCKETS)
        if wanted > 4 * max(moment.clock.until - self._begin, 1_000_000):
            self.follow()
            return
        anchor = scale.start + length // 2 if anchor is None else anchor
        start = max(anchor - (anchor - scale.start) * wanted // length, self._begin)
        self._change(stretch=(start, start + wanted))

    def pan_by(self, share: float) -> None:
        """Move by a share of what is on screen; what is shown no longer follows the run then."""
        if self.moment is not None and self._scale is not None:
            length = self._scale.end - self._scale.start
            self._pan_to(self._scale.start + int(length * share), self._scale)

    def _pan_to(self, start: Nanoseconds, scale: Scale) -> None:
        if self.moment is not None:
            length = scale.end - scale.start
            start = min(max(start, self._begin), max(self.moment.clock.until - length // 8, self._begin))
            start -= (start - scale.zero) % scale.per_cell
            self._change(stretch=(start, start + length))

    def follow(self) -> None:
        """Follow the run again, and put the cursor away."""
        self._change(stretch=None, cursor=None)

    def move_cursor(self, cells: int) -> None:
        """Move the cursor; it begins at the instant shown, and takes the view along at the edges."""
        moment, scale = self.moment, self._scale
        if moment is None or scale is None:
            return
        at = moment.view.cursor
        at = (moment.at if at is None else at) + cells * scale.per_cell
        at = min(max(at, self._begin), moment.clock.until)
        self._hover = self._dragged = None  # a mouse that lies still does not hide it
        if not scale.start <= at < scale.end:
            self.pan_by(-0.5 if at < scale.start else 0.5)
        self._change(cursor=at)

    def scroll_lanes(self, lanes: int) -> None:
        """Scroll through the lanes, whichever is selected."""
        if self._plan is not None:
            self._plan = replace(self._plan, top=self._plan.top + lanes)
            self.redraw()

    def action_scroll_rows(self, pages: int) -> None:
        """Scroll by pages of lanes."""
        if self._plan is not None:
            self.scroll_lanes(pages * max(1, self._plan.shown - 1))

    # --- Mouse -----------------------------------------------------------------------------------------

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back; zoom in on the axis or with ctrl, pan back with shift."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on; zoom out on the axis or with ctrl, pan on with shift."""
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, way: int) -> None:
        event.stop()
        at = event.get_content_offset(self)
        if at is None or self._plan is None or self._scale is None:
            return
        if event.shift:
            self.pan_by(way / 8)
        elif event.ctrl or at.y >= self._plan.axis_row:
            self.zoom_by(-way, self._instant(at.x))
        else:
            self.scroll_lanes(way * _WHEEL)

    def _instant(self, x: int) -> Nanoseconds:
        assert self._plan is not None
        assert self._scale is not None
        return self._scale.instant(min(max(x - self._plan.names, 0), self._scale.width - 1))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to measure on a lane, or to pan on the axis."""
        at = event.get_content_offset(self)
        self._moved = False
        if at is None or self._plan is None or self._scale is None or at.x < self._plan.names:
            return
        self.capture_mouse()
        self._pressed = at.x
        if at.y >= self._plan.axis_row:
            self._panned_from = (at.x, self._scale)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Read what is under the mouse; measure or pan while its button is held."""
        offset = self.content_offset
        x, y = event.x - offset.x, event.y - offset.y
        self._hover = (x, y) if 0 <= x < self.size.width and 0 <= y < self.size.height else None
        if self._pressed is not None and x != self._pressed:
            self._moved = True
        if self._panned_from is not None and self._moved:
            begun, scale = self._panned_from
            self._pan_to(scale.start - (x - begun) * scale.per_cell, scale)
        elif self._pressed is not None and self._moved:
            self._dragged = (self._instant(self._pressed), self._instant(x))
        self.redraw()

    def on_mouse_up(self) -> None:
        """Let go; the measured stretch stays until the next click."""
        self.release_mouse()
        self._pressed = self._panned_from = None

    def on_leave(self) -> None:
        """Nothing is pointed at."""
        self._hover = None
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Select the lane, and in a replay go to its instant; what is written in the corners does as it says."""
        at, moment, plan = event.get_content_offset(self), self.moment, self._plan
        if self._moved or at is None or moment is None or plan is None:
            return
        self._dragged = None
        index = plan.lane_at(at.y)
        if index is not None and event.ctrl:
            self.post_message(PickTurned(index))
            return
        if index is not None:
            self.post_message(ViewChanged(selected=index))
        elif at.y == plan.axis_row - 1 and plan.folded:
            self.post_message(ViewChanged(ended=True))
        elif at.y == plan.axis_row and at.x < plan.names:
            self.follow()
            return
        if at.x >= plan.names and not moment.live:
            self.post_message(Sought(min(self._instant(at.x), moment.clock.until)))
