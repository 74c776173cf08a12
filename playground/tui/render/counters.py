"""Numbers over time as steps: shared values, holders of a semaphore, depth of a queue, tasks done."""

from textual.strip import Strip

from playground.history import Counter
from playground.tui.moment import Moment
from playground.tui.render.line import Line
from playground.tui.render.palette import Palette, blend
from playground.tui.render.scale import Scale, view
from playground.tui.render.times import number

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_NOTES = 20
_TALLEST = 3
_LIMITED = frozenset({"value", "holders"})
_BOUND_SAMPLES = 2000


def draw(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:
    """A plot for each counter on the time scale of the run, as tall as the room allows."""
    counters = moment.history.counters
    if not counters:
        return [
            Line()
            .add(" no shared values, queues or semaphores", palette.style(palette.muted))
            .strip(width, palette.style())
        ]
    rows = min(_TALLEST, max(1, height // len(counters)))
    names = min(max(len(counter.name) for counter in counters), 14) + 2
    scale = view(moment.at, moment.until, max(4, width - names - _NOTES), moment.zoom, live=moment.live)
    strips: list[Strip] = []
    for counter in counters:
        strips += _plot(moment, counter, scale, names, width, rows, palette)
    return strips


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
            glyph, colour = _cell(value if x <= known else None, below, rows, bound, edge, palette)
            line.add(glyph, palette.style(colour if x <= head else blend(palette.ground, colour, 0.4)))
        if row == 0:
            _notes(line, moment, counter, expected, limit, palette)
        strips.append(line.strip(width, palette.style()))
    return strips


def _cell(
    value: float | None, below: int, rows: int, bound: float, edge: int | None, palette: Palette
) -> tuple[str, str]:
    """One cell of a plot: an eighth block, or the line of the limit where the steps do not reach."""
    if value is not None:
        eighths = int(max(value, 0) / bound * rows * 8 + 0.5) - below * 8
        if eighths > 0:
            return _EIGHTHS[min(eighths, 8)], palette.bad if edge is not None and value > edge else palette.accent
    if edge is not None and edge < bound and below == int(edge / bound * rows):
        return "┈", palette.faint
    return " ", palette.muted


def _notes(
    line: Line, moment: Moment, counter: Counter, expected: float | None, limit: int | None, palette: Palette
) -> None:
    """The value, and beside it the one that is expected, or the limit."""
    value = counter.at(moment.at)
    over = limit is not None and counter.unit in _LIMITED and (value or 0) > limit
    short = expected is not None and not moment.live and moment.at >= moment.until and value != expected
    tone = palette.bad if over or short else palette.text
    line.add(f" {'–' if value is None else number(value)}", palette.style(tone, bold=True))
    if expected is not None:
        line.add(f" of {number(expected)}", palette.style(palette.bad if short else palette.muted))
    elif limit:
        line.add(
            f" {'limit' if counter.unit in _LIMITED else 'room'} {limit}",
            palette.style(tone if over else palette.muted),
        )
    elif counter.unit != "value":
        line.add(f" {counter.unit}", palette.style(palette.muted))
