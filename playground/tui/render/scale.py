"""The mapping between instants and columns, and the ticks of the time axis."""

from typing import NamedTuple

from msgspec import Struct

from playground.tui.render.times import MILLISECOND, SECOND

BUCKETS = 8
"""Parts of a cell that are told apart."""
_STEPS = (1, 2, 5)
_TICK_CELLS = 14
"""The least distance of two ticks: a label and some air."""
_CLOSE_CELLS, _FEW = 8, 3
"""The least where there would be fewer ticks than these, if the labels are short."""


class Scale(Struct, frozen=True):
    """A window of time on a grid of columns; columns are counted from the begin of the clock."""

    first: int
    """The leftmost column."""
    per_cell: int
    """Nanoseconds in a column."""
    width: int
    zero: int = 0
    """The instant at which the clock begins: negative for a run that begins after another one beside it."""

    @property
    def start(self) -> int:
        """The instant at the left edge."""
        return self.begin_of(self.first)

    @property
    def end(self) -> int:
        """The instant at the right edge."""
        return self.begin_of(self.first + self.width)

    def begin_of(self, column: int) -> int:
        """The instant at the left edge of a column, counted from the begin of the clock."""
        return column * self.per_cell + self.zero

    def x(self, at_ns: int) -> int:
        """Give the column of an instant, counted from the left edge; may lie outside."""
        return (at_ns - self.zero) // self.per_cell - self.first

    def bucket(self, at_ns: int) -> int:
        """Give the bucket of an instant, counted from the left edge; may lie outside."""
        return (at_ns - self.zero) * BUCKETS // self.per_cell - self.first * BUCKETS

    def instant(self, x: int) -> int:
        """Give the instant in the middle of a column."""
        return self.begin_of(self.first + x) + self.per_cell // 2

    def moved(self, before: "Scale") -> int | None:
        """How many columns it shows later than another of the same grid; None where the grids differ."""
        grids = ((each.per_cell, each.width, each.zero) for each in (before, self))
        return self.first - before.first if next(grids) == next(grids) else None


class Tick(NamedTuple):
    """A labelled place on the axis."""

    x: int
    label: str


LADDER_S = (1, 2, 3, 5, 8, 12, 20, 30, 45, 60)
"""Lengths that a live view takes one after the other, so that history stands still between two of them."""
DEEPEST = 24
_AIR_CELLS = 9
"""Room at the right of a whole run, for what is said of its last processes."""


def view(
    at_ns: int,
    until_ns: int,
    width: int,
    zoom: int = 0,
    *,
    live: bool,
    since_ns: int = 0,
    stretch: tuple[int, int] | None = None,
) -> Scale:
    """Choose what part of a run to show: the ``stretch`` from one instant to another, if one is given.

    Else a live run fits until it lasts a minute and goes on by pages of one; a replay always fits. Each step of
    ``zoom`` halves the stretch that is shown, or doubles it below 0; the page of ``at_ns`` is shown then.
    Nothing is known of a replay before ``since_ns``.
    """
    width = max(width, 1)
    if stretch is not None:
        per_cell = max(BUCKETS, -(-(stretch[1] - stretch[0]) // width))
        return Scale(max(stretch[0], 0) // per_cell, per_cell, width)
    air = min(_AIR_CELLS, width // 4)
    fitting = live_length(at_ns) if live else max((until_ns - since_ns) * width // (width - air or 1), MILLISECOND)
    per_cell = max(BUCKETS, -(-fitting // width))
    per_cell = max(BUCKETS, per_cell >> zoom if zoom > 0 else per_cell << -zoom)
    begin = 0 if live else since_ns
    if zoom == 0 and fitting > at_ns - begin:
        return Scale(begin // per_cell, per_cell, width)
    return paged(at_ns, per_cell, width)


def live_length(at_ns: int) -> int:
    """The first length of the ladder that holds the run so far with some air; the last one when none does."""
    return next((s * SECOND for s in LADDER_S if s * SECOND > at_ns + at_ns // 25), LADDER_S[-1] * SECOND)


def paged(head_ns: int, per_cell: int, width: int) -> Scale:
    """Show the page of the head: it stands still while the head runs to the right edge, then jumps by half."""
    half = max(width // 2, 1)
    column = head_ns // per_cell
    return Scale(0 if column < width - 1 else (column + 1 - width) // half * half + half, per_cell, width)


def ticks(scale: Scale) -> list[Tick]:
    """Place ticks at round instants, as many as fit; closer together where there would be hardly any."""
    found = _placed(scale, _TICK_CELLS)
    closer = _placed(scale, _CLOSE_CELLS) if len(found) < _FEW else found
    return found if any(len(label) + 2 > _CLOSE_CELLS for _, label in closer) else closer


def _placed(scale: Scale, cells: int) -> list[Tick]:
    """The ticks at round instants that are so many cells from each other at least."""
    step = _round_step(scale.per_cell * cells)
    at = -(-scale.start // step) * step
    found = []
    while at < scale.end:
        found.append(Tick(scale.x(at), _label(at, step)))
        at += step
    return found


def _round_step(least: int) -> int:
    power = 1
    while True:
        for factor in _STEPS:
            if factor * power >= least:
                return factor * power
        power *= 10


def _label(at_ns: int, step: int) -> str:
    if step < MILLISECOND:
        return f"{at_ns / 1000:.0f} µs" if at_ns < SECOND else f"{at_ns / SECOND:.6f} s"
    if step < SECOND:
        digits = 3 if step < 10 * MILLISECOND else 2 if step < 100 * MILLISECOND else 1
        return f"{at_ns / SECOND:.{digits}f} s"
    seconds = at_ns // SECOND
    return f"{seconds} s" if seconds < 600 else f"{seconds // 60}:{seconds % 60:02}"
