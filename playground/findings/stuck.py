"""Deadlocks and abandoned locks: waits that nobody alive can end."""

from collections.abc import Callable, Iterable, Mapping

from playground.findings import wakers
from playground.findings.finding import Finding
from playground.history import History, Nanoseconds, Wait
from playground.history.told import exit_text
from playground.probe import layout

_CURE = "Let the other side send, set or release before it ends or waits itself, or wait with a timeout."
_CURES = {
    "flush": "Get everything out of the queue before joining the process that put it there: it ends when all is sent.",
    "join": "Call task_done() once for every item that was got, or nobody can wait for the queue to be worked off.",
}
"""Operation to what helps, where that is more than letting somebody wake the waiter."""


class Stuck:
    """Looks each time the kernel says that a process stands still."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._inspected: dict[int, tuple[Nanoseconds, bool]] = {}
        self._all_stuck_at: Nanoseconds = -1
        self.never_woken: list[Wait] = []
        """At the last look: the waits of a deadlock that is no cycle."""
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {layout.INSPECTED: self._look}

    def everything_is_stuck(self) -> bool:
        """Whether every live process was stuck for certain at the last look, and nothing has happened since."""
        t = self._all_stuck_at
        return t >= 0 and all(p.last_row <= t for p in self._history.processes)

    def _look(self, row: int) -> Iterable[Finding]:
        h = self._history
        t, value = h.time[row], h.value[row]
        self._inspected[h.process[row]] = (t, bool(value & layout.INSPECTED_TIMER))
        if not value & layout.INSPECTED_LAST:
            return
        waits = wakers.waits_of_stillness(h, t, self._inspected)
        likely = wakers.stuck(h, t, waits, certain=False)
        self._all_stuck_at = -1
        self.never_woken = []
        if not likely:
            return
        certain = wakers.stuck(h, t, waits, certain=True)
        if certain >= wakers.alive_at(h, t):
            self._all_stuck_at = t
        yield from self._explain(t, {p: waits[p] for p in likely}, certain)

    def _explain(self, t: Nanoseconds, waits: Mapping[int, Wait], certain: set[int]) -> Iterable[Finding]:
        explained: set[int] = set()
        for cycle in _cycles(waits):
            explained.update(cycle)
            yield self._cycle(t, [waits[p] for p in cycle], certain=certain >= set(cycle))
        for p, wait in waits.items():
            dead = [d for d in wait.holders if self._history.processes[d].ended_by(t)]
            if p not in explained and dead and len(dead) == len(wait.holders):
                explained.add(p)
                yield self._abandoned(t, wait, dead[0])
        roots = [w for p, w in waits.items() if p not in explained and not _follows(w, waits)]
        if roots and not explained:
            self.never_woken = roots
            yield self._no_waker(t, roots, certain=certain >= {w.process for w in roots})

    # --- Sentences -----------------------------------------------------------------------------------

    def _waits_for(self, wait: Wait) -> str:
        h = self._history
        place = f" ({h.place(wait.site)})" if wait.site else ""
        return f"{h.name(wait.process)} waits for `{h.resource_name(wait.resource)}`{place}"

    def _holder(self, wait: Wait, t: Nanoseconds) -> str:
        h = self._history
        for process, _, site, _ in h.resources[wait.resource].holders_at(t):
            if process in wait.holders:
                place = f" since {h.place(site)}" if site else ""
                return f"held by {h.name(process)}{place}"
        return ""

    def _cycle(self, t: Nanoseconds, cycle: list[Wait], *, certain: bool) -> Finding:
        h = self._history
        processes = tuple(w.process for w in cycle)
        resources = tuple(dict.fromkeys(w.resource for w in cycle))
        said = "; ".join(f"{self._waits_for(w)}, {self._holder(w, t)}" for w in cycle)
        if len(cycle) == 1:
            name = h.resource_name(resources[0])
            text = f"deadlock: {self._waits_for(cycle[0])}, which it holds itself"
            advice = f"Do not take `{name}` twice, or make it an RLock."
        else:
            text = f"deadlock of {len(cycle)}: {said}"
            names = " and ".join(f"`{h.resource_name(r)}`" for r in sorted(resources))
            advice = f"Take {names} in the same order everywhere, or acquire with a timeout, give back and try again."
        return Finding(
            "deadlock",
            "error",
            processes,
            resources,
            max(w.since for w in cycle),
            text if certain else f"probably a {text}",
            advice,
            certain,
            tuple((w.process, w.resource) for w in cycle),
            (frozenset(processes), frozenset(resources)),
        )

    def _abandoned(self, t: Nanoseconds, wait: Wait, dead: int) -> Finding:
        h = self._history
        name = h.resource_name(wait.resource)
        end = exit_text(h.processes[dead].exitcode)
        text = f"`{name}` is lost: {h.name(dead)} ended ({end}) while holding it; {self._waits_for(wait)} for ever"
        advice = f"Let no process that may be killed hold `{name}`; stop it with an Event, or acquire with a timeout."
        at = max(wait.since, h.processes[dead].ended or t)
        owned = h.resources[wait.resource].definition.kind in wakers.OWNED
        key = (dead, wait.resource)
        return Finding(
            "abandoned_lock", "error", (wait.process, dead), (wait.resource,), at, text, advice, owned, key=key
        )

    def _no_waker(self, t: Nanoseconds, roots: list[Wait], *, certain: bool) -> Finding:
        waits = [w for w in roots if w.resource] or roots
        said = "; ".join(self._waits_for(w) + f" ({w.operation})" for w in waits)
        text = f"deadlock: {said}, and no process that is left can end that"
        advice = next((_CURES[w.operation] for w in waits if w.operation in _CURES), _CURE)
        processes = tuple(w.process for w in waits)
        resources = tuple(dict.fromkeys(w.resource for w in waits if w.resource))
        ends = [p.ended for p in self._history.processes if p.ended is not None and p.ended <= t]
        at = max([*(w.since for w in waits), *ends])
        key = (frozenset(processes), frozenset(resources))
        return Finding("deadlock", "error", processes, resources, at, text, advice, certain, key=key)


def _follows(wait: Wait, waits: Mapping[int, Wait]) -> bool:
    """Whether the wait is only a consequence of another process's."""
    return (wait.on_process in waits) or any(p in waits and p != wait.process for p in wait.holders)


def _cycles(waits: Mapping[int, Wait]) -> list[list[int]]:
    """Cycles of processes that wait for what the next one holds; each once, from its lowest process."""
    found: dict[frozenset[int], list[int]] = {}
    for start in sorted(waits):
        path = [start]
        while True:
            following = next((p for p in waits[path[-1]].holders if p in waits), None)
            if following is None:
                break
            if following in path:
                cycle = path[path.index(following) :]
                found.setdefault(frozenset(cycle), cycle)
                break
            path.append(following)
    return list(found.values())
