"""The stage: one run, live or replayed, as timeline, processes, counters, waits and what there is to read."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from playground.errors import PlaygroundError
from playground.face import Face
from playground.live import LiveRun, RunOptions
from playground.observed import Observed
from playground.replay import Replay
from playground.settings import SettingsFile
from playground.target import Target
from playground.text import clean
from playground.tui.arrange import ORDERS
from playground.tui.moment import moment_of
from playground.tui.view import ChoiceMade, View, ViewChanged
from playground.tui.widgets.board import PANELS, Board
from playground.tui.widgets.commands import Commands
from playground.tui.widgets.fast import terminal_is_behind
from playground.tui.widgets.keys import Keys
from playground.tui.widgets.player import Player
from playground.tui.widgets.question import Question
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.reading import Reading
from playground.tui.widgets.timeline import Sought
from playground.tui.widgets.viewer import Viewer
from playground.tui.widgets.words import Words
from playground.tui.work import Work

FRAMES = 20
"""Frames a second."""
SLOWER = 4
"""Tables and texts follow every so many frames."""
_NARROW, _WIDE, _LOW, _TINY = 110, 190, 26, 20
_PATIENCE = FRAMES // 3
"""So many frames pass before it is said that one waits."""


class StageScreen(Screen[None]):
    """Everything on it shows one moment of one face; a live run that has ended becomes its replay."""

    CSS_PATH = "stage.tcss"
    BINDING_GROUP_TITLE = "The run"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "again", "Again", show=False, tooltip="End this run and run the same once more"),
        Binding("q,escape", "leave", "Back", tooltip="Back to where you came from; asks while processes live"),
        Binding("Q", "quit_now", "End all and quit", show=False, tooltip="End the run's processes and quit at once"),
    ]

    def __init__(self, face: Face, kept: SettingsFile) -> None:
        """Show a run; what the person chooses is kept for the next time."""
        super().__init__()
        self.face = face
        self._kept = kept
        self._view = self._first_view()
        self._ending: Work[None] | None = None
        self._then: Callable[[], object] | None = None
        self._frames = self._whole = 0
        """How many frames there were, and at which everything was shown last."""
        self._owed = False
        """Whether the next frame must show everything, as the last one did not and time may stand still."""
        self._target: Target | None = face.target if isinstance(face, LiveRun) else None

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        with Viewer(), Reading(), Player(), Commands():
            yield Board(self._kept.settings.pane)
            yield Words()
        yield Question()
        yield Keys()

    def on_mount(self) -> None:
        """Begin to draw frames; a replay begins to play."""
        if isinstance(self.face, Observed):
            self.face.keep_up()
        if problem := self._kept.tell_problem():
            self.notify(problem, severity="warning", markup=False, timeout=10)
        if isinstance(self.face, Replay):
            for notice in self.face.notices:
                self.notify(notice, severity="warning", markup=False)
            self.face.set_speed(self._kept.settings.speed)
            self.face.toggle()
        self._frame()
        self.set_interval(1 / FRAMES, self._frame)

    def on_resize(self) -> None:
        """Fold the layout for small terminals."""
        self.set_class(self.size.width < _NARROW, "narrow")
        self.set_class(self.size.width >= _WIDE, "wide")
        self.set_class(self.size.height < _LOW, "low")
        self.set_class(self.size.height < _TINY, "tiny")

    def on_screen_resume(self) -> None:
        """Show what has happened while another screen lay over this one."""
        if self._frames:
            self._show()

    def _first_view(self) -> View:
        """What is shown at first, as it was left the last time."""
        settings = self._kept.settings
        order = settings.order if settings.order in ORDERS else "start"
        hidden = frozenset(settings.hidden) & PANELS.keys()
        return View(order=order, hidden=hidden if hidden != PANELS.keys() else frozenset())

    # --- Frames --------------------------------------------------------------------------------------

    def _frame(self) -> None:
        if self._ending is not None:
            self._go_on_ending(self._ending)
            return
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
            self._show(all_of_it=self._owed or not moving or self._frames - self._whole >= SLOWER)

    def _show(self, *, all_of_it: bool = True) -> None:
        """Hand a new moment to the widgets; while time runs, to those that are read only every few frames."""
        if self._ending is not None:  # another thread writes the end of the history
            return
        self._owed = self._owed and not all_of_it
        self._whole = self._frames if all_of_it else self._whole
        moment = moment_of(self.face, self._view)
        notice = clean(self.face.notice) if isinstance(self.face, Observed) else ""
        if not notice and self._frames > _PATIENCE and self._starts:
            notice = clean(f"starting {' '.join(map(os.path.basename, self.face.info.argv[:2]))} …")
        with self.app.batch_update():
            self.query_one(Commands).moment = self.query_one(Player).moment = moment
            self.query_one(Viewer).moment = self.query_one(Reading).moment = moment
            self.query_one(Words).moment = moment
            self.query_one(Board).show(moment, notice, all_of_it=all_of_it)

    @property
    def _starts(self) -> bool:
        """Whether the program that we have started has done nothing yet of which we know."""
        history = self.face.history
        quiet = not history.lines and not any(process.spoken for process in history.processes)
        return quiet and self.face.live and isinstance(self.face, LiveRun)

    def _become_replay(self, run: Observed) -> None:
        """Go on with what is in memory; nothing of the run is alive any more."""
        self.face = Replay.of_run(run.history, run.findings, run.recording_path)
        self.face.set_speed(self._kept.settings.speed)
        self._view = replace(self._view, frozen_at=None)
        for notice in self.face.notices:
            self.notify(notice, severity="warning", markup=False, timeout=10)
        if run.notice:
            self.notify(run.notice, severity="warning", markup=False, timeout=10)
        self.refresh_bindings()

    # --- What widgets say ------------------------------------------------------------------------------

    def on_view_changed(self, message: ViewChanged) -> None:
        """Show what the person wants to see."""
        self._view = replace(self._view, **message.changes)
        if "order" in message.changes or "hidden" in message.changes:
            self._keep(order=self._view.order, hidden=tuple(sorted(self._view.hidden)))
        self._show(all_of_it=False)  # what answers the key is painted first
        self._owed = True

    def on_choice_made(self, message: ChoiceMade) -> None:
        """Keep it for the next time."""
        self._keep(**message.settings)

    def _keep(self, **settings: object) -> None:
        if problem := self._kept.save(**settings):
            self.notify(problem, severity="warning", markup=False)

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
            self.face = run = LiveRun(self._target, RunOptions())
            run.keep_up()
        except (PlaygroundError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self._view = replace(self._first_view(), zoom=self._view.zoom)
        self._frames = self._whole = 0
        for reader in self.query(Reader):
            reader.reset()
        self.refresh_bindings()

    def action_leave(self) -> None:
        """Go back; ask while processes live."""
        if self.maximized is not None:
            self.minimize()
        else:
            self.when_nothing_lives("End them and leave?", self._leave)

    def when_nothing_lives(self, question: str, then: Callable[[], object]) -> None:
        """Do something that ends the run; ask before while processes live."""
        if self._ending is not None:
            return
        if self._ends_processes:
            end = partial(self._end, then)
            self.query_one(Question).ask(f"Processes are still alive. {question}", end)
        else:
            then()

    # --- Ending a run ----------------------------------------------------------------------------------

    @property
    def _ends_processes(self) -> bool:
        return self.face.live and isinstance(self.face, Observed) and self.face.ends_with_us

    def _end(self, then: Callable[[], object]) -> None:
        """End the run's processes, which may take seconds, and do something after that."""
        if self._ending is None:
            self._then = then
            self._ending = Work(self.face.close)

    def _go_on_ending(self, ending: Work[None]) -> None:
        question = self.query_one(Question)
        if not ending.done:
            count = sum(process.alive for process in self.face.history.processes)
            question.tell(f"ending {count} process{'es' if count != 1 else ''} … {ending.seconds:.0f} s")
            return
        question.done()
        self._ending, then, self._then = None, self._then, None
        ending.result()
        if then is not None:
            then()

    def end_now(self) -> None:
        """End the run's processes, and wait for that."""
        if self._ending is not None:
            self._ending.result()
        self.face.close()

    def _leave(self) -> None:
        self.face.close()
        self.dismiss()

    def action_quit_now(self) -> None:
        """End the run's processes and the app at once."""
        if self._ends_processes:
            self._end(self.app.exit)
        else:
            self.app.exit()
