"""Exceptions that nobody handled."""

from collections.abc import Callable, Iterable

from playground.findings.finding import Finding
from playground.history import History
from playground.probe import layout


class Exceptions:
    """One finding per process that an exception ended."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {layout.RAISED: self._raised}

    def _raised(self, row: int) -> Iterable[Finding]:
        h = self._history
        process = h.process[row]
        trace = [line for line in h.texts.get(h.value[row], "").splitlines() if line.strip()]
        error = trace[-1].strip() if trace else "an exception"
        places = [line.strip() for line in trace if line.strip().startswith('File "')]
        place = _place(places[-1]) if places else ""
        text = f"{h.name(process)} ended by {error}{place}"
        advice = (
            "Read the traceback in the log; a parent learns of it only by the exit code, or through a pool's result."
        )
        yield Finding("unhandled_exception", "error", (process,), (), h.time[row], text, advice, key=(process,))


def _place(line: str) -> str:
    """``(file.py:12)`` of a traceback's line."""
    parts = line.split('"')
    number = parts[2].split(",")[1].replace("line", "").strip() if len(parts) > 2 else ""
    return f" ({parts[1].rpartition('/')[2]}:{number})"
