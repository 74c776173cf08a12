"""The program's text: scrolls freely, and goes along with the selected process."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from playground.excerpt import Place
from playground.findings import Finding
from playground.tui.moment import Moment
from playground.tui.render import source
from playground.tui.render.findings import short
from playground.tui.render.palette import Palette
from playground.tui.texts import texts_of
from playground.tui.view import EditorWanted
from playground.tui.widgets.panel import Panel

_MOST_FINDINGS = 20
"""So many of the latest findings are marked."""


class Source(Panel):
    """Shows the file in which the selected process stands, where its text is known; the run's own file otherwise."""

    BINDING_GROUP_TITLE = "In the source"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_lines(-1)", "Line up", show=False),
        Binding("down", "scroll_lines(1)", "Line down", show=False),
        Binding("enter", "follow", "To the process", tooltip="Scroll to the line of the selected process"),
    ]

    def __init__(self, name: str) -> None:
        super().__init__("", self.draw, id=name)
        self._place = ("", 0)
        """Where the selected process was seen last."""
        self._file = ""

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """The whole file; another one than the run's own under its name."""
        place = source.place_of_selected(moment)
        texts, own = texts_of(moment.face), moment.history.info.source_file
        file, bright = place if place[0] and texts.text(place[0]) else (own, 0)
        said = source.notes(moment, file, self._found(moment))
        drawn = source.draw(texts.text(file), said, bright, width, palette)
        if place != self._place or file != self._file:
            self._place, self._file = place, file
            self._show(bright, len(drawn), height)
        return drawn

    @property
    def caption(self) -> str:
        """The file that is shown."""
        return short(self._file)

    def _found(self, moment: Moment) -> Mapping[Finding, list[Place]]:
        texts = texts_of(moment.face)
        return {finding: texts.places(finding) for finding in moment.findings[-_MOST_FINDINGS:]}

    def _show(self, line: int, lines: int, height: int) -> None:
        """Scroll so far that a line is in view, and not at all when it is."""
        top = self._top or 0
        if line and not top + 1 < line <= top + height - 1:
            self._top = max(0, min(line - 1 - height // 3, lines - height))

    def action_scroll_lines(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_rows(lines)

    def action_follow(self) -> None:
        """Scroll to the selected process."""
        self._place = ("", 0)
        self.redraw()

    @property
    def shown_line(self) -> tuple[str, int]:
        """File and line that an editor is to open: that of the selected process, or the topmost one in view."""
        file, line = self._place
        return (file, line) if line and file == self._file else (self._file, (self._top or 0) + 1)

    def on_click(self, event: events.Click) -> None:
        """A click on a line's number opens it in the editor."""
        at = event.get_content_offset(self)
        if at is not None and self._file and source.is_number(at.x, self.size.width):
            self.post_message(EditorWanted(self._file, at.y + (self._top or 0) + 1))
