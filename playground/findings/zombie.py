"""Children that have ended and that their living parent leaves unreaped: zombies."""

from collections.abc import Callable, Collection, Iterable

from msgspec import Struct, field

from playground.findings import causes
from playground.findings.finding import Finding, Severity
from playground.findings.wakers import HELPERS
from playground.history import History, Nanoseconds, State
from playground.probe import layout

SHORT: Nanoseconds = 1_000_000_000
"""A zombie is none of interest before this age."""
LONG: Nanoseconds = 10_000_000_000
"""From this age on it is a warning."""
MANY = 5
"""So many at once are a warning."""

_OTHERS_REAP = HELPERS | {"worker"}
"""Roles whose ends multiprocessing takes note of by itself."""

_ADVICE = (
    "join() each child, or call multiprocessing.active_children() now and then, which reaps those that have ended"
    " (os.waitpid() after os.fork(), wait() after subprocess.Popen); each zombie takes a process number."
)


class Brood(Struct):
    """The zombies of one parent that were told of."""

    told: dict[int, Nanoseconds] = field(default_factory=dict)
    """Child to when it ended."""
    left: set[int] = field(default_factory=set)
    """Those that are still unreaped."""
    longest: Nanoseconds = 0
    """The longest time that one was unreaped."""
    at: Nanoseconds = 0
    severity: Severity | None = None


class Zombies:
    """Looks at a parent's zombies each time the observer has seen the parent alive."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._zombies: dict[int, Nanoseconds] = {}
        """Child that is unreaped to when it ended."""
        self._broods: dict[int, Brood] = {}
        self._starters = causes.Starters(history)
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.STARTED: self._starters.started,
            layout.ZOMBIE: self._zombie,
            layout.CHILD_ENDED: self._reaped,
            layout.REAPED: self._reaped,
            layout.VANISHED: self._reaped,
            layout.SAMPLE_CPU: self._look,
            layout.INSPECTED: self._look,
        }

    def _zombie(self, row: int) -> Iterable[Finding]:
        h = self._history
        child = h.process[row]
        if h.processes[child].zombie_at(h.time[row]) and h.processes[child].definition.role not in _OTHERS_REAP:
            self._zombies[child] = h.time[row]
        return ()

    def _reaped(self, row: int) -> Iterable[Finding]:
        h, t = self._history, self._history.time[row]
        child = causes.ended_child(h, row)
        ended = self._zombies.pop(child, None) if child is not None else None
        if child is None or ended is None:
            return
        for parent, brood in self._broods.items():
            if child in brood.left:
                brood.left.discard(child)
                brood.longest = max(brood.longest, t - ended)
                if not brood.left:
                    yield self._past(parent, brood)

    def _look(self, row: int) -> Iterable[Finding]:
        h, t = self._history, self._history.time[row]
        parent = h.process[row]
        children = [child for child in self._zombies if self._starters.parent_of(child) == parent != child]
        if not children or self._cannot_reap(parent, t):
            return
        free = self._last_join(parent, t)
        ages = {child: t - max(self._zombies[child], free) for child in children}
        old = {child: age for child, age in ages.items() if age > SHORT}
        if not old:
            return
        severity: Severity = "warning" if len(old) >= MANY or max(old.values()) > LONG else "info"
        brood = self._broods.setdefault(parent, Brood(at=t))
        if old.keys() - brood.left or (severity == "warning" and brood.severity != severity):
            brood.severity = severity
            brood.told.update({child: self._zombies[child] for child in old})
            brood.left.update(old)
            yield self._present(parent, brood, t)

    # --- What the parent does ------------------------------------------------------------------------

    def _cannot_reap(self, parent: int, t: Nanoseconds) -> bool:
        """Whether the parent waits for another of its children, and so cannot reap this one, or is suspended."""
        process = self._history.processes[parent]
        joins = any(_is_join(span.operation, span.resource) for span in process.waits_at(t))
        return joins or process.ended_by(t) or process.state_at(t) == State.SUSPENDED

    def _last_join(self, parent: int, t: Nanoseconds) -> Nanoseconds:
        """When the parent last came back from waiting for a child; 0 when it never did."""
        return max((waits.last_for_child(t) for waits in self._history.processes[parent].waits.values()), default=0)

    # --- Sentences -----------------------------------------------------------------------------------

    def _present(self, parent: int, brood: Brood, t: Nanoseconds) -> Finding:
        ended = (t - min(brood.told[child] for child in brood.left)) / 1e9
        what, first = ("zombie", "") if len(brood.left) == 1 else (f"{len(brood.left)} zombies", "the first ")
        name, names = self._history.name(parent), self._names(brood.left)
        text = f"{what}: {name} has not joined {names}, {first}ended {ended:.1f} s ago"
        return self._finding(parent, brood, text)

    def _past(self, parent: int, brood: Brood) -> Finding:
        verb = "was a zombie for" if len(brood.told) == 1 else f"were {len(brood.told)} zombies for up to"
        name, names = self._history.name(parent), self._names(brood.told)
        brood.severity = "info"
        text = f"{names} {verb} {brood.longest / 1e9:.1f} s, until {name} took note of the end"
        return self._finding(parent, brood, text)

    def _names(self, children: Collection[int]) -> str:
        names = [self._history.name(child) for child in sorted(children)]
        return ", ".join(names[:MANY]) + (", ..." if len(names) > MANY else "")

    def _finding(self, parent: int, brood: Brood, text: str) -> Finding:
        processes = (parent, *sorted(brood.told))
        return Finding("zombie", brood.severity or "info", processes, (), brood.at, text, _ADVICE, key=(parent,))


def _is_join(operation: int, resource: int) -> bool:
    return (operation == layout.OP_JOIN and not resource) or operation == layout.OP_CHILD
