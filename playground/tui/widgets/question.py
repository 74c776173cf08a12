"""A yes-or-no question in one line, over the stage; the run goes on meanwhile."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static


class Question(Static, can_focus=True):
    """Hidden until something is asked; has the keys while it is."""

    DEFAULT_CSS = """
    Question { display: none; height: auto; background: $text-warning; color: $background; text-style: bold;
        padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Yes"),
        Binding("n,escape,q", "answer(False)", "No"),
    ]

    def __init__(self) -> None:
        super().__init__(id="question")
        self._then: Callable[[], object] | None = None
        self._back: Widget | None = None

    def ask(self, text: str, then: Callable[[], object]) -> None:
        """Show a question; ``then`` is called when the answer is yes."""
        self._then = then
        self.update(Text(f"{text}   y: yes   n: no"))
        self.display = True
        if self.screen.focused is not self:  # one question may follow another that has no answer yet
            self._back = self.screen.focused
        self.screen.set_focus(self)

    def tell(self, text: str) -> None:
        """Say what is going on; there is nothing to answer."""
        self.update(Text(text))
        self.display = True

    def done(self) -> None:
        """Go away: what was going on is over."""
        self.display = False

    def action_answer(self, yes: bool) -> None:
        """Take the answer and go away."""
        then, self._then = self._then, None
        self.display = False
        if self._back is not None:
            self.screen.set_focus(self._back)
        if yes and then is not None:
            then()

    def on_blur(self) -> None:
        """Whoever goes elsewhere has said no."""
        if self._then is not None:
            self._then = None
            self.display = False
