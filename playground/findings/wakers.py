"""Who could wake whom: the greatest set of processes that nobody outside it can wake.

A waiting process can go on when one of its potential wakers can. What is left when all that can
go on are taken away is stuck. Sound as long as the wakers are supersets.
"""

from collections.abc import Mapping

from playground.history import History, Nanoseconds, Process, State, Wait
from playground.probe import layout

HELPERS = frozenset({"server", "tracker"})
LOCKS = frozenset({"lock", "rlock", "value", "array", "condition"})
"""What is held by somebody, who alone is expected to give it back."""
OWNED = frozenset({"rlock", "value", "array", "condition"})
"""What only its owner can give back (the C code enforces it)."""

NEWCOMER = -1
"""Stands for whoever has been started and has not yet spoken; can go on."""


def alive_at(history: History, t: Nanoseconds) -> set[int]:
    """Processes of the program that had begun and not ended; helpers of multiprocessing left out."""
    return {
        index
        for index, process in enumerate(history.processes)
        if process.began is not None
        and process.began <= t
        and not process.ended_by(t)
        and process.definition.role not in HELPERS
    }


def newcomers_at(history: History, t: Nanoseconds) -> bool:
    """Whether somebody has been started, or is known by sight, of whom nothing else is known yet."""
    by_sight = (p for p in history.processes if p.sighted is not None and p.sighted <= t and _silent(p, t))
    return any(p.definition.role not in HELPERS for p in by_sight) or any(
        since <= t and (pid not in history.pids or _silent(history.processes[history.pids[pid]], t))
        for pid, since in history.started_at.items()
    )


def _silent(process: Process, t: Nanoseconds) -> bool:
    """Whether nothing had come from a process, nor of its end."""
    return all(first > t for first in process.spoken.values()) and not process.ended_by(t)


def waits_of_stillness(
    history: History, t: Nanoseconds, inspected: Mapping[int, tuple[Nanoseconds, bool]]
) -> dict[int, Wait]:
    """The untimed wait of each process whose main thread has stood still in it, by the kernel's word at ``t``.

    ``inspected`` holds each process's latest inspection, and whether it handles a timer.
    """
    waits: dict[int, Wait] = {}
    others: set[int] = set()
    joining: set[int] = set()  # a thread of theirs waits for a process, whose end may let it go on
    for wait in history.waits_at(t):
        at, timer = inspected.get(wait.process, (-1, False))
        if wait.thread != layout.MAIN_THREAD:
            (others if wait.resource else joining).add(wait.process)
        elif (
            at == t
            and not timer
            and wait.since <= t - layout.STILL_NS
            and not wait.timed
            and wait.operation not in {"result", "poll", "child"}
        ):
            waits[wait.process] = wait
    return {
        p: w
        for p, w in waits.items()
        if history.processes[p].state_at(t) == State.WAITING and p not in joining and not _busy(history, p, others, t)
    }


def _busy(history: History, process: int, waiting_elsewhere: set[int], t: Nanoseconds) -> bool:
    """Whether another thread of the process, a queue's feeder aside, may be running."""
    names, spoken = history.processes[process].thread_names, history.processes[process].spoken
    return process not in waiting_elsewhere and any(
        not names.get(number, "").startswith("QueueFeeder")
        for number, first in spoken.items()
        if number > layout.MAIN_THREAD and first <= t
    )


def stuck(history: History, t: Nanoseconds, waits: Mapping[int, Wait], *, certain: bool) -> set[int]:
    """Processes that nobody can wake; with ``certain`` any process may release a plain lock."""
    alive = alive_at(history, t) | alive_at(history, t - layout.STILL_NS)
    if newcomers_at(history, t):
        alive.add(NEWCOMER)
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
