"""The marks of a replay as a list: to go to, and the bookmarks among them to write on and to delete."""

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from playground.history import Mark, Nanoseconds
from playground.marks import KINDS
from playground.replay import Replay
from playground.tui.render.line import fitted
from playground.tui.render.marks import sign_of, tone_of
from playground.tui.render.times import clock

_LISTED = tuple(kind for kind in KINDS if kind != "waits")
_MOST = 5000
_STYLES = {
    "bad": "bold $text-error",
    "warning": "bold $text-warning",
    "good": "bold $text-success",
    "accent": "bold $text-primary",
    "text": "bold",
}
_WIDEST, _AROUND = 100, 32
"""Cells of the list, and of what stands around the text of a mark."""


class Chosen(NamedTuple):
    """What the person wants to do with the mark at an instant."""

    at: Nanoseconds
    edits: bool
    """Whether the note is to be changed."""


class MarksScreen(ModalScreen[Chosen | None]):
    """Ends with the mark that was chosen; None when the person changed their mind."""

    DEFAULT_CSS = """
    MarksScreen { align: center middle; }
    MarksScreen Vertical { width: 100; max-width: 94%; height: auto; max-height: 90%; border: round $text-primary;
        background: $background; border-title-color: $text-primary; border-subtitle-color: $foreground 60%;
        padding: 0 1; }
    MarksScreen OptionList { height: auto; max-height: 100%; border: none; padding: 0; background: $background;
        scrollbar-size-vertical: 1; }
    MarksScreen OptionList:focus { background-tint: $background 0%; }
    """
    BINDING_GROUP_TITLE = "The marks of a replay"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,M,q", "dismiss", "Close"),
        Binding("tab", "turn(1)", "Kind", priority=True, tooltip="Show the next kind of marks"),
        Binding("shift+tab", "turn(-1)", "Kind before", show=False, priority=True),
        Binding("e", "edit", "Note", tooltip="Change the note of the bookmark"),
        Binding("d,delete", "delete", "Delete", tooltip="Delete the bookmark"),
    ]

    def __init__(self, replay: Replay, where: str = "") -> None:
        """Show the marks of a replay, those of its chosen kind at first; ``where`` tells it from another one."""
        super().__init__()
        self._replay, self._where = replay, where
        self._kind = replay.kind if replay.kind in _LISTED else "all"
        self._shown: list[Mark] = []

    def compose(self) -> ComposeResult:
        """The list, in the order of time."""
        with Vertical():
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Begin at the playhead."""
        self._fill(self._replay.playhead)

    def _fill(self, near: Nanoseconds) -> None:
        self._shown = [mark for mark in self._replay.marks if self._kind in ("all", mark.kind)][:_MOST]
        listed, around = self.query_one(OptionList), self.query_one(Vertical)
        around.border_title = f"Marks: {self._kind}, {len(self._shown):,}{self._where}".replace("[", r"\[")
        around.border_subtitle = "Enter goes there · Tab kind · e note · d delete · Esc closes"
        listed.clear_options()
        room = min(_WIDEST, self.app.size.width * 9 // 10) - _AROUND
        listed.add_options([Option(_told(mark, room), id=str(place)) for place, mark in enumerate(self._shown)])
        if self._shown:
            places = range(len(self._shown))
            listed.highlighted = min(places, key=lambda place: abs(self._shown[place].time - near))
        else:
            none = "no bookmarks so far: m sets one" if self._kind == "bookmarks" else f"no marks: {KINDS[self._kind]}"
            listed.add_option(Option(Content(f" {none}"), disabled=True))
        self.set_focus(listed)

    @property
    def _marked(self) -> Mark | None:
        place = self.query_one(OptionList).highlighted
        return self._shown[place] if place is not None and place < len(self._shown) else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click, goes there."""
        if event.option.id is not None:
            self.dismiss(Chosen(self._shown[int(event.option.id)].time, edits=False))

    def action_turn(self, step: int) -> None:
        """Show the next kind of marks."""
        near = self._marked
        self._kind = _LISTED[(_LISTED.index(self._kind) + step) % len(_LISTED)]
        self._fill(near.time if near is not None else self._replay.playhead)

    def action_edit(self) -> None:
        """Change the note of a bookmark."""
        mark = self._marked
        if mark is not None and mark.kind == "bookmarks":
            self.dismiss(Chosen(mark.time, edits=True))
        else:
            self._not_yours()

    def action_delete(self) -> None:
        """Delete a bookmark."""
        mark = self._marked
        if mark is None or mark.kind != "bookmarks":
            self._not_yours()
            return
        if problem := self._replay.remove_bookmark(mark.time):
            self.notify(problem, severity="warning", markup=False)
        self._fill(mark.time)

    def _not_yours(self) -> None:
        self.notify("Only bookmarks can be changed", severity="warning", timeout=3)


def _told(mark: Mark, room: int) -> Content:
    """One line; its text in so many cells."""
    text = fitted(" ".join(mark.text.split()) or "(no note)", max(room, 1)).rstrip()
    return Content.assemble(
        (f" {sign_of(mark)} ", _STYLES[tone_of(mark)]),
        (f"{clock(mark.time)} ", "dim"),
        (f"{mark.kind:<10}", "dim"),
        text,
    )
