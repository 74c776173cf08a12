"""Ways from one lesson to others: what comes next, what to see also, what a topic has."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from playground.catalogue.board import mark
from playground.catalogue.progress import Progress
from playground.scenario import Scenario
from playground.text import clean
from playground.tui.widgets.catalogue import COLOURS, plain


class Along(OptionList):
    """A line for each, which Enter or a click follows."""

    class Followed(Message):
        """The person wants to go to a scenario."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    DEFAULT_CSS = """
    Along { height: auto; border: none; padding: 0; margin-top: 1; background: $background; text-wrap: nowrap;
        text-overflow: ellipsis; }
    Along:focus { border: none; background: $background; background-tint: $background 0%; }
    Along:blur > .option-list--option-highlighted { background: $background; text-style: none; color: $foreground; }
    """
    BINDING_GROUP_TITLE = "Below the lesson"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Go there", tooltip="Show the lesson that is named in the line")
    ]

    def __init__(self, ways: Sequence[tuple[str, Scenario]], progress: Progress) -> None:
        """Begin with these, as ``show`` shows them."""
        super().__init__(compact=True, markup=False)
        self.show(ways, progress)

    def show(self, ways: Sequence[tuple[str, Scenario]], progress: Progress) -> None:
        """Show these: a word for the way, and where it leads to; none hides the list."""
        self.display = bool(ways)
        self.clear_options()
        width = max((len(word) for word, _ in ways), default=0)
        before = ""
        for word, each in ways:
            sign = mark(each, progress)
            row = Content.assemble(
                (f"{word if word != before else '':{width}} ", "$foreground 60%"),
                (f"{plain(sign)} ", COLOURS[sign]),
                (clean(each.title, 120), "$text-primary"),
            )
            before = word
            self.add_option(Option(row, id=each.name))
        self.highlighted = 0 if ways else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go there."""
        event.stop()
        if event.option.id is not None:
            self.post_message(self.Followed(event.option.id))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """To mark a line does nothing yet."""
        event.stop()
