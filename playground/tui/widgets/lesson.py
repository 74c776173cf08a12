"""What a scenario teaches: its title, what it covers and its text."""

from functools import lru_cache

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown
from rich.style import Style
from rich.text import Text
from rich.theme import Theme
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from playground.scenario import Scenario


class Lesson(VerticalScroll):
    """The lesson of the selected scenario."""

    DEFAULT_CSS = """
    Lesson { padding: 0 2; }
    Lesson Static { padding-right: 1; }
    Lesson #title { text-style: bold; color: $accent; height: auto; }
    Lesson #covers { color: $text-muted; margin-bottom: 1; height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Three texts below one another."""
        yield Static(id="title")
        yield Static(id="covers")
        yield Static(id="text")

    def on_mount(self) -> None:
        """Follow the theme."""
        self._lesson = ""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show_text())

    def show(self, scenario: Scenario) -> None:
        """Show another scenario's lesson from its begin."""
        self.query_one("#title", Static).update(Text(scenario.title))
        covers = f"   lesson {', '.join(scenario.covers)}" if scenario.covers else ""
        self.query_one("#covers", Static).update(Text(f"{scenario.name}{covers}"))
        self._lesson = scenario.lesson
        self._show_text()
        self.scroll_home(animate=False)

    def _show_text(self) -> None:
        colours = self.app.theme_variables
        dark = self.app.current_theme.dark
        text = _text(self._lesson, colours.get("accent", ""), colours.get("panel", ""), dark)
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
