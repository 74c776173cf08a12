"""Two runs beside each other on one clock, live or replayed, and what tells them apart.

What is done to the view of one is done to both.
"""

import threading
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from playground.comparison.faces import Compared, compare_faces, is_at_hand
from playground.errors import PlaygroundError
from playground.face import Face
from playground.history import History, Nanoseconds
from playground.live import LiveRun, RunOptions
from playground.observed import Observed
from playground.replay import Replay
from playground.settings import SettingsFile
from playground.text import clean
from playground.together import Together, start_together
from playground.tui.moment import Moment, moment_of, on_one_clock
from playground.tui.screens.export import ExportScreen
from playground.tui.screens.run_screen import FRAMES, RunScreen
from playground.tui.view import ChoiceMade, PaneWanted, View, ViewChanged, later
from playground.tui.widgets.commands import Commands
from playground.tui.widgets.differences import Differences, Partings
from playground.tui.widgets.keys import Keys
from playground.tui.widgets.picked import Picked
from playground.tui.widgets.player import Player
from playground.tui.widgets.prompt import Prompt
from playground.tui.widgets.question import Question
from playground.tui.widgets.side import Side
from playground.tui.widgets.steering import Steering
from playground.tui.widgets.timeline import Sought
from playground.tui.widgets.transport import Transport
from playground.tui.work import Work

_NARROW = 140
"""With fewer columns than these the runs stand above each other."""
_TOLD = 0.02
"""After so much more is read or compared, that is told."""
_COMPARED_EVERY = FRAMES
"""While a run goes on they are compared after so many frames."""
_LOW, _TINY = 30, 20
"""With fewer rows there is room for a few lines of what tells them apart, or for two."""
_LINKED = frozenset({"zoom", "stretch", "cursor", "links", "ended", "order", "frozen_at"})
"""What of a view is the same on both sides."""


class BesideScreen(RunScreen):
    """The left one, or the upper, is the first; keys act on the side that has the focus. A run that ends waits there.

    When both have ended, or are recordings, one playhead moves through both, and they are compared. A recording beside
    a run that goes on stands where that stands.
    """

    CSS_PATH = "beside.tcss"
    BINDING_GROUP_TITLE = "Both runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "compare", "Compare", tooltip="Show what tells the two apart, or counters and waits of both"),
        Binding("u", "link", "Unlink", tooltip="Move one side alone; again: both, aligned as they stand then"),
        Binding("U", "align", "Align starts", show=False, tooltip="Align both on their starts again"),
        Binding("p", "pane", "Pane", show=False, tooltip="To where they part, or to the figures that differ"),
        Binding("e", "export", "Export", tooltip="Export the one with the focus; a report compares it with the other"),
        Binding("R", "again", "Again", show=False, tooltip="End both and start both once more"),
    ]

    def __init__(
        self,
        faces: Sequence[Face],
        labels: Sequence[str],
        kept: SettingsFile,
        *,
        compares: bool = False,
        lent: Collection[int] = (),
    ) -> None:
        """Show two runs; ``labels`` tell them from each other.

        With ``compares`` what tells them apart is shown first. ``lent`` are another screen's: they go on.
        """
        super().__init__()
        self._faces = list(faces)
        self._labels = [f"{number}  {label}" for number, label in enumerate(labels, 1)]
        self._recorded = [isinstance(face, Replay) for face in faces]
        self._compares, self._lent = compares, lent
        self._comparing: Work[Compared] | None = None
        self._to_compare = False
        """Whether they are to be compared as soon as they are read."""
        self._left = threading.Event()
        """Set when nobody wants to know any more what tells them apart."""
        self._share_compared = self._told = 0.0
        """How much of that is known, and how much was when that was told."""
        self._noticed = [0 for _ in faces]
        """How many notices of each were shown."""
        self._compared: Compared | None = None
        self._linked = True
        """Whether one playhead moves both."""
        self._kept = kept
        self._targets = [face.target for face in faces if isinstance(face, LiveRun)]
        self._options = next((face.options for face in faces if isinstance(face, LiveRun)), RunOptions())
        self._views = [View(), View()]
        self._front = 0
        """The side that keys act on."""
        self._together: Together | None = None
        for number, face in enumerate(faces):
            if number in lent and isinstance(face, Replay):
                self._noticed[number] = len(face.notices)  # they were shown where it comes from

    @property
    def faces(self) -> Sequence[Face]:
        """Both runs."""
        return self._faces

    @property
    def own_faces(self) -> Sequence[Face]:
        """Those that no other screen has lent."""
        return [face for side, face in enumerate(self._faces) if side not in self._lent]

    def compose(self) -> ComposeResult:
        """Lay out the sides."""
        with Steering(), Player(), Commands():
            with Container(id="sides"):
                for number, label in enumerate(self._labels):
                    yield Side(number, label)
            yield Transport()
            yield Differences()
            yield Picked()
            yield Prompt()
        yield Question()
        yield Keys()

    def on_mount(self) -> None:
        """Begin to draw frames; recordings begin to play."""
        self.set_focus(self.query(Side)[0].query_one("Timeline"))
        self._lay_out()
        self._begin()
        self.begin_frames()

    def _begin(self) -> None:
        self._show_differences()
        for face in self._faces:
            if isinstance(face, Observed):
                face.keep_up()
        if all(isinstance(face, Replay) for face in self._faces):
            self._put_together().begin()
        self._frame()

    def on_unmount(self) -> None:
        """Compare no further."""
        self._left.set()

    def on_resize(self) -> None:
        """Fold the layout for small terminals."""
        self._lay_out()
        self.show_laid_out()

    def _lay_out(self) -> None:
        self.set_class(self.size.width < _NARROW or self._compares, "narrow")
        self.set_class(self._compares, "compared")
        self.set_class(self.size.height < _LOW, "low")
        self.set_class(self.size.height < _TINY, "tiny")
        self.query(Differences).set_class(self.size.width < _NARROW, "alone")

    # --- Frames --------------------------------------------------------------------------------------

    @property
    def moves(self) -> bool:
        """Whether a run goes on, or both are played."""
        return self._together is None or self._together.playing

    def take_in(self) -> bool:
        """Let both take in what is new, or move the playhead of both."""
        changed = [self._tick(number) for number in range(len(self._faces))]
        self._show_notices()
        if self._together is not None:
            changed.append(self._together.tick())
            self._begin_comparing(self._together)
        if self._comparing is not None and self._comparing.done:
            self._take_comparison(self._comparing)
            changed.append(True)
        elif self._together is None and self._compares and self._frames % _COMPARED_EVERY == 0:
            self._compare_so_far()
        return any(changed)

    def _show_notices(self) -> None:
        """Say what is to be said of recordings; more may come while they are read."""
        for number, face in enumerate(self._faces):
            if isinstance(face, Replay):
                for notice in face.notices[self._noticed[number] :]:
                    self.notify(f"{self._labels[number]}: {notice}", severity="warning", markup=False, timeout=10)
                self._noticed[number] = len(face.notices)

    def _compare_so_far(self) -> None:
        """Show what tells them apart while one goes on, as long as that is done at once."""
        if all(map(is_at_hand, self._faces)):
            self._compared = compare_faces(self._faces[0], self._faces[1])
            self._show_differences()

    def _tick(self, number: int) -> bool:
        """Let a run take in what is new; one that has ended becomes its replay."""
        face = self._faces[number]
        beside = self._faces[1 - number]
        if number and self._is_being_read(face) and self._is_being_read(beside):
            return False  # one after the other, so that a frame is not twice as long
        if self._recorded[number] and isinstance(face, Replay) and beside.live:
            face.seek(beside.playhead)
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

    @staticmethod
    def _is_being_read(face: Face) -> bool:
        return isinstance(face, Replay) and not face.whole

    def _put_together(self) -> Together:
        """From now on one playhead moves through both."""
        replays = [face for face in self._faces if isinstance(face, Replay)]
        self._together = Together(replays)
        self._together.set_speed(self._kept.settings.speed)
        self._together.side = self._front
        self._linked = self._to_compare = True
        return self._together

    def _begin_comparing(self, together: Together) -> None:
        """Compare them, beside the screen, when both are read; say how far that is."""
        if self._to_compare and together.whole:
            self._to_compare, self._share_compared = False, 0.0
            self._comparing = Work(partial(compare_faces, self._replays[0], self._replays[1], self._note_share))
        share = self._share_compared if together.whole else together.share_read
        if (self._to_compare or self._comparing is not None) and abs(share - self._told) >= _TOLD:
            self._told = share
            self._show_differences()

    def _note_share(self, share: float) -> None:
        """So much is compared; ends that when the person has left."""
        self._share_compared = share
        if self._left.is_set():
            raise PlaygroundError("not compared: it is of no interest any more")

    def _take_comparison(self, comparing: Work[Compared]) -> None:
        """Show what tells them apart, and mark where they part."""
        self._comparing = None
        try:
            self._compared = comparing.result()
        except PlaygroundError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if self._together is not None:
            self._together.partings = [self._compared.marks(side) for side in range(2)]
        self.refresh_bindings()
        self._show_differences()

    def _show_differences(self) -> None:
        waiting = ""
        if self._to_compare:
            waiting = f"Reading … {self._together.share_read:.0%}" if self._together is not None else ""
        elif self._comparing is not None:
            waiting = f"Comparing … {self._share_compared:.0%}"
        elif self._together is None:
            waiting = "Where they part so far" if self._compared is not None else "Compared when both have ended"
        self.query_one(Differences).show(self._compared, self._short_labels, waiting)

    @property
    def _short_labels(self) -> Sequence[str]:
        """``1 broken`` and ``2 fixed``; where the variant is the same, the numbers."""
        variants = [str(face.info.parameters.get("variant", "")) for face in self._faces]
        if variants[0] == variants[1]:
            return ["1", "2"]
        return [f"{number} {clean(variant, 20)}".rstrip() for number, variant in enumerate(variants, 1)]

    def hand_down(self, *, all_of_it: bool, part: int | None = None) -> None:
        """Hand new moments to the widgets."""
        moments = self._moments()
        front = moments[self._front]
        self.query_one(Steering).moment = self.query_one(Picked).moment = front
        if self._together is not None:
            together = replace(moment_of(self._together, View()), view=front.view)
            self.query_one(Player).moment = self.query_one(Transport).moment = together if self._linked else front
            self.query_one(Player).whose = self._short_labels[self._front]
        notices = [clean(face.notice) if isinstance(face, Observed) else "" for face in self._faces]
        sides = self.query(Side)
        level = 0 if self.has_class("narrow") else max(map(Side.banner_lines, sides, moments, notices))
        for side, moment, notice in zip(sides, moments, notices, strict=True):
            whole = all_of_it or part == side.number
            side.show(moment, notice, all_of_it=whole, compared=self._compares, banner_lines=level)

    def _moments(self) -> list[Moment]:
        """A moment of each run, on one clock."""
        moments = [moment_of(face, view) for face, view in zip(self._faces, self._views, strict=True)]
        compared = self._compared
        if compared is not None:
            moments = [replace(moment, apart=compared.instants(side)) for side, moment in enumerate(moments)]
        return on_one_clock(moments, self._leads)

    @property
    def _leads(self) -> Sequence[Nanoseconds]:
        """How long after the zero of the common clock each has its own."""
        return self._together.leads if self._together is not None else (0, 0)

    # --- What widgets say ------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        """Keys act on the side where the focus is."""
        focused = self.focused
        around = focused.ancestors_with_self if focused is not None else ()
        side = next((node for node in around if isinstance(node, Side)), None)
        if side is not None and side.number != self._front:
            self._front = side.number
            if self._together is not None:
                self._together.side = self._front
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
        linked = later(linked, self._leads[number] - self._leads[other])
        if "selected" in changes:
            name = self._faces[number].history.name(changes["selected"])
            index = _named(self._faces[other].history, name)
            linked |= {"selected": index} if index is not None else {}
        self._views[number] = replace(self._views[number], **changes)
        self._views[other] = replace(self._views[other], **linked)
        self._show(all_of_it=False)
        self._owed = True

    def on_sought(self, message: Sought) -> None:
        """Go to an instant of the common clock, or while they are not linked of the side that has the focus."""
        if self._together is not None:
            (self._together if self._linked else self._replays[self._front]).seek(message.at)
            self._show()

    def on_side_instant_wanted(self, message: Side.InstantWanted) -> None:
        """Go to an instant of a side, in both while they are linked."""
        if self._together is not None:
            if self._linked:
                self._together.seek(message.at + self._leads[message.side])
            else:
                self._replays[message.side].seek(message.at)
            self._show()

    @property
    def _replays(self) -> list[Replay]:
        return [face for face in self._faces if isinstance(face, Replay)]

    def on_partings_wanted(self, message: Partings.Wanted) -> None:
        """Go to where a process parts, in both: they are aligned on that."""
        parting = message.parting
        self._views = [
            replace(view, selected=process) for view, process in zip(self._views, parting.processes, strict=True)
        ]
        if self._together is None:
            self.notify("A run that goes on stands where it stands: one can go there when both have ended", timeout=4)
            self._show()
        self._align(parting.instants, f"aligned where {parting.divergence.process} parts; U: on the starts again")

    def _align(self, instants: Sequence[Nanoseconds], said: str) -> None:
        if self._together is not None:
            self._linked = True
            for replay in self._replays:
                replay.playing = False  # from now on both are moved by one clock
            self._together.align(instants)
            self._views = [replace(view, stretch=None, cursor=None) for view in self._views]
            self.notify(clean(said), markup=False, timeout=3)
            self.refresh_bindings()
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
        """Only what was started here can be started again; only what has ended can be aligned."""
        if action == "again":
            return len(self._targets) == len(self._faces)
        if action == "align":
            return self._together is not None and (self._together.aligned or not self._linked)
        if action == "export":
            return self._together is not None and all(replay.path is not None for replay in self._replays)
        if action == "pane":
            return self._compares
        return action != "link" or self._together is not None

    def action_compare(self) -> None:
        """Show what tells them apart, or counters and waits of both."""
        self._compares = not self._compares
        self._lay_out()
        self._show_differences()
        self.refresh_bindings()
        self.show_laid_out()

    def action_pane(self) -> None:
        """Turn to the other of what tells them apart."""
        self.query_one(Differences).turn()

    def action_link(self) -> None:
        """Let each side be moved alone; then both again, aligned on the instants at which they stand."""
        if self._together is None:
            return
        self._linked = not self._linked
        self._together.playing = False
        if self._linked:
            self._align([replay.playhead for replay in self._replays], "aligned as they stand; U: on the starts again")
        else:
            self.notify("Each side moves alone (Tab); u again aligns both as they stand then", timeout=6)
            self.refresh_bindings()
            self._show()

    def action_align(self) -> None:
        """Align on the starts, and stand where the first stands."""
        at = self._faces[0].playhead
        self._align([0, 0], "aligned on the starts")
        if self._together is not None:
            self._together.seek(at)

    def action_export(self) -> None:
        """Choose what to make of the one with the focus; a report is compared with the other."""
        one, other = self._replays[self._front], self._replays[1 - self._front]
        if one.path is not None:
            self.app.push_screen(ExportScreen(one.path, one.playhead / 1e9, one.speed, other.path))

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
        self._compared = self._comparing = None
        self._to_compare, self._noticed = False, [0 for _ in runs]
        self._recorded = [False for _ in runs]
        self._show_differences()
        self.query_one(Player).moment = self.query_one(Transport).moment = None
        self._views = [replace(view, stretch=None, cursor=None, frozen_at=None) for view in self._views]
        self._begin()
        self.refresh_bindings()


def _named(history: History, name: str) -> int | None:
    """Index of the process of that name."""
    return next((index for index in range(len(history.processes)) if history.name(index) == name), None)
