"""Who could wake whom: the greatest set of threads that nobody outside it can wake.

A waiting thread can go on when one of its potential wakers can. What is left when all that can go on are taken
away is stuck. Sound as long as the wakers are supersets, and all of them were looked at in the same instant.
"""

from collections.abc import Mapping

from msgspec import Struct

from playground.findings.look import OUTSIDE, Call, Look, Node
from playground.history import History, Nanoseconds, Process, State, Wait
from playground.probe import layout

HELPERS = frozenset({"server", "tracker"})
LOCKS = frozenset({"lock", "rlock", "value", "array", "condition"})
"""What is held by somebody, who alone is expected to give it back."""
OWNED = frozenset({"rlock", "value", "array", "condition"})
"""What only its owner can give back (the C code enforces it)."""

_MANY_SIDED = frozenset({"result", "poll", "call", "accept", "submit", "child"})
"""Operations that threads or strangers may end: without the kernel's word nothing is concluded from them."""


class Standing(Struct, frozen=True):
    """A thread that stands still."""

    node: Node
    operation: str
    wait: Wait | None
    """What the program told of the wait; None when only the kernel did."""
    seen: Wait | None
    """What the kernel told of it, when the program told nothing."""
    certain: frozenset[Node] | None
    """Everybody who might end it; None when it may end by itself."""
    likely: frozenset[Node] | None
    """The same, but a lock is given back by its holder alone."""
    call: str = ""
    """The operation that the kernel told of."""

    @property
    def known(self) -> Wait | None:
        """The wait, as the program told it, else the kernel."""
        return self.wait or self.seen


def alive_at(history: History, t: Nanoseconds) -> set[int]:
    """Processes of the program that had begun and not ended; helpers of multiprocessing left out."""
    return {
        index
        for index, process in history.shown.items()
        if process.began is not None
        and process.began <= t
        and not process.ended_by(t)
        and process.definition.role not in HELPERS
    }


def newcomers_at(history: History, t: Nanoseconds) -> bool:
    """Whether somebody has been started, or is known by sight, who has yet to speak or to get what it works with."""
    return any(_has_yet_to_come(process, t) for process in history.shown.values()) or any(
        since <= t and (pid not in history.pids or _silent(history.processes[history.pids[pid]], t))
        for pid, since in history.started_at.items()
    )


def _has_yet_to_come(process: Process, t: Nanoseconds) -> bool:
    if process.definition.role in HELPERS:
        return False
    began = process.began is not None and process.began <= t
    is_program = process.definition.role == "program" and began  # another one, which says nothing
    if process.sighted is not None and process.sighted <= t and _silent(process, t) and not is_program:
        return True
    spawned = process.definition.method not in {"", "fork"} and process.definition.role in {
        "child",
        "worker",
        "manager",
    }
    booting = process.booted is None or process.booted > t
    return spawned and booting and began and not process.ended_by(t)


def _silent(process: Process, t: Nanoseconds) -> bool:
    """Whether nothing had come from a process, nor of its end."""
    return all(first > t for first in process.spoken.values()) and not process.ended_by(t)


class Standstill:
    """Everybody at the instant of a look: who stands still, who may go on."""

    def __init__(self, history: History, look: Look) -> None:
        self._history, self._look = history, look
        t = look.t
        self.alive = alive_at(history, t)
        # Whoever has just ended may have woken somebody in its last moments.
        self._others: set[Node] = {(p, 0) for p in self.alive | alive_at(history, t - layout.STILL_NS)}
        self.newcomers = newcomers_at(history, t)
        if self.newcomers:
            self._others.add(OUTSIDE)
        self.threads: dict[Node, Standing] = {}
        """Threads of the processes all of whose threads stand still."""
        all_waits = history.waits_at(t)
        waits = {(w.process, w.thread): w for w in all_waits if not w.seen or (self._kind(w) in LOCKS and w.holders)}
        self._seen = {(w.process, w.thread): w for w in all_waits if w.seen}
        self._at_locks = {process for (process, _), w in waits.items() if self._kind(w) in LOCKS and w.holders}
        """Processes that wait for what is held."""
        for process, flags in look.inspected.items():
            if (process in self.alive or self._is_helper(process)) and not flags & layout.INSPECTED_TIMER:
                self._describe(process, flags, waits)
        self._of: dict[int, list[Node]] = {}
        """Process to its threads among these."""
        for node in self.threads:
            self._of.setdefault(node[0], []).append(node)

    def _is_helper(self, process: int) -> bool:
        known = self._history.processes[process]
        return known.definition.role in HELPERS and not known.ended_by(self._look.t)

    def _describe(self, process: int, flags: int, waits: Mapping[Node, Wait]) -> None:
        threads = self._look.threads(process)
        if threads:
            for thread in threads:
                node = (process, thread)
                if not (thread == layout.MAIN_THREAD and self._history.processes[process].definition.role == "manager"):
                    self.threads[node] = self._standing(node, waits.get(node), self._look.calls[node], flags)
        elif self._told(process, waits):
            node = (process, layout.MAIN_THREAD)
            self.threads[node] = self._standing(node, waits[node], None, flags)

    def _told(self, process: int, waits: Mapping[Node, Wait]) -> bool:
        """Whether the process stands still by its own word, where the kernel does not tell more."""
        wait = waits.get((process, layout.MAIN_THREAD))
        return (
            wait is not None
            and wait.since <= self._look.t - layout.STILL_NS
            and wait.operation not in _MANY_SIDED
            and not (wait.operation == "join" and self._kind(wait) in {"pool", "executor"})
            and self._history.processes[process].state_at(self._look.t) == State.WAITING
            and not self._busy(process, waits)
        )

    def _busy(self, process: int, waits: Mapping[Node, Wait]) -> bool:
        """Whether another thread of the process, a queue's feeder aside, may run or waits for a process's end."""
        known = self._history.processes[process]
        return any(
            not known.thread_names.get(number, "").startswith("QueueFeeder")
            for number, first in known.spoken.items()
            if number > layout.MAIN_THREAD and first <= self._look.t and not _on_a_thing(waits.get((process, number)))
        )

    # --- Who could end a wait --------------------------------------------------------------------------

    def _standing(self, node: Node, wait: Wait | None, call: Call | None, flags: int) -> Standing:
        known = self._seen.get(node)
        told = call.operation if call is not None else ""
        operation = wait.operation if wait is not None else known.operation if known is not None else told
        by_itself = wait is not None and (wait.timed or wait.operation == "debug")  # the person may end that
        if by_itself or (call is not None and call.timed):
            return Standing(node, operation, wait, known, None, None)
        seen = self._look.wakers_of(call) if call is not None else None
        if call is not None and seen is None and wait is None:
            return Standing(node, operation, wait, known, None, None)
        if seen is not None and known is not None and known.operation == "child":
            seen = seen | self._children_of_servers(seen)
        certain, likely = self._wakers(node, wait, seen)
        if flags & layout.INSPECTED_HANDLER:  # somebody may send a signal
            certain, likely = (None if each is None else each | self._others for each in (certain, likely))
        if flags & layout.INSPECTED_CALLED and certain is not None and likely is not None:
            certain |= {OUTSIDE}
            likely |= {OUTSIDE} if wait is None else set()  # a lock is hardly given back by a handler
        return Standing(node, operation, wait, known, certain, likely, told)

    def _children_of_servers(self, nodes: set[Node]) -> set[Node]:
        """The children of the fork servers among these, who tell of their ends."""
        known = self._history.processes
        servers = {known[p].definition.pid for p, _ in nodes if p >= 0 and known[p].definition.role == "server"}
        return {(p, 0) for p in self.alive if known[p].definition.ppid in servers}

    def _wakers(
        self, node: Node, wait: Wait | None, seen: set[Node] | None
    ) -> tuple[frozenset[Node] | None, frozenset[Node] | None]:
        history = self._history
        possible = frozenset(seen if seen is not None else self._others - {(node[0], 0)})
        if self.newcomers:  # nobody knows what they have
            possible |= {OUTSIDE}
        if wait is None:
            return possible, possible
        if wait.operation == "join" and not wait.resource:
            if wait.on_process not in self.alive:
                return None, None
            joined = frozenset({(wait.on_process, 0)}) | (possible if seen is not None else frozenset())
            return joined, joined
        kind = self._kind(wait)
        if kind not in LOCKS or (wait.operation != "acquire" and not wait.seen):
            return possible, possible
        if not wait.holders:
            return (possible, possible) if possible else (None, None)
        holders = frozenset(
            (process, thread if site or kind == "rlock" else 0)  # a hot lock does not tell which thread it was
            for process, thread, site, _ in history.resources[wait.resource].holders_at(self._look.t)
            if process in self.alive
        )
        if kind in OWNED:
            return holders, holders
        if holders and holders <= {node, (node[0], 0)}:  # taken to be given back by somebody else: a signal
            return possible, possible | holders
        if wait.seen and not self._at_locks.issuperset(wait.holders):  # it may have taken it as a signal, too
            return possible, possible | holders
        return possible, holders

    def _kind(self, wait: Wait) -> str:
        known = self._history.resources.get(wait.resource)
        return known.definition.kind if known is not None else ""

    # --- Who is stuck -----------------------------------------------------------------------------------

    def stuck(self, *, certain: bool) -> set[Node]:
        """Threads that nobody can wake; with ``certain`` whoever has a plain lock may release it."""
        wakers = {node: each.certain if certain else each.likely for node, each in self.threads.items()}
        left = {node for node, by in wakers.items() if by is not None}
        while True:
            able: dict[frozenset[Node], set[Node]] = {}
            free = {node for node in left if self._is_free(node, wakers[node] or frozenset(), left, able)}
            if not free:
                return left
            left -= free

    def _is_free(
        self, node: Node, by: frozenset[Node], left: set[Node], able: dict[frozenset[Node], set[Node]]
    ) -> bool:
        """Whether one of those who could wake a thread can go on; ``able`` keeps that, since many wait for the same."""
        if by not in able:
            able[by] = {waker for waker in by if self._can_go_on(waker, None, left)}
        if any(process != node[0] for process, _ in able[by]):
            return True
        own = {(node[0], 0), *self._of[node[0]]}
        return any(self._can_go_on(waker, node, left) for waker in own & by)

    def _can_go_on(self, waker: Node, waiting: Node | None, left: set[Node]) -> bool:
        process, thread = waker
        if waker == OUTSIDE:
            return True
        known = self._history.processes[process]
        if known.definition.role == "tracker":  # it only removes names
            return False
        if known.ended_by(self._look.t):
            return waker in self._others
        threads = self._of.get(process, ())
        return not threads or any(node not in left for node in threads if node != waiting and thread in (0, node[1]))

    def only_parked(self, stuck: set[Node]) -> bool:
        """Whether nobody is stuck but main threads of programs, which may mean to stay until a signal ends them."""
        return all(map(self._is_parked, stuck)) and not self.all_stuck(stuck)

    def _is_parked(self, node: Node) -> bool:
        standing = self.threads[node]
        is_program = self._history.processes[node[0]].definition.role in {"main", "program"}
        return is_program and node[1] == layout.MAIN_THREAD and standing.operation == "thread" and standing.wait is None

    def all_stuck(self, stuck: set[Node]) -> bool:
        """Whether these are all threads of all processes of the program."""
        described = {process for process, _ in self.threads}
        managers = {p for p in self.alive if self._history.processes[p].definition.role == "manager"}
        needed = {node for node in self.threads if not self._is_helper(node[0])}
        return not self.newcomers and stuck >= needed and described >= self.alive - managers


def _on_a_thing(wait: Wait | None) -> bool:
    """Whether it is a wait for a resource, and not for a process, whose end may let it go on."""
    return wait is not None and bool(wait.resource)
