"""Programs that start processes when they are imported: under spawn and forkserver each child would do so again."""

from collections.abc import Callable, Iterable

from playground.findings import traces
from playground.findings.finding import Finding
from playground.history import History, Nanoseconds
from playground.probe import layout

_MOST_NAMED = 50
_SAYS = "before the\n        current process has finished its bootstrapping phase"
_ADVICE = (
    'Put what starts processes below `if __name__ == "__main__":`; children of spawn and forkserver import the file'
    " anew. With a Pool it never ends: the pool replaces each worker that dies of it."
)


def is_missing_guard(text: str) -> bool:
    """Whether a traceback says that a child tried to start processes while it imported the main module."""
    return _SAYS in text


class MissingGuard:
    """One finding for the run, however many children die of it."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._processes: list[int] = []
        """The first of the children that died of it."""
        self._died: set[int] = set()
        self._at: Nanoseconds = 0
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {layout.RAISED: self._raised}

    def _raised(self, row: int) -> Iterable[Finding]:
        h = self._history
        text = h.texts.get(h.value[row], "")
        if not is_missing_guard(text):
            return
        if not self._processes:
            self._at = h.time[row]
        self._died.add(h.process[row])
        if h.process[row] not in self._processes and len(self._processes) < _MOST_NAMED:
            self._processes.append(h.process[row])
        trace = traces.parse(text)
        count = len(self._died)
        died = f"{count} children died of it" if count > 1 else f"{h.name(self._processes[0])} died of it"
        said = f"{trace.file} starts processes when it is imported ({trace.place}): {died}"
        yield Finding("missing_guard", "error", tuple(self._processes), (), self._at, said, _ADVICE, key=())
