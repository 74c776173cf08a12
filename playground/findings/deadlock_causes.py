"""Among threads that are stuck: the cycles, the roots, and what is only their consequence."""

from collections.abc import Iterable, Mapping

from playground.findings.look import Node
from playground.findings.wakers import Standing
from playground.probe import layout

_PLAIN = frozenset({"read", "write", "socket", "semaphore", "file_lock"})
"""Calls that tell more than that a thread waits for another one of its process."""


def speakers(left: Iterable[Standing]) -> set[Node]:
    """Of each process the thread that tells most: the main thread, unless it only waits for one that tells more."""
    of: dict[int, list[Standing]] = {}
    for each in left:
        of.setdefault(each.node[0], []).append(each)
    found = set()
    for process, threads in of.items():
        main = (process, layout.MAIN_THREAD)
        within = any(each.node == main and each.operation == "thread" for each in threads)
        plain = [each.node for each in threads if (each.call if each.wait is None else each.operation) in _PLAIN]
        more = plain if within else []
        found |= set(more[:1]) or {main}
    return found


def only_itself(each: Standing, stuck: Mapping[Node, Standing]) -> bool:
    """Whether nobody but the waiting thread's own process could end the wait."""
    process = each.node[0]
    alone = sum(1 for p, _ in stuck if p == process) == 1
    return alone and each.certain is not None and {p for p, _ in each.certain} == {process}


def without_consequences(stuck: Mapping[Node, Standing], explained: set[Node]) -> list[Standing]:
    """Threads that would not go on if what is explained were mended."""
    explained = set(explained)
    left = {node: each for node, each in stuck.items() if node not in explained}
    while True:
        processes = {process for process, _ in explained}
        more = {node for node, each in left.items() if _waits_for_any(each, explained, processes)}
        if not more:
            return list(left.values())
        explained |= more
        left = {node: each for node, each in left.items() if node not in more}


def _waits_for_any(each: Standing, nodes: set[Node], processes: set[int]) -> bool:
    return any(waker in nodes or (waker[1] == 0 and waker[0] in processes) for waker in each.likely or ())


def follows(each: Standing, stuck: Mapping[Node, Standing]) -> bool:
    """Whether the wait is only a consequence of another one's."""
    wait, processes = each.known, {process for process, _ in stuck}
    if wait is None or (each.wait is None and wait.on_process is None):
        return each.operation in {"child", "thread"} and any(p != each.node[0] for p, _ in each.likely or ())
    return (wait.on_process in processes) or any(p in processes and p != wait.process for p in wait.holders)


def cycles(stuck: Mapping[Node, Standing]) -> list[list[Node]]:
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
        node = (process, thread) if thread else _most_likely(process, each.node, stuck)
        if process in each.wait.holders and node in stuck:
            return node
    return None


def _most_likely(process: int, waiting: Node, stuck: Mapping[Node, Standing]) -> Node:
    """Which thread of a process has what another one waits for: one that itself waits for what somebody has."""
    held = (node for node, other in stuck.items() if other.wait is not None and other.wait.holders and node != waiting)
    return min((node for node in held if node[0] == process), default=(process, layout.MAIN_THREAD))
