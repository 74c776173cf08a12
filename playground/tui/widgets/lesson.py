"""What a scenario teaches: its title, what it covers and its text."""

from functools import lru_cache

from rich.markdown import Markdown
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from playground.scenario import Scenario


class Lesson(VerticalScroll):
    """The lesson of the selected scenario."""

    DEFAULT_CSS = """
    Lesson { padding: 0 2; }
    Lesson #title { text-style: bold; color: $accent; height: auto; }
    Lesson #covers { color: $text-muted; margin-bottom: 1; height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Three texts below one another."""
        yield Static(id="title")
        yield Static(id="covers")
        yield Static(id="text")

    def show(self, scenario: Scenario) -> None:
        """Show another scenario's lesson from its begin."""
        self.query_one("#title", Static).update(Text(scenario.title))
        covers = f"   lesson {', '.join(scenario.covers)}" if scenario.covers else ""
        self.query_one("#covers", Static).update(Text(f"{scenario.name}{covers}"))
        self.query_one("#text", Static).update(_markdown(scenario.lesson))
        self.scroll_home(animate=False)


@lru_cache(64)
def _markdown(text: str) -> Markdown:
    return Markdown(text)
