"""Processes that a signal ended which the program itself did not send."""

from collections.abc import Callable, Iterable

from playground.findings.finding import Finding
from playground.history import History
from playground.history.told import exit_text
from playground.probe import layout


class Killed:
    """Remembers the signals that the program sends, and looks at every end by a signal."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._sent: set[int] = set()
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.TERMINATE_SENT: self._signal,
            layout.KILL_SENT: self._signal,
            layout.CHILD_ENDED: self._child,
            layout.REAPED: self._reaped,
            layout.ZOMBIE: self._reaped,
        }

    def _signal(self, row: int) -> Iterable[Finding]:
        self._sent.add(self._history.value[row])
        return ()

    def _child(self, row: int) -> Iterable[Finding]:
        status = self._history.value[row] & 0xFFFFFFFF
        child = self._history.pids.get(self._history.value[row] >> 32)
        return self._ended(row, child, status - (1 << 32) if status >> 31 else status)

    def _reaped(self, row: int) -> Iterable[Finding]:
        return self._ended(row, self._history.process[row], self._history.value[row])

    def _ended(self, row: int, process: int | None, status: int) -> Iterable[Finding]:
        h = self._history
        if process is None or status >= 0 or h.processes[process].definition.pid in self._sent:
            return
        text = f"{h.name(process)} was ended by {exit_text(status)}"
        advice = "Its cleanup did not run: what it held stays held, what it had to send is gone."
        yield Finding("killed", "warning", (process,), (), h.time[row], text, advice, key=(process,))
