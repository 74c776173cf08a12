"""Which processes are shown, and in what order; the same in the timeline and in the table. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from playground.history import History, Nanoseconds, Process, ProcessState, State

_PARTS = re.compile(r"(\D*)([0-9]{0,9})")
Key: TypeAlias = Callable[[History, ProcessState], object]


@lru_cache(4096)
def in_order(name: str) -> tuple[tuple[str, int], ...]:
    """What to order names by, so that ``worker-2`` stands before ``worker-10``, and case makes no difference."""
    return tuple((text, int(figures or 0)) for text, figures in _PARTS.findall(name.lower()))


def _by_waiting(_: History, state: ProcessState) -> object:
    waits = state.state == State.WAITING
    return (not waits, state.since if waits else 0)


ORDERS: dict[str, Key | None] = {
    "start": None,
    "tree": None,
    "name": lambda history, state: in_order(history.name(state.index)),
    "state": lambda _, state: (state.state.final, state.state.name, state.since),
    "waiting": _by_waiting,
    "pid": lambda history, state: history.processes[state.index].definition.pid,
    "threads": lambda _, state: -(state.threads or 0),
    "cpu": lambda _, state: -(state.cpu or 0),
    "memory": lambda _, state: -(state.rss or 0),
}
"""Name of an order to what is compared; those without are by start, ``tree`` with children below their parent.

In the tree the workers of pools and executors stand together, after the other children.
"""


def arranged(history: History, at: Nanoseconds, order: str = "start", words: str = "") -> tuple[ProcessState, ...]:
    """Every process that had begun by then and has all the words in its name or state, in that order."""
    states = sorted(history.at(at), key=lambda state: (_known_since(history.processes[state.index]), state.index))
    if order == "tree":
        states = _as_tree(history, states)
    elif key := ORDERS.get(order):
        states.sort(key=lambda state: key(history, state))  # type: ignore[arg-type, return-value]  # one kind of key
    return having(history, states, words)


def _known_since(process: Process) -> Nanoseconds:
    """When a process began; of one that said nothing, when it was first seen, or else when it ended."""
    return next((t for t in (process.began, process.sighted, process.ended) if t is not None), 0)


def having(history: History, states: Iterable[ProcessState], words: str) -> tuple[ProcessState, ...]:
    """Those that have all the words in their name, state or pid."""
    wanted = words.lower().split()
    return tuple(state for state in states if not wanted or _has(history, state, wanted))


def _has(history: History, state: ProcessState, wanted: list[str]) -> bool:
    text = f"{history.name(state.index)} {state.state.name} {history.processes[state.index].definition.pid}".lower()
    return all(word in text for word in wanted)


def depths(history: History, states: Iterable[ProcessState]) -> dict[int, int]:
    """Index of each process to how far it stands below one whose starter is not among them."""
    found: dict[int, int] = {}
    among = {state.index for state in states}
    for index in sorted(among):
        starter = history.started_by.get(history.processes[index].definition.pid)
        found[index] = found.get(starter, 0) + 1 if starter in among and starter != index else 0
    return found


def _as_tree(history: History, states: list[ProcessState]) -> list[ProcessState]:
    below: dict[int | None, list[ProcessState]] = {}
    among = {state.index for state in states}
    for state in sorted(states, key=lambda state: history.processes[state.index].definition.role == "worker"):
        starter = history.started_by.get(history.processes[state.index].definition.pid)
        below.setdefault(starter if starter in among and starter != state.index else None, []).append(state)
    ordered: list[ProcessState] = []
    pending = list(reversed(below.get(None, [])))
    while pending:
        state = pending.pop()
        ordered.append(state)
        pending += reversed(below.pop(state.index, []))
    return ordered


def tree_signs(depths: Sequence[int]) -> list[str]:
    """For each line of a tree, given how deep it stands, the lines that lead to it: ``│  ├─ ``."""
    signs: list[str] = []
    open_below: set[int] = set()
    """Depths at which another line follows below before the tree ends there."""
    for depth in reversed(depths):
        stems = "".join("│  " if each in open_below else "   " for each in range(1, depth))
        signs.append(f"{stems}{'├─ ' if depth in open_below else '╰─ '}" if depth else "")
        open_below = {each for each in open_below if each < depth} | {depth}
    return signs[::-1]
