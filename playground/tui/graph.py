"""Who waits for whom: rings, and trees with the cause of the waiting at the root. Pure."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from playground.history import Wait
from playground.probe.layout import MAIN_THREAD
from playground.tui.moment import Moment


class Bunch(Struct, frozen=True):
    """Everybody who waits for one and the same, those who have waited longest first."""

    waits: tuple[Wait, ...]

    @property
    def first(self) -> Wait:
        """One of them, to ask for what they have in common."""
        return self.waits[0]

    @property
    def behind(self) -> tuple[int, ...]:
        """The processes behind which they wait: holders of a resource, or who is to end."""
        wait = self.first
        return wait.holders if wait.on_process is None else (wait.on_process,)


class Ring(NamedTuple):
    """Waits in a circle, each on what the next one's process holds."""

    waits: tuple[Wait, ...]
    found: bool
    """Whether a finding says so; else they wait in a circle at this instant, and it may pass."""


class Graph(Struct, frozen=True):
    """All waits worth showing."""

    rings: tuple[Ring, ...]
    bunches: dict[int, tuple[Bunch, ...]]
    """Process to those who wait behind it and nobody else."""
    loose: tuple[Bunch, ...]
    """Waits behind nobody, or behind several."""
    roots: tuple[int, ...]
    """Processes behind which others wait, and which wait behind nobody themselves, or in a ring."""


@lru_cache(2)
def waits_of(moment: Moment) -> tuple[Wait, ...]:
    """Every thread that waits at the moment; asked once, however many panels want it."""
    return tuple(moment.history.waits_at(moment.at))


@lru_cache(2)
def main_waits(moment: Moment) -> dict[int, Wait]:
    """Process to what its main thread waits for."""
    return {wait.process: wait for wait in waits_of(moment) if wait.thread == MAIN_THREAD}


@lru_cache(2)
def graph_of(moment: Moment) -> Graph:
    """Put the waits of a moment together."""
    waits = [wait for wait in waits_of(moment) if _worth_showing(moment, wait)]
    rings = _found_rings(moment, waits)
    ringed = {(wait.process, wait.thread) for ring in rings for wait in ring.waits}
    rest = [wait for wait in waits if (wait.process, wait.thread) not in ringed]
    rings += (passing := _passing_rings(rest))
    ringed |= {(wait.process, wait.thread) for ring in passing for wait in ring.waits}
    return _graph(rings, [wait for wait in rest if (wait.process, wait.thread) not in ringed])


def _graph(rings: Sequence[Ring], waits: Iterable[Wait]) -> Graph:
    together: dict[tuple[object, ...], list[Wait]] = {}
    for wait in waits:
        what = wait.operation if wait.operation != "acquire" else ""
        together.setdefault((wait.resource, wait.on_process, what, wait.holders), []).append(wait)
    all_bunches = [Bunch(tuple(sorted(each, key=lambda wait: wait.since))) for each in together.values()]
    bunches: dict[int, list[Bunch]] = {}
    for bunch in all_bunches:
        if len(bunch.behind) == 1:
            bunches.setdefault(bunch.behind[0], []).append(bunch)
    loose = [bunch for bunch in all_bunches if len(bunch.behind) != 1]
    waiting = {wait.process for bunch in all_bunches for wait in bunch.waits}
    in_ring = {wait.process for ring in rings for wait in ring.waits}
    roots = tuple(p for p in bunches if p not in waiting or p in in_ring)
    return Graph(tuple(rings), {p: tuple(each) for p, each in bunches.items()}, tuple(loose), roots)


def _worth_showing(moment: Moment, wait: Wait) -> bool:
    """Whether a wait tells something: idle workers, managers and threads of libraries do not."""
    kind = moment.history.resources[wait.resource].definition.kind if wait.resource else ""
    idle = kind in {"pool", "executor"} and wait.operation == "get"
    managing = moment.history.processes[wait.process].definition.role == "manager"
    return not (idle or managing or (wait.seen and wait.thread != MAIN_THREAD))


def _found_rings(moment: Moment, waits: Iterable[Wait]) -> list[Ring]:
    """Of each cycle that was found: its waits in order, each on what the next one's process holds."""
    by_edge = {(wait.process, wait.resource): wait for wait in waits}
    rings = []
    for finding in moment.findings:
        ring = [by_edge[edge] for edge in finding.edges if edge in by_edge]
        if ring and len(ring) == len(finding.edges):
            rings.append(Ring(tuple(ring), found=True))
    return rings


def _passing_rings(waits: Iterable[Wait]) -> list[Ring]:
    """Circles of waits of which each is behind one process alone."""
    ahead: dict[int, Wait] = {}
    for wait in waits:
        if len(Bunch((wait,)).behind) == 1:
            ahead.setdefault(wait.process, wait)
    rings, done = [], set[int]()
    for start in ahead:
        path: dict[int, Wait] = {}
        process = start
        while process in ahead and process not in path and process not in done:
            path[process] = ahead[process]
            process = Bunch((ahead[process],)).behind[0]
        if process in path:
            members = list(path.values())[list(path).index(process) :]
            rings.append(Ring(tuple(members), found=False))
        done.update(path)
    return rings
