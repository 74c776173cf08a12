"""What screens over runs have in common: frames, and that whoever leaves ends the processes, after a question."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from playground.face import Face
from playground.observed import Observed
from playground.tui.widgets.fast import terminal_is_behind
from playground.tui.widgets.question import Question
from playground.tui.work import Work

FRAMES = 20
"""Frames a second."""
SLOWER = 4
"""Tables and texts follow every so many frames."""


class RunScreen(Screen[None]):
    """Draws frames; leaves and quits when nothing of its runs lives any more. Needs a ``Question`` in it."""

    BINDING_GROUP_TITLE = "The run"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "leave", "Back", tooltip="Back to where you came from; asks while processes live"),
        Binding("Q", "quit_now", "End all and quit", show=False, tooltip="End the run's processes and quit at once"),
    ]
    _ending: Work[None] | None = None
    _then: Callable[[], object] | None = None
    _frames = _whole = 0
    """How many frames there were, and at which everything was shown last."""
    _owed = False
    """Whether the next frame must show everything, as the last one did not and time may stand still."""

    # --- For subclasses: to be implemented --------------------------------------------------------------

    @property
    def faces(self) -> Sequence[Face]:
        """The runs."""
        raise NotImplementedError

    @property
    def own_faces(self) -> Sequence[Face]:
        """Those of the runs that end when this screen is left; all, unless another screen has lent some."""
        return self.faces

    @property
    def moves(self) -> bool:
        """Whether time runs: then what is read follows only every few frames."""
        raise NotImplementedError

    def take_in(self) -> bool:
        """Let the runs take in what is new; True when there is something new to show."""
        raise NotImplementedError

    def hand_down(self, *, all_of_it: bool) -> None:
        """Hand new moments to the widgets, with ``all_of_it`` to those too that are read."""
        raise NotImplementedError

    # --- Frames -----------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Show what has happened while another screen lay over this one."""
        if self._frames:
            self._show()

    def _frame(self) -> None:
        if self._ending is not None:
            self._go_on_ending(self._ending)
            return
        changed = self.take_in()
        self._frames += 1
        if not (changed or self._owed) or not self.is_current:
            return
        if terminal_is_behind(self.app):
            self._owed = True
        else:
            self._show(all_of_it=self._owed or not self.moves or self._frames - self._whole >= SLOWER)

    def _show(self, *, all_of_it: bool = True) -> None:
        """Show what is new; while time runs, not always all of it."""
        if self._ending is not None:  # another thread writes the end of the history
            return
        self._owed = self._owed and not all_of_it
        self._whole = self._frames if all_of_it else self._whole
        with self.app.batch_update():
            self.hand_down(all_of_it=all_of_it)

    # --- Leaving ----------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Go back; ask while processes live."""
        if self.maximized is not None:
            self.minimize()
        else:
            self.when_nothing_lives("End them and leave?", self._leave)

    def when_nothing_lives(self, question: str, then: Callable[[], object], *, elsewhere: bool = False) -> None:
        """Do something that ends the run; ask before while processes live, here or ``elsewhere``."""
        if self._ending is not None:
            return
        if self.ends_processes or elsewhere:
            end = partial(self._end, then)
            self.query_one(Question).ask(f"Processes are still alive. {question}", end)
        else:
            then()

    @property
    def ends_processes(self) -> bool:
        """Whether processes that are alive end when this screen is left."""
        return any(face.live and isinstance(face, Observed) and face.ends_with_us for face in self.own_faces)

    def _close(self) -> None:
        for face in self.own_faces:
            face.close()

    def _end(self, then: Callable[[], object]) -> None:
        """End the processes, which may take seconds, and do something after that."""
        if self._ending is None:
            self._then = then
            self._ending = Work(self._close)

    def _go_on_ending(self, ending: Work[None]) -> None:
        question = self.query_one(Question)
        if not ending.done:
            count = sum(process.alive for face in self.own_faces for process in face.history.processes)
            question.tell(f"ending {count} process{'es' if count != 1 else ''} … {ending.seconds:.0f} s")
            return
        question.done()
        self._ending, then, self._then = None, self._then, None
        ending.result()
        if then is not None:
            then()

    def end_now(self) -> None:
        """End the processes, and wait for that."""
        if self._ending is not None:
            self._ending.result()
        self._close()

    def _leave(self) -> None:
        self._close()
        self.dismiss()

    def action_quit_now(self) -> None:
        """End the processes and the app at once."""
        if self.ends_processes:
            self._end(self.app.exit)
        else:
            self.app.exit()
