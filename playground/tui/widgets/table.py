"""A panel of titles over rows: a click on a title orders, on a row chooses; the wheel scrolls whatever is chosen."""

from collections.abc import Sequence

from textual import events

from playground.tui.render import table
from playground.tui.render.table import Column
from playground.tui.widgets.panel import Drawing, Panel


class Table(Panel):
    """Keeps the chosen row in sight, until it is scrolled away and as long as none other is chosen."""

    def __init__(self, title: str, drawing: Drawing, **names: str) -> None:
        super().__init__(title, drawing, at_end=False, **names)
        self._first = 0
        self._shown: int | None = None
        """What was chosen when it was drawn last."""
        self._away = False
        """Whether it was scrolled to where that cannot be seen."""

    # --- For subclasses: to be implemented --------------------------------------------------------------

    @property
    def keys(self) -> Sequence[int]:
        """What stands in the rows, by number."""
        raise NotImplementedError

    @property
    def chosen(self) -> int:
        """The number that is chosen."""
        raise NotImplementedError

    @property
    def columns(self) -> Sequence[Column]:
        """The columns as they are shown."""
        raise NotImplementedError

    def choose(self, key: int) -> None:
        """Take the row of this number."""
        raise NotImplementedError

    def pick(self, key: int) -> None:
        """Take the row of this number into those that were picked; here one is chosen and none picked."""
        self.choose(key)

    def order_by(self, column: Column) -> None:
        """Order by a column whose title was clicked."""
        raise NotImplementedError

    # --- Rows ------------------------------------------------------------------------------------------

    @property
    def room(self) -> int:
        """Rows that can be seen at once."""
        return max(self.size.height - 1, 1)

    @property
    def first(self) -> int:
        """Place of the first row on screen."""
        keys, chosen = self.keys, self.chosen
        if chosen != self._shown:
            self._shown, self._away = chosen, False
        if not self._away and chosen in keys:
            self._first = table.showing(self._first, keys.index(chosen), len(keys), self.room)
        self._first = table.visible(self._first, len(keys), self.room)
        return self._first

    def unseen(self) -> tuple[int, int]:
        """How many rows there are above and below: only those on screen are drawn."""
        return self._first, len(self.keys) - self._first - self.room

    def scroll_rows(self, rows: int) -> None:
        """Show other rows; what is chosen stays chosen."""
        if self.moment is not None:
            self._first = table.visible(self.first + rows, len(self.keys), self.room)
            shown = self.keys[self._first : self._first + self.room]
            self._away = self.chosen not in shown
            self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Order by the title, or choose the row."""
        at = event.get_content_offset(self)
        if at is None or self.moment is None:
            return
        if at.y == 0:
            column = table.column_at(self.columns, at.x)
            if column is not None and column.order:
                self.order_by(column)
            return
        place = self.first + at.y - 1
        if place < len(self.keys):
            (self.pick if event.ctrl else self.choose)(self.keys[place])
