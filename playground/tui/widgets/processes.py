"""The process table: a click selects, one on a title orders."""

from collections.abc import Sequence

from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render import processes
from playground.tui.render.palette import Palette
from playground.tui.render.table import Column
from playground.tui.view import PickTurned, ViewChanged
from playground.tui.widgets.table import Table


class Processes(Table):
    """One line for each process."""

    def __init__(self, title: str = "Processes", name: str = "processes") -> None:
        """``name`` is the id of the widget."""
        super().__init__(title, self.draw, id=name)
        self._title = title

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """Draw from the first row on screen; the title tells how many are hidden."""
        if self._title:
            hidden = moment.hidden
            title = f"{self._title}  {len(moment.states)} of {len(moment.states) + hidden}" if hidden else self._title
            if self.border_title != title:
                self.border_title = title
        return processes.draw(moment, width, height, palette, self.first)

    @property
    def keys(self) -> Sequence[int]:
        """Indexes of the processes in the order in which they are shown."""
        return [state.index for state in self.moment.states] if self.moment is not None else ()

    @property
    def chosen(self) -> int:
        """The selected process."""
        return self.moment.selected if self.moment is not None else 0

    @property
    def columns(self) -> Sequence[Column]:
        """The columns as they are shown."""
        return processes.columns(self.moment, self.size.width) if self.moment is not None else ()

    def choose(self, key: int) -> None:
        """Select a process."""
        self.post_message(ViewChanged(selected=key))

    def pick(self, key: int) -> None:
        """Pick a process for what is done to several, or no longer."""
        self.post_message(PickTurned(key))

    def order_by(self, column: Column) -> None:
        """Order by a column; by name a second time makes a tree, any other a second time goes back to the start."""
        if self.moment is None:
            return
        order = self.moment.view.order
        again = {"name": "tree", "tree": "start"}.get(order, "start")
        same = column.order == ("name" if order == "tree" else order)
        self.post_message(ViewChanged(order=again if same else column.order))
