"""Numbers over time as steps: shared values, holders of a semaphore, depth of a queue, tasks done."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.strip import Strip

from playground.history import Nanoseconds
from playground.tui.moment import Moment
from playground.tui.render import plot_texts
from playground.tui.render.axis import scale_of
from playground.tui.render.line import Line, narrow, remarks
from playground.tui.render.palette import Palette, blend
from playground.tui.render.plot import Brush, Frame, frame
from playground.tui.render.plot_items import item_width, items, letter
from playground.tui.render.plot_layout import APART, BOUNDS, Layout
from playground.tui.render.plots import Plot, change, falls_short, index_of, plots, shown, value_text
from playground.tui.render.scale import Scale, ticks
from playground.tui.render.steps import Column, Steps, finite
from playground.tui.render.tokens import Token, segments

_TALLEST = 8
"""Rows of a plot, with the one that parts it from the next."""
_HIGH, _TALLEST_HIGH = 24, 14
"""In a panel of so many rows a plot may have so many."""
_AXIS_ROWS = 8
"""From so many rows on there is an axis, if no plot has to go for it."""
_WORDY = 76
"""In a wider panel there is room beside a plot to tell of the last change."""
_KIND = 11
"""Cells for a kind of resource."""
Stretch = tuple[Nanoseconds, Nanoseconds]


class Drawing:
    """Draws the counters of one history in one palette, and keeps what does not change from frame to frame."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.layout: Layout | None = None
        self._steps = Steps()
        self._brushes: dict[tuple[Frame, bool], Brush] = {}
        self._notes: dict[tuple[int, int], int] = {}
        """Cells that the notes have come to need, by the width and number of rows: they stay, so that plots do."""

    def strips(
        self,
        moment: Moment,
        width: int,
        height: int,
        *,
        stretch: Stretch | None = None,
        top: int = 0,
        chosen: tuple[int, bool] | None = None,
    ) -> list[Strip]:
        """A plot for each counter on the time scale of the run, as tall as the room allows.

        ``stretch`` is from when to when, if somebody shows that already; ``top`` the first plot to show, and
        ``chosen`` the key of the one that is marked.
        """
        palette = self.palette
        found = plots(moment)
        if not found:
            self.layout = None
            return remarks(_NOTHING, width, palette)
        self.layout = plan = self._plan(moment, found, (width, height), stretch, top)
        self._steps.show(moment.history, plan.scale)
        strips: list[Strip] = []
        for plot in plan.plots[plan.top : plan.top + plan.shown]:
            strips += self._plot(moment, plot, plan, width, chosen=plot.key == chosen)
            strips += [Strip.blank(width, palette.style())] * (plan.rows - plan.drawn)
        if plan.axis:
            strips += [Strip.blank(width, palette.style())] * (height - 1 - len(strips))
            strips[height - 1 :] = [_axis(plan, width, palette)]
        return strips[:height]

    def _plan(
        self, moment: Moment, found: Sequence[Plot], size: tuple[int, int], stretch: Stretch | None, top: int
    ) -> Layout:
        width, height = size
        axis = height >= _AXIS_ROWS and len(found) < height // 2
        room = height - axis
        rows = min(_TALLEST if height < _HIGH else _TALLEST_HIGH, (room + 1) // len(found))
        if rows < APART:
            rows = max(1, min(APART - 1, room // len(found)))
        many = max(1, min(len(found), (room + (rows >= APART)) // rows))
        top = max(0, min(top, len(found) - many))
        drawn = rows - 1 if rows >= APART else rows
        heads = 0 if width > _WORDY or drawn < 2 else 1 if drawn < 4 else 2
        names = notes = 1
        if not heads:
            names = min(max(cell_len(plot.name) for plot in found), 14 if width > _WORDY else 9) + 2
            names = max(names, _KIND if width > _WORDY and drawn > 1 else 0)
            names += BOUNDS if drawn >= APART else 0
            notes = min(self._room(moment, found, width, rows), width - names - 8)
        cells = max(4, width - names - notes)
        scale = scale_of(moment, cells, stretch)
        return Layout(found, top, many, rows, axis, heads, names, notes, scale)

    def _room(self, moment: Moment, found: Sequence[Plot], width: int, rows: int) -> int:
        """Cells that the notes need, or once needed."""
        lines = [len(" ".join(value_text(moment, plot)[:2]).rstrip()) + 2 for plot in found]
        if width > _WORDY and rows > 1:
            lines += [len(text) + 2 for plot in found for text in change(moment, plot)]
        key = (width, rows)
        self._notes[key] = max(self._notes.get(key, 8), min(max(lines), max(width * 2 // 5, 12)))
        return self._notes[key]

    # --- One plot ---------------------------------------------------------------------------------------

    def _plot(self, moment: Moment, plot: Plot, plan: Layout, width: int, *, chosen: bool) -> list[Strip]:
        palette = self.palette
        if plot.size:
            cells: list[list[Token]] = items(moment, plot, plan, palette)
            bounds = None
        else:
            bounds = _frame(plot, plan)
            cells = self._over_time(moment, plot, plan, bounds)
        names = plot_texts.names(plot, plan, bounds, palette, chosen=chosen)
        notes = plot_texts.notes(moment, plot, plan, palette)
        strips = plot_texts.heads(moment, plot, plan, width, palette, chosen=chosen)
        for name, row, note in zip(names, cells, notes, strict=True):
            line = Line()
            line.segments = [*name.segments, *segments(row), *note.segments]
            line.width = name.width + len(row) + note.width
            strips.append(line.strip(width, palette.style()))
        return strips

    def _over_time(self, moment: Moment, plot: Plot, plan: Layout, bounds: Frame) -> list[list[Token]]:
        """The rows of a plot from the top down."""
        scale, head = plan.scale, plan.scale.x(moment.at)
        columns = self._steps.columns(plot.counter, moment.until)
        sure, coming = self._brush(bounds, faded=False), self._brush(bounds, faded=True)
        if plot.typecode == "c":
            return self._letters(columns, plan, head)
        if plot.counter.stages:
            stages = [columns] + [
                self._steps.columns(plot.counter.stage(name), moment.until) for name in ("started", "submitted")
            ]
            palette = self.palette
            colours = (palette.accent, palette.warning, blend(palette.ground, palette.text, 0.3))
            drawn = [
                (sure if x <= head else coming).stack(each, colours) for x, each in enumerate(zip(*stages, strict=True))
            ]
        else:
            cut = min(max(head + 1, 0), scale.width)
            drawn = [sure.column(each) for each in columns[:cut]] + [coming.column(each) for each in columns[cut:]]
        rows = [list(row) for row in zip(*drawn, strict=True)]
        if plot.expected is not None and falls_short(moment, plot, moment.at):
            ends = sorted((sure.row(finite(plot.counter.last)), sure.row(plot.expected)))
            x = min(max(scale.x(moment.until) + 1, 0), scale.width - 1)
            for row in rows[plan.high - 1 - ends[1] : plan.high - ends[0]]:
                row[x] = ("┃", self.palette.style(self.palette.bad, bold=True))
        self._point(moment, rows, scale)
        return rows

    def _brush(self, bounds: Frame, *, faded: bool) -> Brush:
        brush = self._brushes.get((bounds, faded))
        if brush is None:
            if len(self._brushes) > 200:
                self._brushes.clear()
            brush = self._brushes[bounds, faded] = Brush(bounds, self.palette, faded=faded)
        return brush

    def _letters(self, columns: Sequence[Column | None], plan: Layout, head: int) -> list[list[Token]]:
        """A character where it became another one, and a line while it stayed."""
        palette = self.palette
        row: list[Token] = []
        before = None
        for x, column in enumerate(columns):
            text, colour = " ", palette.muted
            if column is not None:
                same = before is not None and before.leave == column.leave
                text = "─" if same else narrow(letter(column.leave))
                colour = palette.muted if same else palette.accent
            row.append((text, palette.style(colour if x <= head else palette.fade(colour), bold=text != "─")))
            before = column
        blank: list[Token] = [(" ", palette.style())] * len(columns)
        return [row, *[list(blank) for _ in range(plan.high - 1)]]

    def _point(self, moment: Moment, rows: list[list[Token]], scale: Scale) -> None:
        """Draw the playhead and the cursor."""
        palette = self.palette
        for at, glyph, colour in (
            (moment.at if moment.until > moment.at else None, "│", palette.accent),
            (moment.view.cursor, "┆", palette.text),
        ):
            if at is not None and 0 <= (x := scale.x(at)) < scale.width:
                for row in rows:
                    row[x] = (glyph, palette.style(colour, bold=True))


def _frame(plot: Plot, plan: Layout) -> Frame:
    """What the plot shows of the numbers: all there were in the run, and those they may and should come to."""
    counter = plot.counter
    values = finite(counter.lowest or 0.0), finite(counter.highest or 0.0)
    whole = plot.typecode == "i" and not counter.stages and all(value.is_integer() for value in values)
    bound = counter.stage("submitted").highest if counter.stages else counter.limit
    return frame(values, plan.high, plot.limit, plot.expected, whole=whole, bound=bound or 0)


def _axis(plan: Layout, width: int, palette: Palette) -> Strip:
    text = [" "] * plan.scale.width
    for x, label in ticks(plan.scale):
        if 0 <= x < plan.scale.width:
            mark = f"╵{label}"[: plan.scale.width - x]
            text[x : x + len(mark)] = mark
    more = " ".join(filter(None, (f"▲{plan.top}" if plan.top else "", f"▼{plan.below}" if plan.below > 0 else "")))
    line = Line().column(f" {more}", plan.names, palette.style(palette.muted))
    return line.add("".join(text), palette.style(palette.muted)).strip(width, palette.style())


_NOTHING = (
    "No numbers yet. Here a shared Value or Array is drawn over time as soon as it is made, and so are the depth of a"
    " queue, the holders of a semaphore and the tasks of a pool."
)


def readout(moment: Moment, plan: Layout, x: int, y: int) -> str:
    """What a cell of the drawing means: ``balance 17 at 00:01.240``; "" where there is nothing to say."""
    plot = plan.plot_at(y)
    x -= plan.names
    if plot is None or not 0 <= x < plan.scale.width:
        return ""
    if plot.size:
        place = x // item_width(plot, plan)
        counter = next((each for each in plot.counters if index_of(each) == place), None)
        if counter is None:
            return f"{plot.name}[{place}] not written so far" if place < plot.size else ""
        return f"{counter.name} {shown(plot, counter.at(moment.at))}"
    at = min(plan.scale.instant(x), moment.until)
    return f"{plot.name} {shown(plot, plot.counter.at(at))} at {at / 1e9:.3f} s"
