"""The keys that change what is shown, live or replayed, and the container in which they work."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from playground.tui.arrange import ORDERS
from playground.tui.moment import Moment
from playground.tui.render.scale import DEEPEST
from playground.tui.view import ViewChanged
from playground.tui.widgets.panel import Frame


class Viewer(Vertical):
    """Selects, orders and zooms."""

    BINDING_GROUP_TITLE = "What is shown"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "select(-1)", "Previous process", show=False),
        Binding("down,j", "select(1)", "Next process", show=False),
        Binding("plus", "zoom(1)", "Zoom in", show=False),
        Binding("underscore", "zoom(-1)", "Zoom out", show=False),
        Binding("O", "order", "Order", show=False, tooltip="Order the processes by another thing"),
        Binding("z", "maximise", "Maximise", show=False, tooltip="Show the focused panel alone, or all again"),
    ]
    moment: Moment | None = None

    def action_select(self, step: int) -> None:
        """Select the previous or next process."""
        moment = self.moment
        if moment is not None and moment.states:
            row = min(max(moment.row + step, 0), len(moment.states) - 1)
            self.post_message(ViewChanged(selected=moment.states[row].index))

    def action_zoom(self, step: int) -> None:
        """Show less or more of the run at once."""
        if self.moment is not None:
            self.post_message(ViewChanged(zoom=min(max(self.moment.view.zoom + step, -DEEPEST), DEEPEST)))

    def action_order(self) -> None:
        """Order the processes by the next thing."""
        if self.moment is not None:
            names = list(ORDERS)
            order = names[(names.index(self.moment.view.order) + 1) % len(names)]
            self.post_message(ViewChanged(order=order))
            self.notify(f"processes by {order}", timeout=2)

    def action_maximise(self) -> None:
        """Show the focused panel alone, or all of them again."""
        screen = self.screen
        if screen.maximized is not None:
            screen.minimize()
        elif screen.focused is not None:
            frame = screen.focused.parent
            screen.maximize(frame if isinstance(frame, Frame) else screen.focused, container=False)
