"""Numbers over time as steps: shared values, holders of a semaphore, depth of a queue, tasks done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from playground.history import Counter, Nanoseconds
from playground.tui.moment import Moment
from playground.tui.render.axis import scale_of
from playground.tui.render.line import Line, fitted, middle_out, narrow, remark, wrapped
from playground.tui.render.palette import Palette, blend
from playground.tui.render.plot import Brush, Frame, frame
from playground.tui.render.plots import Plot, change, falls_short, index_of, latest, plots, shown, value_text
from playground.tui.render.scale import Scale, ticks
from playground.tui.render.steps import Column, Steps, finite
from playground.tui.render.times import MILLISECOND, number
from playground.tui.render.tokens import Token, segments, tokens

_TALLEST = 8
"""Rows of a plot, with the one that parts it from the next."""
_HIGH, _TALLEST_HIGH = 24, 14
"""In a panel of so many rows a plot may have so many."""
_APART = 3
"""From so many rows on, one of them parts a plot from the next."""
_AXIS_ROWS = 8
"""From so many rows on there is an axis, if no plot has to go for it."""
_WORDY = 76
"""In a wider panel there is room beside a plot to tell of the last change."""
_FRESH = 150 * MILLISECOND
"""So long an item that changed stands out."""
_KIND = 11
"""Cells for a kind of resource."""
_BOUNDS = 6
"""Cells for the numbers at the top and the foot of a plot."""
_BARS = "▁▂▃▄▅▆▇█"
Stretch = tuple[Nanoseconds, Nanoseconds]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which plots stand where."""

    plots: Sequence[Plot]
    top: int
    """Place of the first one on screen."""
    shown: int
    rows: int
    """Rows of a plot, with the one that parts it from the next."""
    axis: bool
    heads: int
    """So many lines of text stand over each plot, where there is no room for them beside it."""
    names: int
    notes: int
    scale: Scale

    @property
    def below(self) -> int:
        """So many plots are out of sight at the bottom."""
        return len(self.plots) - self.top - self.shown

    @property
    def drawn(self) -> int:
        """Rows that are drawn of each plot."""
        return self.rows - 1 if self.rows >= _APART else self.rows

    @property
    def high(self) -> int:
        """Rows of a plot without its lines of text."""
        return self.drawn - self.heads

    def plot_at(self, y: int) -> Plot | None:
        """The plot in a row."""
        place = self.top + y // self.rows
        return self.plots[place] if 0 <= y < self.shown * self.rows else None


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
            return [remark(line, width, palette) for line in wrapped(_NOTHING, width - 2)]
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
        if rows < _APART:
            rows = max(1, min(_APART - 1, room // len(found)))
        many = max(1, min(len(found), (room + (rows >= _APART)) // rows))
        top = max(0, min(top, len(found) - many))
        drawn = rows - 1 if rows >= _APART else rows
        heads = 0 if width > _WORDY or drawn < 2 else 1 if drawn < 4 else 2
        names = notes = 1
        if not heads:
            names = min(max(cell_len(plot.name) for plot in found), 14 if width > _WORDY else 9) + 2
            names = max(names, _KIND if width > _WORDY and drawn > 1 else 0)
            names += _BOUNDS if drawn >= _APART else 0
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
            cells: list[list[Token]] = _items(moment, plot, plan, palette)
            bounds = None
        else:
            bounds = _frame(plot, plan)
            cells = self._over_time(moment, plot, plan, bounds)
        names = _names(plot, plan, bounds, palette, chosen=chosen)
        notes = _notes(moment, plot, plan, palette)
        strips = _heads(moment, plot, plan, width, palette, chosen=chosen)
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
                text = "─" if same else narrow(_letter(column.leave))
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


# --- Arrays --------------------------------------------------------------------------------------------------


def _items(moment: Moment, plot: Plot, plan: Layout, palette: Palette) -> list[list[Token]]:
    """The items side by side: their values, below them bars where there is room, and their places."""
    cell = max(1, min(plan.scale.width // max(plot.size, 1), 8))
    values: list[float | None] = [None] * plot.size
    fresh: set[int] = set()
    last = latest(plot, moment.at)
    for counter in plot.counters:
        place = index_of(counter)
        step = counter.index_at(moment.at)
        if step >= 0:
            values[place] = counter.values[step]
            if counter is last or (step > 0 and moment.at - counter.times[step] < _FRESH):
                fresh.add(place)
    bounds = frame(_range(plot.counters), max(plan.high - 2, 1), None, None, whole=False)
    top = [token for i, value in enumerate(values) for token in _item(plot, value, cell, bounds, i in fresh, palette)]
    rows = [top]
    if plan.high > 2:
        brush = Brush(bounds, palette)
        bars = [brush.column(None if value is None else Column(*[finite(value)] * 4)) for value in values]
        for y in range(bounds.rows):
            gap = [(" ", palette.style())] if cell > 1 else []
            rows.append([token for bar in bars for token in (*[bar[y]] * (cell - len(gap)), *gap)])
    if plan.high > 1:
        text = "".join(fitted(str(i), cell - 1, right=True) + " " if cell > 2 else "·" * cell for i in range(plot.size))
        rows.append(tokens(text, palette.style(palette.muted)))
    blank = (" ", palette.style())
    return [(row + [blank] * plan.scale.width)[: plan.scale.width] for row in rows]


def _range(counters: Iterable[Counter]) -> tuple[float, float]:
    lows = [finite(each.lowest) for each in counters if each.lowest is not None]
    highs = [finite(each.highest) for each in counters if each.highest is not None]
    return min(lows, default=0), max(highs, default=0)


def _item(plot: Plot, value: float | None, cell: int, bounds: Frame, fresh: bool, palette: Palette) -> list[Token]:
    """An item on a ground that is the warmer the larger it is; bold where it has just changed."""
    share = 0.0 if value is None else (finite(value) - bounds.low) / (bounds.high - bounds.low)
    text = "·" if value is None else _letter(value) if plot.typecode == "c" else shown(plot, value)
    gap = [(" ", palette.style())] if cell > 1 else []
    room = cell - len(gap)
    if cell_len(text) > room:
        bar = _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)] * room
        return tokens(bar, palette.style(palette.warning if fresh else palette.accent)) + gap
    ground = palette.ground if palette.plain else blend(palette.ground, palette.accent, round(0.1 + 0.4 * share, 2))
    style = palette.style(palette.warning if fresh else palette.text, ground, bold=fresh)
    return tokens(fitted(narrow(text), room, right=True), style) + gap


def _letter(value: float) -> str:
    letter = chr(int(value)) if 0 <= value < 0x110000 else "?"
    return letter if letter.isprintable() and letter.strip() else "·"


# --- Around the plots ------------------------------------------------------------------------------------------


def _names(plot: Plot, plan: Layout, bounds: Frame | None, palette: Palette, *, chosen: bool) -> list[Line]:
    """Name, kind, and the numbers at top and foot where there is room; of plots below their texts a margin."""
    if plan.heads:
        return [Line().add(" ", palette.style()) for _ in range(plan.high)]
    ground = palette.selected if chosen else palette.ground
    scaled = _BOUNDS if plan.high >= _APART else 0
    room = plan.names - 2 - scaled
    texts = [middle_out(narrow(plot.name), room), plot.kind.replace("_", " ")]
    ends = {0: bounds.high, plan.high - 1: bounds.low} if bounds is not None and plot.typecode != "c" else {}
    lines = []
    for row in range(plan.high):
        line = _sign(palette, chosen=chosen)
        style = palette.style(palette.text if row == 0 else palette.muted, ground, bold=row == 0)
        line.column(texts[row] if row < len(texts) else "", room, style)
        text = _short(ends[row]) if row in ends else ""
        line.column(text, scaled, palette.style(palette.muted, ground), right=True)
        lines.append(line.add(" ", palette.style()))
    return lines


def _sign(palette: Palette, *, chosen: bool) -> Line:
    ground = palette.selected if chosen else palette.ground
    return Line().add("▌" if chosen else " ", palette.style(palette.accent, ground))


def _heads(moment: Moment, plot: Plot, plan: Layout, width: int, palette: Palette, *, chosen: bool) -> list[Strip]:
    """What stands over a plot in a narrow panel: name and value, then the last change."""
    if not plan.heads:
        return []
    ground = palette.selected if chosen else palette.ground
    blank = palette.style(None, ground)
    value, rest, wrong = value_text(moment, plot)
    muted, tone = palette.style(palette.muted, ground), palette.bad if wrong else palette.text
    words = f"{value} {rest}".rstrip()
    name = middle_out(narrow(plot.name), max(width - cell_len(words) - 4, 6))
    line = _sign(palette, chosen=chosen).add(name, palette.style(palette.text, ground, bold=True)).add("  ", blank)
    line.add(value, palette.style(tone, ground, bold=True))
    line.add(f" {rest}" if rest else "", palette.style(palette.bad if wrong else palette.muted, ground))
    who, when = change(moment, plot)
    if plan.heads == 1:
        more = f"  {who}" if line.width + cell_len(who) + 2 < width else ""
        return [_cut(line.add(more, muted), width, blank).strip(width, blank)]
    told = ", ".join(filter(None, (who, when)))
    second = _sign(palette, chosen=chosen).add(told if cell_len(told) < width else who, muted)
    return [_cut(each, width, blank).strip(width, blank) for each in (line, second)]


def _short(value: float) -> str:
    text = number(value)
    if len(text) <= 5:
        return text
    for power, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= power and abs(value) < power * 1000:
            return f"{value / power:.3g}{unit}"[:5]
    return f"{value:.0e}".replace("e+", "e").replace("e0", "e")


def _notes(moment: Moment, plot: Plot, plan: Layout, palette: Palette) -> list[Line]:
    """The value and what it should be; below it who changed it last, when and where, and between what it went."""
    if plan.heads:
        return [Line().add(" ", palette.style()) for _ in range(plan.high)]
    value, rest, wrong = value_text(moment, plot)
    tone = palette.bad if wrong else palette.text
    first = Line().add(f" {value}", palette.style(tone, bold=True))
    first.add(f" {rest}" if rest else "", palette.style(palette.bad if wrong else palette.muted))
    lines = [first]
    muted = palette.style(palette.muted)
    if plan.high > 1:
        who, when = change(moment, plot)
        texts = [who, when]
        if plan.high > 3 and not plot.size and plot.counter.lowest is not None:
            counter = plot.counter
            texts.append(f"{number(counter.lowest or 0)} to {number(counter.highest or 0)}")
            if counter.writes:
                texts.append(f"{counter.writes} writes")
        lines += [Line().add(f" {text}" if text else "", muted) for text in texts]
    lines += [Line() for _ in range(plan.high - len(lines))]
    return [_cut(line, plan.notes, palette.style()) for line in lines[: plan.high]]


def _cut(line: Line, width: int, style: Style) -> Line:
    """The line in exactly so many cells."""
    if line.width > width:
        kept = Line()
        for text, each, _ in line.segments:
            kept.column(text, min(cell_len(text), width - kept.width), each or style)
        return kept
    return line.reach(width, style)


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
        cell = max(1, min(plan.scale.width // plot.size, 8))
        place = x // cell
        counter = next((each for each in plot.counters if index_of(each) == place), None)
        if counter is None:
            return f"{plot.name}[{place}] not written so far" if place < plot.size else ""
        return f"{counter.name} {shown(plot, counter.at(moment.at))}"
    at = min(plan.scale.instant(x), moment.until)
    return f"{plot.name} {shown(plot, plot.counter.at(at))} at {at / 1e9:.3f} s"
