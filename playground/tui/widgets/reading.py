"""The keys that find, copy and open what is to be read, and the container in which they work."""

import os
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from playground.errors import PlaygroundError
from playground.text import clean
from playground.tui import clipboard, editor
from playground.tui.moment import Moment
from playground.tui.render.source import place_of_selected
from playground.tui.texts import texts_of
from playground.tui.view import EditorWanted, PaneWanted, ViewChanged
from playground.tui.widgets.details import Details
from playground.tui.widgets.findings import Findings
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.source import Source


class Reading(Vertical):
    """Acts on the reader that has the focus, or on the first."""

    BINDING_GROUP_TITLE = "Reading"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pane", "Pane", tooltip="Turn to the next of log, findings, source, details, resources"),
        Binding("f", "stack", "Stack", tooltip="Take the full stack of the selected process"),
        Binding("ctrl+f", "search", "Find", show=False, tooltip="Find a text in the log"),
        Binding("f3", "find(1)", "Next match", show=False),
        Binding("f4", "find(-1)", "Previous match", show=False),
        Binding("y", "copy", "Copy", show=False, tooltip="Copy the open finding as plain text"),
        Binding("o", "edit", "Editor", show=False, tooltip="Open the line of the selected process in $EDITOR"),
    ]
    moment: Moment | None = None

    @property
    def _reader(self) -> Reader:
        """The reader in which the focus is, or the first."""
        readers = list(self.query(Reader))
        return next((each for each in readers if each.has_focus_within), readers[0])

    def action_pane(self) -> None:
        """Turn to the next pane."""
        self._reader.action_turn(1)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """A process of a live run has a stack; while its timeline does not follow it, the key lets it follow."""
        moment = self.moment
        return action != "stack" or (moment is not None and moment.live and moment.view.follows)

    def action_stack(self) -> None:
        """Go to the details of the selected process, and take its full stack."""
        self.post_message(ViewChanged(resource=0))
        self.post_message(PaneWanted("Details", focus=True))
        details = self.query_one("#reader", Reader).query_one(Details)
        details.moment = self.moment  # its own may be that of a frame ago
        details.action_stack()

    def action_search(self) -> None:
        """Ask what to find in the log."""
        self._reader.begin_search()

    def action_find(self, step: int) -> None:
        """Go to the next or previous match."""
        self._reader.find(step)

    def action_copy(self) -> None:
        """Copy the open finding."""
        text = self._reader.query_one(Findings).plain()
        if not text:
            self.notify("There is no finding to copy so far", severity="warning")
            return
        self.app.copy_to_clipboard(text)
        doubt = clipboard.doubt(os.environ)
        said = f"Copied: {clean(text.splitlines()[0], 60)}, {len(text.splitlines())} lines"
        self.notify(f"{said}\nif your terminal takes it: {doubt}" if doubt else said, markup=False)

    def action_edit(self) -> None:
        """Open the line that is read: of the open finding, or of the selected process."""
        moment = self.moment
        if moment is None:
            return
        reader = self._reader
        pane = reader.query_one(f"#{reader.chosen}")
        file, line = place_of_selected(moment)
        if isinstance(pane, Source):
            file, line = pane.shown_line
        elif isinstance(pane, Findings) and pane.has_focus and pane.chosen is not None:
            places = texts_of(moment.face).places(pane.chosen.finding)
            file, line = (places[0].file, places[0].line) if places else (file, line)
        self._open(file or moment.history.info.source_file, max(line, 1))

    def on_editor_wanted(self, message: EditorWanted) -> None:
        """Open a line that was clicked."""
        message.stop()
        self._open(message.file, message.line)

    def _open(self, file: str, line: int) -> None:
        moment = self.moment
        if moment is None:
            return
        try:
            if not moment.face.reads_files:
                raise PlaygroundError("No path out of a recording is opened: run the program to have its lines edited")
            editor.edit(self.app, file, line, moment.face.tick)
        except PlaygroundError as error:
            self.notify(str(error), severity="warning", markup=False)
