"""Exceptions that nobody handled."""

import re
from collections.abc import Callable, Iterable

from playground.findings.finding import Finding, Severity
from playground.history import History
from playground.probe import layout

_FRAME = re.compile(r'  File "(.+)", line (\d+)')

_OF_PROCESS = "Read the traceback in the log; a parent learns of it only by the exit code, or through a pool's result."
_OF_THREAD = "Read the traceback in the log; the process goes on, and join() of the thread does not tell of it."
_OF_ITEM = "Put only what can be pickled: whoever waits for this item waits in vain."


class Exceptions:
    """One finding per process or thread that an exception ended, and per queue thread that could not send."""

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
        text, advice, severity = self._said(row, f"{error}{place}")
        if error.startswith("KeyboardInterrupt"):
            severity = "info"  # a person pressed ctrl+c
        thread = h.thread[row] or layout.MAIN_THREAD
        key = (process,) if thread == layout.MAIN_THREAD else (process, thread)
        yield Finding("unhandled_exception", severity, (process,), (), h.time[row], text, advice, key=key)

    def _said(self, row: int, error: str) -> tuple[str, str, Severity]:
        """Sentence, advice and gravity; a process goes on without a thread of its own."""
        h = self._history
        process, thread = h.process[row], h.thread[row] or layout.MAIN_THREAD
        name = h.name(process)
        if thread == layout.MAIN_THREAD:
            return f"{name} ended by {error}", _OF_PROCESS, "error"
        of_thread = h.processes[process].thread_names.get(thread, f"thread-{thread}")
        if of_thread.startswith("QueueFeeder"):
            return f"an item that {name} put into a queue was not sent: {error}", _OF_ITEM, "error"
        return f"thread {of_thread} of {name} ended by {error}", _OF_THREAD, "warning"
