"""Executors whose initializer raised: the workers end, and all that the program hears of is BrokenProcessPool."""

from collections.abc import Iterable

from playground.findings import traces
from playground.findings.exceptions import cure_of
from playground.findings.finding import Finding
from playground.findings.handlers import Handler
from playground.history import History, Nanoseconds
from playground.probe import layout

_ADVICE = (
    "Only stderr says why: try `{0}(...)` in the main process. Let it catch what can fail, and raise in the task that"
    " needs what it makes: that error comes with the task's result."
)
_MOST_NAMED = 50
"""So many workers are kept, the first ones."""


class FailedInitializers:
    """One finding for each executor."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._workers: dict[int, tuple[Nanoseconds, str, list[int]]] = {}
        """Executor to when its initializer raised first, what, and in which workers."""
        self.handlers: dict[int, Handler] = {layout.INITIALIZER_RAISED: self._raised}

    def _raised(self, row: int) -> Iterable[Finding]:
        h = self._history
        executor, told = h.resource[row], h.texts.get(h.value[row], "")
        name, _, traceback = told.partition("\n")
        trace = traces.parse(traceback)
        place = f" ({trace.place})" if trace.own and trace.place else ""
        said = f"the initializer `{name}` of `{h.resource_name(executor)}` raised {trace.error}{place}"
        at, said, workers = self._workers.setdefault(executor, (h.time[row], said, []))
        if len(workers) >= _MOST_NAMED:
            return
        workers.append(h.process[row])
        where = f"in {len(workers)} workers" if workers[1:] else f"in {h.name(workers[0])}"
        text = f"{said} {where}: the executor is broken, and its futures raise BrokenProcessPool"
        advice = " ".join(filter(None, (cure_of(trace.error), _ADVICE.format(name.rpartition(".")[2]))))
        yield Finding("failed_initializer", "error", tuple(workers), (executor,), at, text, advice, key=(executor,))
