"""Exceptions that nobody handled."""

import re
from collections.abc import Callable, Iterable

from playground.findings.finding import Finding, Severity
from playground.history import History
from playground.probe import layout

_FRAME = re.compile(r'  File "(.+)", line (\d+)')


class Exceptions:
    """One finding per process that an exception ended."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {layout.RAISED: self._raised}

    def _raised(self, row: int) -> Iterable[Finding]:
        h = self._history
        process = h.process[row]
        trace = [line for line in h.texts.get(h.value[row], "").splitlines() if line.strip()]
        frames = [(i, found) for i, line in enumerate(trace) if (found := _FRAME.match(line))]
        last, frame = frames[-1] if frames else (-1, None)
        after = (line for line in trace[last + 1 :] if not line.startswith("    "))
        error = next(after, "an exception").strip()
        place = f" ({frame[1].rpartition('/')[2]}:{frame[2]})" if frame else ""
        text = f"{h.name(process)} ended by {error}{place}"
        advice = (
            "Read the traceback in the log; a parent learns of it only by the exit code, or through a pool's result."
        )
        severity: Severity = "info" if error.startswith("KeyboardInterrupt") else "error"  # a person pressed ctrl+c
        yield Finding("unhandled_exception", severity, (process,), (), h.time[row], text, advice, key=(process,))
