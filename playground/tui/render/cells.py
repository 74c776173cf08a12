"""Eight buckets of paint become one cell: a glyph, its colour and what lies behind."""

from functools import lru_cache
from operator import ne
from typing import NamedTuple

from rich.color import Color
from rich.style import Style

from playground.tui.render.palette import HOLDING, SOLID, Paint, Palette
from playground.tui.render.scale import BUCKETS
from playground.tui.render.tokens import Token

EIGHTHS = (" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█")


class Cell(NamedTuple):
    """A cell: the paint on the left up to ``eighths``, another one on the right.

    ``eighths`` is 8 for a cell of a single paint. At least one of the two is solid otherwise.
    """

    left: int
    right: int
    eighths: int


_MOST_CHANGES = 3
"""With more changes in a cell than this no place to divide it says more than any other."""


@lru_cache(65536)
def cell_of(buckets: bytes) -> Cell:
    """Choose the cell that comes nearest to eight buckets."""
    paints = set(buckets)
    if len(paints) == 1:
        return Cell(buckets[0], buckets[0], BUCKETS)
    best = max(paints, key=buckets.count)
    if sum(map(ne, buckets, buckets[1:])) > _MOST_CHANGES:
        return Cell(best, best, BUCKETS)
    choice, score = Cell(best, best, BUCKETS), buckets.count(best)
    for eighths in range(1, BUCKETS):
        left = max(paints, key=buckets[:eighths].count)
        right = max(paints, key=buckets[eighths:].count)
        fits = buckets[:eighths].count(left) + buckets[eighths:].count(right)
        if left != right and fits > score and (left in SOLID or right in SOLID):
            choice, score = Cell(left, right, eighths), fits
    return choice


Drawn = tuple[str, str, str]
"""Glyph, colour, ground."""


def draw(cell: Cell, palette: Palette) -> Drawn:
    """Give glyph, colour and ground of a cell."""
    if cell.eighths == BUCKETS:
        ground = palette.under(cell.left) if cell.left not in SOLID else palette.ground
        return palette.glyph(cell.left), palette.paint(cell.left), ground
    if palette.ascii or (palette.plain and cell.left in SOLID and cell.right in SOLID):
        wider = cell.left if cell.eighths >= BUCKETS // 2 else cell.right
        return palette.glyph(wider), palette.paint(wider), palette.ground
    return EIGHTHS[cell.eighths], _side(cell.left, palette), _side(cell.right, palette)


def _side(paint: int, palette: Palette) -> str:
    return palette.paint(paint) if paint in SOLID else palette.under(paint)


def draw_lower(cell: Cell, palette: Palette) -> Drawn:
    """The half below a cell that makes its bar one and a half high: bars and their ground go on, lines do not."""
    ground = palette.ground
    if palette.ascii or palette.plain:
        solid = cell.left in SOLID or cell.right in SOLID
        return draw(cell, palette) if solid else (" ", palette.text, ground)
    left, right = _side(cell.left, palette), _side(cell.right, palette)
    wider = left if cell.eighths > BUCKETS // 2 else right
    if ground not in (left, right) or left == right:
        return (" ", palette.text, ground) if wider == ground else ("▀", wider, ground)
    filled = cell.eighths if right == ground else BUCKETS - cell.eighths
    halves = (" ", "▘" if right == ground else "▝", "▀")
    return halves[(filled + 1) // 4], left if right == ground else right, ground


class Ink:
    """The cells of one palette, drawn once each."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self._drawn: dict[Cell, Drawn] = {}
        self._tokens: dict[Cell, Token] = {}
        self._lower: dict[Cell, Token] = {}
        self._faded: dict[Token, Token] = {}
        self._over: dict[tuple[int, str], tuple[Style, Style]] = {}

    def token(self, cell: Cell) -> Token:
        """A cell before the playhead; the same object for the same cell."""
        token = self._tokens.get(cell)
        if token is None:
            glyph, colour, ground = self[cell]
            token = self._tokens[cell] = (glyph, self.palette.style(colour, ground))
        return token

    def lower(self, cell: Cell) -> Token:
        """What stands below a cell where lanes are thick."""
        token = self._lower.get(cell)
        if token is None:
            glyph, colour, ground = draw_lower(cell, self.palette)
            token = self._lower[cell] = (glyph, self.palette.style(colour, ground))
        return token

    def faded(self, token: Token) -> Token:
        """The same after the playhead."""
        faded = self._faded.get(token)
        if faded is None:
            faded = self._faded[token] = (token[0], self.style_of(token, faded=True))
        return faded

    def over(self, token: Token, colour: str) -> Style:
        """The style of a bold letter of a colour over a cell."""
        key = (id(token[1]), colour)
        known = self._over.get(key)
        if known is None or known[0] is not token[1]:  # the style is kept so that its identity stays its own
            known = self._over[key] = (token[1], self.style_of(token, colour, bold=True))
        return known[1]

    def style_of(self, token: Token, colour: str = "", *, faded: bool = False, bold: bool = False) -> Style:
        """The style of a token, with another colour of the glyph if one is given."""
        palette = self.palette
        colour, ground = colour or hexed(token[1].color), hexed(token[1].bgcolor)
        if faded:
            colour, ground = palette.fade(colour), palette.fade(ground)
        return palette.style(colour, ground, bold=bold or bool(token[1].bold))

    def __getitem__(self, cell: Cell) -> Drawn:
        drawn = self._drawn.get(cell)
        if drawn is None:
            drawn = self._drawn[cell] = draw(cell, self.palette)
        return drawn


def hexed(colour: Color | None) -> str:
    """A colour of a style as ``#rrggbb``."""
    return colour.get_truecolor().hex if colour is not None else "#000000"


MEANINGS: dict[int, str] = {
    Paint.RUNNING: "runs",
    Paint.RUNNING | HOLDING: "runs with a lock",
    HOLDING: "holds a lock",
    Paint.LOCK: "waits for a lock",
    Paint.CHANNEL: "queue or pipe",
    Paint.SIGNAL: "event or barrier",
    Paint.PERSON: "waits for you",
    Paint.JOIN: "join",
    Paint.SLEEP: "sleeps",
    Paint.SUSPENDED: "suspended",
    Paint.ZOMBIE: "zombie",
    Paint.STARTING: "starts",
}
"""What the paints mean, the most important first; ``HOLDING`` alone is the ground of a line while a lock is held."""

HELD_MEANINGS: dict[int, str] = {
    Paint.LOCK | HOLDING: "waits with a lock",
    Paint.CHANNEL | HOLDING: "queue or pipe with a lock",
    Paint.SIGNAL | HOLDING: "event or barrier with a lock",
    Paint.SLEEP | HOLDING: "sleeps with a lock",
}
"""Of the paints that have a glyph of their own without colour."""
