"""The stage: one run, live or replayed, as timeline, processes, counters, waits and what there is to read."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Footer

from playground.errors import PlaygroundError
from playground.face import Face
from playground.history import Nanoseconds
from playground.live import LiveRun, RunOptions
from playground.observed import Observed
from playground.replay import Replay
from playground.target import Target
from playground.tui.moment import Moment, moment_of
from playground.tui.render import counters, header, waits
from playground.tui.render.scale import DEEPEST
from playground.tui.widgets.banner import Banner
from playground.tui.widgets.commands import Commands, FreezeToggled
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.player import Player
from playground.tui.widgets.processes import Processes, ProcessSelected
from playground.tui.widgets.question import Question
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.timeline import Sought, Timeline
from playground.tui.widgets.transport import Transport

FRAMES = 20
"""Frames a second."""
SLOWER = 4
"""Tables and texts follow every so many frames."""
_NARROW, _LOW, _TINY = 110, 26, 20


class StageScreen(Screen[None]):
    """Everything on it shows one moment of one face; a live run that has ended becomes its replay."""

    CSS_PATH = "stage.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "select(-1)", "Previous process", show=False),
        Binding("down,j", "select(1)", "Next process", show=False),
        Binding("plus", "zoom(1)", "Zoom in", show=False),
        Binding("underscore", "zoom(-1)", "Zoom out", show=False),
        Binding("p", "pane", "Pane", tooltip="Turn to log, findings or source"),
        Binding("z", "maximise", "Maximise", show=False, tooltip="Show the focused panel alone, or all again"),
        Binding("R", "again", "Again", show=False, tooltip="End this run and run the same once more"),
        Binding("q,escape", "leave", "Back", tooltip="Back to where you came from; asks while processes live"),
        Binding("Q", "quit_now", "End all and quit", show=False),
    ]

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face
        self._selected = self._zoom = 0
        self._frames = 0
        self._frozen_at: Nanoseconds | None = None
        self._target: Target | None = face.target if isinstance(face, LiveRun) else None

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        yield Panel("", header.header, id="header", classes="bare")
        yield Banner()
        yield Question()
        with Commands(), Player():
            with Horizontal(id="upper"):
                yield Timeline()
                yield Processes()
            yield Transport()
            with Horizontal(id="lower"):
                yield Panel("Counters", counters.draw, id="counters")
                yield Panel("Waits", waits.draw, id="waits")
                yield Reader()
        yield Footer()

    def on_mount(self) -> None:
        """Begin to draw frames; a replay begins to play."""
        if isinstance(self.face, Observed):
            self.face.keep_up()
        self.query_one("#header").can_focus = False
        self.query_one(Timeline).focus()
        if isinstance(self.face, Replay):
            for notice in self.face.notices:
                self.notify(notice, severity="warning", markup=False)
            self.face.toggle()
        self._frame()
        self.set_interval(1 / FRAMES, self._frame)

    def on_resize(self) -> None:
        """Fold the layout for small terminals."""
        self.set_class(self.size.width < _NARROW, "narrow")
        self.set_class(self.size.height < _LOW, "low")
        self.set_class(self.size.height < _TINY, "tiny")

    # --- Frames --------------------------------------------------------------------------------------

    def _frame(self) -> None:
        changed = self.face.tick()
        if isinstance(self.face, Observed) and self.face.ended:
            self._become_replay(self.face)
            changed = True
        self._frames += 1
        if changed and self.is_current:
            moving = self.face.live or (isinstance(self.face, Replay) and self.face.playing)
            self._show(all_of_it=not moving or self._frames % SLOWER == 0)

    def _show(self, *, all_of_it: bool = True) -> None:
        """Hand a new moment to the widgets; while time runs, to those that are read only every few frames."""
        moment = self._moment()
        with self.app.batch_update():
            self.query_one("#header", Panel).moment = self.query_one(Timeline).moment = moment
            self.query_one(Transport).moment = moment
            self.query_one(Commands).moment = self.query_one(Player).moment = moment
            if all_of_it:
                self.query_one(Banner).show(moment, self.face.notice if isinstance(self.face, Observed) else "")
                self.query_one("#counters").display = bool(moment.history.counters)
                self.query_one(Processes).moment = self.query_one(Reader).moment = moment
                self.query_one("#counters", Panel).moment = self.query_one("#waits", Panel).moment = moment

    def _moment(self) -> Moment:
        at = self.face.playhead if self._frozen_at is None else self._frozen_at
        return moment_of(self.face, at, self._selected, self._zoom, frozen=self._frozen_at is not None)

    def _become_replay(self, run: Observed) -> None:
        """Go on with what is in memory; nothing of the run is alive any more."""
        self.face = Replay.of_run(run.history, run.findings, run.recording_path)
        self._frozen_at = None
        for notice in self.face.notices:
            self.notify(notice, severity="warning", markup=False, timeout=10)
        if run.notice:
            self.notify(run.notice, severity="warning", markup=False, timeout=10)
        self.refresh_bindings()

    # --- What widgets say ------------------------------------------------------------------------------

    def on_process_selected(self, message: ProcessSelected) -> None:
        """Select a process."""
        self._selected = message.index
        self._show()

    def on_sought(self, message: Sought) -> None:
        """Go to an instant of a replay."""
        if isinstance(self.face, Replay):
            self.face.seek(message.at)
            self._show()

    def on_freeze_toggled(self, _: FreezeToggled) -> None:
        """Let the view stand still while the run goes on, or go on."""
        self._frozen_at = self.face.playhead if self._frozen_at is None else None
        self._show()

    # --- Actions -------------------------------------------------------------------------------------

    def action_select(self, step: int) -> None:
        """Select the previous or next process."""
        moment = self._moment()
        if moment.states:
            row = min(max(moment.row + step, 0), len(moment.states) - 1)
            self._selected = moment.states[row].index
            self._show()

    def action_zoom(self, step: int) -> None:
        """Show less or more of the run at once."""
        self._zoom = min(max(self._zoom + step, -DEEPEST), DEEPEST)
        self._show()

    def action_pane(self) -> None:
        """Turn to the next of log, findings and source."""
        self.query_one(Reader).action_turn(1)

    def action_maximise(self) -> None:
        """Show the focused panel alone, or all of them again."""
        if self.maximized is not None:
            self.minimize()
        elif self.focused is not None:
            self.maximize(self.focused, container=False)

    def action_again(self) -> None:
        """Run the same once more, after a question while processes live."""
        if self._target is None:
            self.notify("This recording was not made here: run its scenario from the gallery", markup=False)
        else:
            self.when_nothing_lives("End them and start again?", self._again)

    def _again(self) -> None:
        if self._target is None:
            return
        self.face.close()
        try:
            self.face = run = LiveRun(self._target, RunOptions())
            run.keep_up()
        except (PlaygroundError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self._selected, self._frozen_at = 0, None
        self.query_one(Reader).reset()
        self.refresh_bindings()

    def action_leave(self) -> None:
        """Go back; ask while processes live."""
        if self.maximized is not None:
            self.minimize()
        else:
            self.when_nothing_lives("End them and leave?", self._leave)

    def when_nothing_lives(self, question: str, then: Callable[[], object]) -> None:
        """Do something that ends the run; ask before while processes live."""
        if self.face.live and not (isinstance(self.face, Observed) and not self.face.ends_with_us):
            self.query_one(Question).ask(f"Processes are still alive. {question}", then)
        else:
            then()

    def _leave(self) -> None:
        self.face.close()
        self.dismiss()

    def action_quit_now(self) -> None:
        """End the run's processes and the app at once."""
        self.face.close()
        self.app.exit()
