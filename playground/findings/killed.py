"""Processes that a signal ended which the program itself did not send."""

import signal
from collections.abc import Callable, Iterable

from playground.findings import causes
from playground.findings.finding import Finding, Severity
from playground.history import Forgotten, History
from playground.history.told import exit_text
from playground.probe import layout

_LOST = "Its cleanup did not run: what it held stays held, what it had to send is gone."
_CRASHES = {
    signal.SIGSEGV: "C code touched memory that is not its own",
    signal.SIGBUS: "/dev/shm is perhaps full (df /dev/shm), or a shared memory block is smaller than what maps it",
    signal.SIGABRT: "C code gave up, mostly with a line on stderr",
    signal.SIGILL: "C code was compiled for another processor",
    signal.SIGFPE: "C code divided by zero",
}
"""Signals that a process brings upon itself, and of what they speak."""


class Killed:
    """Looks at every end by a signal."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: set[int] = set()
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.CHILD_ENDED: self._ended,
            layout.REAPED: self._ended,
            layout.ZOMBIE: self._ended,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget who is gone."""
        self._known.difference_update(forgotten.processes)

    def _ended(self, row: int) -> Iterable[Finding]:
        h = self._history
        process = causes.ended_child(h, row)
        if process is None or process in self._known or h.processes[process].folded:
            return
        self._known.add(process)
        status = h.processes[process].exitcode or 0
        if status >= 0 or causes.by_signal_of_program(h, process):
            return
        severity, by, advice = self._judge(process, -status)
        text = f"{h.name(process)} was ended by {exit_text(status)}{by}"
        yield Finding("killed", severity, (process,), (), h.time[row], text, advice, key=(process,))

    def _judge(self, process: int, signum: int) -> tuple[Severity, str, str]:
        """How grave it is, by whom, and what to do."""
        if causes.by_person(self._history, process):
            return "info", ", by you", _LOST
        if signum in _CRASHES:
            what = _CRASHES[signal.Signals(signum)]
            return "error", "", f"{what[0].upper()}{what[1:]}; PYTHONFAULTHANDLER=1 shows the line. {_LOST}"
        if signum == signal.SIGKILL:
            return "warning", "", f"{_LOST} Perhaps the kernel's out-of-memory killer sent it: see dmesg."
        if signum == signal.SIGPIPE:
            return "info", "", "Whoever read its output went away: the way in which `yes | head` ends."
        return ("info" if signum == signal.SIGINT else "warning"), "", _LOST
