"""The log: output, log records and events, with a line that one can move, a filter and a search."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from playground.history import LogLine
from playground.tui.lines import LEVELS, STREAMS, Lines, belongs_to, known_by
from playground.tui.moment import Moment
from playground.tui.render import log
from playground.tui.render.line import Line, remarks
from playground.tui.render.palette import Palette
from playground.tui.view import ViewChanged
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.timeline import Sought

Row = tuple[int, int]
"""Place of a line among those that are wanted, and which of its rows."""


class Log(Panel):
    """Follows the newest line until somebody goes up; then it stays where it is."""

    BINDING_GROUP_TITLE = "In the log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "line(-1)", "Line above", show=False),
        Binding("down", "line(1)", "Line below", show=False),
        Binding("enter", "go", "Go there", tooltip="Go to the line's instant and select its process"),
        Binding("home", "line(-1000000000)", "First line", show=False),
        Binding("end", "newest", "Newest line", show=False, tooltip="Go to the newest line and follow"),
        Binding("f", "streams", "Streams", tooltip="All lines, or output, log records, events only"),
        Binding("v", "level", "Level", tooltip="All levels, or only from INFO, WARNING, ERROR on"),
        Binding("w", "whose", "Whose", tooltip="Lines of all processes, or of the selected one only"),
    ]

    def __init__(self, name: str) -> None:
        super().__init__("", self.draw, id=name)
        self._lines = Lines()
        self._first: Row | None = None
        """What stands at the top; None follows the newest line."""
        self._chosen: int | None = None
        self._left_at = 0
        """How many lines there were when following ended."""
        self._rows: list[Row] = []

    # --- Drawing --------------------------------------------------------------------------------------

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:
        """As many lines as there is room for, under a line that says what is left out and what is new."""
        shown = self._shown(moment)
        end = known_by(shown, moment.at)
        if self._chosen is not None and self._chosen >= len(shown):
            self._follow()
        head = self._head(moment, end, width, palette)
        room = height - len(head)
        if not shown[:1] or (self._first is None and not end):
            nothing = "nothing of that kind so far" if str(moment.view.log) or moment.view.log.only_selected else ""
            text = nothing or "no output so far: what the program prints and logs comes here"
            self._rows = []
            return [*head, *remarks(text, width, palette)]
        first = self._first or self._last_page(moment, shown, end, width, room)
        self._rows = self._from(moment, shown, first, width, room)
        strips = [*head, *self._strips_of(moment, shown, end, width, palette)]
        self._rows = [(-1, 0)] * len(head) + self._rows
        return strips

    def _strips_of(
        self, moment: Moment, shown: Sequence[LogLine], end: int, width: int, palette: Palette
    ) -> list[Strip]:
        strips: list[Strip] = []
        drawn, place = [Strip([])], -1
        words = moment.view.sought
        for at, row in self._rows:
            if at != place:
                how = {"chosen": at == self._chosen, "later": at >= end}
                drawn, place = log.draw(shown[at], moment.history, width, palette, words=words, **how), at
            strips.append(drawn[row])
        return strips

    def _shown(self, moment: Moment) -> list[LogLine]:
        return self._lines.of(moment.history, moment.view.log, moment.selected)

    def _from(self, moment: Moment, shown: Sequence[LogLine], first: Row, width: int, room: int) -> list[Row]:
        """The rows from one on, as many as there is room for."""
        rows: list[Row] = []
        at, skipped = first
        while at < len(shown) and len(rows) < room:
            if self._first is None and shown[at].time > moment.at:
                break
            count = log.rows(shown[at], moment.history, width)
            rows += [(at, row) for row in range(min(skipped, count - 1), count)]
            at, skipped = at + 1, 0
        return rows[:room]

    def _last_page(self, moment: Moment, shown: Sequence[LogLine], end: int, width: int, room: int) -> Row:
        """The row at the top when line ``end - 1`` stands at the bottom."""
        at, left = end, room
        while at > 0:
            count = log.rows(shown[at - 1], moment.history, width)
            if count > left:
                return (at - 1, count - left) if left else (at, 0)
            at, left = at - 1, left - count
        return (0, 0)

    def _head(self, moment: Moment, end: int, width: int, palette: Palette) -> list[Strip]:
        """What is left out, how many lines have the text that is looked for, what is new; nothing when all is usual."""
        wanted, sought = moment.view.log, moment.view.sought
        whose = f"only {moment.history.name(moment.selected)}" if wanted.only_selected and moment.states else ""
        parts = [*filter(None, (str(wanted), whose))]
        if sought:
            matches = self._lines.matches(sought)
            before = sum(1 for each in matches if self._chosen is not None and each <= self._chosen)
            which = f"{before} of {len(matches)}" if before else str(len(matches)) if matches else "not found"
            parts.append(f"“{sought}” {which}")
        new = end - self._left_at if self._first is not None and moment.live else 0
        if not parts and new <= 0:
            return []
        ground = palette.selected
        told = f" ↓ {new} new " if new > 0 else ""
        line = Line().column(f" {' · '.join(parts)}", width - len(told), palette.style(palette.warning, ground))
        line.add(told, palette.style(palette.accent, ground, bold=True))
        return [line.strip(width, palette.style(None, ground))]

    # --- Where one is ---------------------------------------------------------------------------------

    def _follow(self) -> None:
        self._first = self._chosen = None

    def _stay(self, moment: Moment, first: Row) -> None:
        if self._first is None:
            self._left_at = known_by(self._shown(moment), moment.at)
        self._first = first

    def _choose(self, moment: Moment, place: int) -> None:
        """Choose a line, and show it."""
        shown = self._shown(moment)
        self._chosen = min(max(place, 0), len(shown) - 1)
        visible = [at for at, _ in self._rows if at >= 0]
        if not visible or self._chosen <= visible[0]:
            self._stay(moment, (self._chosen, 0))
        elif self._chosen >= visible[-1]:
            room = max(len(self._rows) - self._rows.count((-1, 0)), 1)
            self._stay(moment, self._last_page(moment, shown, self._chosen + 1, self.size.width, room))
        else:
            self._stay(moment, next(row for row in self._rows if row[0] >= 0))
        self.redraw()

    def scroll_rows(self, rows: int) -> None:
        """Scroll by rows; a live log that is scrolled to its end follows again."""
        moment = self.moment
        visible = [row for row in self._rows if row[0] >= 0]
        if moment is None or not visible:
            return
        shown = self._shown(moment)
        first = self._moved(moment, shown, visible[0], rows)
        end = len(shown) if not moment.live else known_by(shown, moment.at)
        last = self._last_page(moment, shown, end, self.size.width, len(visible))
        if first >= last and moment.live:
            self._follow()
        else:
            self._stay(moment, min(first, last))
        self.redraw()

    def _moved(self, moment: Moment, shown: Sequence[LogLine], row: Row, by: int) -> Row:
        at, inner = row
        inner += by
        while inner < 0 and at > 0:
            at -= 1
            inner += log.rows(shown[at], moment.history, self.size.width)
        while at + 1 < len(shown) and inner >= (count := log.rows(shown[at], moment.history, self.size.width)):
            at, inner = at + 1, inner - count
        return at, max(inner, 0)

    # --- Actions --------------------------------------------------------------------------------------

    def action_line(self, step: int) -> None:
        """Choose the line above or below; below the newest one of a live run it follows again."""
        moment = self.moment
        if moment is None:
            return
        end = known_by(self._shown(moment), moment.at)
        if self._chosen is None:
            if step < 0 and end:
                self._choose(moment, max(end - 1, 0) if step == -1 else 0)
        elif moment.live and self._chosen + step >= end:
            self.action_newest()
        else:
            self._choose(moment, self._chosen + step)

    def action_newest(self) -> None:
        """Follow the newest line."""
        self._follow()
        self.redraw()

    def action_go(self) -> None:
        """Go to the instant of the chosen line, and select its process."""
        moment = self.moment
        if moment is None or not (shown := self._shown(moment)):
            return
        place = self._chosen if self._chosen is not None else known_by(shown, moment.at) - 1
        if place < 0:
            return
        line = shown[place]
        process = belongs_to(moment.history, line)
        if process is not None:
            self.post_message(ViewChanged(selected=process))
        if not moment.live:
            self.post_message(Sought(line.time))

    def on_click(self, event: events.Click) -> None:
        """Choose the line, and go there."""
        at = event.get_content_offset(self)
        if at is None or self.moment is None or not 0 <= at.y < len(self._rows):
            return
        if self._rows[at.y][0] < 0:
            self.action_newest()
        else:
            self._choose(self.moment, self._rows[at.y][0])
            self.action_go()

    def action_streams(self) -> None:
        """Show the next kind of lines only."""
        if self.moment is not None:
            wanted = self.moment.view.log
            self._want(streams=_after(wanted.streams, tuple(STREAMS)))

    def action_level(self) -> None:
        """Show only what is graver, or everything again."""
        if self.moment is not None:
            self._want(level=_after(self.moment.view.log.level, LEVELS))

    def action_whose(self) -> None:
        """Show the selected process only, or all."""
        if self.moment is not None:
            self._want(only_selected=not self.moment.view.log.only_selected)

    def _want(self, **changes: str | bool) -> None:
        assert self.moment is not None
        self._follow()
        wanted = replace(self.moment.view.log, **changes)
        self.moment = replace(self.moment, view=replace(self.moment.view, log=wanted))  # the next key may come first
        self.post_message(ViewChanged(log=wanted))

    def find(self, words: str, step: int) -> None:
        """Choose the next line below (1) or above (-1) that has the words; 0 the chosen one, or the latest."""
        moment = self.moment
        if moment is None:
            return
        shown = self._shown(moment)
        matches = self._lines.matches(words)
        if not matches:
            self._follow()
            self.redraw()
            return
        here = self._chosen if self._chosen is not None else known_by(shown, moment.at)
        below = next((each for each in matches if each > here), matches[0])
        above = next((each for each in reversed(matches) if each < here + (step == 0)), matches[-1])
        self._choose(moment, below if step > 0 else above)


def _after(value: str, choices: Sequence[str]) -> str:
    place = choices.index(value) + 1 if value in choices else 0
    return choices[place % len(choices)]
