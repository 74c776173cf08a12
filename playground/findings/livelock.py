"""Two processes that each hold what the other tries to get, fail, give back and try again, time after time.

Nobody waits, so nothing stands still; what tells it is that neither has had both in between.
"""

from collections.abc import Iterable

from msgspec import Struct, field

from playground.findings.finding import Finding
from playground.findings.handlers import Handlers
from playground.findings.order import MUTEXES
from playground.history import Forgotten, History, Nanoseconds
from playground.probe import layout

_TIMES = 5
"""So often has each of the two given back before it is told; with random pauses they hardly ever fail so often."""

Thread = tuple[int, int]
"""Process and thread."""
Hold = tuple[int, int]
"""Process and the lock that it has while it tries for the other's."""


class Taken(Struct):
    """A lock that somebody has, an RLock perhaps several times."""

    by: Thread
    at: int
    times: int = 1


class Tries(Struct):
    """How often a process tried in vain, each time with its lock taken anew."""

    times: int = 0
    taken_at: int = -1
    site: int = 0


class Standoff(Struct):
    """Two processes that try for each other's locks, since one of them had both for the last time."""

    locks: tuple[int, int]
    by: dict[Hold, Tries] = field(default_factory=dict)
    told: int = 0
    at: int = -1
    """When it was told first."""


class Livelocks:
    """Follows who tries for a lock in vain while holding one that the lock's holder tries for.

    Who holds what is followed from the first try for a lock in vain on: in most programs there is none.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._following = False
        self._taken: dict[int, Taken] = {}
        self._standoffs: dict[frozenset[Hold], Standoff] = {}
        self._over: dict[int, list[Standoff]] = {}
        """Lock to the standoffs over it."""
        self.handlers = Handlers({layout.TRY_FAILED: self._failed, layout.TIMED_OUT: self._failed})

    def forget(self, forgotten: Forgotten) -> None:
        """Forget locks that nobody uses, and who is gone."""
        gone, unused = set(forgotten.processes), set(forgotten.resources)
        for lock in [lock for lock, taken in self._taken.items() if lock in unused or taken.by[0] in gone]:
            del self._taken[lock]
        for key in list(self._standoffs):
            if any(process in gone or lock in unused for process, lock in key):
                del self._standoffs[key]
        self._over.clear()
        for standoff in self._standoffs.values():
            self._note(standoff)

    def _note(self, standoff: Standoff) -> None:
        for lock in standoff.locks:
            self._over.setdefault(lock, []).append(standoff)

    def _begin(self, t: Nanoseconds) -> None:
        """Learn who holds what at that instant."""
        self._following = True
        self.handlers.follow({layout.ACQUIRED: self._acquired, layout.RELEASING: self._releasing})
        for lock, resource in self._history.resources.items():
            if resource.definition.kind in MUTEXES:
                for process, thread, _, since in resource.holders_at(t):
                    self._taken[lock] = Taken((process, thread), since)

    def _is_mutex(self, lock: int) -> bool:
        defined = self._history.resources.get(lock)
        return defined is not None and defined.definition.kind in MUTEXES

    def _acquired(self, row: int) -> Iterable[Finding]:
        h = self._history
        lock, by = h.resource[row], (h.process[row], h.thread[row])
        if self._is_mutex(lock):
            taken = self._taken.get(lock)
            if taken is not None and taken.by == by:
                taken.times += 1
            else:
                self._taken[lock] = Taken(by, h.time[row])
                self._got_on(lock, by[0])
        return ()

    def _got_on(self, lock: int, process: int) -> None:
        """Whoever has both locks of a standoff has got on: count anew."""
        for standoff in self._over.get(lock, ()):
            if all((taken := self._taken.get(each)) and taken.by[0] == process for each in standoff.locks):
                for tries in standoff.by.values():
                    tries.times = 0

    def _releasing(self, row: int) -> Iterable[Finding]:
        taken = self._taken.get(self._history.resource[row])
        if taken is not None:
            taken.times -= 1
            if not taken.times:
                del self._taken[self._history.resource[row]]
        return ()

    def _failed(self, row: int) -> Iterable[Finding]:
        h = self._history
        wanted = h.resource[row]
        if not self._following:
            if not self._is_mutex(wanted):
                return ()
            self._begin(h.time[row])
        other = self._taken.get(wanted)
        if other is None or other.by[0] == h.process[row] or not h.thread[row]:
            return ()
        return list(self._in_vain(row, wanted, other))

    def _in_vain(self, row: int, wanted: int, other: Taken) -> Iterable[Finding]:
        """Count a try for what another process has with every lock that the thread holds meanwhile."""
        h = self._history
        process, thread = h.process[row], h.thread[row]
        for mine, taken in self._taken.items():
            if taken.by != (process, thread):
                continue
            key = frozenset(((process, mine), (other.by[0], wanted)))
            standoff = self._standoffs.get(key)
            if standoff is None:
                standoff = self._standoffs[key] = Standoff((mine, wanted))
                self._note(standoff)
            tries = standoff.by.setdefault((process, mine), Tries())
            if tries.taken_at != taken.at:
                tries.times, tries.taken_at, tries.site = tries.times + 1, taken.at, h.site[row] or tries.site
            times = min(each.times for each in standoff.by.values()) if len(standoff.by) == 2 else 0
            if times >= _TIMES and times > 1.1 * standoff.told:
                standoff.told = times
                standoff.at = standoff.at if standoff.at >= 0 else h.time[row]
                yield self._finding(standoff)

    def _finding(self, standoff: Standoff) -> Finding:
        h = self._history
        (one, first), (other, second) = standoff.by
        names = f"`{h.resource_name(first)}`", f"`{h.resource_name(second)}`"
        places = [h.place_aside(tries.site) for tries in standoff.by.values()]
        text = (
            f"probably a livelock: {h.name(one)} takes {names[0]} and tries for {names[1]}{places[0]}, "
            f"{h.name(other)} takes {names[1]} and tries for {names[0]}{places[1]}; "
            f"each gave back and tried again {standoff.told:,} times, in vain"
        )
        advice = f"Pause for a random time before the next try, or take {' and '.join(names)} in one order everywhere."
        key = (frozenset(standoff.by),)
        return Finding("livelock", "warning", (one, other), (first, second), standoff.at, text, advice, False, key=key)
