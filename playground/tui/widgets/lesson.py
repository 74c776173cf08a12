"""What a scenario teaches: its title and its text, what was seen of it, and where to go from there."""

from collections.abc import Sequence
from functools import lru_cache

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from playground.catalogue.progress import SKIPPED, Progress
from playground.scenario import Scenario
from playground.tui.render.prose import drawn
from playground.tui.widgets.along import Along
from playground.tui.widgets.catalogue import plain

_PLACES = ("title", "name", "problem", "text", "proof", "seen")


class Lesson(VerticalScroll):
    """The lesson of the selected scenario, what was seen of it, and the ways to others; or what a topic is about."""

    DEFAULT_CSS = """
    Lesson { padding: 0 2; }
    Lesson Static { padding-right: 1; height: auto; }
    Lesson #title { text-style: bold; color: $text-primary; }
    Lesson #name { color: $text-muted; margin-bottom: 1; }
    Lesson #proof { color: $text-success; margin-top: 1; }
    Lesson #seen { margin-top: 1; }
    Lesson #problem { color: $text-error; margin-bottom: 1; }
    """

    def __init__(self, scenario: Scenario | None, ways: Sequence[tuple[str, Scenario]], progress: Progress) -> None:
        """Begin with the lesson of a scenario, if any."""
        super().__init__()
        self._ways, self._progress = ways, progress
        self._lesson = ""
        self._told: dict[str, Text] = {}
        """Place to what stands there, beside the text of the lesson."""
        if scenario is not None:
            self._tell(scenario, progress)

    def compose(self) -> ComposeResult:
        """Texts below one another, then the ways."""
        for place in _PLACES:
            part = Static(self._part(place), id=place)
            part.display = self._is_shown(place)
            yield part
        yield Along(self._ways, self._progress)

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show_part("text"))

    def show(self, scenario: Scenario, ways: Sequence[tuple[str, Scenario]], progress: Progress) -> None:
        """Show another scenario's lesson from its begin."""
        self._tell(scenario, progress)
        self._fill(ways, progress)

    def _tell(self, scenario: Scenario, progress: Progress) -> None:
        knobs = " ".join(f"{name}={value}" for name, value in scenario.knobs.items())
        proof = f"Prove it: Enter runs {scenario.proves} {knobs}" if scenario.proves and not scenario.problem else ""
        broken = f"{plain('✗')} it cannot be run: {scenario.problem}" if scenario.problem else ""
        seen = Text.assemble(
            *(
                Text.assemble(
                    (f"{plain('·')} skipped  " if last.outcome == SKIPPED else f"{plain('✓')} seen  ", "dim"),
                    f"{variant:8}" if variant else "",
                    (f"{last.verdict}\n", "italic"),
                )
                for variant, last in progress.of(scenario).items()
            )
        )
        seen.rstrip()
        self._lesson = scenario.lesson
        head = {"title": scenario.title, "name": scenario.name, "problem": broken, "proof": proof.strip()}
        self._told = {place: Text(text) for place, text in head.items()} | {"seen": seen}

    def show_topic(self, topic: str, about: str, scenarios: Sequence[Scenario], progress: Progress) -> None:
        """Show what a topic is about, and what there is of it."""
        run = f"{progress.run(scenarios)} of {len(scenarios)} run" if scenarios else ""
        self._told = {"title": Text(topic.replace("_", " ").capitalize()), "name": Text(run)}
        self._lesson = about
        self._fill([("", each) for each in scenarios], progress)

    def _fill(self, ways: Sequence[tuple[str, Scenario]], progress: Progress) -> None:
        for place in _PLACES:
            self._show_part(place)
        self.query_one(Along).show(ways, progress)
        self.scroll_home(animate=False)

    def _show_part(self, place: str) -> None:
        shown = self.query_one(f"#{place}", Static)
        shown.update(self._part(place))
        shown.display = self._is_shown(place)

    def _is_shown(self, place: str) -> bool:
        return place == "text" or bool(self._told.get(place))

    def _part(self, place: str) -> RenderableType:
        if place != "text":
            return self._told.get(place, Text())
        colours = self.app.theme_variables
        dark = self.app.current_theme.dark
        return _text(self._lesson, colours.get("text-primary", ""), colours.get("panel", ""), dark)


@lru_cache(64)
def _text(text: str, accent: str, panel: str, dark: bool) -> RenderableType:
    return drawn(text, accent, panel, dark=dark)
