"""Deadlocks and abandoned locks: waits that nobody alive can end."""

from collections.abc import Callable, Iterable, Mapping

from playground.findings import wakers
from playground.findings.finding import Finding
from playground.findings.look import Look, Looks, Node
from playground.findings.wakers import Standing, Standstill
from playground.history import WORDS, History, Nanoseconds, Wait
from playground.history.told import exit_text
from playground.probe import layout

_CURE = "Let the other side send, set or release before it ends or waits itself, or wait with a timeout."
_CURES = {
    "flush": "Get everything out of the queue before joining the process that put it there: it ends when all is sent.",
    "join": "Call task_done() once for every item that was got, or nobody can wait for the queue to be worked off.",
    "result": "A task waits for another one of the same pool, or a worker died with it: wait with get(timeout).",
    "thread": "A lock that another thread held when the process was forked stays locked: fork first, or use spawn.",
    "write": "The pipe is full and nobody reads it: read the output while the other side runs.",
}
"""Operation to what helps, where that is more than letting somebody wake the waiter."""
_OWN_END = "Close the ends that a process does not use (`conn.close()` right after start), or nobody ever sees the end."
_READS = frozenset({"recv", "get", "read", "socket"})


class Deadlocks:
    """Looks each time the kernel says that a process stands still."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._looks = Looks(history)
        self._all_stuck_at: Nanoseconds = -1
        self.found_at: Nanoseconds = -1
        """When something was found stuck for the last time."""
        self.never_woken: list[Wait] = []
        """At the last look: the waits of a deadlock that is no cycle."""
        self._latest: Look | None = None
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            **dict.fromkeys((layout.INSPECTED, layout.BLOCKED, layout.WAKER), self._take),
            layout.SPOTTED: self._spotted,
        }

    def everything_is_stuck(self) -> bool:
        """Whether every live process was stuck for certain at the last look, and nothing has happened since."""
        t = self._all_stuck_at
        return t >= 0 and all(p.last_row <= t for p in self._history.processes)

    def _take(self, row: int) -> Iterable[Finding]:
        look = self._looks.take(row)
        return self._judge(look) if look is not None else ()

    def _spotted(self, _row: int) -> Iterable[Finding]:
        """Say the same again, with the line that is known now."""
        return self._judge(self._latest) if self._latest is not None else ()

    def _judge(self, look: Look) -> Iterable[Finding]:
        self._latest = look
        standstill = Standstill(self._history, look)
        likely = standstill.stuck(certain=False)
        self._all_stuck_at = -1
        self.never_woken = []
        if not likely or standstill.only_parked(likely):
            return
        self.found_at = look.t
        certain = standstill.stuck(certain=True)
        if standstill.all_stuck(certain):
            self._all_stuck_at = look.t
        own = [node for node in sorted(likely) if node[0] in standstill.alive]
        yield from self._explain(look.t, {node: standstill.threads[node] for node in own}, certain)

    def _explain(self, t: Nanoseconds, stuck: Mapping[Node, Standing], certain: set[Node]) -> Iterable[Finding]:
        explained: set[Node] = set()
        for cycle in _cycles(stuck):
            explained.update(cycle)
            waits = [wait for node in cycle if (wait := stuck[node].wait) is not None]
            yield self._cycle(t, waits, certain=certain >= set(cycle))
        for node, each in stuck.items():
            dead = [d for d in each.wait.holders if self._history.processes[d].ended_by(t)] if each.wait else []
            if node not in explained and each.wait and dead and len(dead) == len(each.wait.holders):
                explained.add(node)
                yield self._abandoned(t, each.wait, dead[0])
        left = _without_consequences(stuck, explained)
        roots = [each for each in left if not _follows(each, stuck)] or left
        told = [each for each in roots if each.wait is not None or each.node in _speakers(left)]
        if told and any(each.node[1] == layout.MAIN_THREAD for each in left):
            self.never_woken = [each.wait for each in told if each.wait is not None]
            yield self._no_waker(t, told, stuck, certain=certain >= {each.node for each in told})

    # --- Sentences -----------------------------------------------------------------------------------

    def _waits_for(self, wait: Wait) -> str:
        h = self._history
        place = f" ({h.place(wait.site)})" if wait.site else ""
        return f"{self._who((wait.process, wait.thread))} waits for `{h.resource_name(wait.resource)}`{place}"

    def _who(self, node: Node) -> str:
        process, thread = node
        if thread == layout.MAIN_THREAD:
            return self._history.name(process)
        name = self._history.processes[process].thread_names.get(thread, "")
        owner = self._history.name(process)
        return f"{owner}'s {name}" if name else f"a thread of {owner}"

    def _holder(self, wait: Wait, t: Nanoseconds) -> str:
        h = self._history
        for process, thread, site, _ in h.resources[wait.resource].holders_at(t):
            if process in wait.holders:
                who = self._who((process, thread)) if site else h.name(process)  # without a line it may be any thread
                return f"held by {who} since {h.place(site)}" if site else f"held by {who}"
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

    def _no_waker(
        self, t: Nanoseconds, roots: list[Standing], stuck: Mapping[Node, Standing], *, certain: bool
    ) -> Finding:
        named = [each for each in roots if (wait := each.wait or each.seen) is not None and wait.resource]
        shown = named or roots
        own = [each for each in shown if each.operation in _READS and _only_itself(each, stuck)]
        if own:
            shown = own
        said = "; ".join(self._said(each) for each in shown[:3])
        if len(shown) > 3:
            said += f"; and {len(shown) - 3} more"
        end = "which only it could send itself" if own else "and no process that is left can end that"
        text = f"deadlock: {said}, {end}"
        cures = [_CURES[each.operation] for each in shown if each.operation in _CURES]
        advice = _OWN_END if own else cures[0] if cures else _CURE
        processes = tuple(dict.fromkeys(each.node[0] for each in shown))
        waits = [wait for each in shown if (wait := each.wait or each.seen) is not None]
        resources = tuple(dict.fromkeys(wait.resource for wait in waits if wait.resource))
        ends = [p.ended for p in self._history.processes if p.ended is not None and p.ended <= t]
        at = max([*(wait.since for wait in waits), *ends], default=t)
        key = (frozenset(processes), frozenset(resources))
        return Finding(
            "deadlock",
            "error",
            processes,
            resources,
            at,
            text if certain else f"probably a {text}",
            advice,
            certain,
            key=key,
        )

    def _said(self, each: Standing) -> str:
        h, wait = self._history, each.wait or each.seen
        if wait is None:
            return f"{self._who(each.node)} waits for {WORDS.get(each.operation, each.operation)}"
        if wait.resource and not wait.seen:
            return f"{self._waits_for(wait)} ({wait.operation})"
        what = h.waited_for(wait.resource, wait.operation, wait.on_process)
        what = f"`{what}`" if wait.resource else what if wait.on_process is None else f"the end of {what}"
        place = f" ({h.place(wait.site)})" if wait.site else ""
        return f"{self._who(each.node)} waits for {what}{place}{self._shared(each)}"

    def _shared(self, each: Standing) -> str:
        """Who else has a semaphore of which nothing but that is known."""
        if each.operation != "semaphore" or not each.certain:
            return ""
        others = [self._history.name(p) for p in sorted({p for p, _ in each.certain} - {each.node[0]}) if p >= 0]
        have = "has" if len(others) == 1 else "have"
        return f", which {_listed(others)} {have} too (who holds it is not known)" if others else ""


def _listed(names: list[str]) -> str:
    """``A``, ``A and B``, ``A, B and 3 more``."""
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


_PLAIN = frozenset({"read", "write", "socket", "semaphore", "file_lock"})
"""Calls that tell more than that a thread waits for another one of its process."""


def _speakers(left: Iterable[Standing]) -> set[Node]:
    """Of each process the thread that tells most: the main thread, unless it only waits for one that tells more."""
    of: dict[int, list[Standing]] = {}
    for each in left:
        of.setdefault(each.node[0], []).append(each)
    found = set()
    for process, threads in of.items():
        main = (process, layout.MAIN_THREAD)
        within = any(each.node == main and each.operation == "thread" for each in threads)
        more = [each.node for each in threads if each.operation in _PLAIN] if within else []
        found |= set(more[:1]) or {main}
    return found


def _only_itself(each: Standing, stuck: Mapping[Node, Standing]) -> bool:
    """Whether nobody but the waiting thread's own process could end the wait."""
    process = each.node[0]
    alone = sum(1 for p, _ in stuck if p == process) == 1
    return alone and each.certain is not None and {p for p, _ in each.certain} == {process}


def _without_consequences(stuck: Mapping[Node, Standing], explained: set[Node]) -> list[Standing]:
    """Threads that would not go on if what is explained were mended."""
    explained = set(explained)
    left = {node: each for node, each in stuck.items() if node not in explained}
    while True:
        more = {node for node, each in left.items() if _waits_for_any(each, explained)}
        if not more:
            return list(left.values())
        explained |= more
        left = {node: each for node, each in left.items() if node not in more}


def _waits_for_any(each: Standing, nodes: set[Node]) -> bool:
    processes = {p for p, _ in nodes}
    return any(waker in nodes or (waker[1] == 0 and waker[0] in processes) for waker in each.likely or ())


def _follows(each: Standing, stuck: Mapping[Node, Standing]) -> bool:
    """Whether the wait is only a consequence of another one's."""
    wait, processes = each.wait or each.seen, {process for process, _ in stuck}
    if wait is None or (wait.seen and wait.on_process is None):
        return each.operation in {"child", "thread"} and any(p != each.node[0] for p, _ in each.likely or ())
    return (wait.on_process in processes) or any(p in processes and p != wait.process for p in wait.holders)


def _cycles(stuck: Mapping[Node, Standing]) -> list[list[Node]]:
    """Cycles of threads that wait for what the next one holds; each once, from its lowest one."""
    found: dict[frozenset[Node], list[Node]] = {}
    for start in sorted(stuck):
        path = [start]
        while True:
            following = _holder_of(stuck[path[-1]], stuck)
            if following is None:
                break
            if following in path:
                cycle = path[path.index(following) :]
                found.setdefault(frozenset(cycle), cycle)
                break
            path.append(following)
    return list(found.values())


def _holder_of(each: Standing, stuck: Mapping[Node, Standing]) -> Node | None:
    """A stuck thread that holds what this one waits for."""
    if each.wait is None or not each.wait.holders:
        return None
    for process, thread in sorted(each.likely or ()):
        node = (process, thread or layout.MAIN_THREAD)
        if process in each.wait.holders and node in stuck:
            return node
    return None
