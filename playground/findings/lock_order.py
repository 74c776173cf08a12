"""Locks that are taken in different orders by different processes, though that ended well this time.

An edge from one lock to another: a thread that held the one got the other, and would have waited for it for
ever. A cycle of edges by different processes is a deadlock that may come, unless a lock that all of them held
besides keeps them apart, or one process's part happened before another's (``order``, in which locks order
nothing). Threads of one process keep each other apart by means that are not recorded: they are no two.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from playground.findings.finding import Finding
from playground.findings.order import MUTEXES, Gift, Order
from playground.history import Forgotten, History
from playground.probe import layout

_OWNED = MUTEXES - {"lock"}
"""What nobody but its owner can give back."""
_MOST_LOCKS = 6
"""Longer cycles are not looked for."""
_MOST_STEPS = 2000

Hold = tuple[int, int]
"""Lock and the line that took it."""


class Taking(NamedTuple):
    """A process that held one lock took another, most recently then."""

    process: int
    held: Hold
    taken: Hold
    holding: frozenset[int]
    """All that the thread held."""
    known: Gift
    """Its time, and what it knew."""

    def before(self, other: "Taking") -> bool:
        """Whether it happened before another one."""
        place, own = self.known[:2]
        known = other.known[2]
        return place < len(known) and known[place] >= own


class LockOrder:
    """Follows who takes which lock while holding which."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._order = Order(history, locks=False)
        self._held: dict[int, dict[int, list[Hold]]] = {}
        """By process and thread; of holds by unknown threads nothing is concluded, and they are not here."""
        self._holds: dict[int, int] = {}
        """Lock to how many holds of it are in ``_held``."""
        self._edges: dict[int, dict[int, dict[tuple[int, frozenset[int]], Taking]]] = {}
        """From lock to lock to who took them so, holding what."""
        self._locks: set[int] = set()
        self._no_mutexes: set[int] = set()
        """Given back by others than their holders: they tell something, rather than keep others out."""
        self._found: dict[frozenset[int], Finding] = {}
        self.handlers = self._order.handlers
        self.handlers.follow(
            {layout.CREATED: self._created, layout.ACQUIRED: self._acquired, layout.RELEASING: self._releasing}
        )

    def forget(self, forgotten: Forgotten) -> None:
        """Forget locks that nobody uses, and who is gone: it can deadlock with nobody."""
        self._order.forget(forgotten)
        for process in forgotten.processes:
            self._held.pop(process, None)
        gone, unused = set(forgotten.processes), set(forgotten.resources)
        self._locks -= unused
        for lock in unused:
            self._edges.pop(lock, None)
            self._holds.pop(lock, None)
        for lock, following in list(self._edges.items()):
            for taken, by in list(following.items()):
                if taken in unused:
                    del following[taken]
                for who in [who for who in by if who[0] in gone]:
                    del by[who]
                if not by:
                    following.pop(taken, None)
            if not following:
                del self._edges[lock]

    def _created(self, row: int) -> Iterable[Finding]:
        """A semaphore that begins with one permit is a lock."""
        h = self._history
        defined = h.resources.get(h.resource[row])
        if h.value[row] == 1 and defined is not None and defined.counts_holders:
            self._locks.add(h.resource[row])
        return ()

    def _is_lock(self, resource: int) -> bool:
        if resource in self._locks:
            return True
        defined = self._history.resources.get(resource)
        if defined is None or defined.definition.kind not in MUTEXES:
            return False
        self._locks.add(resource)
        return True

    # --- Holding ---------------------------------------------------------------------------------------

    def _acquired(self, row: int) -> Iterable[Finding]:
        h = self._history
        thread, lock = h.thread[row], h.resource[row]
        concluded = thread and self._is_lock(lock)
        if self._order.begun and (not concluded or lock in self._no_mutexes):
            self._order.acquired(row)
        if not concluded:
            return ()
        process = h.process[row]
        threads = self._held.get(process)
        if threads is None:
            threads = self._held[process] = {}
        holds = threads.get(thread)
        if holds is None:
            holds = threads[thread] = []
        taken = (lock, h.site[row])
        found: Iterable[Finding] = ()
        if holds and not h.value[row] & layout.ACQUIRED_TRYING and all(held != lock for held, _ in holds):
            found = list(self._nested(row, holds, taken))
        holds.append(taken)
        self._holds[lock] = self._holds.get(lock, 0) + 1
        return found

    def _releasing(self, row: int) -> Iterable[Finding]:
        h = self._history
        lock = h.resource[row]
        if not self._holds.get(lock):
            return self._order.releasing(row) if self._order.begun else ()
        threads = self._held.get(h.process[row], {})
        own = threads.get(h.thread[row])
        if own and self._remove(own, lock):
            return ()
        if any(self._remove(holds, lock) for holds in threads.values()):
            return ()
        return self._given_back_by_another(row, lock)

    def _given_back_by_another(self, row: int, lock: int) -> Iterable[Finding]:
        if self._history.resources[lock].definition.kind in _OWNED:
            return
        if any(self._remove(holds, lock) for threads in self._held.values() for holds in threads.values()):
            self._no_mutexes.add(lock)
            self._order.handed_over(row)
            for locks, finding in self._found.items():
                if lock in locks and not finding.withdrawn:
                    self._found[locks] = replace(finding, withdrawn=True)
                    yield self._found[locks]

    def _remove(self, holds: list[Hold], lock: int) -> bool:
        """End the latest hold of a lock among these."""
        for i in range(len(holds) - 1, -1, -1):
            if holds[i][0] == lock:
                del holds[i]
                self._holds[lock] -= 1
                return True
        return False

    # --- Edges and cycles ------------------------------------------------------------------------------

    def _nested(self, row: int, holds: list[Hold], taken: Hold) -> Iterator[Finding]:
        self._order.begin(row)
        known = self._order.gift(self._history.process[row])
        lines = dict(holds)
        holding = frozenset(lines)
        for held in lines.items():
            taking = Taking(self._history.process[row], held, taken, holding, known)
            by = self._edges.setdefault(held[0], {}).setdefault(taken[0], {})
            by[taking.process, holding] = taking
            if taken[0] in self._edges:
                yield from self._close(row, taking)

    def _close(self, row: int, last: Taking) -> Iterator[Finding]:
        """Look for takings that lead back from the lock just taken to the one that was held."""
        steps = 0
        paths = [[last]]
        while paths and steps < _MOST_STEPS:
            path = paths.pop()
            before = [each.held[0] for each in path]
            locks = frozenset((*before, path[-1].taken[0]))
            for lock, by in self._edges.get(path[-1].taken[0], {}).items():
                steps += len(by)
                if lock == last.held[0]:
                    if locks not in self._found and not locks & self._no_mutexes:
                        yield from self._close_by(row, path, by.values(), locks)
                elif len(path) < _MOST_LOCKS - 1 and lock not in before:
                    paths += [[*path, taking] for taking in by.values() if _fits(taking, path)]

    def _close_by(self, row: int, path: list[Taking], by: Iterable[Taking], locks: frozenset[int]) -> Iterator[Finding]:
        """Close a path by the first taking that fits."""
        for taking in by:
            if _fits(taking, path) and self._coexist([*path, taking]):
                yield self._cycle(row, [*path, taking], locks)
                return

    def _cycle(self, row: int, cycle: list[Taking], locks: frozenset[int]) -> Finding:
        h = self._history
        cycle = [*cycle[1:], cycle[0]]
        said = ", ".join(self._said(taking) for taking in cycle)
        names = " and ".join(f"`{h.resource_name(lock)}`" for lock in sorted(locks))
        self._found[locks] = Finding(
            "lock_order",
            "warning",
            tuple(taking.process for taking in cycle),
            tuple(taking.held[0] for taking in cycle),
            h.time[row],
            f"{said}; they did not deadlock this time",
            f"Take {names} in the same order everywhere, or acquire with a timeout, give back and try again.",
            certain=False,
            key=(locks,),
        )
        return self._found[locks]

    def _coexist(self, cycle: list[Taking]) -> bool:
        """Whether every process had begun before any had ended."""
        processes = [self._history.processes[taking.process] for taking in cycle]
        return not any(one.ended_by(other.began or 0) for one in processes for other in processes)

    def _said(self, taking: Taking) -> str:
        h = self._history
        names = [h.resource_name(lock) for lock, _ in (taking.held, taking.taken)]
        places = [place for _, site in (taking.held, taking.taken) if (place := h.place(site))]
        if len(places) == 2 and places[0].rpartition(":")[0] == places[1].rpartition(":")[0]:
            places[1] = places[1].rpartition(":")[2]
        place = f" ({', '.join(places)})" if places else ""
        return f"{h.name(taking.process)} takes `{names[0]}` then `{names[1]}`{place}"


def _fits(taking: Taking, path: list[Taking]) -> bool:
    """Whether it may be going on while those of the path are: others' work, holding other locks, unordered."""
    for other in path:
        if taking.process == other.process or not taking.holding.isdisjoint(other.holding):
            return False
        if taking.before(other) or other.before(taking):
            return False
    return True
