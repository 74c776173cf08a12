"""What screens over runs have in common: frames, and that whoever leaves ends the processes, after a question."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import Screen

from playground.tui.beat import Beat
from playground.tui.driver import typed_at
from playground.tui.widgets import fast
from playground.tui.widgets.question import Question
from playground.tui.work import Work

if TYPE_CHECKING:
    from playground.face import Face

FRAMES = 20
"""Frames a second."""
SLOWER = 4
"""Tables and texts follow every so many frames, a part of them with each."""
CALM_S, SELDOM_S = 0.25, 0.1
"""So long after the last picture and the last key frames come only so often."""
_BOTTOM = 1
"""Where the first screen lies; under it is only an empty one of Textual's."""
SOON_S = 0.022
"""So soon there is another frame when a run has stirred that was calm: what is very new is held back at first."""


class RunScreen(Screen[None]):
    """Draws frames; leaves and quits when nothing of its runs lives any more. Needs a ``Question`` in it."""

    BINDING_GROUP_TITLE = "The run"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Back", tooltip="Back to where you came from; asks while processes live"),
        Binding("escape", "leave(True)", "Back", show=False, tooltip="Back, but never out of the playground"),
        Binding("Q", "quit_now", "End all and quit", show=False, tooltip="Quit at once; what we started is ended"),
    ]
    _ending: Work[None] | None = None
    _then: Callable[[], object] | None = None
    _frames = _changed = 0
    """How many frames there were, and at which there was something new last."""
    _shown_at = 0.0
    """When a picture was made last, by the monotonic clock."""
    _stale = 0
    """So many parts of what is read have yet to show that."""
    _owed = False
    """Whether the next frame must show everything, as the last one did not and time may stand still."""

    def __init__(self) -> None:
        super().__init__()
        self._beat: Beat | None = None
        fast.compose_exactly(self)

    # --- For subclasses: to be implemented --------------------------------------------------------------

    @property
    def faces(self) -> "Sequence[Face]":
        """The runs."""
        raise NotImplementedError

    @property
    def own_faces(self) -> "Sequence[Face]":
        """Those of the runs that end when this screen is left; all, unless another screen has lent some."""
        return self.faces

    @property
    def moves(self) -> bool:
        """Whether time runs: then what is read follows only every few frames."""
        raise NotImplementedError

    def take_in(self) -> bool:
        """Let the runs take in what is new; True when there is something new to show."""
        raise NotImplementedError

    def hand_down(self, *, all_of_it: bool, part: int | None = None) -> None:
        """Hand new moments to the widgets, with ``all_of_it`` to those too that are read, else to a part of them."""
        raise NotImplementedError

    # --- Frames -----------------------------------------------------------------------------------------

    def on_screen_resume(self, event: events.ScreenResume) -> None:  # noqa: ARG002  # Textual gives it to all
        """Show what has happened while another screen lay over this one."""
        if self._frames:
            with self.app.batch_update():  # it is painted as a whole when it has come to the front
                self._show()
        self.call_next(fast.paint_whole, self)

    def begin_frames(self) -> None:
        """Draw one after the other from now on; what a key changes is shown before more is taken in."""
        self._beat = Beat(1 / FRAMES, self._frame, lambda: typed_at(self.app) > self._shown_at)

    def on_unmount(self) -> None:
        """Draw no more frames."""
        if self._beat is not None:
            self._beat.stop()

    def _frame(self) -> None:
        if self._ending is not None:
            self._go_on_ending(self._ending)
            return
        changed = self.take_in()
        if self._beat is not None:
            if any(face.stirs for face in self.faces):
                self._beat.soon(SOON_S)
            elif not changed and time.monotonic() - max(self._shown_at, typed_at(self.app)) > CALM_S:
                self._beat.soon(SELDOM_S)
        self._frames += 1
        calm = changed and self._frames - self._changed >= SLOWER
        if changed:
            self._changed, self._stale = self._frames, SLOWER
        if not (self._stale or self._owed) or not self.is_current:
            return
        if fast.terminal_is_behind(self.app):
            self._owed = True
        elif self._owed or calm or not self.moves:
            self._show()
        else:
            self._show(all_of_it=False, part=self._frames % SLOWER)

    def _show(self, *, all_of_it: bool = True, part: int | None = None) -> None:
        """Show what is new; while time runs, not always all of it."""
        if self._ending is not None:  # another thread writes the end of the history
            return
        self._owed = self._owed and not all_of_it
        self._stale = 0 if all_of_it else self._stale - (part is not None)
        self._shown_at = time.monotonic()
        with fast.painting(self):
            self.hand_down(all_of_it=all_of_it, part=part)

    def show_laid_out(self) -> None:
        """Show all of it once more when it has its new sizes: at another width texts need other lines."""
        if self._frames:
            self.call_after_refresh(self._show)

    # --- Leaving ----------------------------------------------------------------------------------------

    def action_leave(self, stays: bool = False) -> None:
        """Go back; ask while processes live. With ``stays`` only where there is something to go back to."""
        if stays and self.app.screen_stack.index(self) <= _BOTTOM:
            self.notify("q leaves the playground", timeout=2)
            return
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
        return any(face.live and face.ends_with_us for face in self.own_faces)

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
