"""Numbers over time as steps: shared values, holders of a semaphore, depth of a queue, tasks done."""

from textual.strip import Strip

from playground.history import Counter
from playground.tui.moment import Moment
from playground.tui.render.axis import scale_of
from playground.tui.render.line import Line, remark
from playground.tui.render.palette import FUTURE, Palette, blend
from playground.tui.render.scale import Scale
from playground.tui.render.times import number

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_TALLEST = 4
"""Rows of a counter, with the one that parts it from the next."""
_LIMITED = frozenset({"value", "holders"})
_BOUND_SAMPLES = 2000


def draw(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:
    """A plot for each counter on the time scale of the run, as tall as the room allows."""
    counters = moment.history.counters
    if not counters:
        return [remark("no shared values, queues or semaphores", width, palette)]
    rows = min(_TALLEST, max(1, (height + 1) // len(counters)))
    names = min(max(len(counter.name) for counter in counters), 14 if width > 40 else 9) + 2
    notes = max(len(_note(moment, counter)) for counter in counters) + 1
    scale = scale_of(moment, max(4, width - names - notes))
    strips: list[Strip] = []
    for counter in counters:
        strips += _plot(moment, counter, scale, names, width, max(1, rows - 1), palette)
        if rows > 1:
            strips.append(Strip.blank(width, palette.style()))
    return strips[: max(len(strips) - 1, 1)] if rows > 1 else strips


def _plot(
    moment: Moment, counter: Counter, scale: Scale, names: int, width: int, rows: int, palette: Palette
) -> list[Strip]:
    info = moment.history.info
    expected, limit = info.expected.get(counter.name), info.limits.get(counter.name, counter.limit)
    bound = max([*counter.values[-_BOUND_SAMPLES:], expected or 0, limit or 0, 1])
    edge = (limit if counter.unit in _LIMITED else None) or None
    head = scale.x(moment.at)
    columns = [counter.at(min(scale.instant(x), moment.until)) for x in range(scale.width)]
    known = scale.x(moment.until)
    strips = []
    for row in range(rows):
        below = rows - 1 - row
        line = Line().column(f" {counter.name}" if row == 0 else "", names, palette.style(bold=True))
        for x, value in enumerate(columns):
            glyph, colour, ground = _cell(value if x <= known else None, below, rows, bound, edge, palette)
            if x > head:
                colour, ground = blend(palette.ground, colour, FUTURE), blend(palette.ground, ground, FUTURE)
            line.add(glyph, palette.style(colour, ground))
        if row == 0:
            over = bool(edge) and (counter.at(moment.at) or 0) > (edge or 0)
            tone = palette.bad if over or _falls_short(moment, counter) else palette.text
            shown, _, rest = _note(moment, counter).strip().partition(" ")
            line.add(f" {shown}", palette.style(tone, bold=True))
            line.add(f" {rest}", palette.style(palette.muted if tone == palette.text else tone))
        strips.append(line.strip(width, palette.style()))
    return strips


def _cell(
    value: float | None, below: int, rows: int, bound: float, edge: int | None, palette: Palette
) -> tuple[str, str, str]:
    """Glyph, colour and ground of one cell: eighth blocks, red above the limit; the limit's line where none reach."""
    height = rows * 8
    limit = height if edge is None or edge >= bound else int(edge / bound * height)
    reached = 0 if value is None else int(max(value, 0) / bound * height + 0.5)
    in_cell, limit_in_cell = min(max(reached - below * 8, 0), 8), limit - below * 8
    if not in_cell:
        line = limit < height and 0 <= limit_in_cell < 8
        return ("┈" if line else " "), palette.muted, palette.ground
    if limit_in_cell <= 0:
        return _EIGHTHS[in_cell], palette.bad, palette.ground
    if in_cell > limit_in_cell:  # both colours meet here; the red part is taken to fill the cell
        return _EIGHTHS[limit_in_cell], palette.accent, palette.bad
    return _EIGHTHS[in_cell], palette.accent, palette.ground


def _note(moment: Moment, counter: Counter) -> str:
    """The value, and beside it the one that is expected, or the limit."""
    info = moment.history.info
    value = counter.at(moment.at)
    shown = f" {'–' if value is None else number(value)}"
    expected, limit = info.expected.get(counter.name), info.limits.get(counter.name, counter.limit)
    if limit:
        return f"{shown} {'limit' if counter.unit in _LIMITED else 'room'} {limit}"
    if expected is not None:
        return f"{shown} of {number(expected)}"
    if counter.sampled:
        return f"{shown} sampled"
    return shown if counter.unit in {"value", "item"} else f"{shown} {counter.unit}"


def _falls_short(moment: Moment, counter: Counter) -> bool:
    """Whether the run is over and the counter has not come to its expected value."""
    expected = moment.history.info.expected.get(counter.name)
    over = not moment.live and moment.at >= moment.until and not moment.interfered
    return over and expected is not None and counter.last != expected
