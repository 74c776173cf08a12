"""Arguments and globals that a child has copies of, though what is done to them was meant to reach others."""

from collections.abc import Iterable
from typing import Literal

from playground.findings.finding import Finding
from playground.findings.handlers import Handler
from playground.history import History, Nanoseconds
from playground.probe import layout

_OF_THREADS = (
    "What a process is given is copied, and `threading` and `queue` work within one process: take the class of the same"
    " name from multiprocessing."
)
_FILLED = (
    "What a process is given, or finds in the program, is a copy: hand results back through a multiprocessing.Queue,"
    " let a Pool or an executor return them, or give a Manager's list or dict."
)
_GLOBAL = "global-list"
_MOST_NAMED = 50
"""So many children are kept, the first ones."""


class OwnCopies:
    """One finding for each thing and function."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._children: dict[tuple[str, str, int], tuple[Nanoseconds, list[int]]] = {}
        """Name, type and the function's line to when it was first told of, and by which children."""
        self.handlers: dict[int, Handler] = {layout.COPIED: self._copied}

    def _copied(self, row: int) -> Iterable[Finding]:
        h = self._history
        words = h.texts.get(h.value[row], "").rsplit(" ", 2)  # a name may have blanks
        if len(words) < 3:  # the text is missing, or another program wrote it
            return
        name, kind, count = words
        key = name, kind, h.site[row]
        at, children = self._children.setdefault(key, (h.time[row], []))
        if len(children) >= _MOST_NAMED:
            return
        children.append(h.process[row])
        many, who = len(children) > 1, h.names(children)
        given = f"`{name}`, a {kind} that {'they were' if many else 'it was'} given"
        severity: Literal["warning", "info"]
        if count == "0":
            has = "have only copies" if many else "has only a copy"
            text = f"{who} {has} of {given}{h.place_aside(key[2])}: it works within one process"
            severity, advice = "warning", _OF_THREADS
        else:
            own = "their own copies" if many else "its own copy"
            filled = f"`{name}`, a global list that was empty" if kind == _GLOBAL else f"{given} empty"
            text = f"{who} filled {filled}{h.place_aside(key[2])}: {own}, and nobody else sees that"
            severity, advice = "info", _FILLED
        yield Finding("own_copy", severity, tuple(children), (), at, text, advice, key=key)
