"""The keys that select, order, zoom and pan, and the container in which they work: of one run, or of two at once."""

from typing import Any, ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from playground.tui.arrange import ORDERS
from playground.tui.moment import Moment
from playground.tui.view import ViewChanged
from playground.tui.widgets.timeline import Timeline

_ALL_LANES = "Every process has a lane, those that have ended too; the wheel scrolls through them"
_LANES_IN_USE = "Lanes of ended processes are folded away where there is no room for all"


class Steering(Vertical):
    """Selects, orders and zooms."""

    BINDING_GROUP_TITLE = "What is shown"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "select(-1)", "Previous process", show=False),
        Binding("down,j", "select(1)", "Next process", show=False),
        Binding("plus", "zoom(1)", "Zoom in", show=False),
        Binding("underscore", "zoom(-1)", "Zoom out", show=False),
        Binding("less_than_sign,ctrl+left", "pan(-0.5)", "Half a window back", show=False),
        Binding("greater_than_sign,ctrl+right", "pan(0.5)", "Half a window on", show=False),
        Binding("shift+left,H", "pan_live(-0.5)", "Half a window back", show=False),
        Binding("shift+right,L", "pan_live(0.5)", "Half a window on", show=False),
        Binding("f", "follow", "Follow", show=False, tooltip="Show where the run stands again"),
        Binding("left_parenthesis", "cursor(-1)", "Cursor back", show=False),
        Binding("right_parenthesis", "cursor(1)", "Cursor on", show=False),
        Binding("w", "links", "Links", show=False, tooltip="Show who started, joined, signalled and fed whom"),
        Binding("E", "ended", "Ended", show=False, tooltip="Show lanes of ended processes, or fold them away"),
        Binding("O", "order", "Order", show=False, tooltip="Order the processes by another thing"),
    ]
    moment: Moment | None = None

    def look(self, **changes: Any) -> None:
        """Ask for another view, and go by it at once: the next key may come before the answer."""
        if self.moment is not None:
            self.moment = replace(self.moment, view=replace(self.moment.view, **changes))
            self.post_message(ViewChanged(**changes))

    def action_select(self, step: int) -> None:
        """Select the previous or next process."""
        moment = self.moment
        if moment is not None and moment.states:
            row = min(max(moment.row + step, 0), len(moment.states) - 1)
            self.look(selected=moment.states[row].index)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """In a replay the keys of the playhead are the player's; a live run that is followed takes no key for that."""
        live = self.moment is not None and self.moment.live
        if action == "follow":
            return not live or self.moment is None or not self.moment.view.follows
        return action != "pan_live" or live

    def action_zoom(self, step: int) -> None:
        """Show less or more of the run at once."""
        self.query_one(Timeline).zoom_by(step)

    def action_pan(self, share: float) -> None:
        """Move what is shown by a share of it."""
        self.query_one(Timeline).pan_by(share)

    action_pan_live = action_pan

    def action_follow(self) -> None:
        """Show where the run stands, from now on."""
        if self.moment is not None and self.moment.view.follows:
            self.notify("The timeline shows where the run stands already; _ shows more of it", timeout=3)
        self.query_one(Timeline).follow()

    def action_cursor(self, cells: int) -> None:
        """Move the cursor of the timeline."""
        self.query_one(Timeline).move_cursor(cells)

    def action_links(self) -> None:
        """Show what goes from process to process, or hide it."""
        if self.moment is not None:
            self.post_message(ViewChanged(links=not self.moment.view.links))

    def action_ended(self) -> None:
        """Show the lanes of ended processes where there is no room for all, or fold them away."""
        if self.moment is not None:
            shown = not self.moment.view.ended
            self.post_message(ViewChanged(ended=shown))
            self.notify(_ALL_LANES if shown else _LANES_IN_USE, timeout=3)

    def action_order(self) -> None:
        """Order the processes by the next thing."""
        if self.moment is not None:
            names = list(ORDERS)
            order = names[(names.index(self.moment.view.order) + 1) % len(names)]
            self.post_message(ViewChanged(order=order))
            self.notify(f"processes by {order}", timeout=2)
