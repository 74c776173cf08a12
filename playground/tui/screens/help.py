"""All keys that work on the screen below, by where they work."""

from typing import ClassVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

_KEYS = 12
_TWO_COLUMNS = 118


class HelpScreen(ModalScreen[None]):
    """Lies over the screen, which stands still meanwhile; the run goes on."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen #help { width: 90%; max-width: 150; height: 90%; border: round $text-primary; background: $background;
        border-title-color: $text-primary; border-subtitle-color: $foreground 60%; padding: 0 1;
        scrollbar-size-vertical: 1; }
    HelpScreen Horizontal { height: auto; }
    HelpScreen Static { width: 1fr; height: auto; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Close"),
    ]

    def __init__(self, keys: dict[str, list[tuple[str, str]]]) -> None:
        """``keys`` as ``deeds.by_place`` gives them."""
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """One column, or two where there is room."""
        two = self.app.size.width >= _TWO_COLUMNS
        with VerticalScroll(id="help") as around:
            around.border_title = "Keys that work now"
            around.border_subtitle = "↑↓ scroll · ^p all of it to choose from · Esc closes"
            accent, tone = (_plain(self.app.theme_variables.get(name, "")) for name in ("text-primary", "text-warning"))
            with Horizontal():
                yield from (Static(column) for column in _columns(self._keys, 2 if two else 1, accent, tone))

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.set_focus(self.query_one("#help"))


def _columns(keys: dict[str, list[tuple[str, str]]], count: int, accent: str, tone: str) -> list[Group]:
    """The groups in columns of about the same length."""
    columns: list[list[RenderableType]] = [[] for _ in range(count)]
    lengths = [0] * count
    for where, lines in keys.items():
        shortest = lengths.index(min(lengths))
        columns[shortest] += [Text(where, f"bold {accent}"), _table(lines, f"bold {tone}"), ""]
        lengths[shortest] += len(lines) + 2
    return [Group(*groups[:-1]) for groups in columns]


def _table(lines: list[tuple[str, str]], style: str) -> Table:
    """Keys at the left, what they do beside them."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=_KEYS, justify="right", style=style, no_wrap=True)
    table.add_column()
    for keys, text in lines:
        table.add_row(Text(keys), Text(text))
    return table


def _plain(colour: str) -> str:
    """A colour that rich knows; "" for the terminal's own."""
    return colour if colour.startswith("#") else ""
