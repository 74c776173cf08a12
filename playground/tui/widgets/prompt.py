"""One line to type into, over the keys at the bottom, and one below it that says what may stand there or is wrong."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Static


class Prompt(Vertical):
    """Hidden until something is asked; Enter takes what was typed, Escape leaves everything as it was."""

    DEFAULT_CSS = """
    Prompt { display: none; height: 2; background: $surface; }
    Prompt Horizontal { height: 1; }
    Prompt #asked { width: auto; height: 1; padding: 0 1; background: $text-primary; color: $background;
        text-style: bold; }
    Prompt Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $surface; }
    Prompt #said { height: 1; padding: 0 1; color: $foreground 60%; background: $surface; }
    Prompt #said.wrong { color: $text-error; }
    """
    BINDING_GROUP_TITLE = "While something is typed"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", tooltip="Leave everything as it was"),
    ]

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self._hint = ""
        self._judge: Callable[[str], str] | None = None
        self._take: Callable[[str], str] | None = None
        self._back: Widget | None = None

    def compose(self) -> ComposeResult:
        """The question, what is typed, and what is said of it."""
        with Horizontal():
            yield Static(id="asked")
            yield Input(compact=True, select_on_focus=False)
        yield Static(id="said")

    def ask(
        self,
        asked: str,
        text: str,
        hint: str,
        take: Callable[[str], str],
        judge: Callable[[str], str] | None = None,
    ) -> None:
        """Let the person type.

        ``take`` gets what was typed; what it returns is wrong with it, and more can be typed, unless that is "".
        ``judge`` says something while it is typed; ``hint`` stands there before.
        """
        self._hint, self._take, self._judge = hint, take, judge
        if not self.display:
            self._back = self.screen.focused
        self.display = True
        self.query_one("#asked", Static).update(Text(asked))
        typed = self.query_one(Input)
        typed.value = text
        typed.cursor_position = len(text)
        self.screen.set_focus(typed)  # at once: the first letter may come right behind the key that asked
        self._say(self._judged(text))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say something of what is typed."""
        event.stop()
        if self.display:
            self._say(self._judged(event.value))

    def _judged(self, text: str) -> str:
        return self._judge(text) if self._judge is not None and text.strip() else self._hint

    def _say(self, text: str, *, wrong: bool = False) -> None:
        line = self.query_one("#said", Static)
        line.set_class(wrong, "wrong")
        line.update(Text(text, no_wrap=True, overflow="ellipsis"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed."""
        event.stop()
        problem = self._take(event.value) if self._take is not None else ""
        if problem:
            self._say(problem, wrong=True)
        else:
            self.action_leave()

    def on_descendant_blur(self) -> None:
        """Whoever goes elsewhere has left it."""
        if self.display and not self.has_focus_within:
            self.display = False

    def action_leave(self) -> None:
        """Go away, and give the keys back."""
        back, self._back = self._back, None
        self.display = False
        if back is not None:
            self.screen.set_focus(back)
        else:
            self.screen.set_focus(None)
