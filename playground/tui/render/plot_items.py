"""An array among the counters: its items side by side at one instant. Pure."""

from collections.abc import Iterable

from rich.cells import cell_len

from playground.history import Counter
from playground.tui.moment import Moment
from playground.tui.render.line import fitted, narrow
from playground.tui.render.palette import Palette, blend
from playground.tui.render.plot import Brush, Frame, frame
from playground.tui.render.plot_layout import Layout
from playground.tui.render.plots import Plot, index_of, latest, shown
from playground.tui.render.steps import Column, finite
from playground.tui.render.times import MILLISECOND
from playground.tui.render.tokens import Token, tokens

_FRESH = 150 * MILLISECOND
"""So long an item that changed stands out."""
_BARS = "▁▂▃▄▅▆▇█"


def items(moment: Moment, plot: Plot, plan: Layout, palette: Palette) -> list[list[Token]]:
    """The items side by side: their values, below them bars where there is room, and their places."""
    cell = item_width(plot, plan)
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


def item_width(plot: Plot, plan: Layout) -> int:
    """Cells of an item."""
    return max(1, min(plan.scale.width // max(plot.size, 1), 8))


def _range(counters: Iterable[Counter]) -> tuple[float, float]:
    lows = [finite(each.lowest) for each in counters if each.lowest is not None]
    highs = [finite(each.highest) for each in counters if each.highest is not None]
    return min(lows, default=0), max(highs, default=0)


def _item(plot: Plot, value: float | None, cell: int, bounds: Frame, fresh: bool, palette: Palette) -> list[Token]:
    """An item on a ground that is the warmer the larger it is; bold where it has just changed."""
    share = 0.0 if value is None else (finite(value) - bounds.low) / (bounds.high - bounds.low)
    text = "·" if value is None else letter(value) if plot.typecode == "c" else shown(plot, value)
    gap = [(" ", palette.style())] if cell > 1 else []
    room = cell - len(gap)
    if cell_len(text) > room:
        bar = _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)] * room
        return tokens(bar, palette.style(palette.warning if fresh else palette.accent)) + gap
    ground = palette.ground if palette.plain else blend(palette.ground, palette.accent, round(0.1 + 0.4 * share, 2))
    style = palette.style(palette.warning if fresh else palette.text, ground, bold=fresh)
    return tokens(fitted(narrow(text), room, right=True), style) + gap


def letter(value: float) -> str:
    """The character of a code; a dot where it cannot be seen."""
    letter = chr(int(value)) if 0 <= value < 0x110000 else "?"
    return letter if letter.isprintable() and letter.strip() else "·"
