"""The gallery: scenarios by topic, their lesson, knobs and source; and what was recorded."""

from typing import ClassVar

from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, OptionList, Select, Static, TabbedContent, TabPane
from textual.widgets.option_list import Option

from playground import recording
from playground.errors import PlaygroundError
from playground.gallery import discover
from playground.live import LiveRun, RunOptions
from playground.replay import Replay
from playground.scenario import START_METHODS, BadParameter, Parameter, Scenario
from playground.target import scenario_target
from playground.tui.screens.stage import StageScreen
from playground.warden.client import Warden

TAGLINE = "mp-playground   see, break and replay real multiprocessing programs   Enter runs what is selected"


class GalleryScreen(Screen[None]):
    """Where one begins."""

    CSS_PATH = "gallery.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "run", "Run", priority=False),
        Binding("v", "variant", "Variant", tooltip="the next variant of the scenario"),
        Binding("slash", "filter", "Filter"),
        Binding("r", "recordings", "Recordings"),
        Binding("escape", "back", "Back", show=False),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._spare: Warden | None = None
        self._shown: list[Scenario] = []
        self._scenario: Scenario | None = None

    def compose(self) -> ComposeResult:
        """Scenarios on the left, what is selected on the right."""
        yield Static(Text(TAGLINE), id="tagline")
        with Horizontal():
            with Vertical(id="left"):
                yield Input(placeholder="/ filter: words, S24", id="filter")
                yield OptionList(id="scenarios")
            with TabbedContent(id="right"):
                with TabPane("Lesson", id="lesson-tab"), Horizontal():
                    with VerticalScroll(id="lesson-scroll"):
                        yield Static(id="lesson")
                    yield VerticalScroll(id="form")
                with TabPane("Source", id="source-tab"), VerticalScroll():
                    yield Static(id="source")
                with TabPane("Recordings", id="recordings-tab"):
                    yield OptionList(id="recordings")
        yield Footer()

    def on_mount(self) -> None:
        """Fill the lists; have a warden ready for the first run."""
        self._spare = Warden()
        self._fill("")
        self._fill_recordings()
        self.query_one("#scenarios", OptionList).focus()

    def on_unmount(self) -> None:
        """Send the warden away that was not needed."""
        if self._spare is not None:
            self._spare.leave()
            self._spare = None

    def on_resize(self) -> None:
        """Put the form below the lesson when there is no room beside it."""
        self.set_class(self.size.width < 120, "narrow")

    def _fill(self, words: str) -> None:
        wanted = words.lower().split()
        found = [
            each
            for each in discover()
            if all(w in f"{each.name} {each.title} {' '.join(each.covers)} {each.lesson}".lower() for w in wanted)
        ]
        options: list[Option] = []
        topic = ""
        for each in found:
            if each.topic != topic:
                topic = each.topic
                options.append(Option(Text(topic.replace("_", " ").upper(), style="bold"), disabled=True))
            options.append(Option(Text.assemble("  ", each.title), id=each.name))
        listed = self.query_one("#scenarios", OptionList)
        listed.clear_options()
        listed.add_options(options or [Option("nothing matches", disabled=True)])
        self._shown = found
        if found:
            listed.highlighted = 1

    def _fill_recordings(self) -> None:
        listed = self.query_one("#recordings", OptionList)
        listed.clear_options()
        for entry in recording.listing(50):
            note = entry.problem or f"{entry.outcome}  {entry.verdict}"
            text = Text.assemble(
                (f"{entry.started_at[:19]:19}  ", "dim"),
                (f"{entry.scenario:36}", "bold"),
                f" {entry.duration_s:6.1f} s  {note}",
            )
            text.no_wrap, text.overflow = True, "ellipsis"
            listed.add_option(Option(text, id=str(entry.path)))

    # --- What is selected -----------------------------------------------------------------------------

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the lesson, knobs and source of what is highlighted."""
        if event.option_list.id != "scenarios" or event.option.id is None:
            return
        chosen = next((each for each in self._shown if each.name == event.option.id), None)
        if chosen is not None and chosen is not self._scenario:
            self._scenario = chosen
            self.call_later(self._show_selected, chosen)

    async def _show_selected(self, chosen: Scenario) -> None:
        if chosen is not self._scenario:
            return
        covers = f"\n\n*Lesson {', '.join(chosen.covers)}*" if chosen.covers else ""
        self.query_one("#lesson", Static).update(Markdown(f"# {chosen.title}\n\n{chosen.lesson}{covers}"))
        self.query_one("#source", Static).update(
            Syntax(
                chosen.source,
                "python",
                line_numbers=True,
                theme="monokai" if self.app.current_theme.dark else "default",
            )
        )
        form = self.query_one("#form", VerticalScroll)
        await form.remove_children()
        await form.mount(Label("PARAMETERS", classes="head"), *(w for p in chosen.parameters for w in _field(p)))
        methods = [(name, name) for name in START_METHODS]
        await form.mount(Label("start method"), Select(methods, prompt="default", id="start_method"))
        await form.mount(Static(id="problem"))

    def _texts(self) -> dict[str, str]:
        texts = {}
        for parameter in self._scenario.parameters if self._scenario else ():
            field = self.query_one(f"#p-{parameter.name}")
            if isinstance(field, Select):
                texts[parameter.name] = str(field.value)
            elif isinstance(field, Input):
                texts[parameter.name] = field.value
        return texts

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing; check parameters while typing."""
        if event.input.id == "filter":
            self._fill(event.value)
            return
        problem = ""
        if self._scenario is not None:
            try:
                self._scenario.parse(self._texts())
            except BadParameter as error:
                problem = str(error)
        self.query_one("#problem", Static).update(Text(problem))

    # --- Actions --------------------------------------------------------------------------------------

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on a scenario runs it, on a recording replays it."""
        if event.option_list.id == "scenarios":
            self.action_run()
        elif event.option.id is not None:
            self._replay(event.option.id)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the filter goes to the list; in a parameter it runs."""
        if event.input.id == "filter":
            self.query_one("#scenarios", OptionList).focus()
        else:
            self.action_run()

    def action_run(self) -> None:
        """Run the selected scenario with the form's parameters."""
        if self._scenario is None:
            return
        method = self.query_one("#start_method", Select).value
        try:
            target = scenario_target(self._scenario.name, self._texts(), method if isinstance(method, str) else "")
            spare, self._spare = self._spare, None
            run = LiveRun(target, RunOptions(), spare)
        except (PlaygroundError, OSError) as error:
            self.notify(Text(str(error)).plain, severity="error", markup=False)
            return
        self.app.push_screen(StageScreen(run), self._returned)
        self._spare = Warden()

    def _replay(self, path: str) -> None:
        try:
            replay = Replay(recording.directory() / path)
        except PlaygroundError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.app.push_screen(StageScreen(replay), self._returned)

    def _returned(self, _: None) -> None:
        self._fill_recordings()

    def action_variant(self) -> None:
        """Choose the next variant."""
        field = next(iter(self.query("#p-variant")), None)
        parameter = (
            next((p for p in self._scenario.parameters if p.name == "variant"), None) if self._scenario else None
        )
        if isinstance(field, Select) and parameter is not None:
            at = parameter.choices.index(str(field.value))
            field.value = parameter.choices[(at + 1) % len(parameter.choices)]

    def action_filter(self) -> None:
        """Go to the filter."""
        self.query_one("#filter", Input).focus()

    def action_recordings(self) -> None:
        """Show what was recorded."""
        self.query_one("#right", TabbedContent).active = "recordings-tab"
        self.query_one("#recordings", OptionList).focus()

    def action_back(self) -> None:
        """Clear the filter and go back to the list."""
        self.query_one("#filter", Input).value = ""
        self.query_one("#right", TabbedContent).active = "lesson-tab"
        self.query_one("#scenarios", OptionList).focus()


def _field(parameter: Parameter) -> tuple[Label, Input | Select[str]]:
    label = Label(Text.assemble((parameter.name, "bold"), f"  {parameter.help}"))
    if parameter.kind == "choice":
        pairs = [(choice, choice) for choice in parameter.choices]
        return label, Select(pairs, value=str(parameter.default), allow_blank=False, id=f"p-{parameter.name}")
    if parameter.kind == "bool":
        return label, Select(
            [("true", "true"), ("false", "false")],
            value=str(parameter.default).lower(),
            allow_blank=False,
            id=f"p-{parameter.name}",
        )
    return label, Input(str(parameter.default), placeholder=parameter.takes, id=f"p-{parameter.name}")
