"""Who could wake whom: the greatest set of processes that nobody outside it can wake.

A waiting process can go on when one of its potential wakers can. What is left when all that can
go on are taken away is stuck. Sound as long as the wakers are supersets.
"""

from collections.abc import Mapping

from playground.history import History, Nanoseconds, State, Wait

HELPERS = frozenset({"server", "tracker"})
LOCKS = frozenset({"lock", "rlock", "value", "array", "condition"})
"""What is held by somebody, who alone is expected to give it back."""
OWNED = frozenset({"rlock", "value", "array", "condition"})
"""What only its owner can give back (the C code enforces it)."""


def alive_at(history: History, t: Nanoseconds) -> set[int]:
    """Processes of the program that had begun and not ended; helpers of multiprocessing left out."""
    return {
        index
        for index, process in enumerate(history.processes)
        if process.began is not None
        and process.began <= t
        and (process.ended is None or process.ended > t)
        and process.definition.role not in HELPERS
    }


def waits_of_stillness(history: History, t: Nanoseconds, inspected: Mapping[int, Nanoseconds]) -> dict[int, Wait]:
    """The wait of each process that stands still, by the kernel's word, in an untimed wait of its main thread."""
    waits: dict[int, Wait] = {}
    others: set[int] = set()
    for wait in history.waits_at(t):
        if wait.thread != 1:
            others.add(wait.process)
        elif (
            not wait.timed and wait.operation not in {"result", "poll"} and inspected.get(wait.process, -1) > wait.since
        ):
            waits[wait.process] = wait
    still = {State.WAITING}
    return {
        p: w for p, w in waits.items() if history.processes[p].state_at(t) in still and not _busy(history, p, others)
    }


def _busy(history: History, process: int, waiting_elsewhere: set[int]) -> bool:
    """Whether another thread of the process, a queue's feeder aside, may be running."""
    names = history.processes[process].thread_names
    return process not in waiting_elsewhere and any(
        not name.startswith("QueueFeeder") for number, name in names.items() if number != 1
    )


def stuck(history: History, t: Nanoseconds, waits: Mapping[int, Wait], *, certain: bool) -> set[int]:
    """Processes that nobody can wake; with ``certain`` any process may release a plain lock."""
    alive = alive_at(history, t)
    wakers = {p: _wakers(history, wait, alive, certain=certain) for p, wait in waits.items() if p in alive}
    left = {p for p, by in wakers.items() if by is not None}
    while True:
        free = {p for p in left if (wakers[p] or set()) - left}
        if not free:
            return left
        left -= free


def _wakers(history: History, wait: Wait, alive: set[int], *, certain: bool) -> set[int] | None:
    """Live processes that could end a wait; None when it ends by itself."""
    others = alive - {wait.process}
    if wait.operation == "join" and not wait.resource:
        return {wait.on_process} if wait.on_process in alive else None
    kind = history.resources[wait.resource].definition.kind if wait.resource in history.resources else ""
    if wait.operation == "acquire" and kind in LOCKS:
        if not wait.holders:
            return others or None
        if kind in OWNED or not certain:
            return set(wait.holders) & alive
    return others
