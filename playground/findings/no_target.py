"""Processes that were started with nothing to do."""

from collections.abc import Iterable

from playground.findings.finding import Finding
from playground.findings.handlers import Handler
from playground.history import History, Nanoseconds
from playground.probe import layout

_ADVICE = (
    "Give the function itself: `target=work, args=(1,)`. `target=work(1)` calls it at once, in the process that starts"
    " the other one, and what it returns, mostly None, is the target."
)


class NoTargets:
    """One finding for each line that starts such processes."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._first: dict[int, tuple[Nanoseconds, str, int]] = {}
        """Line to the time and name of the first one, and how many there were."""
        self.handlers: dict[int, Handler] = {layout.NO_TARGET: self._starts}

    def _starts(self, row: int) -> Iterable[Finding]:
        h = self._history
        site, process = h.site[row], h.process[row]
        at, name, count = self._first.get(site, (h.time[row], h.texts.get(h.value[row], "a process"), 0))
        self._first[site] = at, name, count + 1
        who = f"{name} and {count} more have" if count else f"{name} has"
        text = f"{who} nothing to do: started by {h.name(process)} without a target{h.place_aside(site)}"
        yield Finding("no_target", "warning", (process,), (), at, text, _ADVICE, key=(site,))
