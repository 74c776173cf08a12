"""The stage: one run, live or replayed, as timeline, processes, counters, waits and what there is to read."""

import os
from functools import partial
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size

from playground.errors import PlaygroundError
from playground.face import Face
from playground.findings import Findings
from playground.history import History, RunInfo
from playground.live import LiveRun, RunOptions
from playground.observed import Observed
from playground.replay import Replay
from playground.settings import SettingsFile
from playground.target import Target, beside
from playground.text import clean
from playground.tui import opening
from playground.tui.arrange import ORDERS
from playground.tui.moment import moment_of
from playground.tui.render import debugger
from playground.tui.render.times import clock
from playground.tui.screens.run_screen import FRAMES, RunScreen
from playground.tui.view import ChoiceMade, PaneWanted, View, ViewChanged
from playground.tui.widgets import fast
from playground.tui.widgets.board import PANELS, Board
from playground.tui.widgets.commands import Commands
from playground.tui.widgets.debugger import Answer, Debugger
from playground.tui.widgets.keys import Keys
from playground.tui.widgets.picked import Picked
from playground.tui.widgets.player import Player
from playground.tui.widgets.prompt import Prompt
from playground.tui.widgets.question import Question
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.reading import Reading
from playground.tui.widgets.timeline import Sought, Timeline
from playground.tui.widgets.viewer import Viewer
from playground.tui.widgets.waiting import Waiting
from playground.tui.widgets.words import Words

_NARROW, _WIDE, _TALL, _LOW, _TINY = 110, 190, 34, 26, 20
_SOON_S, _LOOKS = 0.008, 40
"""So often, and so many times, it is looked whether a program has begun."""
_PATIENCE = FRAMES // 3
"""So many frames pass before it is said that one waits."""
_NOT_HERE = "This recording was not made here: run its scenario from the gallery"


class StageScreen(RunScreen):
    """Everything on it shows one moment of one face; a live run that has ended becomes its replay."""

    CSS_PATH = "stage.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "debug", "Debugger", tooltip="Answer the debugger of the process that stands at a breakpoint"),
        Binding("R", "again", "Again", show=False, tooltip="End this run and run the same once more"),
        Binding("D", "again(True)", "Again, debugging", show=False, tooltip="Run it again with breakpoint() led here"),
        Binding("P", "again_with", "Again with", show=False, tooltip="Run again with other parameters or arguments"),
        Binding("b", "beside", "Beside", tooltip="The scenario's other variant beside this one: both run, or recorded"),
        Binding("c", "compare", "Compare", tooltip="Compare this run with a recording"),
        Binding("B", "before", "Before", tooltip="Of a long run, show from its recording what was before"),
        Binding("e", "export", "Export", show=False, tooltip="Make a report, trace, tables, picture or film of it"),
    ]

    def __init__(self, face: Face | None, kept: SettingsFile) -> None:
        """Show a run, or wait for one; what the person chooses is kept for the next time."""
        super().__init__()
        self._waits, self._built, self._unseen = face is None, False, True
        """Whether it waits for its run; whether its widgets are there; whether it was never shown."""
        self._kept = kept
        self._show_run(face or _nothing())
        self._said = 0
        """How much debuggers had said at the last frame."""
        self._lent = False
        """Whether another screen shows the run, and takes in what is new."""
        self._noticed = 0
        """How many notices of a replay were shown."""

    @property
    def faces(self) -> tuple[Face, ...]:
        """The one run."""
        return (self.face,)

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        self._fold(self.app.size)
        with Viewer(), Reading(), Player(), Commands():
            yield Board(self._kept.settings.pane)
            yield Words()
            yield Picked()
            yield Prompt()
        yield Waiting()
        yield Question()
        yield Keys()

    def on_mount(self) -> None:
        """Begin, where there is a run."""
        self._built = True
        if not self._waits:
            self._begin()

    def take(self, face: Face) -> None:
        """Show a run, after having waited for it."""
        self._waits = False
        self._show_run(face)
        if self._built:
            self._begin()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Come to be shown, for the first time with the styles that it was built with."""
        if self._unseen:
            event.refresh_styles = False
            fast.lay_out(self)
            self._unseen = self._waits

    def _show_run(self, face: Face) -> None:
        self.face = face
        self._view = self._first_view()
        self._target: Target | None = face.target if isinstance(face, LiveRun) else None
        self._options = replace(face.options, record=None) if isinstance(face, LiveRun) else RunOptions()

    def _begin(self) -> None:
        """Begin to draw frames; a replay begins to play."""
        if isinstance(self.face, Observed):
            self.face.keep_up()
        if problem := self._kept.tell_problem():
            self.notify(problem, severity="warning", markup=False, timeout=10)
        if isinstance(self.face, Replay):
            self.face.set_speed(self._kept.settings.speed)
            if self.face.ends_at is None:
                self.face.begin()
        self.take_in()
        self._frames = 1
        self.begin_frames()
        self.set_interval(_SOON_S, self._look_out, repeat=_LOOKS)

    def _look_out(self) -> None:
        """Show the first sign of life when it comes, not with the next frame."""
        if self._starts and self.take_in() and self.is_current:
            self._show()

    def on_resize(self) -> None:
        """Fold the layout for another size."""
        self._fold(self.size)
        self.show_laid_out()

    def _fold(self, size: Size) -> None:
        """Fold the layout for small terminals."""
        self.set_class(size.width < _NARROW, "narrow")
        self.set_class(size.width >= _WIDE, "wide")
        self.set_class(size.height >= _TALL, "tall")
        self.set_class(size.height < _LOW, "low")
        self.set_class(size.height < _TINY, "tiny")

    def _first_view(self) -> View:
        """What is shown at first, as it was left the last time."""
        settings = self._kept.settings
        order = settings.order if settings.order in ORDERS else "start"
        hidden = frozenset(settings.hidden) & PANELS.keys()
        return View(order=order, hidden=hidden if hidden != PANELS.keys() else frozenset())

    # --- Frames --------------------------------------------------------------------------------------

    @property
    def moves(self) -> bool:
        """Whether the run goes on, or is played."""
        return self.face.live or (isinstance(self.face, Replay) and self.face.playing)

    def take_in(self) -> bool:
        """Let the run take in what is new; one that has ended becomes its replay."""
        if self._lent:
            return False
        changed = self.face.tick()
        sessions = self.face.debugger
        if sessions is not None and sessions.changes != self._said:
            self._said, self._owed = sessions.changes, True  # somebody waits for the answer
            self.refresh_bindings()
        if isinstance(self.face, Observed) and self.face.ended:
            self._become_replay(self.face)
            return True
        if isinstance(self.face, Replay):
            self._show_notices(self.face)
        return changed

    def _show_notices(self, replay: Replay) -> None:
        """Say what is to be said of a recording; more may come while it is read."""
        for notice in replay.notices[self._noticed :]:
            self.notify(notice, severity="warning", markup=False, timeout=10)
        self._noticed = len(replay.notices)

    def hand_down(self, *, all_of_it: bool, part: int | None = None) -> None:
        """Hand a new moment to the widgets."""
        moment = moment_of(self.face, self._view)
        notice = clean(self.face.notice) if isinstance(self.face, Observed) else ""
        if not notice and self._frames > _PATIENCE and self._starts:
            notice = clean(f"starting {' '.join(map(os.path.basename, self.face.info.argv[:2]))} …")
        notice = notice if isinstance(self.focused, Answer) else debugger.told(moment) or notice
        self._tell_of_before()
        self.query_one(Player).moment = moment
        self.query_one(Viewer).moment = self.query_one(Reading).moment = moment
        self.query_one(Words).moment = self.query_one(Picked).moment = moment
        self.query_one(Board).show(moment, notice, all_of_it=all_of_it, part=part)

    @property
    def _recording(self) -> Path | None:
        """Where the run is recorded."""
        if isinstance(self.face, Observed):
            return self.face.recording_path
        return self.face.path if isinstance(self.face, Replay) else None

    def _tell_of_before(self) -> None:
        """Say over the timeline when the run is so long that its begin is not there any more, or not its end."""
        since = self.face.history.since if self._recording is not None else 0
        ends_at = self.face.ends_at if isinstance(self.face, Replay) else None
        before = f"   B: what was before {clock(since)}" if since else ""
        after = f"   q: what came after {clock(ends_at)}" if ends_at is not None else ""
        title = f"Timeline{before}{after}"
        timeline = self.query_one(Timeline)
        if timeline.border_title != title:
            timeline.border_title = title
            self.refresh_bindings()

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
        self._view = replace(self._view, frozen_at=None, picked=frozenset())
        self._show_notices(self.face)
        if run.notice:
            self.notify(run.notice, severity="warning", markup=False, timeout=10)
        self.refresh_bindings()

    # --- What widgets say ------------------------------------------------------------------------------

    def on_view_changed(self, message: ViewChanged) -> None:
        """Show what the person wants to see."""
        followed = self._view.follows
        self._view = replace(self._view, **message.changes)
        if "order" in message.changes or "hidden" in message.changes:
            self._keep(order=self._view.order, hidden=tuple(sorted(self._view.hidden)))
        self._show(all_of_it=False)  # what answers the key is painted first
        self._owed = True
        if followed != self._view.follows:
            self.refresh_bindings()

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """The debugger is there while somebody stands at a breakpoint; only what was started here starts again."""
        if action == "debug":
            return bool(self.face.debugger is not None and self.face.debugger.open)
        if action == "beside":
            if self._target is not None:
                return bool(self._target.scenario and self._target.scenario.variants)
            face = self.face
            variant = face.info.parameters.get("variant")
            return isinstance(face, Replay) and bool(face.path and variant) and face.ends_at is None
        if action == "before":
            return bool(self._recording is not None and self.face.history.since)
        if action == "compare":
            return not isinstance(self.face, Replay) or self.face.ends_at is None
        return action != "again_with" or self._target is not None

    def action_debug(self) -> None:
        """Type to the debugger of the selected process, or of the first one that waits."""
        moment = moment_of(self.face, self._view)
        found = debugger.standing(moment)
        if found:
            wanted = self._view.selected
            if wanted not in found:
                wanted = found[0]
            elif isinstance(self.focused, Debugger):
                wanted = found[(found.index(wanted) + 1) % len(found)]
            self._view = replace(self._view, selected=wanted, resource=0)
            self._show()
            self.query_one(Viewer).on_pane_wanted(PaneWanted("Debugger", focus=True))
            self.query(Debugger).first(Debugger).action_answer()

    def action_again(self, debug: bool | None = None) -> None:
        """Run the same once more, after a question while processes live; with the debugger, or as before."""
        if self._target is None:
            self.notify(_NOT_HERE, markup=False)
        else:
            options = self._options if debug is None else replace(self._options, debug=debug)
            self.when_nothing_lives("End them and start again?", partial(self._again, options))

    def action_again_with(self) -> None:
        """Choose other parameters, or arguments, and run with them, after a question while processes live."""
        if self._target is None:
            self.notify(_NOT_HERE, markup=False)
        else:
            self.app.push_screen(opening.again(self._target), self._again_with)

    def _again_with(self, target: Target | None) -> None:
        if target is not None:
            self._target = target
            self.when_nothing_lives("End them and start again?", partial(self._again, self._options))

    def action_beside(self) -> None:
        """Start this variant and another one at the same instant, and show both; of a recording, compare it."""
        if self._target is None and isinstance(self.face, Replay) and self.face.path is not None:
            wanted = f"looking for another variant of {clean(self.face.info.scenario, 80)}"
            find = partial(opening.recorded_variant, self.face.path)
            self.query_one(Waiting).begin(wanted, find, partial(self._compare_variant, self.face.info))
            return
        both = beside(self._target) if self._target is not None else None
        if both is None:
            self.notify("There is nothing to show beside it: only scenarios with variants have that", markup=False)
        else:
            self.when_nothing_lives("End them and start both variants?", partial(self._beside, both))

    def _compare_variant(self, info: RunInfo, other: Replay | None) -> None:
        """Compare this recording with the one that was found; when there is none, offer to run the other variant."""
        if other is not None:
            self._compare(other)
            return
        target = opening.variant(info)
        if target is None:
            self.notify(f"no other variant of {info.scenario} is recorded, and it is not known here", markup=False)
            return
        variant = clean(str(target.parameters["variant"]), 40)
        question = f"The {variant} variant is not recorded. Run it now beside this recording?"
        self.query_one(Question).ask(question, partial(self._run_beside, target))

    def _run_beside(self, target: Target) -> None:
        try:
            run = LiveRun(target, RunOptions())
        except (PlaygroundError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self._compare(run)

    def action_leave(self, stays: bool = False) -> None:
        """Wait no longer for what was asked for, or show all panels again, or go back."""
        board = self.query_one(Board)
        if self.query_one(Waiting).busy:
            self.query_one(Waiting).stop()
        elif board.alone:
            board.show_alone("")
        else:
            super().action_leave(stays)

    def action_before(self) -> None:
        """Show what was before all that is kept, at its end; whoever leaves that is here again."""
        since, path = self.face.history.since, self._recording
        if path is not None and since:
            read = partial(Replay, path, at_once=False, ends_at=since)
            self.query_one(Waiting).begin("opening what was before", read, self._show_before)

    def _show_before(self, before: Replay) -> None:
        if isinstance(self.face, Replay):
            self.face.playing = False
        if before.ends_at is not None:
            before.seek(before.ends_at)
        self.app.push_screen(StageScreen(before, self._kept))

    def action_export(self) -> None:
        """Choose what to make of the recording, once it has come to its end."""
        if not isinstance(self.face, Replay):
            self.notify("The run goes on: it can be exported when it has ended", markup=False)
        elif self.face.path is None:
            self.notify("This run was not recorded: there is nothing to export", markup=False)
        else:
            self.app.push_screen(opening.export(self.face.path, self.face.playhead / 1e9, self.face.speed))

    def _beside(self, targets: tuple[Target, Target]) -> None:
        self.face.close()
        opening.beside(self.app, targets, self._options, self._kept)

    def action_compare(self) -> None:
        """Choose the recording to compare this run with; it goes on meanwhile."""
        chosen = opening.recordings(self._kept, like=self.face.history.info)
        self.app.push_screen(chosen, self._compare)

    def _compare(self, other: Face | None) -> None:
        if other is not None:
            if isinstance(self.face, Replay):
                self.face.playing = False
            self._lent = True
            opening.compared(self.app, (self.face, other), self._kept, self._take_back, lent=(0,))

    def _take_back(self, _: None) -> None:
        self._lent, self._owed = False, True

    def _again(self, options: RunOptions) -> None:
        if self._target is None:
            return
        self._options = options
        self.face.close()
        try:
            self.face = run = LiveRun(self._target, options)
            run.keep_up()
        except (PlaygroundError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self._view = replace(self._first_view(), zoom=self._view.zoom)
        self._frames = self._changed = self._said = self._noticed = 0
        for reader in self.query(Reader):
            reader.reset()
        self.refresh_bindings()


def _nothing() -> Face:
    """What a stage shows that waits for its run."""
    history = History(RunInfo("", "", {}, (), "", "", ""))
    return Replay.of_run(history, Findings(history), None)
