"""What screens over runs have in common: whoever leaves ends the processes, after a question."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from playground.face import Face
from playground.observed import Observed
from playground.tui.widgets.question import Question
from playground.tui.work import Work


class RunScreen(Screen[None]):
    """Leaves, and quits, when nothing of its runs lives any more; needs a ``Question`` among its widgets."""

    BINDING_GROUP_TITLE = "The run"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "leave", "Back", tooltip="Back to where you came from; asks while processes live"),
        Binding("Q", "quit_now", "End all and quit", show=False, tooltip="End the run's processes and quit at once"),
    ]
    _ending: Work[None] | None = None
    _then: Callable[[], object] | None = None

    @property
    def faces(self) -> Sequence[Face]:
        """The runs; for subclasses, to be implemented."""
        raise NotImplementedError

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

    @property
    def _ends_processes(self) -> bool:
        return any(face.live and isinstance(face, Observed) and face.ends_with_us for face in self.faces)

    def _close(self) -> None:
        for face in self.faces:
            face.close()

    def _end(self, then: Callable[[], object]) -> None:
        """End the processes, which may take seconds, and do something after that."""
        if self._ending is None:
            self._then = then
            self._ending = Work(self._close)

    def _go_on_ending(self, ending: Work[None]) -> None:
        question = self.query_one(Question)
        if not ending.done:
            count = sum(process.alive for face in self.faces for process in face.history.processes)
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
        if self._ends_processes:
            self._end(self.app.exit)
        else:
            self.app.exit()
