"""The gallery: scenarios by topic, their lesson, knobs and source."""

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ScrollableContainer, Vertical
from textual.content import Content
from textual.highlight import highlight
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static, TabbedContent, TabPane
from textual.widgets.option_list import Option

from playground import recording
from playground.errors import PlaygroundError
from playground.gallery import discover
from playground.live import LiveRun, RunOptions
from playground.replay import Replay
from playground.scenario import Scenario
from playground.settings import SettingsFile
from playground.target import beside, scenario_target
from playground.tui.screens.pairs import show_beside
from playground.tui.screens.recordings import RecordingsScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.form import Form
from playground.tui.widgets.keys import Keys
from playground.tui.widgets.lesson import Lesson
from playground.tui.work import Work
from playground.warden.client import Warden

_NARROW = 120
_PRUNED_AFTER_S = 2.0
_BEAT_S = 0.25


class _Filter(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "submit", "To the list", key_display="Enter", tooltip="Go to the scenarios found")
    ]


class _Scenarios(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Run", key_display="Enter", tooltip="Run the selected scenario in real processes")
    ]


class GalleryScreen(Screen[None]):
    """Where one begins."""

    CSS_PATH = "gallery.tcss"
    BINDING_GROUP_TITLE = "The gallery"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "run", "Run", tooltip="Run the selected scenario"),
        Binding("v", "variant", "Variant", tooltip="The next variant of the scenario"),
        Binding("b", "beside", "Beside", tooltip="Run the chosen variant and another one beside each other"),
        Binding("slash", "filter", "Filter", tooltip="Show the scenarios that have these words"),
        Binding("l", "tab('lesson-tab')", "Lesson", tooltip="Show the lesson"),
        Binding("s", "tab('source-tab')", "Source", tooltip="Show the source"),
        Binding("r", "recordings", "Recordings", tooltip="What was recorded: replay, compare, export, delete"),
        Binding("h", "hint_seen", "Hide hint", show=False, tooltip="Put the hint for the first start away"),
        Binding("escape", "back", "Back", show=False, tooltip="Clear the filter, and back to the scenarios"),
        Binding("q", "app.quit", "Quit", tooltip="Leave the playground"),
    ]

    def __init__(self, spare: Warden, kept: SettingsFile) -> None:
        """Begin with a warden in waiting; what the person chooses is kept for the next time."""
        super().__init__()
        self._kept = kept
        self._spare: Warden | None = spare
        self._tidying: Work[list[Path]] | None = None
        self._scenario: Scenario | None = None

    def compose(self) -> ComposeResult:
        """Scenarios on the left, what is selected on the right."""
        yield Static(_TAGLINE, id="tagline")
        if not self._kept.settings.hint_seen:
            yield Static(_HINT, id="hint")
        with Horizontal():
            with Vertical(id="left"):
                yield _Filter(placeholder="/ filter: words, or S24", id="filter", compact=True)
                yield _Scenarios(id="scenarios", compact=True)
            with TabbedContent(id="right"):
                with TabPane("Lesson", id="lesson-tab"), Horizontal(id="about"):
                    yield Lesson()
                    yield Form()
                with TabPane("Source", id="source-tab"), ScrollableContainer(id="source-scroll"):
                    yield Static(id="source")
        yield Keys()

    def on_mount(self) -> None:
        """Fill the lists."""
        if problem := self._kept.tell_problem():
            self.notify(problem, severity="warning", markup=False, timeout=10)
        self._fill("")
        self.query_one("#scenarios").focus()
        self.set_timer(_PRUNED_AFTER_S, self._prune)

    def on_unmount(self) -> None:
        """Send the warden away that was not needed."""
        if self._spare is not None:
            self._spare.leave()
            self._spare = None

    def on_resize(self) -> None:
        """Put the form below the lesson when there is no room beside it."""
        self.set_class(self.size.width < _NARROW, "narrow")

    # --- Lists ----------------------------------------------------------------------------------------

    def _fill(self, words: str) -> None:
        """Show the scenarios that have all the words, under their topics."""
        options: list[Option] = []
        topic = ""
        for each in _with_words(words.lower().split()):
            if each.topic != topic:
                topic = each.topic
                options.append(Option(Content.styled(topic.replace("_", " ").upper(), "bold"), disabled=True))
            options.append(Option(Content(f" {each.title}"), id=each.name))
        listed = self.query_one("#scenarios", OptionList)
        listed.clear_options()
        listed.add_options(
            options or [Option(Content(" nothing has these words\n Escape shows all again"), disabled=True)]
        )
        listed.highlighted = 1 if options else None

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the lesson, knobs and source of what is highlighted."""
        if event.option_list.id != "scenarios" or event.option.id is None:
            return
        chosen = next(each for each in discover() if each.name == event.option.id)
        if chosen is not self._scenario:
            self._scenario = chosen
            self.query_one(Lesson).show(chosen)
            self.query_one(Form).show(chosen)
            self._show_source()

    def on_tabbed_content_tab_activated(self) -> None:
        """The source is coloured only when somebody looks at it."""
        self._show_source()
        self.refresh_bindings()

    def _show_source(self) -> None:
        if self._scenario is not None and self.query_one("#right", TabbedContent).active == "source-tab":
            source = highlight(self._scenario.source, language="python", tab_size=4)
            self.query_one("#source", Static).update(source)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on a scenario runs it."""
        if event.option_list.id == "scenarios":
            self.action_run()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        if event.input.id == "filter":
            self._fill(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the filter goes to the list."""
        if event.input.id == "filter":
            self.query_one("#scenarios").focus()

    def on_form_run(self) -> None:
        """The form's button, or Enter in one of its fields."""
        self.action_run()

    # --- Actions --------------------------------------------------------------------------------------

    def action_run(self) -> None:
        """Run the selected scenario with the form's parameters."""
        if self._scenario is None:
            return
        form = self.query_one(Form)
        texts, method = form.values_for(self._scenario)
        try:
            target = scenario_target(self._scenario.name, texts, method)
            spare, self._spare = self._spare, None
            run = LiveRun(target, RunOptions(debug=form.debugs), spare)
        except (PlaygroundError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.app.push_screen(StageScreen(run, self._kept))
        self._spare = Warden()

    def action_beside(self) -> None:
        """Run the form's variant and another one at the same instant, and show both."""
        if self._scenario is None:
            return
        texts, method = self.query_one(Form).values_for(self._scenario)
        try:
            both = beside(scenario_target(self._scenario.name, texts, method))
        except PlaygroundError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if both is None:
            self.notify(f"{self._scenario.title} has no variants to show beside each other", markup=False)
        else:
            show_beside(self.app, both, RunOptions(), self._kept)

    def action_recordings(self) -> None:
        """Show what was recorded."""
        self.app.push_screen(RecordingsScreen(self._kept, self._replay))

    def _replay(self, replay: Replay) -> None:
        self.app.push_screen(StageScreen(replay, self._kept))

    def _prune(self) -> None:
        """Delete, beside the screen, recordings that nobody keeps and that are beyond the limits."""
        if self._kept.sound:
            settings = self._kept.settings
            limits = recording.Limits(settings.recordings_days, settings.recordings_mib)
            self._tidying = Work(lambda: recording.prune(limits))
            self.set_timer(_BEAT_S, self._go_on_tidying)

    def _go_on_tidying(self) -> None:
        tidying, self._tidying = self._tidying, None
        if tidying is not None and not tidying.done:
            self._tidying = tidying
            self.set_timer(_BEAT_S, self._go_on_tidying)
        elif tidying is not None and (count := len(tidying.result())):
            self.notify(f"{count} recordings deleted that were too old or too much: settings.json has the limits")

    def action_variant(self) -> None:
        """Choose the next variant; say so when there is none."""
        if self._scenario is not None and all(each.name != "variant" for each in self._scenario.parameters):
            self.notify(f"{self._scenario.title} has no variants", markup=False)
        self.query_one(Form).next_variant()

    def action_filter(self) -> None:
        """Go to the filter."""
        self.query_one("#filter").focus()

    def action_tab(self, name: str) -> None:
        """Show one of the tabs."""
        self.query_one("#right", TabbedContent).active = name

    def action_hint_seen(self) -> None:
        """Put the hint away for good."""
        self.query("#hint").remove()
        if problem := self._kept.save(hint_seen=True):
            self.notify(problem, severity="warning", markup=False)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The hint can be put away while it is there; a tab is shown that is not in front."""
        if action == "tab":
            return bool(self.query("#right")) and parameters != (self.query_one("#right", TabbedContent).active,)
        return action != "hint_seen" or bool(self.query("#hint"))

    def on_click(self, event: events.Click) -> None:
        """A click on the hint puts it away."""
        if event.widget is not None and event.widget.id == "hint":
            self.action_hint_seen()

    def action_back(self) -> None:
        """Clear the filter and go back to the list."""
        self.query_one("#filter", Input).value = ""
        self.query_one("#right", TabbedContent).active = "lesson-tab"
        self.query_one("#scenarios").focus()


def _with_words(words: list[str]) -> list[Scenario]:
    """Scenarios that have all the words in their names; where there is none, in their lessons."""
    known = discover()
    named = [s for s in known if all(word in f"{s.name} {s.title} {' '.join(s.covers)}".lower() for word in words)]
    return named or [s for s in known if all(word in s.lesson.lower() for word in words)]


_TAGLINE = Text.assemble(("mp-playground", "bold"), "   see, break and replay real multiprocessing programs")
_HINT = Content.from_markup(
    "[b]Enter[/] runs the chosen scenario in real processes, [b]v[/] takes another variant.\n"
    "On the stage [b]K[/] kills a process; when the run is over [b]space[/] plays it again.\n"
    "[b]?[/] shows all keys, [b]ctrl+p[/] finds them by name, [b]h[/] hides these lines."
)
"""For the first start: three lines."""
