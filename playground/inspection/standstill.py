"""Who stands still, in which call, and who could end it: the kernel's word, as rows for the detectors.

A look takes in everybody at one instant (``procfs.Scene``). It is taken when a process has come to stand still
or one has ended, and again after a second, ten seconds and then every half minute while that lasts; where there is no
probe, every second.
"""

import signal
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from playground.collector import Collector
from playground.collector.collector import Row
from playground.history import History, Nanoseconds, State
from playground.inspection import frames
from playground.inspection.holders import Holders, identity_of
from playground.inspection.stacks import Spot, Stacks, spots
from playground.probe import layout
from playground.probe.entry import SPAWN_SIGNAL_OFFSET
from playground.procfs import Scene, Standing, Thread
from playground.procfs.calls import Call, Thing
from playground.procfs.scene import SOMEBODY_OUTSIDE
from playground.warden import kernel

QUIET_NS = 100_000_000
"""A process that has told nothing for so long is worth a look."""
_AGAIN_NS = (1_000_000_000, 10_000_000_000, 30_000_000_000)
"""When a standstill is looked at again; the last one over and over."""
_SHARE, _SHARE_ANEW = 20, 4
"""A look may take up to one part in so many of the time, and one at which more is known than at the last one."""

_LAST_NS = 300_000_000
"""So long it may take to see where everybody is in the end."""
_CALLS = {signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2}
"""Signals by which people ask a program for something that is not its end."""
_MOST_AGAIN = 40
"""While somebody watches, so many who did not stand still are looked at twice; more, and it proves nothing."""

_Wakers: TypeAlias = dict[Thing, set[int] | None]
"""What is waited for to the pids that could end that; None when nobody can say."""


class _Look:
    """A look at a scene, in steps; ``pids`` are those that may stand still, with their indexes."""

    def __init__(self, scene: Scene, pids: dict[int, int], took: Nanoseconds, *, attached: bool) -> None:
        self.scene, self.pids, self.took, self.attached = scene, pids, took, attached
        self.paused = False
        """Whether others have worked meanwhile."""
        self.handlers: dict[int, int] = {}
        self.steps = self._steps()

    def _steps(self) -> Iterator[None]:
        yield from self.scene.steps(self.pids)
        for pid in self.pids:
            self.handlers[pid] = _handlers(pid, attached=self.attached)
            yield


class Standstills:
    """Decides when to look, and gives the rows.

    ``clock`` gives the run time; ``bystanders``, for processes without a probe, the pids of all that do not belong
    to the run.
    """

    def __init__(
        self,
        collector: Collector,
        history: History,
        clock: Callable[[], Nanoseconds],
        inherited: Collection[Thing] = (),
        bystanders: Callable[[], list[int]] | None = None,
    ) -> None:
        self._collector, self._history, self._clock, self._inherited = collector, history, clock, inherited
        self._bystanders = bystanders
        self._pauses = _AGAIN_NS if bystanders is None else _AGAIN_NS[:1]  # without a probe nothing tells of a change
        self._stacks = Stacks(spots)
        self._stood: dict[int, Sequence[Thread]] = {}
        """Whose stacks were asked for at the last look, and their threads: who has not run since has the same stack."""
        self._holders = Holders(collector, history, clock)
        self.settled = False
        """Whether everybody who stood still when it was last asked for rows had been looked at."""
        self._seen: dict[int, Nanoseconds] = {}
        """Process to the time of its last event when it was looked at."""
        self._alive = -1
        self._next = self._next_anew = 0
        self._again = 0
        self._again_at: Nanoseconds = 0
        self._anew = False
        """Whether more is known now, so that all are to be looked at again."""
        self._look: _Look | None = None
        """The look that is under way."""
        self.slice_ns = 1 << 60
        """After so long a look lets others work, and goes on when it is asked for rows again."""

    def rows(self, asleep: dict[int, Nanoseconds], everybody: Callable[[], Iterable[int]]) -> list[Row]:
        """Rows of a look at the processes that sleep (index to the time of the last event), if one is due.

        ``everybody`` gives the pids of all processes of the run, those that do not sleep among them.
        """
        now, began = self._clock(), time.thread_time_ns()
        still = {index: last for index, last in asleep.items() if now - last > QUIET_NS and self._is_open_ended(index)}
        self.settled = self._look is None and not self._is_fresh(still)
        if self._look is not None:
            return self.go_on(everybody)
        if now < self._next or not self._is_due(still, now):
            return []
        living = [process.pid for pid in everybody() if (process := kernel.read(pid)) is not None and process.alive]
        scene = Scene(living, self._inherited, self._bystanders() if self._bystanders is not None else ())
        pids = {self._history.processes[index].definition.pid: index for index in still}
        took = time.thread_time_ns() - began
        self._look = _Look(scene, pids, took, attached=self._bystanders is not None)
        return self.go_on(everybody)

    @property
    def looking(self) -> bool:
        """Whether a look is under way."""
        return self._look is not None

    def go_on(self, everybody: Callable[[], Iterable[int]]) -> list[Row]:
        """Go on with a look; its rows, when it is done."""
        look = self._look
        if look is None:
            return []
        now, began = self._clock(), time.thread_time_ns()
        for _ in look.steps:
            if self._clock() - now > self.slice_ns:
                look.took += time.thread_time_ns() - began
                look.paused = True
                return []
        self._look = None
        at = self._clock()  # before the others are looked at again: what they had at that instant is found
        written = self._holders.read(look.scene) if self._bystanders is not None else {}
        standing = look.scene.stood(list(everybody()), _MOST_AGAIN if look.paused else None)
        still = {each.pid for each in standing} if not look.scene.hidden else ()
        rows = self._holders.rows(written, still, at)
        rows += self._rows(look, standing, at)
        took, now = look.took + time.thread_time_ns() - began, self._clock()
        self._next, self._next_anew = now + max(QUIET_NS, _SHARE * took), now + _SHARE_ANEW * took
        return rows

    def _is_open_ended(self, index: int) -> bool:
        """Whether the process does not merely sleep, or wait for a time, by its own word."""
        process = self._history.processes[index]
        if layout.MAIN_THREAD in process.blocked:  # that is not its own word
            return True
        if process.definition.role == "manager":  # its main thread only waits for the order to end, again and again
            return True
        if process.lane.state == State.SLEEPING:
            return False
        wait = process.open_wait(layout.MAIN_THREAD)
        return wait is None or not wait.timed or wait.seen

    @property
    def _living(self) -> int:
        return sum(1 for process in self._history.shown.values() if process.ended is None)

    def _is_fresh(self, still: dict[int, Nanoseconds]) -> bool:
        """Whether it is another picture than at the last look."""
        return self._living != self._alive or any(self._seen.get(index) != last for index, last in still.items())

    def _is_due(self, still: dict[int, Nanoseconds], now: Nanoseconds) -> bool:
        fresh = self._is_fresh(still)
        self._alive = self._living
        if fresh:
            self._again = 0
        elif not still or (now < self._again_at and not self._anew):
            self._anew = self._anew and bool(still)
            return False
        else:
            self._again = min(self._again + 1, len(self._pauses) - 1)
        self._seen, self._again_at, self._anew = still, now + self._pauses[self._again], False
        return bool(still)

    def _rows(self, look: _Look, standing: list[Standing], at: Nanoseconds) -> list[Row]:
        scene, indexes = look.scene, look.pids
        things = dict.fromkeys(thing for each in standing for call in each.calls.values() for thing in call.things)
        wakers = {thing: scene.wakers(thing) for thing in things}
        numbers = {thing: number for number, thing in enumerate(wakers, 1)}
        rows = self._wakers(wakers, numbers, at)
        for each in standing:
            index = indexes[each.pid]
            rows += self._calls(each, index, wakers, numbers, at)
            if not each.calls and self._is_silent(index):  # it sleeps, and we may not know in what
                rows.append((at, index, layout.MAIN_THREAD, layout.BLOCKED, 0, 0, layout.OP_SYSTEM))
        for each in standing:
            value = ord("S") | look.handlers[each.pid] | (layout.INSPECTED_LAST if each is standing[-1] else 0)
            rows.append((at, indexes[each.pid], layout.MAIN_THREAD, layout.INSPECTED, 0, 0, value))
        silent = {each.pid: each.threads for each in standing if self._has_silent(each, indexes[each.pid])}
        self._stacks.ask(pid for pid, threads in silent.items() if threads != self._stood.get(pid))
        self._stood = silent
        return rows

    def _has_silent(self, each: Standing, index: int) -> bool:
        """Whether a thread of the process did not say what it waits for."""
        numbers = self._history.processes[index].thread_numbers
        threads = {layout.MAIN_THREAD, *(numbers.get(tid, 0) for tid in each.calls if tid != each.pid)}
        return any(self._is_silent(index, thread) for thread in threads)

    def _is_silent(self, index: int, thread: int = layout.MAIN_THREAD) -> bool:
        """Whether a thread did not say what it waits for."""
        wait = self._history.processes[index].open_wait(thread)
        return wait is None or wait.seen or (wait.operation == layout.OP_SEND and not wait.site)

    def _calls(
        self, each: Standing, index: int, wakers: _Wakers, numbers: dict[Thing, int], at: Nanoseconds
    ) -> list[Row]:
        rows = []
        for tid, call in each.calls.items():
            thread = self._thread(index, each.pid, tid)
            resource = self._resource(call)
            known = all(wakers[thing] is not None for thing in call.things)
            value = call.operation | call.timed * layout.BLOCKED_TIMED | known * layout.BLOCKED_KNOWN
            if len(call.things) == 1 and call.things[0][0] == "process":
                value |= call.things[0][1] << layout.BLOCKED_SUBJECT
            rows += [(at, index, thread, layout.BLOCKED, resource, numbers[thing], value) for thing in call.things]
        return rows

    def _wakers(self, wakers: _Wakers, numbers: dict[Thing, int], at: Nanoseconds) -> list[Row]:
        rows = []
        for thing, pids in wakers.items():
            for pid in sorted(pids or ()):
                index = None if pid == SOMEBODY_OUTSIDE else self._collector.process_index(pid)
                outside = index is None or index >= len(self._history.processes)
                who = 0 if outside or index is None else index
                rows.append((at, who, layout.MAIN_THREAD, layout.WAKER, 0, numbers[thing], int(outside)))
        return rows

    def _thread(self, index: int, pid: int, tid: int) -> int:
        if tid == pid:
            return layout.MAIN_THREAD
        number = self._history.processes[index].thread_numbers.get(tid)
        return number if number is not None else self._collector.observe_thread(index, tid)

    def _resource(self, call: Call) -> int:
        """The run's number of what is waited for, where it has one or can get one."""
        if len(call.things) != 1:
            return 0
        names, (kind, one, other) = self._collector.names, call.things[0]
        if kind == "file":
            identity = f"file:{one}:{other}"
            return names.known(identity) or names.resource(identity, "file", call.label, 0, 0, 0, "i")
        if kind in {"read", "write", "socket"}:
            identity = f"pipe:{one if kind == 'socket' else other}"
            known = names.known(identity)
            return known or (names.resource(identity, "pipe", "", 0, 0, 0, "i") if self._bystanders is not None else 0)
        if kind == "mapped" and self._bystanders is not None:
            return names.resource(identity_of(call.things[0]), "semaphore", "", 0, 0, 0, "i")
        return 0

    # --- Who has which lock ----------------------------------------------------------------------------

    def holds(self) -> list[Row]:
        """Rows that who has a lock is not known any more, since nobody waits for it."""
        return self._holders.unwanted()

    def search(self) -> None:
        """Go on looking for where it is written who has which lock; then all are looked at again."""
        if self._holders.search():
            self._anew, self._next = True, min(self._next, self._next_anew)

    def goes_on(self, index: int) -> list[Row]:
        """Rows of what is not so any more, since a process has gone on or ended."""
        return self._holders.goes_on(index)

    # --- Lines of source ------------------------------------------------------------------------------

    def spots(self) -> list[Row]:
        """Rows of the lines that threads stand on of which the program told nothing, where these can be read."""
        return [row for pid, found in self._stacks.take() for row in self._spotted(pid, found)]

    def last_spots(self) -> list[Row]:
        """The same of everybody in this instant, those who run among them: where each is when the run is ended."""
        until, rows = self._clock() + _LAST_NS, []
        for process in self._history.shown.values():
            if process.began is not None and process.ended is None and self._clock() < until:
                pid = process.definition.pid
                rows += self._spotted(pid, spots(frames.read(pid)))
        return rows

    def _spotted(self, pid: int, found: list[Spot]) -> list[Row]:
        index, rows = self._collector.process_index(pid), list[Row]()
        if index is None or index >= len(self._history.processes):
            return rows
        for spot in found:
            thread = self._thread(index, pid, spot.tid)
            if thread > layout.THREAD_MASK:
                self._collector.observe_thread(index, spot.tid, spot.name)
            if self._is_silent(index, thread):
                site = self._collector.names.site(spot.file, spot.line, spot.function)
                rows.append((self._clock(), index, thread, layout.SPOTTED, 0, site, spot.operation))
        return rows

    @property
    def asking(self) -> bool:
        """Whether an answer is still to come."""
        return self._stacks.asking or self._holders.searching or self._anew

    def close(self) -> None:
        """Ask nobody any more."""
        self._stacks.close()


def _handlers(pid: int, *, attached: bool) -> int:
    """Flags that tell whether a signal may interrupt the process's waits; the spawn key's does not."""
    handled = kernel.handled_signals(pid) - {signal.SIGRTMIN + SPAWN_SIGNAL_OFFSET}
    timer = layout.INSPECTED_TIMER if handled & kernel.TIMER_SIGNALS else 0
    called = layout.INSPECTED_CALLED if attached and handled & _CALLS else 0
    return timer | called | (layout.INSPECTED_HANDLER if handled - kernel.TIMER_SIGNALS else 0)
