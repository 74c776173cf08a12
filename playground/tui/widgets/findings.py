"""The findings: one of them open, with its lines of source and what to do about it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from playground.findings import Finding
from playground.history import History
from playground.tui.moment import Moment
from playground.tui.render import findings
from playground.tui.render.findings import Told, told
from playground.tui.render.line import remarks
from playground.tui.render.palette import Palette
from playground.tui.texts import texts_of
from playground.tui.view import PaneWanted, ViewChanged
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.timeline import Sought

Block = tuple[Told, list[Strip]]


class Findings(Panel):
    """The latest first; the open one is the one that keys act on."""

    BINDING_GROUP_TITLE = "In the findings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", "Finding above", show=False),
        Binding("down", "choose(1)", "Finding below", show=False),
        Binding("enter", "go", "Go there", tooltip="Go to the finding's instant; live: to its process and line"),
    ]

    def __init__(self, name: str) -> None:
        super().__init__("", self.draw, id=name)
        self._chosen = ""
        """Which finding is open, by what it says first; the latest while nobody has chosen."""
        self._blocks: list[Block] = []
        self._drawn_for: tuple[object, ...] = ()

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:  # noqa: ARG002  # as all
        """All findings, one of them open."""
        if not moment.findings:
            self._blocks, self._drawn_for = [], ()
            return [strip for text in _NOTHING[moment.live] for strip in remarks(text, width, palette)]
        key = (moment.findings, width, palette, self._chosen, id(moment.history))
        if key != self._drawn_for:
            self._blocks, self._drawn_for = self._made(moment, width, palette), key
        blank = Strip.blank(width, palette.style())
        return [strip for _, strips in self._blocks for strip in (*strips, blank)][:-1]

    def _made(self, moment: Moment, width: int, palette: Palette) -> list[Block]:
        history, texts = moment.history, texts_of(moment.face)
        each = told(history, moment.findings)
        open_ = self._place(each)
        return [
            (
                one,
                findings.draw(
                    history,
                    one,
                    texts.places(one.finding) if i == open_ else (),
                    texts.sources,
                    width,
                    palette,
                    open_=i == open_,
                ),
            )
            for i, one in enumerate(each)
        ]

    def _place(self, each: Sequence[Told]) -> int:
        return next((i for i, one in enumerate(each) if _name(one) == self._chosen), 0)

    @property
    def chosen(self) -> Told | None:
        """The finding that is open."""
        if self.moment is None or not self.moment.findings:
            return None
        each = told(self.moment.history, self.moment.findings)
        return each[self._place(each)]

    def plain(self) -> str:
        """The open finding as plain text; "" when there is none."""
        moment, one = self.moment, self.chosen
        if moment is None or one is None:
            return ""
        texts = texts_of(moment.face)
        return findings.plain(moment.history, one, texts.places(one.finding), texts.sources)

    def action_choose(self, step: int) -> None:
        """Open the finding above or below."""
        if self.moment is None or not self._blocks:
            return
        each = [one for one, _ in self._blocks]
        self._open(min(max(self._place(each) + step, 0), len(each) - 1))

    def _open(self, place: int) -> None:
        """Open a finding and bring its first line into view."""
        self._chosen = _name(self._blocks[place][0])
        self.redraw()
        begin = sum(len(strips) + 1 for _, strips in self._blocks[:place])
        length = len(self._blocks[place][1])
        top = self._top or 0
        if begin < top or begin + length > top + self.size.height:
            self._top = max(0, min(begin, begin + length - self.size.height) if begin >= top else begin)
            self._top = min(self._top, begin)
            self.redraw()

    def action_go(self) -> None:
        """Go to the instant of the open finding; in a live run to its process."""
        moment, one = self.moment, self.chosen
        if moment is None or one is None:
            return
        process = _whose(moment.history, one.finding)
        if process is not None:
            self.post_message(ViewChanged(selected=process))
        if moment.live:
            self.post_message(PaneWanted("Source"))
        else:
            self.post_message(Sought(one.finding.at))

    def on_click(self, event: events.Click) -> None:
        """Open the finding; a click on the open one goes there."""
        at = event.get_content_offset(self)
        if at is None:
            return
        line = at.y + (self._top or 0)
        for place, (one, strips) in enumerate(self._blocks):
            if 0 <= line < len(strips):
                if self.chosen is not None and _name(self.chosen) == _name(one):
                    self.action_go()
                else:
                    self._open(place)
                return
            line -= len(strips) + 1


def _name(one: Told) -> str:
    """What stays the same while further ones are counted with it."""
    first = one.again[-1] if one.again else one.finding
    return f"{first.kind} {first.at} {first.processes}"


def _whose(history: History, finding: Finding) -> int | None:
    """The process to look at: the first that lives on, or the first of all."""
    alive = (process for process in finding.processes if history.processes[process].ended is None)
    return next(alive, finding.processes[0] if finding.processes else None)


_NOTHING = {
    True: ("nothing wrong so far", "K kills the selected process, s suspends it"),
    False: ("nothing wrong was found up to here",),
}
"""Of a live run and of a replay."""
