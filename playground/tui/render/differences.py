"""What tells two runs apart: where their processes part, and the figures that differ."""

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual.strip import Strip

from playground.comparison.compare import Row
from playground.comparison.faces import Compared, Parting
from playground.tui.render.findings import SIGNS
from playground.tui.render.line import Line, middle_out, narrow, shortened, wrapped
from playground.tui.render.palette import Palette
from playground.tui.render.times import clock

ROWS = 2
"""Lines of a parting: one for each run."""
_MOST_LINES = 3
"""A figure takes no more."""
_MOST_NAME = 18
_LEAST_PLACE = 16


def partings(
    compared: Compared, labels: Sequence[str], chosen: int, width: int, palette: Palette, *, focused: bool
) -> list[Strip]:
    """Two lines for each process that parts: what it does in the one run, and what in the other."""
    if not compared.partings:
        text = compared.notice or "As far as both are known, every process does the same as its namesake."
        return [_said(part, width, palette) for part in wrapped(text, width - 2)]
    names = min(max(len(each.divergence.process) for each in compared.partings), _MOST_NAME)
    ran = max(len(label) for label in labels)
    strips = []
    for place, parting in enumerate(compared.partings):
        strips += _parting(
            parting, labels, (names, ran), width, palette, ground=_ground(place == chosen, palette, focused=focused)
        )
    return strips


def _ground(chosen: bool, palette: Palette, *, focused: bool) -> str:
    return palette.selected if chosen and focused else palette.ground


def _parting(
    parting: Parting, labels: Sequence[str], cells: tuple[int, int], width: int, palette: Palette, *, ground: str
) -> list[Strip]:
    divergence = parting.divergence
    muted, strong = palette.style(palette.muted, ground), palette.style(palette.text, ground, bold=True)
    strips = []
    for number, event in enumerate((divergence.one, divergence.other)):
        first = number == 0
        line = Line().add("≠ " if first else "  ", palette.style(palette.warning, ground, bold=True))
        line.column(narrow(divergence.process) if first else "", cells[0], strong).add("  ", muted)
        line.column(narrow(labels[number]), cells[1], palette.style(palette.accent, ground)).add("  ", muted)
        line.add(f"{clock(parting.instants[number])}  ", muted)
        room = width - line.width - 1
        place = middle_out(narrow(event.place), max(room - cell_len(event.text) - 2, _LEAST_PLACE))
        said = max(room - len(place) - 2, 8) if place else room
        tone = palette.warning if event.at is None else palette.text
        names = None if palette.plain else palette.style(palette.warning, ground)
        line.named(narrow(event.text), said, palette.style(tone, ground, bold=event.at is None), names)
        line.add(f"  {place}" if place else "", muted)
        strips.append(line.strip(width, muted))
    return strips


def figures(compared: Compared, labels: Sequence[str], width: int, palette: Palette) -> list[Strip]:
    """A table: findings that only one run has, then the figures that differ, each under its run."""
    name = max(16, width * 3 // 10)
    cells = (name, (width - name - 4) // 2)
    head = palette.style(palette.accent, bold=True)
    line = Line().add(" ", head).column("", cells[0], head)
    for label in labels:
        line.add(" ", head).column(narrow(label), cells[1], head)
    strips = [line.strip(width, palette.style())]
    comparison = compared.comparison
    for side, findings in enumerate((comparison.only_one, comparison.only_other)):
        for finding in findings:
            strips.append(_finding(finding, side, cells, width, palette))
    rows = comparison.differing
    for row in rows:
        strips += _figure(row, cells, width, palette)
    if len(strips) == 1:
        strips.append(_said("Nothing differs by more than chance.", width, palette))
    same = len(comparison.rows) - len(rows)
    strips.append(_said(f"{same} other figures are the same", width, palette))
    return strips


def _finding(finding: Any, side: int, cells: tuple[int, int], width: int, palette: Palette) -> Strip:
    tone = palette.bad if finding["severity"] == "error" else palette.warning
    bad = palette.style(tone, bold=True)
    who = ", ".join(finding["processes"])
    line = Line().add(" ", bad).column(narrow(f"{finding['kind'].replace('_', ' ')} {who}"), cells[0], bad)
    for number in range(2):
        here = number == side
        text = f"{SIGNS.get(finding['severity'], '!')} found" if here else "not found"
        line.add(" ", bad).column(text, cells[1], bad if here else palette.style(palette.good))
    return line.strip(width, palette.style())


def _figure(row: Row, cells: tuple[int, int], width: int, palette: Palette) -> list[Strip]:
    name = f"`{row.name}`" if row.part in {"resource", "counter"} else row.name
    label = " ".join(filter(None, (narrow(name), row.what)))
    values = [
        shortened(wrapped(narrow(told(value, row.unit)), cells[1]), _MOST_LINES) for value in (row.one, row.other)
    ]
    strips = []
    muted, plain = palette.style(palette.muted), palette.style()
    names = None if palette.plain else palette.style(palette.warning)
    for number in range(max(map(len, values))):
        line = Line().add(" ", muted).named(label if number == 0 else "", cells[0], muted, names)
        for lines in values:
            line.add(" ", muted).named(lines[number] if number < len(lines) else "", cells[1], plain, names)
        strips.append(line.strip(width, plain))
    return strips


def told(value: Any, unit: str = "") -> str:
    """A value of a summary as a person reads it."""
    if value is None or value in ([], ""):
        return "–"
    if unit == "s":
        return f"{value:.3f} s"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _said(text: str, width: int, palette: Palette) -> Strip:
    return Line().add(f" {text}", palette.style(palette.muted)).strip(width, palette.style())
