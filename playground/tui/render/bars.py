"""Numbers that the program measured, as bars: those of one unit on one scale, below each other. Pure."""

from rich.cells import cell_len
from textual.strip import Strip

from playground.history import Measurement
from playground.tui.moment import Moment
from playground.tui.render.line import Line, middle_out, narrow, remark
from playground.tui.render.palette import Palette
from playground.tui.render.times import number

_CELL, _TRACE = "▇", "▎"
"""A bar is not quite as high as its row, so that it does not run into the next one; what is tiny leaves a trace."""
_SHORTEST = 4
"""Cells for the longest bar at least, however long the words beside it are."""


def bars(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:
    """A row for each measurement of the run; one that is yet to come at the instant shown has its name only.

    Scale and places are those of the whole run, so that nothing jumps while the playhead moves.
    """
    whole = moment.history.measurements(moment.until)
    known = {(each.unit, each.label): each for each in moment.history.measurements(moment.at)}
    names = min(max((cell_len(each.label) for each in whole), default=0), width * 2 // 5)
    gap = Strip.blank(width, palette.style())
    rows: list[Strip] = []
    for unit in dict.fromkeys(each.unit for each in whole):
        same = [each for each in whole if each.unit == unit]
        room = max(width - names - 4 - max(cell_len(_amount(each)) for each in same), _SHORTEST)
        scale = room / (max(each.value for each in same) or 1)
        rows += [gap] if rows else []
        rows += [_bar(each.label, known.get((unit, each.label)), (names, scale), width, palette) for each in same]
    if len(rows) > height:
        rows = [row for row in rows if row is not gap]
    if len(rows) > height > 0:
        rows[height - 1 :] = [remark(f"… and {len(rows) - height + 1} more", width, palette)]
    return rows[:height]


def _bar(label: str, known: Measurement | None, shape: tuple[int, float], width: int, palette: Palette) -> Strip:
    """Name, bar and amount; ``shape`` is the cells for the name, and those for 1 of the unit."""
    names, scale = shape
    line = Line().add(" ", palette.style())
    tone = palette.style(palette.muted if known is None else palette.text)
    line.column(middle_out(narrow(label), names), names, tone)
    line.add(" ", palette.style())
    if known is not None:
        bar = _CELL * round(known.value * scale) or (_TRACE if known.value else "")
        line.add(bar, palette.style(palette.accent))
        amount, unit = _amount(known).split(" ", 1)
        line.add(f" {amount}", palette.style(palette.text, bold=True)).add(f" {unit}", palette.style(palette.muted))
    return line.strip(width, palette.style())


def _amount(measurement: Measurement) -> str:
    """Three digits are enough to compare by."""
    value = measurement.value
    return f"{number(value) if value >= 1000 or value == int(value) else f'{value:.3g}'} {narrow(measurement.unit)}"
