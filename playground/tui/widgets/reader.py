"""What is to be read, one at a time, and what a narrow screen has no other room for."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import ClassVar

from msgspec import Struct
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from playground.tui.moment import Moment
from playground.tui.render.findings import TONES, worst
from playground.tui.render.line import Line
from playground.tui.render.palette import Palette
from playground.tui.view import ChoiceMade, PaneWanted, ViewChanged
from playground.tui.widgets.debugger import Debugger
from playground.tui.widgets.details import Details
from playground.tui.widgets.findings import Findings
from playground.tui.widgets.log import Log
from playground.tui.widgets.panel import Frame, Panel
from playground.tui.widgets.processes import Processes
from playground.tui.widgets.resources import Resources
from playground.tui.widgets.source import Source
from playground.tui.widgets.waits import Waits


class Pane(Struct, frozen=True):
    """One thing to read: its name in the settings, its title, and the panel, made with that name."""

    name: str
    title: str
    make: Callable[[str], Panel]
    instead: bool = False
    """Whether it is here only while a narrow screen has no panel of its own for it."""
    debugs: bool = False
    """Whether it is here only for a run that has the debugger."""


PANES = (
    Pane("log", "Log", Log),
    Pane("findings", "Findings", Findings),
    Pane("source", "Source", Source),
    Pane("details", "Details", Details),
    Pane("resources", "Resources", Resources),
    Pane("debugger", "Debugger", Debugger, debugs=True),
    Pane("reader-waits", "Waits", lambda name: Waits("", name), instead=True),
    Pane("reader-processes", "Processes", lambda name: Processes("", name), instead=True),
)


class Titles(Panel, can_focus=False):
    """The names of what there is to read; a click chooses."""

    def __init__(self) -> None:
        super().__init__("", self.draw, id="titles", classes="bare")
        self.panes: Sequence[Pane] = ()
        self.chosen = ""

    def _labels(self, moment: Moment) -> list[str]:
        """Titles with the number of findings."""
        count = len(moment.findings)
        return [f" {p.title} {count} " if p.name == "findings" and count else f" {p.title} " for p in self.panes]

    def _shown(self, moment: Moment, width: int) -> list[tuple[Pane, str, int]]:
        """Panes with their labels and where these begin: as many as fit, the chosen one among them."""
        labels = self._labels(moment)
        chosen = next((i for i, pane in enumerate(self.panes) if pane.name == self.chosen), 0)
        first = 0
        while first < chosen and 1 + sum(len(each) + 1 for each in labels[first : chosen + 1]) > width:
            first += 1
        shown: list[tuple[Pane, str, int]] = []
        left = 1
        for pane, label in zip(self.panes[first:], labels[first:], strict=True):
            if left + len(label) > width and shown:
                break
            shown.append((pane, label, left))
            left += len(label) + 1
        return shown

    def draw(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:  # noqa: ARG002  # as all
        """The chosen one stands out; findings have the colour of the gravest. A sign tells that there are more."""
        shown = self._shown(moment, width)
        more = palette.style(palette.accent, bold=True)
        line = Line().add("‹" if shown and shown[0][0] is not self.panes[0] else " ", more)
        for pane, label, _ in shown:
            here = pane.name == self.chosen
            tone = palette.text if here else palette.muted
            if pane.name == "findings" and moment.findings:
                tone = getattr(palette, TONES[worst(moment.findings)])
            line.add(label, palette.style(tone, palette.selected if here else palette.ground, bold=here))
            line.add(" ", palette.style())
        strip = line.strip(width, palette.style())
        if shown and shown[-1][0] is not self.panes[-1]:
            strip = Strip.join([strip.crop(0, width - 1), Line().add("›", more).strip(1, more)])
        return [strip]

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked; beside the titles the next or previous one."""
        if self.moment is None or not isinstance(self.parent, Reader):
            return
        if event.x == 0 or event.x == self.size.width - 1:
            self.parent.action_turn(-1 if event.x == 0 else 1)
        for pane, label, left in self._shown(self.moment, self.size.width):
            if left <= event.x < left + len(label):
                self.parent.choose(pane.name)


class Reader(Frame):
    """Panes behind one another; turns to the findings when there is a new one, to the debugger at a breakpoint.

    Once the person has turned to a pane, that goes away only for a finding graver than those before: keys that turn
    the panes lead where they are counted to lead.
    They are made when it is seen for the first time.
    """

    DEFAULT_CSS = """
    Reader Panel { height: 1fr; } Reader #titles { height: 1; }
    Reader #search { display: none; height: 1; border: none; padding: 0 1; background: $panel; }
    """
    BINDING_GROUP_TITLE = "In what is to be read"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Previous pane", show=False),
        Binding("right", "turn(1)", "Next pane", show=False),
        Binding("escape", "search_done(True)", "End of the search", show=False),
    ]
    moment: Moment | None = None
    chosen: reactive[str] = reactive(PANES[0].name, init=False)
    _told: int
    _breaks: int
    _turned: bool
    """Whether the person has turned to a pane."""
    _gravest: int
    """The lowest number, in the order of ``TONES``, of a severity that was there so far."""

    def __init__(self, first: str, *, turns: bool = True, **names: str) -> None:
        """``first`` is in front; with ``turns`` the findings come to the front when there is a new one."""
        super().__init__(**names)  # type: ignore[arg-type]  # id
        self._turns = turns
        self._filled = self._to_focus = False
        """Whether the panes are made; whether they are to have the keys as soon as they are seen."""
        self.reset()
        self.set_reactive(Reader.chosen, first if any(p.name == first for p in PANES) else PANES[0].name)

    def compose(self) -> ComposeResult:
        """Titles over the panes, and below them the line for what is looked for."""
        if self.display:
            yield from self._fill()
            self._filled = True

    def _fill(self) -> Iterator[Widget]:
        yield Titles()
        for pane in PANES:
            yield pane.make(pane.name)
        yield Input(placeholder="find in the log   Enter keeps it  F3 next  Esc ends", id="search", compact=True)

    def on_mount(self) -> None:
        """Show the first."""
        self.watch_chosen()

    async def on_show(self) -> None:
        """Make the panes, where a screen without room for them has become larger; take the keys if they are due."""
        if not self._filled:
            await self.mount_all(self._fill())
            self._filled = True
            self.watch_chosen()
            if self.moment is not None:
                self.show(self.moment)
        if self._to_focus:
            self._focus_chosen()

    @cached_property
    def _panels(self) -> list[Panel]:
        """The titles and the panes; they stay the same."""
        return list(self.query(Panel))

    @property
    def panes(self) -> list[Pane]:
        """What there is to choose from on a screen of this size."""
        narrow = self.screen.has_class("narrow")
        debugs = self.moment is not None and self.moment.face.debugger is not None
        return [pane for pane in PANES if (narrow or not pane.instead) and (debugs or not pane.debugs)]

    def show(self, moment: Moment) -> None:
        """Hand the moment on; a new finding of a live run comes to the front, unless the person reads something."""
        self.moment = moment
        if not self._filled:
            return
        if len(moment.findings) > self._told:
            self._told = len(moment.findings)
            gravity = list(TONES).index(worst(moment.findings))
            if moment.live and self._turns and (gravity < self._gravest or not self._turned):
                self.chosen = "findings"
            self._gravest = min(gravity, self._gravest)
        debugger = moment.face.debugger
        if debugger is not None and debugger.breaks > self._breaks:
            self._breaks = debugger.breaks
            if self._turns:
                self.chosen = "debugger"
        self._offer()
        for panel in self._panels:
            panel.moment = moment

    def on_resize(self) -> None:
        """The screen may have become wide enough to have some panes beside the reader, or too narrow."""
        if self._filled:
            self._offer()

    def _offer(self) -> None:
        """Name the panes that there are to choose from, one of them in front."""
        titles, panes = self.query_one(Titles), self.panes
        if not any(pane.name == self.chosen for pane in panes):
            self.chosen = PANES[0].name
        if titles.panes != panes:
            titles.panes = panes
            titles.redraw()

    def watch_chosen(self) -> None:
        """Bring the chosen one to the front; the focus goes along."""
        if not self._filled:
            return
        panels = [panel for panel in self._panels if not isinstance(panel, Titles)]
        had_focus = any(panel.has_focus or panel.has_focus_within for panel in panels)
        for panel in panels:
            panel.display = panel.id == self.chosen
            if panel.display and had_focus:
                self.screen.set_focus(panel)
        titles = self.query_one(Titles)
        titles.panes, titles.chosen = self.panes, self.chosen
        titles.redraw()

    def choose(self, name: str) -> None:
        """Bring a pane to the front because the person wants it; that is remembered."""
        self._turn_to(name)
        if self._turns:
            self.post_message(ChoiceMade(pane=name))

    def offers(self, panel: Panel) -> bool:
        """Whether it is one of the panes that there are to choose from."""
        return any(pane.name == panel.id for pane in self.panes)

    def bring(self, panel: Panel) -> None:
        """Bring a pane to the front, and give it the keys."""
        self._turn_to(panel.id or self.chosen)
        self.screen.set_focus(panel)

    def reset(self) -> None:
        """Begin anew with another run."""
        self._told = self._breaks = 0
        self._turned = False
        self._gravest = len(TONES)

    def _turn_to(self, name: str) -> None:
        self._turned = True
        self.chosen = name

    def action_turn(self, step: int) -> None:
        """Show the next or previous one."""
        names = [pane.name for pane in self.panes]
        place = names.index(self.chosen) if self.chosen in names else 0
        self.choose(names[(place + step) % len(names)])

    def on_pane_wanted(self, message: PaneWanted) -> None:
        """Show what is wanted."""
        message.stop()
        self.show_pane(message.title, focus=message.focus)

    def show_pane(self, title: str, *, focus: bool = False) -> None:
        """Bring the pane of that title to the front; with ``focus`` the keys go there too."""
        self._turn_to(next((pane.name for pane in self.panes if pane.title == title), self.chosen))
        if focus and self.is_on_screen:
            self._focus_chosen()
        else:
            self._to_focus = focus

    def _focus_chosen(self) -> None:
        self._to_focus = False
        self.screen.set_focus(self.query_one(f"#{self.chosen}"))

    # --- Searching ------------------------------------------------------------------------------------

    @property
    def _search(self) -> Input:
        return self.query_one("#search", Input)

    def begin_search(self) -> None:
        """Ask what is to be looked for in the log."""
        self._turn_to("log")
        self._search.display = True
        self.screen.set_focus(self._search)

    def find(self, step: int) -> None:
        """Go to the next or previous match; ask what to look for when nothing is."""
        if self.moment is None or not self.moment.view.sought:
            self.begin_search()
            return
        self._turn_to("log")
        self.query_one(Log).find(self.moment.view.sought, step)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find while typing."""
        event.stop()
        self.post_message(ViewChanged(sought=event.value))
        self.query_one(Log).find(event.value, 0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the match above, and to the log."""
        event.stop()
        self.action_search_done(False)

    def action_search_done(self, forget: bool) -> None:
        """Put the line away, and forget what was looked for."""
        self._search.display = False
        if forget:
            self._search.value = ""
        self.screen.set_focus(self.query_one(Log))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """A search can be ended only while there is one."""
        if action == "search_done":
            return self.is_mounted and (self._search.display or bool(self._search.value))
        return True
