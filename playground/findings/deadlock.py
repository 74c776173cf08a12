"""Deadlocks and abandoned locks: waits that nobody alive can end."""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from playground.findings.deadlock_causes import cycles, follows, speakers, without_consequences
from playground.findings.deadlock_told import MOST_NAMED, Sentences
from playground.findings.finding import Finding
from playground.findings.look import Look, Looks, Node
from playground.findings.wakers import Standing, Standstill
from playground.history import History, Nanoseconds, Wait
from playground.probe import layout

_Stand = tuple[Node, Nanoseconds]
"""A thread that stands still, and since when."""


def _stands(threads: Iterable[Standing]) -> set[_Stand]:
    return {(each.node, wait.since) for each in threads if (wait := each.known) is not None}


class Deadlocks:
    """Looks each time the kernel says that a process stands still."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._say = Sentences(history)
        self._unsure: dict[tuple[object, ...], tuple[Finding, list[Wait]]] = {}
        self._told: dict[tuple[object, ...], tuple[Finding, set[_Stand]]] = {}
        """Of waits that nobody can end: what was told, and where those stood who are named."""
        self._looks = Looks(history)
        self._all_stuck_at: Nanoseconds = -1
        self.found_at: Nanoseconds = -1
        """When something was found stuck for the last time."""
        self.never_woken: list[Wait] = []
        """At the last look: the waits of a deadlock that is no cycle."""
        self.latest: Look | None = None
        """The last look at everybody."""
        self._named: set[int] = set()
        """Processes whose waits are told one by one in what was found at the last look."""
        self._proven: tuple[Nanoseconds, set[Node], set[int]] = (-1, set(), set())
        """When it was last proven of whom that they can never go on, and who lived then."""
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            **dict.fromkeys((layout.INSPECTED, layout.BLOCKED, layout.WAKER), self._take),
            layout.SPOTTED: self._spotted,
            **dict.fromkeys((layout.EXITING, layout.RUN_ENDED), self._taken_back),
        }

    def everything_is_stuck(self) -> bool:
        """Whether every live process was stuck for certain at the last look, and nothing has happened since."""
        t = self._all_stuck_at
        return t >= 0 and all(p.last_row <= t for p in self._history.shown.values())

    def _take(self, row: int) -> Iterable[Finding]:
        look = self._looks.take(row)
        if look is not None:
            yield from self._taken_back(row)
            yield from self._judge(look)

    def _spotted(self, row: int) -> Iterable[Finding]:
        """Say the same again with the line that is known now, where it is named or tells who could end a wait."""
        named = self._history.process[row] in self._named or self._history.value[row] == layout.OP_JOIN
        return self._judge(self.latest) if named and self.latest is not None else ()

    def _judge(self, look: Look) -> Iterable[Finding]:
        self.latest = look
        self._named.clear()
        standstill = Standstill(self._history, look)
        likely = standstill.stuck(certain=False)
        self._all_stuck_at = -1
        self.never_woken = []
        if not likely or standstill.only_parked(likely):
            return
        self.found_at = look.t
        certain = standstill.stuck(certain=True)
        if standstill.all_stuck(certain):
            self._all_stuck_at = look.t
        own = [node for node in sorted(likely) if node[0] in standstill.alive]
        certain |= self._proven_before(standstill)
        self._proven = (look.t, certain, standstill.alive)
        for finding in self._explain(look.t, {node: standstill.threads[node] for node in own}, certain):
            self._named.update(finding.processes[:MOST_NAMED])
            yield finding

    def _proven_before(self, standstill: Standstill) -> set[Node]:
        """Of whom it is known already, though one of them may not be seen to wait now: it is suspended, say.

        That holds as long as none of them has done anything, and nobody has come or gone.
        """
        t, nodes, alive = self._proven
        processes = self._history.processes
        unchanged = alive == standstill.alive and not standstill.newcomers
        return nodes if unchanged and all(processes[process].last_row <= t for process, _ in nodes) else set()

    def _explain(self, t: Nanoseconds, stuck: Mapping[Node, Standing], certain: set[Node]) -> Iterable[Finding]:
        explained: set[Node] = set()
        before, self._told = self._told, {}
        for cycle in cycles(stuck):
            explained.update(cycle)
            waits = [wait for node in cycle if (wait := stuck[node].wait) is not None]
            finding = self._kept(self._say.cycle(t, waits, certain=certain >= set(cycle)), waits)
            before.pop(finding.key, None)
            yield finding
        for node, each in stuck.items():
            dead = [d for d in each.wait.holders if self._history.processes[d].ended_by(t)] if each.wait else []
            if node not in explained and each.wait and dead and len(dead) == len(each.wait.holders):
                explained.add(node)
                yield self._kept(self._say.abandoned(t, each.wait, dead[0], certain=node in certain), [each.wait])
        left = without_consequences(stuck, explained)
        roots = [each for each in left if not follows(each, stuck)] or left
        speaking = speakers(left)
        told = [each for each in roots if each.wait is not None or each.node in speaking]
        if told and any(each.node[1] == layout.MAIN_THREAD for each in left):
            self.never_woken = [each.wait for each in told if each.wait is not None]
            sure = certain >= {each.node for each in told}
            finding = self._kept(self._say.no_waker(t, told, stuck, certain=sure), self.never_woken)
            before.pop(finding.key, None)
            self._told[finding.key] = finding, _stands(told)
            yield finding
        yield from self._told_better(before, _stands(stuck.values()) if told or not left else set())

    def _told_better(
        self, before: Mapping[tuple[object, ...], tuple[Finding, set[_Stand]]], stands: set[_Stand]
    ) -> Iterable[Finding]:
        """Take back what was told before of the same standstill, when less was known of it."""
        for key, (finding, stood) in before.items():
            if stood <= stands:
                yield replace(finding, withdrawn=True)
            else:
                self._told[key] = finding, stood

    # --- What turned out otherwise -----------------------------------------------------------------------

    def _kept(self, finding: Finding, waits: list[Wait]) -> Finding:
        """Remember what is only likely, to take it back when one of the waits ends after all."""
        self._unsure.pop(finding.key, None)
        if not finding.certain:
            self._unsure[finding.key] = (finding, waits)
        return finding

    def _taken_back(self, row: int) -> Iterable[Finding]:
        t = self._history.time[row]
        for key, (finding, waits) in list(self._unsure.items()):
            if any(self._has_gone_on(wait, t) for wait in waits):
                del self._unsure[key]
                yield replace(finding, withdrawn=True)

    def _has_gone_on(self, wait: Wait, t: Nanoseconds) -> bool:
        """Whether a wait was over by then, and not because its process had ended."""
        process = self._history.processes[wait.process]
        waits = process.waits.get(wait.thread)
        until = waits.ended(wait.since) if waits is not None else None
        return until is not None and until <= t and until != process.ended
