"""The gallery: scenarios by topic, their lesson, knobs and source."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ScrollableContainer, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static, TabbedContent, TabPane

from playground.catalogue import progress
from playground.catalogue.board import following
from playground.catalogue.discovery import about, beginning, discover, ways, with_own
from playground.errors import PlaygroundError
from playground.scenario import Scenario
from playground.settings import SettingsFile
from playground.target import beside, target_of
from playground.text import clean_lines
from playground.tui import opening
from playground.tui.own import OwnScenarios
from playground.tui.spare import SpareStage
from playground.tui.widgets.along import Along
from playground.tui.widgets.catalogue import Catalogue
from playground.tui.widgets.form import Form
from playground.tui.widgets.keys import Keys
from playground.tui.widgets.lesson import Lesson
from playground.tui.widgets.verdicts import Verdicts
from playground.tui.work import Work, when_done
from playground.warden.client import Warden
from playground.warden.rundir import without_shared_memory

if TYPE_CHECKING:
    from playground.replay import Replay

_NARROW, _WIDE = 120, 170
_LONGEST_SOURCE = 1 << 20
_SOON_S = 0.05
"""What the first picture does without is looked for when nothing of it has moved for so long."""
_STEP_S = 0.001
_BEAT_S = 0.05
_CALM_S = 0.3
"""The user's own are looked for when the first picture has been there for so long."""
_PRUNED_AFTER_S = 2.0


class _Filter(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "submit", "To the list", tooltip="Go to the scenarios found")
    ]


class GalleryScreen(Screen[None]):
    """Where one begins."""

    CSS_PATH = "gallery.tcss"
    AUTO_FOCUS = "#scenarios"
    BINDING_GROUP_TITLE = "The gallery"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "run", "Run", tooltip="Run the selected scenario"),
        Binding("v", "variant", "Variant", tooltip="The next variant of the scenario"),
        Binding("b", "beside", "Beside", tooltip="Run the chosen variant and another one beside each other"),
        Binding("n", "next", "Next", tooltip="Go to the first scenario that you have not run yet"),
        Binding("slash", "filter", "Search", tooltip="Search in titles, lessons and source; S24 or C02 finds an item"),
        Binding("l", "tab('lesson-tab')", "Lesson", tooltip="Show the lesson"),
        Binding("s", "tab('source-tab')", "Source", tooltip="Show the source"),
        Binding("B", "tab('board-tab')", "Board", tooltip="Show every verdict that you have seen so far"),
        Binding("r", "recordings", "Recordings", tooltip="What was recorded: replay, compare, export, delete"),
        Binding("h", "hint_seen", "Hide hint", show=False, tooltip="Put the hint for the first start away"),
        Binding("escape", "back", "Back", show=False, tooltip="Clear the filter, and back to the scenarios"),
        Binding("q", "app.quit", "Quit", tooltip="Leave the playground"),
    ]

    def __init__(self, spare: Warden | None, kept: SettingsFile) -> None:
        """Begin with a warden in waiting, if there can be one; what the person chooses is kept for the next time."""
        super().__init__()
        self._kept = kept
        self._spare = spare
        self._stage = SpareStage(self.app, kept)
        self._preparing: Iterator[str] | None = None
        """What the first picture does without, as it is imported."""
        self._progress = progress.load()
        self._known, self._names = beginning(self._progress.seen)
        """What is described, and all that there is by topic."""
        self._scenario: Scenario | None = following(self._known, self._progress) or self._known[0]
        """What is marked in the list, at first what is to be run next; None when that is a topic."""
        self._topic = ""
        self._own = OwnScenarios()

    def compose(self) -> ComposeResult:
        """Scenarios on the left, what is selected on the right; all of it filled, for a first picture that stays."""
        self._fold(self.app.size.width)
        chosen = self._scenario or self._known[0]
        with Horizontal(id="tagline"):
            yield Static(_TAGLINE)
            yield Static(self._sum(), id="sum")
        if not self._kept.settings.hint_seen and not self._progress.seen:
            yield Static(_HINT, id="hint")
        with Horizontal():
            with Vertical(id="left"):
                yield _Filter(placeholder="/ search: words, or S24", id="filter", compact=True)
                yield Catalogue(self._known, self._names, self._progress, id="scenarios")
            with TabbedContent(id="right"):
                with TabPane("Lesson", id="lesson-tab"), Horizontal(id="about"):
                    yield Lesson(chosen, ways(chosen, self._known), self._progress)
                    yield Form(chosen, soon=True)
                with TabPane("Source", id="source-tab"), ScrollableContainer(id="source-scroll"):
                    yield Static(id="source")
                with TabPane("Board", id="board-tab"):
                    yield Verdicts(id="board")
        yield Keys()

    def on_mount(self) -> None:
        """Get ready for what a person may want next."""
        for problem in filter(None, (self._kept.tell_problem(), without_shared_memory())):
            self.notify(problem, severity="warning", markup=False, timeout=10)
        self._prepare()
        settled = self.set_timer(_SOON_S, self._show_all)
        self.screen_layout_refresh_signal.subscribe(self, lambda _: settled.reset())

    def _prepare(self) -> None:
        """Have a warden in waiting; say so when there can be none."""
        if self._spare is None:
            try:
                self._spare = Warden()
            except OSError as error:
                why = f"no run can be started at the moment: {error.strerror}; end other programs or raise the limit"
                self.notify(why, severity="warning", markup=False, timeout=10)

    def on_unmount(self) -> None:
        """Send the warden away that was not needed, and describe nothing any more."""
        self._own.leave()
        if self._spare is not None:
            self._spare.leave()
            self._spare = None

    def on_resize(self) -> None:
        """Put the form below the lesson when there is no room beside it."""
        self._fold(self.size.width)

    def _fold(self, width: int) -> None:
        self.set_class(width < _NARROW, "narrow")
        self.set_class(width >= _WIDE, "wide")

    # --- Lists ----------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        """Take in all topics, after the first picture; the user's own come when they are described."""
        if self._preparing is not None:
            return
        self.screen_layout_refresh_signal.unsubscribe(self)
        self._take(discover())
        self._show()
        self._preparing = opening.prepare()
        self._get_ready()
        self.set_timer(_CALM_S, self._look_for_own)
        self.set_timer(_PRUNED_AFTER_S, self._prune)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Come to be shown, with the styles that it was built with; back from a stage have another one in waiting."""
        if self._preparing is None:
            event.refresh_styles = False
        else:
            self.set_timer(_CALM_S, self._get_ready)

    def _get_ready(self) -> None:
        """Import what may be wanted next, piece by piece between keys; then have a stage in waiting."""
        if not self.is_current:
            return
        if self._preparing is not None and next(self._preparing, None) is not None:
            self.set_timer(_STEP_S, self._get_ready)
        else:
            self._stage.build()

    def _take(self, known: tuple[Scenario, ...]) -> None:
        """Know all of these."""
        topics = dict.fromkeys(each.topic for each in known)
        self._known, self._names = known, {topic: [e.name for e in known if e.topic == topic] for topic in topics}

    def _sum(self) -> Text:
        names = [name for own in self._names.values() for name in own]
        return Text(f"{self._progress.run_of(names)} of {len(names)} run", style="bold")

    def _show(self) -> None:
        """Show what is known, and what has been seen of it."""
        known = self._known
        self.query_one("#sum", Static).update(self._sum())
        self.query_one(Catalogue).show(known, self._names, self._progress)
        self._show_board()
        if self._scenario is not None:
            self._choose(next((each for each in known if each.name == self._scenario.name), self._scenario))
        elif self._topic:
            self._show_topic(self._topic)

    def _look_for_own(self) -> None:
        """Have the user's own described anew, beside the screen."""
        if not self._own.looking:
            self.set_timer(_BEAT_S, self._take_own)
        self._own.look()

    def _take_own(self) -> None:
        """Show the user's own as soon as they are described."""
        if self._own.take():
            self._take(with_own(self._own.known))
            self._show()
        if self._own.looking:
            self.set_timer(_BEAT_S, self._take_own)

    def on_catalogue_scenario_chosen(self, message: Catalogue.ScenarioChosen) -> None:
        """Show what is marked."""
        if message.scenario is not self._scenario:
            self._choose(message.scenario)

    def _choose(self, chosen: Scenario) -> None:
        """Show the lesson, knobs and source of a scenario; its knobs stay as they are if it was chosen before."""
        if chosen is not self._scenario:
            self.query_one(Form).show(chosen)
        self._mark(chosen, "")
        self.query_one(Lesson).show(chosen, ways(chosen, self._known), self._progress)
        self._show_source()

    def _mark(self, scenario: Scenario | None, topic: str) -> None:
        """Take in what is marked; show the form and the keys of what can be run, or hide them."""
        changes = (scenario is None) != (self._scenario is None)
        self._scenario, self._topic = scenario, topic
        form, offered = self.query_one(Form), scenario is not None and not scenario.problem
        if changes or form.display != offered:
            form.display = offered
            self.refresh_bindings()

    def on_catalogue_topic_chosen(self, message: Catalogue.TopicChosen) -> None:
        """Show what the topic is about."""
        self._show_topic(message.topic)

    def on_catalogue_nothing_found(self) -> None:
        """There is nothing to be run, though the last lesson can still be read."""
        self._mark(None, "")

    def _show_topic(self, topic: str) -> None:
        self._mark(None, topic)
        own = [each for each in self._known if each.topic == topic]
        self.query_one(Lesson).show_topic(topic, about(topic), own, self._progress)
        self.query_one("#source", Static).update("")

    def on_catalogue_run(self) -> None:
        """Enter on a scenario."""
        self.action_run()

    def on_along_followed(self, message: Along.Followed) -> None:
        """Go to another scenario."""
        self._go(message.name)

    def _go(self, name: str) -> None:
        with self.prevent(Input.Changed):
            self.query_one("#filter", Input).value = ""
        self.query_one(Catalogue).go(name)
        self.query_one("#right", TabbedContent).active = "lesson-tab"
        self.set_focus(self.query_one("#scenarios"))

    def on_tabbed_content_tab_activated(self, event: TabbedContent.TabActivated) -> None:
        """Go to the board when it is shown; the source is coloured when somebody looks at it."""
        if event.pane.id == "board-tab":
            self._show_board()
            self.set_focus(self.query_one("#board"))
        self._show_source()
        self.refresh_bindings()

    def _show_board(self) -> None:
        """Fill the board, when somebody looks at it."""
        if self.query_one("#right", TabbedContent).active == "board-tab":
            self.query_one(Verdicts).show(self._known, self._progress)

    def _show_source(self) -> None:
        if self._scenario is not None and self.query_one("#right", TabbedContent).active == "source-tab":
            source = opening.coloured(clean_lines(self._scenario.source, _LONGEST_SOURCE))
            self.query_one("#source", Static).update(source)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        if event.input.id == "filter":
            self._show_all()  # also when it was typed before they had their turn
            self.query_one(Catalogue).search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the filter goes to the list."""
        if event.input.id == "filter":
            self.set_focus(self.query_one("#scenarios"))

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
            target = target_of(self._scenario, texts, method)
            spare, self._spare = self._spare, None
            run = opening.start(target, spare, debug=form.debugs)
        except (PlaygroundError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.app.push_screen(self._stage.take(run), self._returned)
        self.set_timer(_CALM_S, self._prepare)

    def action_beside(self) -> None:
        """Run the form's variant and another one at the same instant, and show both."""
        if self._scenario is None:
            return
        texts, method = self.query_one(Form).values_for(self._scenario)
        try:
            both = beside(target_of(self._scenario, texts, method))
        except PlaygroundError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if both is None:
            self.notify(f"{self._scenario.title} has no variants to show beside each other", markup=False)
        else:
            opening.beside(self.app, both, None, self._kept, self._returned)

    def action_recordings(self) -> None:
        """Show what was recorded."""
        self.app.push_screen(opening.recordings(self._kept, self._replay))

    def _replay(self, replay: "Replay") -> None:
        self.app.push_screen(self._stage.take(replay))

    def _prune(self) -> None:
        """Delete, beside the screen, recordings that nobody keeps and that are beyond the limits."""
        if self._kept.sound:
            settings = self._kept.settings
            when_done(self, Work(lambda: opening.prune(settings)), self._tell_pruned)

    def _tell_pruned(self, gone: Sequence[Path]) -> None:
        if gone:
            self.notify(f"{len(gone)} recordings deleted that were too old or too much: settings.json has the limits")

    def _returned(self, _: None) -> None:
        self._progress = progress.load()
        if self._progress.seen:
            self.query("#hint").remove()
        self._show()
        self._look_for_own()

    def action_variant(self) -> None:
        """Choose the next variant; say so when there is none."""
        if self._scenario is not None and not self._scenario.variants:
            self.notify(f"{self._scenario.title} has no variants", markup=False)
        self.query_one(Form).next_variant()

    def action_next(self) -> None:
        """Go to what to run next; say so when everything has been run."""
        upcoming = following(self._known, self._progress)
        if upcoming is None:
            self.notify("You have run all of them", markup=False)
        else:
            self._go(upcoming.name)

    def action_filter(self) -> None:
        """Go to the line for words to search for."""
        self.set_focus(self.query_one("#filter"))

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
        """A tab is shown that is not in front; the hint is put away while it is there; only a scenario is run."""
        if action in {"variant", "beside"}:
            return self._scenario is not None and not self._scenario.problem
        if action == "run":
            return self._scenario is not None
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
        self.set_focus(self.query_one("#scenarios"))


_TAGLINE = Text.assemble(("mp-playground", "bold"), "   see, break and replay real multiprocessing programs")
_HINT = Content.from_markup(
    "[b $text-success]Start here: press Enter[/], and watch the marked scenario run in real processes.\n"
    "On the stage [b]K[/] kills a process; when the run is over [b]space[/] plays it again.\n"
    "[b]n[/] takes what to run next, [b]?[/] shows all keys, [b]h[/] hides these lines."
)
"""For the first start: three lines."""
