"""Eight buckets of paint become one cell: a glyph, its colour and what lies behind."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from playground.tui.render.palette import HOLDING, SOLID, Paint, Palette
from playground.tui.render.scale import BUCKETS

EIGHTHS = (" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█")


class Cell(NamedTuple):
    """A cell: the paint on the left up to ``eighths``, another one on the right.

    ``eighths`` is 8 for a cell of a single paint. At least one of the two is solid otherwise.
    """

    left: int
    right: int
    eighths: int


BLANK = Cell(0, 0, BUCKETS)


@lru_cache(65536)
def cell_of(buckets: bytes) -> Cell:
    """Choose the cell that comes nearest to eight buckets."""
    paints = set(buckets)
    if len(paints) == 1:
        return Cell(buckets[0], buckets[0], BUCKETS)
    best = max(paints, key=buckets.count)
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
    if palette.plain and cell.left in SOLID and cell.right in SOLID:
        wider = cell.left if cell.eighths >= BUCKETS // 2 else cell.right
        return palette.glyph(wider), palette.paint(wider), palette.ground
    return EIGHTHS[cell.eighths], _side(cell.left, palette), _side(cell.right, palette)


def _side(paint: int, palette: Palette) -> str:
    return palette.paint(paint) if paint in SOLID else palette.under(paint)


class Ink:
    """The cells of one palette, drawn once each."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self._drawn: dict[Cell, Drawn] = {}

    def __getitem__(self, cell: Cell) -> Drawn:
        drawn = self._drawn.get(cell)
        if drawn is None:
            drawn = self._drawn[cell] = draw(cell, self.palette)
        return drawn


MEANINGS: Mapping[int, str] = {
    Paint.RUNNING: "runs",
    Paint.RUNNING | HOLDING: "runs with a lock",
    Paint.LOCK: "waits for a lock",
    Paint.CHANNEL: "queue or pipe",
    Paint.SIGNAL: "event",
    Paint.JOIN: "join",
    Paint.SLEEP: "sleeps",
    Paint.SUSPENDED: "suspended",
    Paint.ZOMBIE: "zombie",
    Paint.STARTING: "starts",
}
"""What the paints mean, the most important first."""
