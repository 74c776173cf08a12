"""Handlers of ``atexit`` that children registered and never ran."""

from collections.abc import Iterable

from playground.findings.finding import Finding
from playground.findings.handlers import Handler
from playground.history import History, Nanoseconds
from playground.probe import layout

_ADVICE = (
    "Before Python 3.13 a child of fork or forkserver leaves without the handlers of atexit: put what it must do at"
    " its end into `finally:`, or register it by `multiprocessing.util.Finalize(None, {0}, exitpriority=10)`."
)
_MOST_NAMED = 50
"""So many children are kept, the first ones."""


class UnrunHandlers:
    """One finding for each handler and line that registered it."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._children: dict[tuple[str, int], tuple[Nanoseconds, list[int]]] = {}
        """Handler and line to when it was first missed, and by which children."""
        self.handlers: dict[int, Handler] = {layout.UNRUN: self._unrun}

    def _unrun(self, row: int) -> Iterable[Finding]:
        h = self._history
        key = h.texts.get(h.value[row], "a handler"), h.site[row]
        at, children = self._children.setdefault(key, (h.time[row], []))
        if len(children) >= _MOST_NAMED or h.process[row] in children:
            return
        children.append(h.process[row])
        text = f"`{key[0]}` never ran, which {h.names(children)} had registered with atexit{h.place_aside(key[1])}"
        variable = key[0].rpartition(".")[2]
        variable = variable if variable.isidentifier() else "function"
        advice = _ADVICE.format(variable)
        yield Finding("unrun_handler", "info", tuple(children), (), at, text, advice, key=key)
