"""Who brought a process to its end: the program itself, a person, or nobody that is known."""

from playground.history import History, Nanoseconds
from playground.probe import layout


def ended_child(history: History, row: int) -> int | None:
    """The process whose end a row tells, whoever wrote it; None when it is unknown."""
    process: int | None = history.process[row]
    if history.kind[row] == layout.CHILD_ENDED:
        process = history.pids.get(history.value[row] >> 32)
    return process if process is not None and history.processes[process].ended_by(history.time[row]) else None


def by_program(history: History, process: int) -> bool:
    """Whether the program terminated or killed the process: it ended by that signal, or by itself after one."""
    known = history.processes[process]
    sent = history.told_to_end.get(known.definition.pid, ())
    signals = {signum for t, signum in sent if (known.began or 0) <= t and (known.ended is None or t <= known.ended)}
    status = known.exitcode or 0
    return -status in signals if status < 0 else bool(signals)


def by_signal_of_program(history: History, process: int) -> bool:
    """Whether the program sent the signal that ended the process, by whatever call, perhaps to its whole group."""
    known = history.processes[process]
    sent = (*history.signalled.get(known.definition.pid, ()), *history.signalled.get(layout.WHOLE_GROUP, ()))
    until = known.ended
    return by_program(history, process) or any(
        signum == -(known.exitcode or 0) and (known.began or 0) <= t and (until is None or t <= until)
        for t, signum in sent
    )


def by_person(history: History, process: int) -> bool:
    """Whether a person sent the process a signal before it ended."""
    known = history.processes[process]
    at = known.ended_by_person
    return at is not None and (known.ended is None or at <= known.ended)


def interrupted(history: History, t: Nanoseconds) -> bool:
    """Whether ctrl+c had ended a process by then."""
    return history.interrupted is not None and history.interrupted <= t


def waiting_for_results(history: History, process: int, resource: int, t: Nanoseconds) -> int | None:
    """Line on which a process waits at an instant for results of a pool; None when it does not."""
    for span in history.processes[process].waits_at(t):
        if span.resource == resource and span.operation == layout.OP_RESULT:
            return span.site
    return None


class Starters:
    """Who started whom, as far as the rows have told by now."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._by_pid: dict[int, int] = {}

    def started(self, row: int) -> tuple[()]:
        """Take in a STARTED row; no finding comes of it."""
        self._by_pid[self._history.value[row]] = self._history.process[row]
        return ()

    def parent_of(self, process: int) -> int | None:
        """Who said that it started the process, else the parent that the process names itself."""
        definition = self._history.processes[process].definition
        starter = self._by_pid.get(definition.pid)
        return starter if starter is not None else self._history.pids.get(definition.ppid)
