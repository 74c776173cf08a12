"""A list of all signals, to choose one by name."""

import signal
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

_FIRST = (
    *(signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2),
    *(signal.SIGSTOP, signal.SIGCONT, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV),
)
"""Those that are wanted most."""


class SignalsScreen(ModalScreen[int | None]):
    """Ends with the number of the signal; None when the person changed their mind."""

    DEFAULT_CSS = """
    SignalsScreen { align: center middle; }
    SignalsScreen Vertical { width: 56; height: 24; max-height: 90%; border: round $text-primary;
        background: $background; border-title-color: $text-primary; border-subtitle-color: $foreground 60%;
        padding: 0 1; }
    SignalsScreen Input { height: 1; border: none; padding: 0 1; background: $surface; margin-bottom: 1; }
    SignalsScreen OptionList { height: 1fr; border: none; padding: 0; background: $background;
        scrollbar-size-vertical: 1; }
    SignalsScreen OptionList:focus { background-tint: $background 0%; }
    """
    BINDING_GROUP_TITLE = "Choosing a signal"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f9", "dismiss", "Close"),
        Binding("up", "move(-1)", "Previous", show=False, priority=True),
        Binding("down", "move(1)", "Next", show=False, priority=True),
        Binding("enter", "take", "Send", priority=True, tooltip="Send the signal that is marked"),
    ]

    def __init__(self, to: str) -> None:
        """``to`` tells who gets it."""
        super().__init__()
        self._to = to

    def compose(self) -> ComposeResult:
        """What is typed filters the list."""
        with Vertical() as around:
            around.border_title = f"Send a signal to {self._to}".replace("[", r"\[")
            around.border_subtitle = "type to filter · Enter sends · Esc closes"
            yield Input(placeholder="name, number or meaning", compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Show all of them."""
        self._fill("")
        self.set_focus(self.query_one(Input))

    def _fill(self, words: str) -> None:
        listed = self.query_one(OptionList)
        listed.clear_options()
        found = [each for each in _signals() if all(word in _text(each).lower() for word in words.lower().split())]
        for each in found:
            shown = Content.assemble((f" {each.value:>2} ", "dim"), (f"{each.name:<11}", "bold"), f" {_meaning(each)}")
            listed.add_option(Option(shown, id=str(each.value)))
        if found:
            listed.highlighted = 0
        else:
            listed.add_option(Option(Content(" no signal has these words"), disabled=True))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the signals that have all the words."""
        self._fill(event.value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click takes a signal."""
        if event.option.id is not None:
            self.dismiss(int(event.option.id))

    def action_move(self, step: int) -> None:
        """Go up or down in the list, wherever the keys are."""
        listed = self.query_one(OptionList)
        (listed.action_cursor_up if step < 0 else listed.action_cursor_down)()

    def action_take(self) -> None:
        """Take the marked one."""
        self.query_one(OptionList).action_select()


def _signals() -> list[signal.Signals]:
    """The usual ones first, then the others by number."""
    return [*_FIRST, *(each for each in signal.Signals if each not in _FIRST)]


def _meaning(each: signal.Signals) -> str:
    return signal.strsignal(each) or ""


def _text(each: signal.Signals) -> str:
    return f"{each.value} {each.name} {_meaning(each)}"
