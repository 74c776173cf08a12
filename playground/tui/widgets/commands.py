"""The keys that act on a live run, and the container in which they work."""

import signal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from playground import scheduling
from playground.errors import PlaygroundError
from playground.history import State
from playground.observed import Observed
from playground.text import clean
from playground.tui.moment import Moment
from playground.tui.screens.cores import CoresScreen
from playground.tui.screens.signals import SignalsScreen
from playground.tui.view import PickTurned
from playground.tui.widgets.question import Question
from playground.tui.widgets.steering import Steering

_NEEDS_RUN = frozenset(
    {"spawn", "send", "suspend", "interrupt", "freeze", "signals", "nice", "cores", "pick", "pick_all"}
)
_MILD = frozenset(
    {
        *(signal.SIGCONT, signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU),
        *(signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH),
    }
)
"""Signals that do not end a process that has no handler for them."""
_MOST_PROBLEMS = 3


class Commands(Vertical):
    """Sends the run's commands for the picked processes, or for the selected one; asks before it ends the main one.

    It stands somewhere in a ``Steering``.
    """

    BINDING_GROUP_TITLE = "The selected process or the picked ones, live"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "spawn", "Spawn", tooltip="Start one more process like the selected one"),
        Binding("t", "send('SIGTERM')", "Term", tooltip="Terminate the selected process (SIGTERM)"),
        Binding("K", "send('SIGKILL')", "Kill", tooltip="Kill the selected process (SIGKILL)"),
        Binding("s", "suspend", "Suspend", tooltip="Suspend the selected process, or let it go on"),
        Binding("space", "freeze", "Freeze", tooltip="Freeze the view; the processes go on"),
        Binding("i", "interrupt", "^C", tooltip="Send ctrl+c to the program (SIGINT to its processes)"),
        Binding("v,insert", "pick", "Pick", tooltip="Pick the process for what is done to several; next one"),
        Binding("f9", "signals", "Signal", tooltip="Send the selected process any signal, by name"),
        Binding("V", "pick_all", "Pick all", show=False, tooltip="Pick all processes that are shown, or none"),
        Binding("f7", "nice(-1)", "Less nice", show=False, tooltip="Make the process less nice: higher priority"),
        Binding("f8", "nice(1)", "Nicer", show=False, tooltip="Make the process nicer: lower priority"),
        Binding("a", "cores", "Cores", show=False, tooltip="Choose the cores it may use (affinity)"),
    ]

    @property
    def _steering(self) -> Steering | None:
        return next((node for node in self.ancestors if isinstance(node, Steering)), None)

    @property
    def moment(self) -> Moment | None:
        """What is shown, as whoever selects has it: a key may come right behind one that selects."""
        steering = self._steering
        return steering.moment if steering is not None else None

    def _look(self, **changes: Any) -> None:
        if (steering := self._steering) is not None:
            steering.look(**changes)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Only a live run takes commands."""
        if action in _NEEDS_RUN:
            return self._run is not None and (action != "spawn" or self._run.spawns)
        return True

    @property
    def _run(self) -> Observed | None:
        face = self.moment.face if self.moment is not None else None
        return face if isinstance(face, Observed) and face.live else None

    # --- To whom --------------------------------------------------------------------------------------

    def _targets(self) -> Sequence[int]:
        """The picked processes, or the selected one; nobody when all of them have ended, which is said."""
        moment = self.moment
        if moment is None or self._run is None or moment.selected >= len(moment.history.processes):
            return ()
        if moment.picked:
            return moment.picked
        if moment.history.processes[moment.selected].ended is not None:
            self._warn(f"{moment.history.name(moment.selected)} has ended already")
            return ()
        return (moment.selected,)

    def _called(self, targets: Sequence[int]) -> str:
        """``A``, ``the main process``, ``3 processes``, ``3 processes, the main process among them``."""
        if len(targets) == 1 and self.moment is not None:
            return "the main process" if 0 in targets else clean(self.moment.history.name(targets[0]))
        return f"{len(targets)} processes{', the main process among them' if 0 in targets else ''}"

    def _to_each(self, targets: Sequence[int], do: Callable[[int], object]) -> None:
        """Do something to each of them; what cannot be is said."""
        problems = []
        for index in targets:
            try:
                do(index)
            except PlaygroundError as error:
                problems.append(str(error))
        if problems:
            more = len(problems) - _MOST_PROBLEMS
            self._warn("\n".join(problems[:_MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])))

    def _warn(self, text: str) -> None:
        self.notify(clean(text, 1000), severity="warning", markup=False)

    def action_pick(self) -> None:
        """Pick the selected process or no longer, and go on to the next, so that several are picked quickly."""
        moment = self.moment
        if moment is None or self._run is None or not moment.states:
            return
        following = moment.states[min(moment.row + 1, len(moment.states) - 1)].index
        self._turn(moment.selected, selected=following)

    def action_pick_all(self) -> None:
        """Pick all processes that are shown and alive; none when some are picked already."""
        if self.moment is not None and self._run is not None:
            alive = frozenset(state.index for state in self.moment.states if not state.state.final)
            self._look(picked=frozenset() if self.moment.picked else alive)

    def on_pick_turned(self, message: PickTurned) -> None:
        """Somebody clicked with ctrl."""
        self._turn(message.process)

    def _turn(self, process: int, **changes: Any) -> None:
        """Pick a process or no longer, and change what else is to be changed of the view."""
        moment = self.moment
        if moment is None or self._run is None:
            return
        if moment.history.processes[process].ended is not None:
            self._warn(f"{moment.history.name(process)} has ended: nothing can be done to it")
        else:
            changes["picked"] = frozenset(moment.picked) ^ {process}
            self._look(**changes)

    # --- What is done -----------------------------------------------------------------------------------

    def action_spawn(self) -> None:
        """Start one more like each of them."""
        run, moment = self._run, self.moment
        if run is not None and moment is not None and moment.states:
            self._to_each(moment.picked or (moment.selected,), run.spawn)

    def action_send(self, name: str) -> None:
        """Send a signal; ask first where it may end the main process or several."""
        self._send(self._targets(), signal.Signals[name])

    def _send(self, targets: Sequence[int], number: int) -> None:
        run = self._run
        if run is None or not targets:
            return
        send = partial(self._to_each, targets, lambda index: self._signal(run, index, number))
        if number not in _MILD and (len(targets) > 1 or 0 in targets):
            name = signal.Signals(number).name
            self.screen.query_one(Question).ask(f"Send {name} to {self._called(targets)}?", send)
        else:
            send()

    @staticmethod
    def _signal(run: Observed, index: int, number: int) -> None:
        """Send it, unless the process has ended since it was asked for."""
        if run.live and run.history.processes[index].ended is None:
            run.signal(index, number)

    def action_suspend(self) -> None:
        """Suspend them; let them go on when all of them are suspended."""
        run, targets = self._run, self._targets()
        if run is None or not targets:
            return
        going = [i for i in targets if run.history.processes[i].lane.state != State.SUSPENDED]
        self._send(going or targets, signal.SIGSTOP if going else signal.SIGCONT)

    def action_signals(self) -> None:
        """Choose a signal and send it."""
        targets = self._targets()
        if targets:
            self.app.push_screen(SignalsScreen(self._called(targets)), partial(self._send_chosen, targets))

    def _send_chosen(self, targets: Sequence[int], number: int | None) -> None:
        if number is not None:
            self._send(targets, number)

    def action_nice(self, step: int) -> None:
        """Make them nicer, or less nice."""
        run, told = self._run, []
        if run is None:
            return

        def renice(index: int) -> None:
            told.append(f"{run.history.name(index)}: nice {run.renice(index, step)}")

        targets = self._targets()
        self._to_each(targets, renice)
        if told:
            more = [f"and {len(told) - _MOST_PROBLEMS} more"] if len(told) > _MOST_PROBLEMS else []
            self.notify(clean(", ".join(told[:_MOST_PROBLEMS] + more), 1000), markup=False, timeout=2)

    def action_cores(self) -> None:
        """Choose the cores that they may use."""
        run, targets = self._run, self._targets()
        if run is None or not targets:
            return
        try:
            now = scheduling.cores_of(run.history.processes[targets[0]].definition.pid)
            ours = scheduling.cores_of(0)
        except OSError as error:
            self._warn(f"the cores of {self._called(targets)} cannot be read: {error.strerror}")
            return
        chooser = CoresScreen(self._called(targets), sorted(ours | now), now)
        self.app.push_screen(chooser, partial(self._bind, run, targets))

    def _bind(self, run: Observed, targets: Sequence[int], cores: frozenset[int] | None) -> None:
        if cores and run.live:
            self._to_each(targets, lambda index: run.bind(index, cores))

    def action_interrupt(self) -> None:
        """Do to the program what ctrl+c in its terminal would."""
        if self._run is None:
            return
        try:
            self._run.interrupt()
        except PlaygroundError as error:
            self._warn(str(error))

    def action_freeze(self) -> None:
        """Let the view stand still, or go on."""
        if self.moment is not None:
            self._look(frozen_at=None if self.moment.frozen else self.moment.at)
