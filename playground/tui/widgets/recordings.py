"""The list of recordings: a click chooses, one on a title orders, the wheel scrolls; several can be picked."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from playground.recording import directory
from playground.tui.render import recordings, table
from playground.tui.shelf import ORDERS, Volume, arranged
from playground.tui.widgets.colours import palette_in_use

_WHEEL = 3
_LOOKED_AT = 1000
"""So many names are looked at to choose the width of their column."""


class Recordings(Widget, can_focus=True):
    """What is chosen follows the recording, not the row."""

    class Chosen(Message):
        """Another recording is chosen, or none is there."""

    class Opened(Message):
        """The chosen recording is to be opened."""

    DEFAULT_CSS = "Recordings { height: 1fr; }"
    BINDING_GROUP_TITLE = "In the list of recordings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", tooltip="Open the chosen recording"),
        Binding("up,k", "choose(-1)", "Previous", show=False),
        Binding("down,j", "choose(1)", "Next", show=False),
        Binding("pageup", "page(-1)", "A page back", show=False),
        Binding("pagedown", "page(1)", "A page on", show=False),
        Binding("home", "end(-1)", "To the first", show=False),
        Binding("end", "end(1)", "To the last", show=False),
        Binding("v,insert", "pick", "Pick", show=False, tooltip="Pick it for what is done to several, or no longer"),
        Binding("V", "pick_all", "Pick all", show=False, tooltip="Pick all that are shown, or none"),
        Binding("O", "order", "Order", show=False, tooltip="Order by the next column"),
        Binding("r", "turn", "Turn", show=False, tooltip="Turn the order round"),
    ]

    def __init__(self) -> None:
        super().__init__(id="recordings")
        self._all: Sequence[Volume] = ()
        self._shown: list[Volume] = []
        self._words = ""
        self._order, self._turned = next(iter(ORDERS)), False
        self._first = self._place = 0
        self._strips: list[Strip] = []
        self._columns: list[table.Column] = []
        self.picked: set[Path] = set()
        """Those that were picked; all of them are there."""
        self.ready = False
        """Whether it is known which there are."""

    # --- What there is --------------------------------------------------------------------------------

    def show(self, volumes: Sequence[Volume], words: str, *, ready: bool) -> None:
        """Show these recordings, as far as they have the words; what was chosen stays chosen."""
        before = self.chosen
        self._all, self._words, self.ready = volumes, words, ready
        self._shown = arranged(volumes, self._order, words, turned=self._turned)
        if ready and self.picked:
            self.picked &= {volume.path for volume in volumes}
        paths = [volume.path for volume in self._shown]
        if before is not None and before.path in paths:
            self._place = paths.index(before.path)
        self._place = min(self._place, max(len(paths) - 1, 0))
        self._fit()
        self.post_message(self.Chosen())

    @property
    def chosen(self) -> Volume | None:
        """The recording that the keys act on."""
        return self._shown[self._place] if self._place < len(self._shown) else None

    @property
    def shown(self) -> Sequence[Volume]:
        """Those that have the words, in their order."""
        return self._shown

    def at_hand(self) -> list[Volume]:
        """Those that were picked, in their order; where there are none, the chosen one."""
        picked = arranged((volume for volume in self._all if volume.path in self.picked), self._order, "")
        return picked or ([self.chosen] if self.chosen is not None else [])

    def go_to(self, path: Path) -> None:
        """Choose a recording that is shown."""
        place = next((place for place, volume in enumerate(self._shown) if volume.path == path), None)
        if place is not None:
            self._choose(place)

    # --- Drawing --------------------------------------------------------------------------------------

    @property
    def _room(self) -> int:
        return max(self.size.height - 1, 1)

    def render_line(self, y: int) -> Strip:
        """Give one line: the titles, or a recording."""
        palette, width = palette_in_use(self.app), self.size.width
        if y >= len(self._strips) or self._strips[y].cell_length != width:
            return Strip.blank(width, palette.style())
        return self._strips[y]

    def _draw(self) -> None:
        palette, (width, height) = palette_in_use(self.app), self.size
        if not self._shown and self.ready:
            self._strips = recordings.nothing(width, palette, words=self._words, directory=str(directory()))
        else:
            chosen = self.chosen.path if self.chosen is not None else None
            now = datetime.now().astimezone()
            drawn = recordings.Shown(
                self._shown, self._columns, self._first, chosen, self.picked, self._order, self._turned, now
            )
            self._strips = recordings.draw(drawn, width, height, palette)
        self.refresh()

    def on_mount(self) -> None:
        """Draw anew in the colours of another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())

    def on_resize(self) -> None:
        """Keep the chosen one in sight."""
        self._fit()

    def _fit(self) -> None:
        self._columns = recordings.columns(self.size.width, self._shown[:_LOOKED_AT])
        self._scroll_to_chosen()

    def _scroll_to_chosen(self) -> None:
        self._first = table.showing(self._first, self._place, len(self._shown), self._room)
        self._draw()

    def _choose(self, place: int) -> None:
        self._place = min(max(place, 0), max(len(self._shown) - 1, 0))
        self._scroll_to_chosen()
        self.post_message(self.Chosen())

    # --- Keys -----------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Open the chosen one."""
        if self.chosen is not None:
            self.post_message(self.Opened())

    def action_choose(self, step: int) -> None:
        """Choose the previous or next one."""
        self._choose(self._place + step)

    def action_page(self, pages: int) -> None:
        """Go a screen back or on."""
        self._choose(self._place + pages * max(self._room - 1, 1))

    def action_end(self, end: int) -> None:
        """Go to the first or last one."""
        self._choose(0 if end < 0 else len(self._shown) - 1)

    def action_pick(self) -> None:
        """Pick the chosen one, or no longer, and go to the next."""
        if self.chosen is not None:
            self.picked ^= {self.chosen.path}
            self._choose(self._place + 1)

    def action_pick_all(self) -> None:
        """Pick all that are shown; when they are all picked, none."""
        paths = {volume.path for volume in self._shown}
        self.picked = self.picked - paths if paths <= self.picked else self.picked | paths
        self._choose(self._place)

    def action_order(self) -> None:
        """Order by the next thing."""
        names = list(ORDERS)
        self._order_by(names[(names.index(self._order) + 1) % len(names)], turned=False)

    def action_turn(self) -> None:
        """Turn the order round."""
        self._order_by(self._order, turned=not self._turned)

    def _order_by(self, order: str, *, turned: bool) -> None:
        self._order, self._turned = order, turned
        self.show(self._all, self._words, ready=self.ready)
        self.notify(f"recordings by {order}{', turned round' if turned else ''}", timeout=2)

    # --- Mouse ----------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Choose a row, open it at the second click, pick it with ctrl; order by a title, or turn the order round."""
        event.stop()
        if event.y == 0:
            column = table.column_at(self._columns, event.x)
            if column is not None:
                self._order_by(column.order, turned=column.order == self._order and not self._turned)
            return
        place = self._first + event.y - 1
        if place < len(self._shown):
            self._choose(place)
            if event.ctrl:
                self.picked ^= {self._shown[place].path}
                self._choose(place)
            elif event.chain == 2:
                self.action_open()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self._scroll(-_WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        event.stop()
        self._scroll(_WHEEL)

    def _scroll(self, rows: int) -> None:
        self._first = table.visible(self._first + rows, len(self._shown), self._room)
        self._draw()
