"""The table of what processes share: a click or Enter shows the details of one."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render import resources
from playground.tui.render.links import Target
from playground.tui.render.palette import Palette
from playground.tui.render.table import Column
from playground.tui.view import ViewChanged
from playground.tui.widgets.table import Table


class Resources(Table):
    """One line for each resource."""

    BINDING_GROUP_TITLE = "In the resources"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "row(-1)", "Previous resource", show=False),
        Binding("down,j", "row(1)", "Next resource", show=False),
        Binding("enter", "open", "Details", show=False, tooltip="Show the details of the resource"),
        Binding("O", "order", "Order", show=False, tooltip="Order the resources by another thing"),
    ]

    def __init__(self, name: str = "resources") -> None:
        """``name`` is the id of the widget."""
        super().__init__("", self.draw, id=name)
        self._chosen = 0
        """Number of the resource whose line is marked; 0: that of the first."""

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """Draw from the first row on screen."""
        return resources.draw(moment, width, height, palette, self.first, self.chosen)

    @property
    def keys(self) -> Sequence[int]:
        """Numbers of the resources in the order in which they are shown."""
        if self.moment is None:
            return ()
        return [usage.resource.definition.index for usage in resources.usages(self.moment)]

    @property
    def chosen(self) -> int:
        """The resource whose line is marked."""
        keys = self.keys
        return self._chosen if self._chosen in keys else keys[0] if keys else 0

    @property
    def columns(self) -> Sequence[Column]:
        """The columns as they are shown."""
        return resources.columns(self.moment, self.size.width) if self.moment is not None else ()

    def choose(self, key: int) -> None:
        """Mark a resource; one that is marked already is opened."""
        if key == self.chosen:
            self.action_open()
        self._chosen = key
        self.redraw()

    def order_by(self, column: Column) -> None:
        """Order by a column; a second time goes back to who is waited for most."""
        if self.moment is not None:
            same = self.moment.view.resource_order == column.order
            self.post_message(ViewChanged(resource_order="waiting" if same else column.order))

    def action_row(self, step: int) -> None:
        """Mark the next or previous one."""
        keys = self.keys
        if keys:
            self._chosen = keys[min(max(keys.index(self.chosen) + step, 0), len(keys) - 1)]
            self.redraw()

    def action_open(self) -> None:
        """Show the details of the marked one."""
        if self.chosen:
            self.go_to(Target("resource", self.chosen), focus=True)

    def action_order(self) -> None:
        """Order by the next thing."""
        if self.moment is not None:
            names = list(resources.ORDERS)
            order = names[(names.index(self.moment.view.resource_order) + 1) % len(names)]
            self.post_message(ViewChanged(resource_order=order))
