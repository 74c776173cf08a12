"""The panels of one run: everything on it shows one moment."""

from collections.abc import Iterator
from functools import cached_property, partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from playground.tui.moment import Moment
from playground.tui.render import header
from playground.tui.view import PaneWanted, ViewChanged
from playground.tui.widgets.banner import Banner
from playground.tui.widgets.counters import Counters
from playground.tui.widgets.panel import Frame, Panel
from playground.tui.widgets.processes import Processes
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.timeline import Timeline
from playground.tui.widgets.transport import Transport
from playground.tui.widgets.waits import Waits

PANELS = {
    "timeline": "Timeline",
    "processes": "Processes",
    "counters": "Counters",
    "waits": "Waits",
    "reader": "Log, findings, source",
    "second-reader": "Second reader",
}
"""Id to title of what can be hidden."""
_ROWS = {"upper": ("timeline", "processes"), "lower": ("counters", "waits", "reader", "second-reader")}


class Board(Vertical):
    """Hands a moment to the panels, and hides those that are not wanted."""

    BINDING_GROUP_TITLE = "Panels"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "hide", "Hide", show=False, tooltip="Hide the panel that has the focus"),
        Binding("X", "show_all", "Show all", show=False, tooltip="Show all panels again"),
    ]
    moment: Moment | None = None
    alone = ""
    """The panel that is shown without the others, if one is; what says and asks something stays, and the keys."""

    def __init__(self, pane: str) -> None:
        """``pane`` is what is read first."""
        super().__init__()
        self._pane = pane
        self._laid_out: tuple[frozenset[str], bool] | None = None
        """What was hidden, and whether there was nothing to count, when the panels were laid out last."""

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        yield Panel("", header.header, id="header", classes="bare")
        yield Banner()
        with Horizontal(id="upper"):
            yield Timeline()
            yield Processes()
        yield Transport()
        with Horizontal(id="lower"):
            yield Counters().add_class("empty", update=False)
            yield Waits()
            yield Reader(self._pane, id="reader")
            yield Reader("source" if self._pane != "source" else "log", turns=False, id="second-reader")

    def on_mount(self) -> None:
        """Begin with the timeline."""
        self.query_one("#header").can_focus = False
        self.screen.set_focus(self.query_one(Timeline))

    def show(self, moment: Moment, notice: str, *, all_of_it: bool, part: int | None = None) -> None:
        """Show a new moment; without ``all_of_it`` only what moves, and one of four parts of what is read."""
        self.moment = moment
        top, timeline, transport, banner, processes, counters, waits, readers = self._panels
        top.moment = timeline.moment = transport.moment = moment
        if all_of_it or part == 0:  # these two ask the same of the moment
            processes.moment = waits.moment = moment
        if all_of_it or part == 1:
            readers[0].show(moment)
        if all_of_it or part == 2:
            counters.stretch = timeline.stretch
            counters.moment = moment
        if all_of_it or part == 3:
            self._lay_out(moment)
            banner.show(moment, notice)
            readers[1].show(moment)

    @cached_property
    def _panels(self) -> tuple[Panel, Timeline, Transport, Banner, Processes, Counters, Panel, list[Reader]]:
        """Those that a moment is handed to; they stay the same."""
        return (
            self.query_one("#header", Panel),
            self.query_one(Timeline),
            self.query_one(Transport),
            self.query_one(Banner),
            self.query_one(Processes),
            self.query_one(Counters),
            self.query_one("#waits", Panel),
            list(self.query(Reader)),
        )

    def on_click(self, event: events.Click) -> None:
        """A click on the title of a panel shows it alone, or all of them again; on the first line, what was found."""
        panel = event.widget
        if panel is self._panels[0] and self.moment is not None and self.moment.findings:
            self.post_message(PaneWanted("Findings", focus=True))
        if isinstance(panel, Panel | Frame) and panel.styles.border_top[0] and event.screen_y == panel.region.y:
            self.turn_alone(panel)

    # --- Which panels there are -----------------------------------------------------------------------

    def _lay_out(self, moment: Moment) -> None:
        hidden = moment.view.hidden
        empty = not (moment.history.counters or moment.history.measured)
        if (hidden, empty) == self._laid_out:
            return
        self._laid_out = hidden, empty
        self.query_one("#counters").set_class(empty, "empty")
        for name in PANELS:
            self.query_one(f"#{name}").set_class(name in hidden, "hidden")
        for row, names in _ROWS.items():
            self.query_one(f"#{row}").set_class(all(name in hidden for name in names), "hidden")

    def turn_alone(self, within: Widget | None) -> None:
        """Show the panel around a widget without the others, or all of them again."""
        self.show_alone("" if self.alone else self._named(within))

    def show_alone(self, name: str) -> None:
        """Show one panel without the others; all of them with "" for its name."""
        self.alone = name
        for each in PANELS:
            self.query_one(f"#{each}").set_class(name not in ("", each), "aside").set_class(each == name, "alone")
        for row, names in _ROWS.items():
            around = name in names
            self.query_one(f"#{row}").set_class(bool(name) and not around, "aside").set_class(around, "around")
        if name and not self._has_keys(name):
            self._focus(name)

    @staticmethod
    def _named(within: Widget | None) -> str:
        """The name of the panel around a widget; "" where there is none."""
        around = within.ancestors_with_self if within is not None else ()
        return next((node.id for node in around if node.id in PANELS), "")

    def _shown(self) -> list[str]:
        """Panels that are on the screen."""
        return [name for name in PANELS if self.query_one(f"#{name}").size]

    def action_hide(self) -> None:
        """Hide the panel that has the focus, unless it is the last."""
        name = self._named(self.screen.focused)
        if name:
            self.turn(name)

    def action_show_all(self) -> None:
        """Show all panels again."""
        self.post_message(ViewChanged(hidden=frozenset()))

    def turn(self, name: str) -> None:
        """Hide a panel, or show it again; the last one stays."""
        if self.moment is None:
            return
        hidden = self.moment.view.hidden
        if name in hidden:
            self.post_message(ViewChanged(hidden=hidden - {name}))
            return
        if self.alone:
            self.show_alone("")
            self.call_after_refresh(self.turn, name)
            return
        others = [each for each in self._shown() if each != name]
        if not others:
            self.notify("This is the last panel: it stays", severity="warning")
            return
        if self._has_keys(name):
            self._focus(others[0])
        self.post_message(ViewChanged(hidden=hidden | {name}))
        self.notify(f"{PANELS[name]} hidden; X shows all panels", timeout=3)

    def _has_keys(self, name: str) -> bool:
        panel = self.query_one(f"#{name}")
        return panel.has_focus or panel.has_focus_within

    def _focus(self, name: str) -> None:
        panel = self.query_one(f"#{name}")
        if isinstance(panel, Reader):
            panel.show_pane("", focus=True)
        else:
            self.screen.set_focus(panel)

    def choices(self) -> Iterator[SystemCommand]:
        """What can be had here and has no key of its own."""
        hidden = self.moment.view.hidden if self.moment is not None else frozenset()
        for name, title in PANELS.items():
            verb = "Show" if name in hidden else "Hide"
            yield SystemCommand(f"{verb} panel: {title}", "remembered; X shows all panels", partial(self.turn, name))
        for pane in self.query(Reader).first(Reader).panes:
            show = partial(self.query(Reader).first(Reader).show_pane, pane.title, focus=True)
            yield SystemCommand(f"Read: {pane.title}", "p turns to the next", show)
