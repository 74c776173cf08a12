"""Cells of a plot: areas of eighth blocks, and a line of steps for small whole numbers. Pure."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from playground.tui.render.palette import Palette, blend
from playground.tui.render.steps import Column
from playground.tui.render.tokens import Token

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_HANGING = " ▔▔▔▀▀▀██"
"""Blocks that hang from the top of a cell, where none can be drawn in the ground's colour."""
_CELL = 8
_MOST_CELLS = 4096
_NEAR = 0.75
"""Numbers that stay above so much of their highest are drawn from their lowest on, not from 0."""
_SOFT = 0.5
"""Strength of the colour between the lowest and the highest value of a column."""
Piece: TypeAlias = tuple[int, int, str]
"""From and up to how many eighths over the foot of the plot, and the colour."""


class Frame(Struct, frozen=True):
    """What a plot shows of the numbers: from ``low`` at its foot to ``high`` at its top."""

    low: float
    high: float
    rows: int
    limit: float | None = None
    """What is above is red."""
    goal: float | None = None
    """The value to come to."""
    line: bool = False
    """Whether each whole number has a row of its own."""

    @property
    def stride(self) -> int:
        """Rows from one whole number to the next."""
        return max(1, (self.rows - 1) // max(int(self.high - self.low), 1))

    def eighths(self, value: float) -> int:
        """The height of a value; what differs from 0 differs by an eighth at least."""
        apart = self.rows < 3 and self.low >= 0  # from the plot above, which stands close
        most = self.rows * _CELL - apart
        share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)  # halves: the range may be the largest
        height = min(max(round(share * most), 0), most)
        foot = min(max(round((0 - self.low / 2) / (self.high / 2 - self.low / 2) * most), 0), most)
        if height == foot and value and self.low <= 0 <= self.high:
            height += 1 if value > 0 else -1
        return min(max(height, 0), most)

    def row(self, value: float) -> int:
        """The row of a whole number, counted from the foot."""
        return min(max(int(value - self.low) * self.stride, 0), self.rows - 1)


def frame(
    values: tuple[float, float], rows: int, limit: float | None, goal: float | None, *, whole: bool, bound: float = 0
) -> Frame:
    """Choose what to show of numbers between two; ``bound`` is one that is never passed, as a queue's size."""
    lowest, highest = values
    high = max(highest, limit or 0, bound, goal or 0)
    low = lowest if goal is None else min(lowest, goal)
    if low > _NEAR * high and goal is None:
        high, low = (high, low - (high - low) / 8) if high > low else (high, 0)
    else:
        low = min(low, 0)
    if high <= low:
        high = low + 1
    whole = whole and rows > 1 and high - low <= rows - 1
    return Frame(low, high, rows, limit, goal, whole)


class Brush:
    """Draws columns of one plot, each different one once."""

    def __init__(self, frame: Frame, palette: Palette, *, faded: bool = False) -> None:
        self.frame, self.palette, self._faded = frame, palette, faded
        self._drawn: dict[object, tuple[Token, ...]] = {}
        self._goal = self.row(frame.goal) if frame.goal else -1
        self._limit = self.row(frame.limit) if frame.limit is not None and frame.limit < frame.high else -1

    def row(self, value: float) -> int:
        """The row in which a value ends, counted from the foot."""
        frame = self.frame
        return frame.row(value) if frame.line else min(frame.eighths(value) // _CELL, frame.rows - 1)

    def column(self, column: Column | None) -> tuple[Token, ...]:
        """The cells of a column from the top down."""
        drawn = self._drawn.get(column)
        if drawn is None:
            if column is None:
                cells = [self._blank(row) for row in range(self.frame.rows)]
            elif self.frame.line:
                cells = [self._step(column, row) for row in range(self.frame.rows)]
            else:
                cells = self._area(self._pieces(column), at_nought=not (column.low or column.high))
            drawn = self._keep(column, cells)
        return drawn

    def stack(self, columns: Sequence[Column | None], colours: Sequence[str]) -> tuple[Token, ...]:
        """The cells of several counters of which each counts what the one before does and more, from the top down."""
        if all(column is None for column in columns):
            return self.column(None)
        tops = tuple(0 if column is None else self.frame.eighths(column.leave) for column in columns)
        key = (tops, *colours)
        drawn = self._drawn.get(key)
        if drawn is None:
            pieces, foot = [], 0
            for top, colour in zip(tops, colours, strict=True):
                if top > foot:
                    pieces.append((foot, top, colour))
                foot = max(foot, top)
            drawn = self._keep(key, self._area(pieces, at_nought=not foot))
        return drawn

    def _keep(self, key: object, cells: Sequence[Token]) -> tuple[Token, ...]:
        if len(self._drawn) > _MOST_CELLS:
            self._drawn.clear()
        drawn = self._drawn[key] = tuple(reversed(cells))
        return drawn

    # --- Areas ------------------------------------------------------------------------------------------

    def _pieces(self, column: Column) -> list[Piece]:
        """The area from 0, or from the foot, to the nearest value, and on to the farthest in a softer colour."""
        frame, palette = self.frame, self.palette
        foot = frame.eighths(min(max(0, frame.low), frame.high))
        low, high = frame.eighths(column.low), frame.eighths(column.high)
        soft = blend(palette.ground, palette.accent, _SOFT)
        if low >= foot:
            pieces = [(foot, low, palette.accent), (low, high, soft)]
        elif high <= foot:
            pieces = [(low, high, soft), (high, foot, palette.accent)]
        else:
            pieces = [(low, high, soft)]
        if frame.limit is not None and column.high > frame.limit:
            pieces = list(_reddened(pieces, frame.eighths(frame.limit), palette))
        return [piece for piece in pieces if piece[1] > piece[0]]

    def _area(self, pieces: Sequence[Piece], *, at_nought: bool) -> list[Token]:
        foot = self.frame.eighths(min(max(0, self.frame.low), self.frame.high)) // _CELL
        nought = min(foot, self.frame.rows - 1) if at_nought else -1
        return [self._cell(pieces, row, nought=row == nought) for row in range(self.frame.rows)]

    def _cell(self, pieces: Sequence[Piece], row: int, *, nought: bool) -> Token:
        here = [
            (max(left - row * _CELL, 0), min(right - row * _CELL, _CELL), colour)
            for left, right, colour in pieces
            if left < (row + 1) * _CELL and right > row * _CELL
        ]
        if not here:
            return self._token("▁", self.palette.faint) if nought else self._blank(row)
        plain = self.palette.plain or self.palette.ascii
        left, right, colour = here[0]
        if plain and left == 0 and here[-1][1] == _CELL:
            colour = max(here, key=lambda piece: piece[1] - piece[0])[2]
            return self._token(self._whole(colour), colour)
        if left == 0 and len(here) > 1 and (here[1][1] == _CELL or right > here[1][1] - right):
            return self._token(_EIGHTHS[right], colour, here[1][2] if here[1][1] == _CELL else None)
        if left == 0:
            return self._token(_EIGHTHS[here[-1][1]], here[-1][2])
        if here[-1][1] == _CELL:
            if plain:
                return self._token(_HANGING[_CELL - left], colour)
            return self._token(_EIGHTHS[left], self.palette.ground, here[-1][2], turned=True)
        return self._token("─", colour)

    def _whole(self, colour: str) -> str:
        """Without colour what is too high and what varied differ in their glyphs."""
        palette = self.palette
        if palette.plain and colour != palette.accent:
            return "▒"
        return "█"

    def _blank(self, row: int) -> Token:
        if row == self._limit:
            return self._token("┈", self.palette.muted)
        return self._token("┈", self.palette.good) if row == self._goal else self._token(" ", self.palette.muted)

    # --- Lines ------------------------------------------------------------------------------------------

    def _step(self, column: Column, row: int) -> Token:
        frame, palette = self.frame, self.palette
        low, high, enter, leave = map(frame.row, column)
        over = frame.limit is not None and row > frame.row(frame.limit)
        if low <= row <= high:
            glyph = "─" if low == high else _corner(row, low, high, enter, leave)
            colour = palette.bad if over else palette.accent
            moved = (enter, leave) in ((low, high), (high, low))
            return self._token(glyph, colour if moved else blend(palette.ground, colour, _SOFT))
        if row < low and not palette.plain:
            return self._token(" ", palette.muted, blend(palette.ground, palette.bad if over else palette.accent, 0.18))
        return self._blank(row)

    def _token(self, glyph: str, colour: str, ground: str | None = None, *, turned: bool = False) -> Token:
        """A cell; one that is ``turned`` has the ground's colour as its glyph's, which does not fade."""
        palette = self.palette
        ground = ground or palette.ground
        if self._faded:
            colour, ground = colour if turned else palette.fade(colour), palette.fade(ground)
        return glyph, palette.style(colour, ground)


def _reddened(pieces: Sequence[Piece], limit: int, palette: Palette) -> list[Piece]:
    """What is above the limit in red."""
    red = {palette.accent: palette.muted if palette.plain else palette.bad}
    found: list[Piece] = []
    for left, right, colour in pieces:
        found.append((left, min(right, limit), colour))
        found.append((max(left, limit), right, red.get(colour, blend(palette.ground, palette.bad, 0.7))))
    return [(left, right, colour) for left, right, colour in found if right > left]


def _corner(row: int, low: int, high: int, enter: int, leave: int) -> str:
    """The glyph of a row of a column in which the value moved between two rows."""
    at_low, at_high = row == low, row == high
    if enter == low and leave == high:
        return "╯" if at_low else "╭" if at_high else "│"
    if enter == high and leave == low:
        return "╰" if at_low else "╮" if at_high else "│"
    if enter == leave and enter in (low, high):
        ends = ("┴", "╷") if enter == low else ("╵", "┬")
        return ends[0] if at_low else ends[1] if at_high else "│"
    return "│"
