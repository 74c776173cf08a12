"""Deadlocks and abandoned locks in words: what happened, and what to do."""

from collections.abc import Mapping

from playground.findings.cures import POOLS, cure, is_lost, kind_waited_for
from playground.findings.deadlock_causes import only_itself
from playground.findings.finding import Finding
from playground.findings.look import Node
from playground.findings.wakers import Standing
from playground.history import WORDS, History, Nanoseconds, Wait, waiting
from playground.history.told import exit_text
from playground.probe import layout

_OWN_END = "Close the ends that a process does not use (`conn.close()` right after start), or nobody ever sees the end."
_CUT_OFF = (
    "Do not kill who uses a queue or pipe: half an item stays in it, and the queue's lock is lost. Ask it to stop, "
    "with an Event or an item, and read until it has ended."
)
MOST_NAMED = 3
"""So many waits are told one by one, and the others counted."""
_READS = frozenset({"recv", "get", "read", "socket"})


class Sentences:
    """Makes findings of threads that are stuck."""

    def __init__(self, history: History) -> None:
        self._history = history

    def _waits_for(self, wait: Wait) -> str:
        h = self._history
        who = self._who((wait.process, wait.thread))
        return f"{who} waits for `{h.resource_name(wait.resource)}`{h.place_aside(wait.site)}"

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

    def cycle(self, t: Nanoseconds, cycle: list[Wait], *, certain: bool) -> Finding:
        """Each waits for what the next one holds."""
        h = self._history
        processes = tuple(w.process for w in cycle)
        resources = tuple(dict.fromkeys(w.resource for w in cycle))
        said = "; ".join(f"{self._waits_for(w)}, {self._holder(w, t)}" for w in cycle[:MOST_NAMED])
        said += f"; and so on for {len(cycle) - MOST_NAMED} more" if len(cycle) > MOST_NAMED else ""
        if len(cycle) == 1:
            name = h.resource_name(resources[0])
            permits = h.resources[resources[0]].counts_holders
            which = "all of whose permits it has taken itself" if permits else "which it holds itself"
            text = f"deadlock: {self._waits_for(cycle[0])}, {which}"
            advice = f"Whoever is to release `{name}` must not need what {h.name(processes[0])} holds while it waits."
            advice = advice if permits else f"Do not take `{name}` twice, or make it an RLock."
        else:
            text = f"deadlock of {len(cycle)}: {said}"
            names = _listed([f"`{h.resource_name(r)}`" for r in sorted(resources)])
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

    def abandoned(self, t: Nanoseconds, wait: Wait, dead: int, *, certain: bool) -> Finding:
        """What is waited for was held by a process that has ended."""
        h = self._history
        name, lost = h.resource_name(wait.resource), "lost" if certain else "probably lost"
        end = exit_text(h.processes[dead].exitcode)
        text = f"`{name}` is {lost}: {h.name(dead)} ended ({end}) while holding it; {self._waits_for(wait)} for ever"
        advice = f"Let no process that may be killed hold `{name}`; stop it with an Event, or acquire with a timeout."
        if (h.processes[dead].exitcode or 0) >= 0:
            advice = (
                f"Give `{name}` back on every way out, an exception's too, as `with` does; or acquire with a timeout."
            )
        at = max(wait.since, h.processes[dead].ended or t)
        key = (dead, wait.resource)
        return Finding(
            "abandoned_lock", "error", (wait.process, dead), (wait.resource,), at, text, advice, certain, key=key
        )

    def no_waker(
        self, t: Nanoseconds, roots: list[Standing], stuck: Mapping[Node, Standing], *, certain: bool
    ) -> Finding:
        """Waits that nobody who is left can end, and that are no consequence of others."""
        named = [each for each in roots if (wait := each.known) is not None and wait.resource]
        of_pools = all(kind_waited_for(self._history, each) in POOLS for each in named)
        shown = roots if of_pools else named  # what its workers do is told of a pool, too
        own = [each for each in shown if self._is_end(each) and only_itself(each, stuck)]
        if own:
            shown = own
        said = "; ".join(self._said(each, t) for each in shown[:MOST_NAMED])
        if len(shown) > MOST_NAMED:
            said += f"; and {len(shown) - MOST_NAMED} more"
        end = "which only it could send itself" if own else "and nobody who is left can end that"
        text = f"deadlock: {said}, {end}"
        processes = tuple(dict.fromkeys(each.node[0] for each in shown))
        waits = [wait for each in shown if (wait := each.known) is not None]
        resources = tuple(dict.fromkeys(wait.resource for wait in waits if wait.resource))
        cut_off = self._cut_off(resources, stuck, t)
        text = f"{text}; {cut_off}" if cut_off else text
        advice = _OWN_END if own else _CUT_OFF if cut_off else cure(self._history, shown, stuck, t)
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

    def _is_end(self, each: Standing) -> bool:
        """Whether the end of a pipe is read, that of a queue aside, of which everybody has both."""
        kind = kind_waited_for(self._history, each)
        return each.operation in _READS and kind not in {"queue", "joinable_queue", "simple_queue"}

    def _cut_off(self, resources: tuple[int, ...], stuck: Mapping[Node, Standing], t: Nanoseconds) -> str:
        """Who was killed in the middle of sending something to one of these, or while it had the lock to read."""
        waits = [(each.wait, each.call) for each in stuck.values() if each.wait is not None]
        for process in self._history.processes:
            if process.exitcode is not None and process.exitcode < 0 and process.ended is not None:
                for span in process.waits_at(process.ended - 1) if process.ended <= t else ():
                    calls = {call for wait, call in waits if wait.resource == span.resource and wait.operation == "get"}
                    end, name = exit_text(process.exitcode), self._history.resource_name(span.resource)
                    if span.resource in resources and span.operation == layout.OP_SEND:
                        return f"{process.definition.name} was killed ({end}) in the middle of sending to `{name}`"
                    # one that waits has the lock, if nobody else has it: all others wait for that
                    if span.resource in resources and span.operation == layout.OP_GET and calls == {"semaphore"}:
                        return f"{process.definition.name} was killed ({end}) in get of `{name}`, whose lock is lost"
        return ""

    def _said(self, each: Standing, t: Nanoseconds) -> str:
        h, wait = self._history, each.known
        if wait is None:
            return f"{self._who(each.node)} waits for {WORDS.get(each.operation, each.operation)}"
        more = ", which nobody holds who is left" if is_lost(h, each, t) else self._shared(each)
        if each.wait is not None and len(wait.holders) == 1 and wait.holders != (wait.process,):
            more = f", {self._holder(wait, t)}"
        return f"{self._who(each.node)} {waiting(h, wait)}{more}"

    def _shared(self, each: Standing) -> str:
        """Who else has a semaphore of which nothing but that is known."""
        if each.operation not in {"acquire", "semaphore"} or each.wait is not None or not each.certain:
            return ""
        others = [self._history.name(p) for p in sorted({p for p, _ in each.certain} - {each.node[0]}) if p >= 0]
        have = "has" if len(others) == 1 else "have"
        return f", which {_listed(others)} {have} too (who holds it is not known)" if others else ""


def _listed(names: list[str]) -> str:
    """``A``, ``A and B``, ``A, B and 3 more``."""
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
