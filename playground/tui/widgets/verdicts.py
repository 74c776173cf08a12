"""The board: every verdict that was seen so far."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from playground.catalogue.board import rows
from playground.catalogue.progress import Progress
from playground.scenario import Scenario
from playground.text import clean
from playground.tui.widgets.along import Along
from playground.tui.widgets.catalogue import COLOURS, plain

_OUTCOMES = {"finished": "$foreground 60%", "stuck": "$text-error", "failed": "$text-error"}
_TITLE = 32
_BAR = 24


class Verdicts(OptionList):
    """A row for each verdict, and for each scenario that has none yet; Enter shows its lesson."""

    BINDING_GROUP_TITLE = "The board"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Go there", tooltip="Show the lesson of the row")
    ]

    def __init__(self, *, id: str) -> None:  # Textual's name for it
        super().__init__(id=id, compact=True, markup=False)

    def show(self, known: Sequence[Scenario], progress: Progress) -> None:
        """Show what has been seen of these."""
        at = self.highlighted
        self.clear_options()
        self.add_option(Option(_sum(progress.run(known), len(known)), disabled=True))
        topic = name = ""
        for row in rows(known, progress):
            each = row.scenario
            if each.topic != topic:
                topic = each.topic
                heading = Content.styled(f"\n{topic.replace('_', ' ').upper()}", "bold $foreground 60%")
                self.add_option(Option(heading, disabled=True))
            again, name = each.name == name, each.name
            title = "" if again else clean(each.title, 120)
            sign = " " if again else row.mark
            pieces: list[tuple[str, str]] = [(f" {plain(sign)} ", COLOURS.get(sign, ""))]
            if row.seen is None:
                pieces.append((title, "$foreground 60%"))
            else:
                shown = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
                pieces += [
                    (f"{plain(shown):{_TITLE}}  ", "bold"),
                    (f"{clean(row.variant, 20):8} ", ""),
                    (f"{row.seen.outcome:9} ", _OUTCOMES.get(row.seen.outcome, "$text-warning")),
                    (row.seen.verdict, "$foreground 80%"),
                ]
            self.add_option(Option(Content.assemble(*pieces), id=f"{each.name} {row.variant}"))
        self.highlighted = at if at is not None else 2 if len(known) else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the lesson."""
        event.stop()
        if event.option.id is not None:
            self.post_message(Along.Followed(event.option.id.partition(" ")[0]))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """To mark a row does nothing yet."""
        event.stop()


def _sum(run: int, of: int) -> Content:
    done = _BAR * run // of if of else 0
    return Content.assemble(
        (f" {run} of {of}", "bold $text-success"),
        (" scenarios run   ", ""),
        (plain("━") * done, "$text-success"),
        (plain("━") * (_BAR - done), "$foreground 15%"),
    )
