"""The form with which a run is started again: a scenario's parameters, or the arguments of a program."""

import shlex
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from playground.errors import PlaygroundError
from playground.target import Target, target_of, with_arguments
from playground.text import clean
from playground.tui.widgets.form import Form


class AgainScreen(ModalScreen[Target | None]):
    """Ends with what is to be run; None when the person changed their mind."""

    DEFAULT_CSS = """
    AgainScreen { align: center middle; }
    AgainScreen #around { width: 76; max-width: 94%; height: auto; max-height: 90%; border: round $text-primary;
        background: $background; border-title-color: $text-primary; border-subtitle-color: $foreground 60%;
        padding: 0 1; }
    AgainScreen Form { height: auto; max-height: 100%; padding: 0; scrollbar-size-vertical: 1; }
    AgainScreen #arguments { height: 1; border: none; padding: 0 1; background: $surface; margin: 1 0; }
    AgainScreen Static { height: auto; }
    AgainScreen #wrong { color: $text-error; }
    """
    BINDING_GROUP_TITLE = "Running again"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("ctrl+r", "run", "Run", priority=True, tooltip="Run with what is in the form"),
    ]

    def __init__(self, target: Target) -> None:
        """``target`` was run before; its values are what is in the form at first."""
        super().__init__()
        self._target = target
        self._scenario = target.scenario

    def compose(self) -> ComposeResult:
        """The gallery's form, or one line."""
        with Vertical(id="around") as around:
            around.border_title = f"Run {clean(self._target.name, 50)} again".replace("[", r"\[")
            around.border_subtitle = "Enter in a field, or ^r, runs · Esc closes"
            if self._scenario is not None:
                yield Form(self._scenario, self._target.parameters, self._target.start_method)
            else:
                yield Static(Text("Arguments, quoted as in a shell:"))
                yield Input(shlex.join(self._target.arguments), id="arguments", compact=True, select_on_focus=False)
                yield Static(id="wrong")

    def on_mount(self) -> None:
        """Begin with the values of the run before."""
        if self._scenario is not None:
            self.query_one(Form).focus_first()
        else:
            self.set_focus(self.query_one(Input))

    def on_form_run(self) -> None:
        """The form's button, or Enter in one of its fields."""
        self.action_run()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong with the arguments while they are typed."""
        if event.input.id == "arguments":
            self._chosen()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line runs."""
        if event.input.id == "arguments":
            self.action_run()

    def action_run(self) -> None:
        """Run, if that can be."""
        if (chosen := self._chosen()) is not None:
            self.dismiss(chosen)

    def _chosen(self) -> Target | None:
        """What is to be run; None when it cannot be, which is said."""
        problem = ""
        try:
            if self._scenario is None:
                return with_arguments(self._target, self.query_one("#arguments", Input).value)
            texts, method = self.query_one(Form).values_for(self._scenario)
            return target_of(self._scenario, texts, method)
        except PlaygroundError as error:
            problem = clean(str(error))
            return None
        finally:
            for shown in self.query("#wrong").results(Static):
                shown.update(Text(problem))
