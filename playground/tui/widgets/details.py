"""Everything about the selected process, or about one resource; and the full stack on request."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.timer import Timer

from playground.inspection import backtrace
from playground.tui.moment import Moment
from playground.tui.render import details, resource
from playground.tui.render.details import Taken
from playground.tui.render.palette import Palette
from playground.tui.widgets.linked import Linked

_POLL_S = 0.05


class Details(Linked):
    """A page of facts; its names lead on."""

    BINDING_GROUP_TITLE = "In the details and the waits"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "stack", "Stack", show=False, tooltip="Take the full stack of the process"),
    ]

    def __init__(self, name: str = "details") -> None:
        """``name`` is the id of the widget."""
        super().__init__("", self.draw_lines, id=name)
        self._asker = backtrace.Asker()
        self._polling: Timer | None = None
        self._taken: dict[tuple[int, int], Taken] = {}
        """Pid and start of a process to its latest stack."""
        self._shown: tuple[int, int] = (0, 0)

    def draw_lines(self, moment: Moment, width: int, height: int, palette: Palette) -> Sequence[Strip]:  # noqa: ARG002
        """Draw the resource that is wanted, else the selected process; another one is shown from its top."""
        if _wanted(moment) != self._shown:
            self._shown, self._top = _wanted(moment), None
        if moment.view.resource in moment.history.resources:
            return resource.draw(moment, width, palette)
        return details.draw(moment, width, palette, self._taken.get(_key(moment)))

    def on_unmount(self) -> None:
        """Leave nobody behind who was asked."""
        self._asker.close()

    # --- Full stack -----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Only a process of a live run has a stack."""
        return action != "stack" or (self.moment is not None and self.moment.live)

    def action_stack(self) -> None:
        """Ask for the stack of the process that is shown; the answer comes while the screen goes on."""
        moment = self.moment
        if moment is None or moment.selected >= len(moment.history.processes):
            return
        pid, start = _key(moment)
        if not backtrace.is_same(pid, start):
            self.notify(f"{moment.history.name(moment.selected)} has ended already", severity="warning", markup=False)
            return
        self._taken[pid, start] = Taken(moment.until, None, waiting=True)
        self._shown, self._top = _wanted(moment), 0  # where it is told
        self._asker.ask(pid)
        self._polling = self._polling or self.set_interval(_POLL_S, self._poll)
        self.redraw()

    def _poll(self) -> None:
        for pid, answer in self._asker.take().items():
            keys = [key for key, taken in self._taken.items() if key[0] == pid and taken.waiting]
            for key in keys:
                if answer is None:
                    self.run_worker(self._ask_kernel(*key), exit_on_error=False)
                else:
                    self._answer(key, answer)
        if self._polling is not None and not self._asker.asking:
            self._polling.stop()
            self._polling = None

    async def _ask_kernel(self, pid: int, start: int) -> None:
        """Reading of a process in trouble may take its time, so not here."""
        answer = await asyncio.to_thread(backtrace.from_kernel, pid)
        self._answer((pid, start), answer if backtrace.is_same(pid, start) else None)

    def _answer(self, key: tuple[int, int], answer: backtrace.Backtrace | None) -> None:
        at = self.moment.until if self.moment is not None else 0
        self._taken[key] = Taken(at, answer)
        self.redraw()


def _wanted(moment: Moment) -> tuple[int, int]:
    """Whose details are wanted: number of a resource, index of a process."""
    return moment.view.resource, moment.selected


def _key(moment: Moment) -> tuple[int, int]:
    if moment.selected >= len(moment.history.processes):
        return (0, 0)
    definition = moment.history.processes[moment.selected].definition
    return definition.pid, definition.start_ticks
