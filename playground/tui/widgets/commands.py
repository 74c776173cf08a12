"""The keys that act on a live run, and the container in which they work."""

import signal
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from playground.errors import PlaygroundError
from playground.history import State
from playground.observed import Observed
from playground.tui.moment import Moment
from playground.tui.view import ViewChanged
from playground.tui.widgets.question import Question


class Commands(Vertical):
    """Sends the run's commands for the selected process; asks before it hits the main process."""

    BINDING_GROUP_TITLE = "The selected process, while the run is live"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "spawn", "Spawn", tooltip="Start one more process like the selected one"),
        Binding("t", "send('SIGTERM')", "Term", tooltip="Terminate the selected process (SIGTERM)"),
        Binding("K", "send('SIGKILL')", "Kill", tooltip="Kill the selected process (SIGKILL)"),
        Binding("s", "suspend", "Suspend", tooltip="Suspend the selected process, or let it go on"),
        Binding("i", "interrupt", "^C", tooltip="Send ctrl+c to the program (SIGINT to its processes)"),
        Binding("space", "freeze", "Freeze", tooltip="Freeze the view; the processes go on"),
    ]
    moment: Moment | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Only a live run takes commands."""
        if action in {"spawn", "send", "suspend", "interrupt", "freeze"}:
            return self._run is not None and (action != "spawn" or self._run.spawns)
        return True

    @property
    def _run(self) -> Observed | None:
        face = self.moment.face if self.moment is not None else None
        return face if isinstance(face, Observed) and face.live else None

    def action_spawn(self) -> None:
        """Start one more like the selected process."""
        run, moment = self._run, self.moment
        if run is None or moment is None or not moment.states:
            return
        try:
            run.spawn(moment.selected)
        except PlaygroundError as error:
            self.notify(str(error), severity="warning", markup=False)

    def action_send(self, name: str) -> None:
        """Send a signal to the selected process; for the main one ask first."""
        run, moment = self._run, self.moment
        if run is None or moment is None or not moment.states:
            return
        index, number = moment.selected, signal.Signals[name]
        if run.history.processes[index].ended is not None:
            self.notify(f"{run.history.name(index)} has ended already", severity="warning", markup=False)
        elif index == 0 and number in (signal.SIGTERM, signal.SIGKILL):
            self.screen.query_one(Question).ask(f"Send {name} to the main process?", lambda: run.signal(0, number))
        else:
            run.signal(index, number)

    def action_suspend(self) -> None:
        """Suspend the selected process, or let it go on."""
        run, moment = self._run, self.moment
        if run is not None and moment is not None and moment.selected < len(run.history.processes):
            suspended = run.history.processes[moment.selected].lane.state == State.SUSPENDED
            self.action_send("SIGCONT" if suspended else "SIGSTOP")

    def action_interrupt(self) -> None:
        """Do to the program what ctrl+c in its terminal would."""
        if self._run is None:
            return
        try:
            self._run.interrupt()
        except PlaygroundError as error:
            self.notify(str(error), severity="warning", markup=False)

    def action_freeze(self) -> None:
        """Let the view stand still, or go on."""
        if self.moment is not None:
            self.post_message(ViewChanged(frozen_at=None if self.moment.frozen else self.moment.at))
