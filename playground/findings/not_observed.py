"""What could not be observed: modules that are not what the probe knows, or all of the program."""

from collections.abc import Callable, Iterable

from playground.findings.finding import Finding, Severity
from playground.history import History
from playground.probe import layout

_ADVICE_FOR_ALL = "That nothing was found says nothing here. Start it by a Python that reads PYTHONPATH: --python."
_ADVICE = "What goes on in this module is missing here; look for a file of the program's own that has its name."


class NotObserved:
    """One finding per module, whichever process met it first."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {layout.PATCH_FAILED: self._failed}
        self._told: set[str] = set()

    def _failed(self, row: int) -> Iterable[Finding]:
        h = self._history
        what = h.texts.get(h.value[row], "")
        if what in self._told:
            return
        self._told.add(what)
        whole = what == layout.NOTHING_OBSERVED
        severity: Severity = "warning" if whole else "info"
        advice = _ADVICE_FOR_ALL if whole else _ADVICE
        text = f"not observed: {what}"
        yield Finding("not_observed", severity, (h.process[row],), (), h.time[row], text, advice, key=(what,))
