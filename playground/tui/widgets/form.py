"""The knobs of a scenario as a form."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, Select, Static

from playground.scenario import START_METHODS, BadParameter, Parameter, Scenario

_DEFAULT = "default"
_REST_S = 0.05
"""Fields are made when somebody stays at a scenario for so long, not for all that one passes on the way."""


class Form(VerticalScroll):
    """Fields for the parameters and the start method; says what is wrong with a value while it is typed."""

    class Run(Message):
        """The scenario is to be run."""

    DEFAULT_CSS = """
    Form { padding: 0 1; }
    Form .help { color: $text-muted; height: auto; }
    Form Input, Form Select { margin-bottom: 1; }
    Form Input { border: none; height: 1; padding: 0 1; background: $surface; }
    Form Input:focus { background: $panel; }
    Form #problem { color: $text-error; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(
        self,
        scenario: Scenario | None = None,
        values: Mapping[str, object] | None = None,
        method: str = "",
        *,
        soon: bool = False,
    ) -> None:
        """Show a scenario's knobs at these values, else at their defaults; ``soon`` is after a first picture."""
        super().__init__()
        self._bare = soon
        """Whether there is the button only."""
        self._scenario, self._built_for = scenario, None if soon else scenario
        """Whose fields are wanted; and whose are there, None while they are being made."""
        self._values, self._method = values or {}, method or _DEFAULT
        self._rest: Timer | None = None

    def on_mount(self) -> None:
        """Make the fields that were left out at first."""
        if self._scenario is not None and self._bare:
            self.show(self._scenario)

    def show(self, scenario: Scenario) -> None:
        """Show another scenario's knobs at their defaults."""
        self._scenario, self._built_for = scenario, None
        self._values, self._method = {}, _DEFAULT
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST_S, partial(self._rebuild, scenario))

    async def _rebuild(self, scenario: Scenario) -> None:
        if scenario is self._scenario:
            self._bare = False
            await self.recompose()
            self._built_for = scenario

    def compose(self) -> ComposeResult:
        """The button, where it is seen without scrolling, then one field for each parameter, and the start method."""
        proves = self._scenario is not None and bool(self._scenario.proves)
        yield Button("Prove it  (Enter)" if proves else "Run  (Enter)", variant="primary", compact=True, id="run")
        yield Static(id="problem")
        if self._bare:
            return
        for parameter in self._scenario.parameters if self._scenario else ():
            yield from _field(parameter, str(self._values.get(parameter.name, parameter.default)))
        yield Static(Text.assemble(("start method", "bold")), classes="help")
        methods = (_DEFAULT, *(self._scenario.methods if self._scenario else START_METHODS))
        method = self._method if self._method in methods else _DEFAULT
        choices = [(name, name) for name in methods]
        yield Select(choices, value=method, allow_blank=False, compact=True, id="start_method")
        yield Static(Text.assemble(("debugger", "bold"), "  breakpoint() opens pdb on the stage"), classes="help")
        yield Select([("off", "off"), ("on", "on")], value="off", allow_blank=False, compact=True, id="debugger")

    def values_for(self, scenario: Scenario) -> tuple[dict[str, str], str]:
        """Parameter to its text, and the start method or ""; while there are no fields yet, what they will show."""
        if self._built_for is not scenario:
            values = self._values if self._scenario is scenario else {}
            return {name: str(value) for name, value in values.items()}, self._method.replace(_DEFAULT, "")
        texts = {each.id[2:]: str(each.value) for each in self._fields() if each.id and each.id.startswith("p-")}
        method = self.query_one("#start_method", Select).value
        return texts, "" if method == _DEFAULT else str(method)

    @property
    def debugs(self) -> bool:
        """Whether the run is to have the debugger."""
        return self._built_for is self._scenario and self.query_one("#debugger", Select).value == "on"

    def _fields(self) -> Iterator["Input | Select[str]"]:
        yield from self.query(Input)
        yield from self.query(Select)

    def focus_first(self) -> None:
        """Begin with the first field."""
        first = next(self._in_order(), None)
        if first is not None:
            self.screen.set_focus(first)

    def _in_order(self) -> Iterator[Widget]:
        return (each for each in self.query("*") if isinstance(each, Input | Select))

    def next_variant(self) -> None:
        """Choose the next variant, if the scenario has any."""
        parameter = (
            next((p for p in self._scenario.parameters if p.name == "variant"), None) if self._scenario else None
        )
        if parameter is not None and self._built_for is self._scenario:
            field = self.query_one("#p-variant", Select)
            at = parameter.choices.index(str(field.value))
            field.value = parameter.choices[(at + 1) % len(parameter.choices)]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong with the values."""
        event.stop()
        problem = ""
        if self._scenario is not None:
            try:
                self._scenario.parse(self.values_for(self._scenario)[0])
            except BadParameter as error:
                problem = str(error)
        self.query_one("#problem", Static).update(Text(problem))
        self.query_one(Button).disabled = bool(problem)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field runs."""
        event.stop()
        self.post_message(self.Run())

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button runs."""
        event.stop()
        self.post_message(self.Run())


def _field(parameter: Parameter, value: str) -> Iterator[Widget]:
    """What is asked for, and the field at a value."""
    limits = "" if parameter.low is None or parameter.high is None else f" ({parameter.low:g} to {parameter.high:g})"
    yield Static(Text.assemble((parameter.name, "bold"), f"  {parameter.help}{limits}"), classes="help")
    choices = parameter.choices if parameter.kind == "choice" else ("true", "false") if parameter.kind == "bool" else ()
    name = f"p-{parameter.name}"
    if choices:
        chosen = value if value in choices else value.lower()
        yield Select([(each, each) for each in choices], value=chosen, allow_blank=False, compact=True, id=name)
    else:
        yield Input(value, placeholder=parameter.takes, compact=True, id=name)
