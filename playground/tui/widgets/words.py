"""The line in which words are typed that processes must have to be shown."""

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from playground.tui.arrange import arranged
from playground.tui.moment import Moment
from playground.tui.render.line import Line, narrow
from playground.tui.render.palette import Palette
from playground.tui.view import ViewChanged
from playground.tui.widgets.panel import Panel

_MOST = 60


class Words(Panel):
    """Shown while somebody types or words are set; Enter keeps them, Escape clears them."""

    DEFAULT_CSS = "Words { display: none; }"

    def __init__(self) -> None:
        super().__init__("", lambda moment, width, _, palette: [_line(moment, width, palette, typing=self.has_focus)])
        self.add_class("bare")
        self._back: Widget | None = None

    def take_moment(self) -> None:
        """Stay while there are words."""
        self.display = self.has_focus or bool(self.moment is not None and self.moment.view.words)
        super().take_moment()

    def open(self) -> None:
        """Let the person type."""
        self._back = self.screen.focused
        self.display = True
        self.screen.set_focus(self)

    def on_blur(self) -> None:
        """Go away when there are no words."""
        self.take_moment()

    def on_click(self, event: events.Click) -> None:
        """Type."""
        event.stop()
        self.open()

    def on_key(self, event: events.Key) -> None:
        """Take a letter; the panels follow as it is typed."""
        moment = self.moment
        if moment is None or not self.has_focus:
            return
        words = moment.view.words
        if event.key in {"enter", "escape", "up", "down", "tab"}:
            self._leave()
            if event.key == "escape":
                self.set_words("")
            if event.key in {"up", "down", "tab"}:
                return
        elif event.key == "backspace":
            self.set_words(words[:-1])
        elif event.key == "ctrl+u":
            self.set_words("")
        elif event.is_printable and event.character and len(words) < _MOST:
            self.set_words(words + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def set_words(self, words: str) -> None:
        """Show those that have the words; when the selected one has not, the first of them is selected."""
        moment = self.moment
        if moment is None or words == moment.view.words:
            return
        states = arranged(moment.history, moment.at, moment.view.order, words)
        if states and all(state.index != moment.selected for state in states):
            self.post_message(ViewChanged(words=words, selected=states[0].index))
        else:
            self.post_message(ViewChanged(words=words))

    def _leave(self) -> None:
        if self._back is not None:
            self.screen.set_focus(self._back)
        else:
            self.screen.set_focus(None)


def _line(moment: Moment, width: int, palette: Palette, *, typing: bool) -> Strip:
    """``/ wait▏  497 hidden   Escape clears``."""
    line = Line().add(" / ", palette.style(palette.accent, palette.selected, bold=True))
    text = palette.style(palette.text, palette.selected, bold=True)
    muted = palette.style(palette.muted, palette.selected)
    line.add(narrow(moment.view.words), text).add(
        "▏" if typing else "", palette.style(palette.accent, palette.selected)
    )
    line.add(f"   {len(moment.states)} shown, {moment.hidden} hidden", muted)
    how = "Enter keeps, Escape clears" if typing else "/ changes, Escape clears"
    words = "words of name, state or pid   " if typing and not moment.view.words else ""
    return line.add(f"   {words}{how}", muted).strip(width, muted)
