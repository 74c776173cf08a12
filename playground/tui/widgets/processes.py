"""The process table: a click selects."""

from textual import events

from playground.tui.render import processes
from playground.tui.view import ViewChanged
from playground.tui.widgets.panel import Panel


class Processes(Panel):
    """One line for each process."""

    def __init__(self) -> None:
        super().__init__("Processes", processes.draw, id="processes")

    def on_click(self, event: events.Click) -> None:
        """Select the process of the line."""
        at = event.get_content_offset(self)
        if at is None or self.moment is None or at.y == 0:
            return
        row = processes.first_row(self.moment, self.size.height) + at.y - 1
        if row < len(self.moment.states):
            self.post_message(ViewChanged(selected=self.moment.states[row].index))
