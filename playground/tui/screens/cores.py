"""A list of the cores there are, to choose those that a process may use."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import SelectionList
from textual.widgets.selection_list import Selection


class Boxes(SelectionList[int]):
    """A box before each line, empty where it is not chosen: Textual's differ in nothing but colour."""

    def render_line(self, y: int) -> Strip:
        """Draw a line, and take the mark out of a box that is not chosen."""
        left, *box = segments = list(super().render_line(y))
        row = self.scroll_offset.y + y
        if row < self.option_count and self.get_option_at_index(row).value not in self.selected:
            segments = [left, Segment(" ", box[0].style), *box[1:]]
        return Strip(segments)


class CoresScreen(ModalScreen[frozenset[int] | None]):
    """Ends with the chosen cores; None when the person changed their mind."""

    DEFAULT_CSS = """
    CoresScreen { align: center middle; }
    CoresScreen Vertical { width: 62; max-width: 94%; height: auto; max-height: 90%; border: round $text-primary;
        background: $background; border-title-color: $text-primary; border-subtitle-color: $foreground 60%;
        padding: 0 1; }
    CoresScreen SelectionList { height: auto; max-height: 20; border: none; padding: 0; background: $background;
        scrollbar-size-vertical: 1; }
    CoresScreen SelectionList:focus { background-tint: $background 0%; }
    """
    BINDING_GROUP_TITLE = "Choosing cores"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("enter", "take", "Set", priority=True, tooltip="Let it use the chosen cores"),
        Binding("a", "all", "All", tooltip="Choose all cores"),
        Binding("n", "none", "None", tooltip="Choose no core, to choose others"),
    ]

    def __init__(self, whose: str, cores: Sequence[int], chosen: Collection[int]) -> None:
        """``whose`` tells for whom; ``cores`` are all that may be chosen."""
        super().__init__()
        self._whose, self._cores, self._chosen = whose, cores, chosen

    def compose(self) -> ComposeResult:
        """A line for each core."""
        with Vertical() as around:
            around.border_title = f"Cores of {self._whose}".replace("[", r"\[")
            around.border_subtitle = "space turns · a all · n none · Enter sets · Esc closes"
            yield Boxes(*(Selection(f"core {core}", core, core in self._chosen) for core in self._cores), compact=True)

    def on_mount(self) -> None:
        """Begin with the list."""
        self.set_focus(self.query_one(SelectionList))

    def action_all(self) -> None:
        """Choose all."""
        self.query_one(SelectionList).select_all()

    def action_none(self) -> None:
        """Choose none."""
        self.query_one(SelectionList).deselect_all()

    def action_take(self) -> None:
        """Take the chosen ones; a process needs one at least."""
        chosen = frozenset(self.query_one(SelectionList).selected)
        if chosen:
            self.dismiss(chosen)
        else:
            self.notify("A process needs a core: choose one at least", severity="warning")
