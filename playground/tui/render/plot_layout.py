"""Which plots of counters stand where in a panel. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from playground.tui.render.plots import Plot
from playground.tui.render.scale import Scale

APART = 3
"""From so many rows on, one of them parts a plot from the next."""
BOUNDS = 6
"""Cells for the numbers at the top and the foot of a plot."""


class Layout(Struct, frozen=True):
    """Which plots stand where."""

    plots: Sequence[Plot]
    top: int
    """Place of the first one on screen."""
    shown: int
    rows: int
    """Rows of a plot, with the one that parts it from the next."""
    axis: bool
    heads: int
    """So many lines of text stand over each plot, where there is no room for them beside it."""
    names: int
    notes: int
    scale: Scale

    @property
    def below(self) -> int:
        """So many plots are out of sight at the bottom."""
        return len(self.plots) - self.top - self.shown

    @property
    def drawn(self) -> int:
        """Rows that are drawn of each plot."""
        return self.rows - 1 if self.rows >= APART else self.rows

    @property
    def high(self) -> int:
        """Rows of a plot without its lines of text."""
        return self.drawn - self.heads

    def plot_at(self, y: int) -> Plot | None:
        """The plot in a row."""
        place = self.top + y // self.rows
        return self.plots[place] if 0 <= y < self.shown * self.rows else None
