"""What stands around the plot of a counter: its name, value, bounds and last change. Pure."""

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render.line import Line, middle_out, narrow
from playground.tui.render.palette import Palette
from playground.tui.render.plot import Frame
from playground.tui.render.plot_layout import APART, BOUNDS, Layout
from playground.tui.render.plots import Plot, change, value_text
from playground.tui.render.times import number

_LEAST_NAME = 12
"""Cells that a name keeps where its value leaves it fewer: what is said of the value is cut instead."""


def names(plot: Plot, plan: Layout, bounds: Frame | None, palette: Palette, *, chosen: bool) -> list[Line]:
    """Name, kind, and the numbers at top and foot where there is room; of plots below their texts a margin."""
    if plan.heads:
        return [Line().add(" ", palette.style()) for _ in range(plan.high)]
    ground = palette.selected if chosen else palette.ground
    scaled = BOUNDS if plan.high >= APART else 0
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


def heads(moment: Moment, plot: Plot, plan: Layout, width: int, palette: Palette, *, chosen: bool) -> list[Strip]:
    """What stands over a plot in a narrow panel: name and value, then the last change."""
    if not plan.heads:
        return []
    ground = palette.selected if chosen else palette.ground
    blank = palette.style(None, ground)
    value, rest, wrong = value_text(moment, plot)
    muted, tone = palette.style(palette.muted, ground), palette.bad if wrong else palette.text
    words = f"{value} {rest}".rstrip()
    name = middle_out(narrow(plot.name), max(width - cell_len(words) - 4, _LEAST_NAME))
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


def notes(moment: Moment, plot: Plot, plan: Layout, palette: Palette) -> list[Line]:
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
                texts.append(f"{counter.writes} write{'s' if counter.writes != 1 else ''}")
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
