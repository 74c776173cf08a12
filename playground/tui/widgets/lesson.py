"""What a scenario teaches: its title and its text, what was seen of it, and where to go from there."""

from collections.abc import Sequence
from functools import lru_cache

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown
from rich.style import Style
from rich.text import Text
from rich.theme import Theme
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from playground.progress import Progress
from playground.scenario import Scenario
from playground.tui.widgets.along import Along
from playground.tui.widgets.catalogue import plain


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

    def compose(self) -> ComposeResult:
        """Texts below one another, then the ways."""
        yield Static(id="title")
        yield Static(id="name")
        yield Static(id="problem")
        yield Static(id="text")
        yield Static(id="proof")
        yield Static(id="seen")
        yield Along()

    def on_mount(self) -> None:
        """Follow the theme."""
        self._lesson = ""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show_text())

    def show(self, scenario: Scenario, ways: Sequence[tuple[str, Scenario]], progress: Progress) -> None:
        """Show another scenario's lesson from its begin."""
        knobs = " ".join(f"{name}={value}" for name, value in scenario.knobs.items())
        proof = f"Prove it: Enter runs {scenario.proves} {knobs}" if scenario.proves and not scenario.problem else ""
        broken = f"{plain('✗')} it cannot be run: {scenario.problem}" if scenario.problem else ""
        self._head(scenario.title, scenario.name, broken, proof.strip())
        self._lesson = scenario.lesson
        seen = [
            Text.assemble(
                (f"{plain('✓')} seen  ", "dim"), f"{variant:8}" if variant else "", (f"{last.verdict}\n", "italic")
            )
            for variant, last in progress.of(scenario).items()
        ]
        self._tail(Text.assemble(*seen), ways, progress)

    def show_topic(self, topic: str, about: str, scenarios: Sequence[Scenario], progress: Progress) -> None:
        """Show what a topic is about, and what there is of it."""
        run = f"{progress.run(scenarios)} of {len(scenarios)} run" if scenarios else ""
        self._head(topic.replace("_", " ").capitalize(), run, "", "")
        self._lesson = about
        self._tail(Text(), [("", each) for each in scenarios], progress)

    def _head(self, title: str, name: str, problem: str, proof: str) -> None:
        for where, text in (("title", title), ("name", name), ("problem", problem), ("proof", proof)):
            shown = self.query_one(f"#{where}", Static)
            shown.update(Text(text))
            shown.display = bool(text)

    def _tail(self, seen: Text, ways: Sequence[tuple[str, Scenario]], progress: Progress) -> None:
        self._show_text()
        shown = self.query_one("#seen", Static)
        seen.rstrip()
        shown.update(seen)
        shown.display = bool(seen)
        self.query_one(Along).show(ways, progress)
        self.scroll_home(animate=False)

    def _show_text(self) -> None:
        colours = self.app.theme_variables
        dark = self.app.current_theme.dark
        text = _text(self._lesson, colours.get("text-primary", ""), colours.get("panel", ""), dark)
        self.query_one("#text", Static).update(text)


class _Text:
    """Markdown in the colours of the app's theme, not in those that rich has for a dark terminal."""

    def __init__(self, text: str, accent: str, panel: str, *, dark: bool) -> None:
        self._markdown = Markdown(text, code_theme="github-dark" if dark else "default")
        code = _style(accent, panel)
        styles = {"code": code, "h1": _style(accent, bold=True), "h2": _style(accent, bold=True)}
        styles |= {"link": _style(accent), "item.bullet": _style(accent, bold=True), "item.number": _style(accent)}
        self._theme = Theme({f"markdown.{name}": style for name, style in styles.items()}, inherit=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with console.use_theme(self._theme):
            yield from console.render(self._markdown, options)


def _style(colour: str, ground: str = "", *, bold: bool = False) -> Style:
    """A style of two colours, as far as they are plain ones: the terminal's own have no number."""
    plain = {name: each for name, each in (("color", colour), ("bgcolor", ground)) if each.startswith("#")}
    return Style(bold=bold, **plain)  # type: ignore[arg-type]  # only these two


@lru_cache(64)
def _text(text: str, accent: str, panel: str, dark: bool) -> _Text:
    return _Text(text, accent, panel, dark=dark)
