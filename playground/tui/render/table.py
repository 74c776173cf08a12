"""What tables have in common: columns that fit the width, titles that tell the order, rows one of which is chosen."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from playground.tui.render.line import Line
from playground.tui.render.palette import Palette

SORTED, TURNED = "▾", "▴"
_SIGNS = {(False, False): " ", (True, False): "▌", (False, True): "●", (True, True): "◉"}


class Column(NamedTuple):
    """One column: its title, cells, whether its texts stand at the right, and the order that a click asks for."""

    title: str
    cells: int
    right: bool = False
    order: str = ""


def fitting(columns: Sequence[Column], width: int, needed: int) -> list[Column]:
    """The first columns for which there is room; the first ``needed`` are always there."""
    chosen: list[Column] = []
    left = width - 1
    for i, column in enumerate(columns):
        if i >= needed and left < column.cells + 1:
            break
        chosen.append(column)
        left -= column.cells + 1
    return chosen


def titles(columns: Sequence[Column], order: str, width: int, palette: Palette, *, turned: bool = False) -> Strip:
    """The line of titles; a sign stands at the column by which the rows are ordered, another when they are turned."""
    head, strong = palette.style(palette.muted, bold=True), palette.style(palette.accent, bold=True)
    line = Line().add(" ", head)
    for column in columns:
        chosen = bool(order) and column.order == order
        text = f"{column.title}{TURNED if turned else SORTED}" if chosen else column.title
        line.column(text, column.cells, strong if chosen else head, right=column.right).add(" ", head)
    return line.strip(width, palette.style())


def column_at(columns: Sequence[Column], x: int) -> Column | None:
    """The column in which a cell stands."""
    left = 1
    for column in columns:
        if left <= x <= left + column.cells:
            return column
        left += column.cells + 1
    return None


def row(
    columns: Sequence[Column],
    texts: Mapping[str, tuple[str, Style]],
    *,
    chosen: bool,
    width: int,
    palette: Palette,
    picked: bool = False,
) -> Strip:
    """One row from each column's text and style; the chosen one stands out, and so do those that are picked."""
    ground = palette.selected if chosen else palette.ground
    blank = palette.style(None, ground)
    line = Line().add(sign(chosen=chosen, picked=picked), palette.style(palette.accent, ground, bold=picked))
    for column in columns:
        text, style = texts.get(column.title, ("", blank))
        if line.width > 1:
            line.add(" ", blank)
        line.column(text, column.cells, style, right=column.right)
    return line.strip(width, blank)


def sign(*, chosen: bool, picked: bool) -> str:
    """What stands before the name of a process that is selected, picked, both or neither."""
    return _SIGNS[chosen, picked]


def visible(first: int, rows: int, room: int) -> int:
    """The first row to show, so that no room is left empty while there are rows."""
    return max(0, min(first, rows - max(room, 1)))


def showing(first: int, chosen: int, rows: int, room: int) -> int:
    """The first row to show when the chosen one is to be seen, moved as little as can be."""
    room = max(room, 1)
    return visible(min(max(first, chosen - room + 1), chosen), rows, room)
