"""Who waits for whom; its names lead to processes and resources."""

from playground.tui.render import waits
from playground.tui.widgets.linked import Linked


class Waits(Linked):
    """The wait-for graph."""

    def __init__(self, title: str = "Waits", name: str = "waits") -> None:
        """``name`` is the id of the widget."""
        super().__init__(title, waits.draw, id=name)
