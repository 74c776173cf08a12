"""Queues that were asked whether something is in them before it was got: another one took it, or it came later.

Told only when it had an effect: somebody waits for ever in the ``get`` that followed, or all who took items went
home for the answer and items were left. Puts and gets are followed from the first such question on.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from playground.findings import causes
from playground.findings.deadlock import Deadlocks
from playground.findings.finding import Finding
from playground.findings.handlers import Handler, Handlers
from playground.history import Forgotten, History, Wait
from playground.probe import layout

_CURE = (
    "What `empty()` and `qsize()` say is over when they have said it. Put an end item for each process that reads,"
    " `for _ in workers: {0}.put(None)`, and read until it comes: `for item in iter({0}.get, None):`."
)
_SHOWN = 3


class _Look(Struct, frozen=True):
    """What was asked, and what was said."""

    at: int
    thread: int
    site: int
    some: bool
    """Whether there was something."""
    puts: int
    """How many items had been put by then."""


class _Use(Struct):
    """What one process did with one queue."""

    look: _Look | None = None
    """Its latest question, if it has got nothing since."""
    puts: bool = False
    gets: bool = False
    peeks: bool = False
    """Whether it was told that there is something and took nothing: it only watches."""

    @property
    def took(self) -> bool:
        """Whether it is one of those who take items, as far as is known."""
        return self.gets or (not self.puts and not self.peeks)


class _Queue(Struct):
    """What is known of one queue."""

    uses: dict[int, _Use] = field(default_factory=dict)
    puts: int = 0
    """How many items were put."""
    last_taker: tuple[int, int] | None = None
    """Who has got an item last, and when."""
    spoiled: bool = False
    """Whether somebody who took items is forgotten."""


class EmptyChecks:
    """Follows the questions; looks when somebody waits for ever, and at the end of the run."""

    def __init__(self, history: History, deadlocks: Deadlocks) -> None:
        self._history, self._deadlocks = history, deadlocks
        self._queues: dict[int, _Queue] = {}
        self._stuck: dict[int, Finding] = {}
        """Queue to what was found of those who wait for it."""
        self.handlers = Handlers({layout.LOOKED: self._looked})

    def _followers(self) -> Mapping[int, Handler]:
        return {
            layout.PUTTING: self._putting,
            layout.GOT: self._got,
            layout.TRY_FAILED: self._got_none,
            layout.TIMED_OUT: self._got_none,
            layout.INSPECTED: self._look_at_all,
            layout.RUN_ENDED: self._ended,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget queues that nobody uses; of one whose users are gone nobody can say any more who left it."""
        for resource in forgotten.resources:
            self._queues.pop(resource, None)
        gone = set(forgotten.processes)
        for queue in self._queues.values():
            for process in gone & queue.uses.keys():
                queue.spoiled |= queue.uses.pop(process).took

    def _use(self, row: int) -> _Use | None:
        """What the row's process did with the row's queue; None when nobody has asked it anything."""
        h = self._history
        queue = self._queues.get(h.resource[row])
        return queue.uses.setdefault(h.process[row], _Use()) if queue is not None else None

    def _looked(self, row: int) -> Iterable[Finding]:
        h = self._history
        if not self._queues:
            self.handlers.follow(self._followers())
        queue = self._queues.setdefault(h.resource[row], _Queue())
        use = queue.uses.setdefault(h.process[row], _Use())
        use.peeks |= use.look is not None and use.look.some
        thread = h.thread[row] or layout.MAIN_THREAD
        use.look = _Look(h.time[row], thread, h.site[row], bool(h.value[row]), queue.puts)
        return ()

    def _putting(self, row: int) -> Iterable[Finding]:
        use = self._use(row)
        if use is not None:
            use.puts = True
            self._queues[self._history.resource[row]].puts += 1
        return ()

    def _got(self, row: int) -> Iterable[Finding]:
        use = self._use(row)
        if use is None:
            return
        h = self._history
        resource = h.resource[row]
        use.gets, use.look = True, None
        self._queues[resource].last_taker = (h.process[row], h.time[row])
        found = self._stuck.get(resource)
        if found is not None and h.process[row] in found.processes:
            del self._stuck[resource]
            yield replace(found, withdrawn=True)

    def _got_none(self, row: int) -> Iterable[Finding]:
        use = self._use(row)
        if use is not None:
            use.look = None
        return ()

    # --- Who waits for ever ------------------------------------------------------------------------------

    def _look_at_all(self, row: int) -> Iterable[Finding]:
        if not self._history.value[row] & layout.INSPECTED_LAST:
            return
        for resource, queue in self._queues.items():
            misled = [
                (wait, use.look)
                for wait in self._deadlocks.never_woken
                if wait.operation == "get" and wait.resource == resource and (use := queue.uses.get(wait.process))
                if use.look is not None and use.look.some and use.look.thread == wait.thread
            ]
            if misled:
                found = self._stuck[resource] = self._waits_for_ever(resource, queue, misled)
                yield found

    def _waits_for_ever(self, resource: int, queue: _Queue, misled: list[tuple[Wait, _Look]]) -> Finding:
        h = self._history
        name, variable = h.resource_name(resource), h.variable(resource)
        waits = "; ".join(
            f"{h.name(wait.process)} waits for ever in `get` of `{name}`{self._history.place_aside(wait.site)}"
            for wait, _ in misled[:_SHOWN]
        )
        more = f"; and {len(misled) - _SHOWN} more" if len(misled) > _SHOWN else ""
        first, taker = misled[0][1], queue.last_taker
        took = taker is not None and taker[1] > first.at and taker[0] != misled[0][0].process
        then = f", then {h.name(taker[0])} took it" if taker is not None and took else ""
        text = (
            f"{waits}{more}: the queue had said that something was in it{self._history.place_aside(first.site)}{then}"
        )
        processes = tuple(wait.process for wait, _ in misled)
        at = max(wait.since for wait, _ in misled)
        return Finding(
            "empty_check", "error", processes, (resource,), at, text, _CURE.format(variable), key=(resource, "stuck")
        )

    # --- What was left -------------------------------------------------------------------------------

    def _ended(self, row: int) -> Iterable[Finding]:
        h, t = self._history, self._history.time[row]
        outcome = h.value[row] >> 32
        if (
            not 0 <= outcome < len(layout.OUTCOMES)
            or layout.OUTCOMES[outcome] != "finished"
            or causes.interrupted(h, t)
        ):
            return
        for resource, queue in self._queues.items():
            known = h.resources.get(resource)
            takers = [(p, use.look) for p, use in queue.uses.items() if use.took]
            left = [
                (p, look) for p, look in takers if look is not None and not look.some and not h.processes[p].exitcode
            ]
            if known is not None and known.depth and left and len(left) == len(takers) and not queue.spoiled:
                yield self._left(resource, known.depth, queue.puts, left)

    def _left(self, resource: int, count: int, puts: int, left: list[tuple[int, _Look]]) -> Finding:
        h = self._history
        name = h.resource_name(resource)
        last = max((look for _, look in left), key=lambda look: look.at)
        names = [h.name(p) for p, _ in left]
        who = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
        items = f"{count} item{'s were' if count > 1 else ' was'}"
        put = max(count - (puts - last.puts), 0)
        under_way = (
            "it was" if count == 1 else "all were" if put == count else f"{put} of them {'was' if put == 1 else 'were'}"
        )
        when = f"; {under_way} on the way then" if put else f"; {'they' if count > 1 else 'it'} came later"
        text = (
            f"{items} left in `{name}`: {who} took no more since the queue had said that nothing was in"
            f" it{self._history.place_aside(last.site)}{when}"
        )
        processes = tuple(p for p, _ in left)
        advice = _CURE.format(h.variable(resource))
        return Finding("empty_check", "warning", processes, (resource,), last.at, text, advice, key=(resource, "left"))
