"""The keys of the stage that change what is shown, live or replayed, and the container in which they work."""

from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.widget import Widget

from playground.tui.view import PaneWanted, ViewChanged
from playground.tui.widgets.board import Board
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.steering import Steering
from playground.tui.widgets.words import Words


class Viewer(Steering):
    """Filters and maximises too, and turns to what there is to read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "words", "Filter", show=False, tooltip="Show the processes that have these words"),
        Binding("escape", "back", "Back", show=False, tooltip="Show all processes again; leave details or cursor"),
        Binding("d,enter", "details", "Details", tooltip="Go to everything about the selected process"),
        Binding("u", "resources", "Resources", show=False, tooltip="Show the locks, queues and values in use"),
        Binding("z", "maximise", "Maximise", show=False, tooltip="Show the focused panel alone, or all again"),
    ]
    _back: Widget | None = None
    """What had the keys when another key led to the reader."""

    def action_words(self) -> None:
        """Type the words that processes must have."""
        self.query_one(Words).open()

    def action_back(self) -> None:
        """Show all processes again, put the cursor away, or go back to where the keys were; else it means more."""
        if self.moment is not None and self.moment.view.words:
            self.post_message(ViewChanged(words=""))
        elif self._back is not None and self._reader.has_focus_within:
            self.screen.set_focus(self._back)
        elif self.moment is not None and self.moment.view.cursor is not None:
            self.look(cursor=None)
        else:
            raise SkipAction

    def action_details(self) -> None:
        """Go to everything about the selected process."""
        self.look(resource=0)
        self.post_message(PaneWanted("Details", focus=True))

    def action_resources(self) -> None:
        """Show what the processes share."""
        self.post_message(PaneWanted("Resources", focus=True))

    @property
    def _reader(self) -> Reader:
        return self.query_one("#reader", Reader)

    def on_pane_wanted(self, message: PaneWanted) -> None:
        """Turn to a pane; the reader is shown again where it was hidden."""
        reader = self._reader
        if self.moment is not None and reader.id in self.moment.view.hidden:
            self.look(hidden=self.moment.view.hidden - {reader.id})
        if message.focus and not reader.has_focus_within:
            self._back = self.screen.focused
        board = self.query_one(Board)
        if board.alone not in ("", reader.id):
            board.show_alone("")
        reader.show_pane(message.title, focus=message.focus)

    def action_maximise(self) -> None:
        """Show the focused panel alone, or all of them again."""
        self.query_one(Board).turn_alone(self.screen.focused)
