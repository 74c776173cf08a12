"""The stage: one run, live or replayed, as timeline, processes, counters, waits and what there is to read."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer

from playground.errors import PlaygroundError
from playground.face import Face
from playground.live import LiveRun, RunOptions
from playground.observed import Observed
from playground.replay import Replay
from playground.target import Target
from playground.tui.moment import moment_of
from playground.tui.view import View, ViewChanged
from playground.tui.widgets.board import Board
from playground.tui.widgets.commands import Commands
from playground.tui.widgets.fast import terminal_is_behind
from playground.tui.widgets.player import Player
from playground.tui.widgets.question import Question
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.timeline import Sought
from playground.tui.widgets.viewer import Viewer

FRAMES = 20
"""Frames a second."""
SLOWER = 4
"""Tables and texts follow every so many frames."""
_NARROW, _LOW, _TINY = 110, 26, 20


class StageScreen(Screen[None]):
    """Everything on it shows one moment of one face; a live run that has ended becomes its replay."""

    CSS_PATH = "stage.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "again", "Again", show=False, tooltip="End this run and run the same once more"),
        Binding("q,escape", "leave", "Back", tooltip="Back to where you came from; asks while processes live"),
        Binding("Q", "quit_now", "End all and quit", show=False),
    ]

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face
        self._view = View()
        self._frames = 0
        self._owed = False
        """Whether the next frame must show everything, as the last one did not and time may stand still."""
        self._target: Target | None = face.target if isinstance(face, LiveRun) else None

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        with Commands(), Player(), Viewer():
            yield Board()
        yield Question()
        yield Footer()

    def on_mount(self) -> None:
        """Begin to draw frames; a replay begins to play."""
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
        if not (changed or self._owed) or not self.is_current:
            return
        if terminal_is_behind(self.app):
            self._owed = True
        else:
            moving = self.face.live or (isinstance(self.face, Replay) and self.face.playing)
            self._show(all_of_it=self._owed or not moving or self._frames % SLOWER == 0)

    def _show(self, *, all_of_it: bool = True) -> None:
        """Hand a new moment to the widgets; while time runs, to those that are read only every few frames."""
        self._owed = self._owed and not all_of_it
        moment = moment_of(self.face, self._view)
        notice = self.face.notice if isinstance(self.face, Observed) else ""
        with self.app.batch_update():
            for keys in (self.query_one(Commands), self.query_one(Player), self.query_one(Viewer)):
                keys.moment = moment
            self.query_one(Board).show(moment, notice, all_of_it=all_of_it)

    def _become_replay(self, run: Observed) -> None:
        """Go on with what is in memory; nothing of the run is alive any more."""
        self.face = Replay.of_run(run.history, run.findings, run.recording_path)
        self._view = replace(self._view, frozen_at=None)
        if run.notice:
            self.notify(run.notice, severity="warning", markup=False, timeout=10)
        self.refresh_bindings()

    # --- What widgets say ------------------------------------------------------------------------------

    def on_view_changed(self, message: ViewChanged) -> None:
        """Show what the person wants to see."""
        self._view = replace(self._view, **message.changes)
        self._show(all_of_it=False)  # what answers the key is painted first
        self._owed = True

    def on_sought(self, message: Sought) -> None:
        """Go to an instant of a replay."""
        if isinstance(self.face, Replay):
            self.face.seek(message.at)
            self._show()

    # --- Actions -------------------------------------------------------------------------------------

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
            self.face = LiveRun(self._target, RunOptions())
        except (PlaygroundError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self._view = View(zoom=self._view.zoom)
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
