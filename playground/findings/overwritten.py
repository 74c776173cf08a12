"""Updates of what a manager keeps that overwrote others: what its server has told, put together for each item."""

from collections.abc import Iterable

from msgspec import Struct, field

from playground.findings.finding import Finding, Severity
from playground.findings.handlers import Handler
from playground.history import History, Nanoseconds
from playground.history.waits import WaitSpan
from playground.probe import layout

_ADVICE = (
    "A proxy's `+=` is two calls, one that reads and one that writes: hold one lock over both, `with lock:`, that of"
    " `manager.Lock()` or of multiprocessing."
)
_MOST_NAMED = 50
"""So many writers are named, the first ones."""


class _Overwritten(Struct):
    """What is known of one item."""

    at: Nanoseconds
    example: str
    lost: int = 0
    writes: int = 0
    may_be_flag: bool = True
    processes: set[int] = field(default_factory=set)


class Overwritten:
    """One finding for each item of a dictionary, list or namespace of which updates were lost."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._items: dict[tuple[int, str], _Overwritten] = {}
        """Resource as the server knows it and item to what is known."""
        self._names: dict[int, int] = {}
        """Resource as the server knows it to that of the proxy that was used."""
        self.handlers: dict[int, Handler] = {layout.OVERWROTE: self._overwrote}

    def _overwrote(self, row: int) -> Iterable[Finding]:
        h = self._history
        words = h.texts.get(h.value[row], "").split(" ", 6)
        try:
            pid, overtaken, lost, writes, age, bits = map(int, words[:6])
        except ValueError:  # the text is missing, or another program wrote it
            return
        label, _, value = "".join(words[6:]).rpartition("=")
        key = (h.resource[row], label)
        writer, other = h.pids.get(pid), h.pids.get(overtaken)
        known = self._items.get(key)
        if known is None:
            call = self._call(writer, h.time[row], h.resource[row])
            read = self._call(writer, h.time[row] - age, h.resource[row])
            if writer is None or (call is not None and read is not None and not h.same_function(read.site, call.site)):
                return
            place = f" at {h.place(call.site)}" if call is not None and h.place(call.site) else ""
            by = f" after {h.name(other)} had changed it since its read" if other not in (None, writer) else ""
            known = self._items[key] = _Overwritten(h.time[row], f"{h.name(writer)} wrote {value}{place}{by}")
            self._names[key[0]] = call.resource if call is not None else key[0]
        known.lost += lost
        known.writes += writes
        known.may_be_flag = known.may_be_flag and bits == 1
        if len(known.processes) < _MOST_NAMED:
            known.processes.update(p for p in (writer, other) if p is not None)
        yield self._finding(key, known)

    def _call(self, process: int | None, t: Nanoseconds, resource: int) -> WaitSpan | None:
        """The call of a proxy that a process waited for at an instant: of this resource if there is one."""
        if process is None:
            return None
        waits = [each.at(t) for each in self._history.processes[process].waits.values()]
        calls = [each for each in waits if each is not None and each.operation == layout.OP_CALL]
        return next((each for each in calls if each.resource == resource), calls[0] if calls else None)

    def _finding(self, key: tuple[int, str], known: _Overwritten) -> Finding:
        resource = self._names[key[0]]
        lost = f"{'possibly ' if known.may_be_flag else ''}lost {known.lost} of {known.writes} updates"
        text = f"{lost} of `{self._history.resource_name(resource)}{key[1]}`: {known.example}"
        severity: Severity = "warning" if known.may_be_flag else "error"
        processes = tuple(sorted(known.processes))
        return Finding("lost_update", severity, processes, (resource,), known.at, text, _ADVICE, key=key)
