"""Two runs beside each other on one clock, live or replayed: what is done to the view of one is done to both."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from playground.errors import PlaygroundError
from playground.face import Face
from playground.history import History
from playground.live import LiveRun, RunOptions
from playground.observed import Observed
from playground.replay import Replay
from playground.settings import SettingsFile
from playground.target import Target
from playground.text import clean
from playground.together import Together, start_together
from playground.tui.moment import Clock, Moment, moment_of
from playground.tui.screens.run_screen import FRAMES, RunScreen
from playground.tui.view import ChoiceMade, PaneWanted, View, ViewChanged
from playground.tui.widgets.commands import Commands
from playground.tui.widgets.keys import Keys
from playground.tui.widgets.picked import Picked
from playground.tui.widgets.player import Player
from playground.tui.widgets.question import Question
from playground.tui.widgets.side import Side
from playground.tui.widgets.steering import Steering
from playground.tui.widgets.timeline import Sought
from playground.tui.widgets.transport import Transport

_NARROW = 140
"""With fewer columns than these the runs stand above each other."""
_LINKED = frozenset({"zoom", "stretch", "cursor", "links", "ended", "order", "frozen_at"})
"""What of a view is the same on both sides."""


def show_beside(
    app: App[Any],
    targets: Sequence[Target],
    options: RunOptions,
    kept: SettingsFile,
    then: Any = None,
) -> None:
    """Start two variants of a scenario at the same instant and show them; what goes wrong is said.

    Without the debugger: here is no place to answer it, and who stood at a breakpoint would stand there for ever.
    """
    try:
        runs = start_together(targets, replace(options, debug=False))
    except (PlaygroundError, OSError) as error:
        app.notify(str(error), severity="error", markup=False)
        return
    labels = [f"variant {target.parameters.get('variant', '')}" for target in targets]
    app.push_screen(BesideScreen(runs, labels, kept), then)


class BesideScreen(RunScreen):
    """The left one, or the upper, is the first; keys act on the side that has the focus. A run that ends waits there.

    When both have ended, or are recordings, one playhead moves through both.
    """

    CSS_PATH = "beside.tcss"
    BINDING_GROUP_TITLE = "Both runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "again", "Again", show=False, tooltip="End both and start both once more"),
    ]

    def __init__(self, faces: Sequence[Face], labels: Sequence[str], kept: SettingsFile) -> None:
        """Show two runs; ``labels`` tell them from each other."""
        super().__init__()
        self._faces = list(faces)
        self._labels = labels
        self._kept = kept
        self._targets = [face.target for face in faces if isinstance(face, LiveRun)]
        self._options = next((face.options for face in faces if isinstance(face, LiveRun)), RunOptions())
        self._views = [View(), View()]
        self._front = 0
        """The side that keys act on."""
        self._together: Together | None = None

    @property
    def faces(self) -> Sequence[Face]:
        """Both runs."""
        return self._faces

    def compose(self) -> ComposeResult:
        """Lay out the sides."""
        with Steering(), Player(), Commands():
            with Container(id="sides"):
                for number, label in enumerate(self._labels):
                    yield Side(number, label)
            yield Transport()
            yield Picked()
        yield Question()
        yield Keys()

    def on_mount(self) -> None:
        """Begin to draw frames; recordings begin to play."""
        self.query(Side)[0].query_one("Timeline").focus()
        self._begin()
        self.set_interval(1 / FRAMES, self._frame)

    def _begin(self) -> None:
        for face in self._faces:
            if isinstance(face, Observed):
                face.keep_up()
        if all(isinstance(face, Replay) for face in self._faces):
            self._put_together().toggle()
        self._frame()

    def on_resize(self) -> None:
        """Fold the layout for small terminals."""
        self.set_class(self.size.width < _NARROW, "narrow")

    # --- Frames --------------------------------------------------------------------------------------

    @property
    def moves(self) -> bool:
        """Whether a run goes on, or both are played."""
        return self._together is None or self._together.playing

    def take_in(self) -> bool:
        """Let both take in what is new, or move the playhead of both."""
        changed = [self._tick(number) for number in range(len(self._faces))]
        if self._together is not None:
            changed.append(self._together.tick())
        return any(changed)

    def _tick(self, number: int) -> bool:
        """Let a run take in what is new; one that has ended becomes its replay."""
        face = self._faces[number]
        changed = face.tick()
        if isinstance(face, Observed) and face.ended:
            self._faces[number] = Replay.of_run(face.history, face.findings, face.recording_path)
            self._views[number] = replace(self._views[number], frozen_at=None, picked=frozenset())
            if face.notice:
                self.notify(face.notice, severity="warning", markup=False, timeout=10)
            if all(isinstance(each, Replay) for each in self._faces):
                self._put_together()
            self.refresh_bindings()
            return True
        return changed

    def _put_together(self) -> Together:
        """From now on one playhead moves through both."""
        replays = [face for face in self._faces if isinstance(face, Replay)]
        self._together = Together(replays)
        self._together.set_speed(self._kept.settings.speed)
        return self._together

    def hand_down(self, *, all_of_it: bool) -> None:
        """Hand new moments to the widgets."""
        moments = self._moments()
        front = moments[self._front]
        self.query_one(Steering).moment = self.query_one(Picked).moment = front
        if self._together is not None:
            played = moment_of(self._together, View())
            self.query_one(Player).moment = self.query_one(Transport).moment = played
        for side, moment, face in zip(self.query(Side), moments, self._faces, strict=True):
            notice = clean(face.notice) if isinstance(face, Observed) else ""
            side.show(moment, notice, all_of_it=all_of_it)

    def _moments(self) -> list[Moment]:
        """A moment of each run, on one clock."""
        moments = [moment_of(face, view) for face, view in zip(self._faces, self._views, strict=True)]
        clock = Clock(
            max(moment.at for moment in moments),
            max(moment.until for moment in moments),
            min(moment.since for moment in moments),
            any(moment.live for moment in moments),
        )
        return [replace(moment, common=clock) for moment in moments]

    # --- What widgets say ------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        """Keys act on the side where the focus is."""
        focused = self.focused
        around = focused.ancestors_with_self if focused is not None else ()
        side = next((node for node in around if isinstance(node, Side)), None)
        if side is not None and side.number != self._front:
            self._front = side.number
            self._show()
            self.refresh_bindings()

    def on_view_changed(self, message: ViewChanged) -> None:
        """A key asks for another view."""
        self._change(self._front, message.changes)

    def on_side_changed(self, message: Side.Changed) -> None:
        """One side asks for another view."""
        self._change(message.side, message.changes)

    def _change(self, number: int, changes: dict[str, Any]) -> None:
        """Change what is seen of one side, and as far as that makes sense of the other."""
        other = 1 - number
        linked = {name: value for name, value in changes.items() if name in _LINKED}
        if isinstance(self._faces[other], Replay):
            linked.pop("frozen_at", None)
        if "selected" in changes:
            name = self._faces[number].history.name(changes["selected"])
            index = _named(self._faces[other].history, name)
            linked |= {"selected": index} if index is not None else {}
        self._views[number] = replace(self._views[number], **changes)
        self._views[other] = replace(self._views[other], **linked)
        self._show(all_of_it=False)
        self._owed = True

    def on_sought(self, message: Sought) -> None:
        """Go to an instant in both."""
        if self._together is not None:
            self._together.seek(message.at)
            self._show()

    def on_choice_made(self, message: ChoiceMade) -> None:
        """Keep it for the next time."""
        if problem := self._kept.save(**message.settings):
            self.notify(problem, severity="warning", markup=False)

    def on_pane_wanted(self, message: PaneWanted) -> None:
        """Say where there is more to read."""
        self.notify(f"{message.title} can be read on the stage of one run", markup=False, timeout=3)

    # --- Actions -------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Only what was started here can be started again."""
        return action != "again" or len(self._targets) == len(self._faces)

    def action_again(self) -> None:
        """Start both once more, after a question while processes live."""
        self.when_nothing_lives("End them and start both again?", self._again)

    def _again(self) -> None:
        self._close()
        try:
            runs = start_together(self._targets, self._options)
        except (PlaygroundError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self._faces, self._together = list(runs), None
        self.query_one(Player).moment = self.query_one(Transport).moment = None
        self._views = [replace(view, stretch=None, cursor=None, frozen_at=None) for view in self._views]
        self._begin()
        self.refresh_bindings()


def _named(history: History, name: str) -> int | None:
    """Index of the process of that name."""
    return next((index for index in range(len(history.processes)) if history.name(index) == name), None)
