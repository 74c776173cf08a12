"""Looks at the run from outside: who is there, who stands still, is suspended or has gone; their figures."""

import os
import time
from collections.abc import Callable

from msgspec import Struct, field

from playground.collector import Collector
from playground.collector.collector import Row
from playground.history import History, Nanoseconds, Process
from playground.inspection.sampler import CpuShare, Look, Looks, affinity
from playground.inspection.standstill import Standstills
from playground.probe import layout
from playground.warden import kernel

LOOK_NS = 40_000_000
_SHARE = 20
"""Looking at everybody may take one part in so many of the time; with many processes it is done less often."""
SAMPLE_NS = 400_000_000
SLICE_NS = 10_000_000
"""While somebody watches, what takes longer is done in such slices."""
GONE_NS = 150_000_000
"""How long a parent has to say how its child ended before it counts as vanished."""
BOOT_NS = 2_000_000_000
"""How long a new process has to turn out to be one with a probe."""


class Inspector:
    """Gives rows of the observer's own kinds.

    ``clock`` gives the run time, ``everybody`` the pids of all processes of the run; a process that has said nothing
    for ``boot_ns`` has no probe (0: none has one), and ``describe`` gives name and role of one that has not spoken.
    """

    def __init__(
        self,
        collector: Collector,
        history: History,
        clock: Callable[[], Nanoseconds],
        everybody: Callable[[], list[int]],
        standstills: Standstills,
        boot_ns: Nanoseconds = BOOT_NS,
        describe: Callable[[kernel.Process], tuple[str, str]] | None = None,
    ) -> None:
        self._collector, self._history, self._clock = collector, history, clock
        self._pids, self._standstills, self._boot_ns = everybody, standstills, boot_ns
        self._describe = describe or _role
        self._next_look = self._next_sample = 0
        self.sample_ns = SAMPLE_NS
        """How often figures are taken."""
        self._round: _Round | None = None
        """The look that is under way."""
        self._slice_ns = 1 << 60
        self._suspended: set[int] = set()
        self._zombies: set[int] = set()
        self._gone: dict[int, Nanoseconds] = {}
        self._unknown: dict[int, Nanoseconds] = {}
        """Pid that is not known yet to when it was first seen."""
        self._looks, self._cpu = Looks(), CpuShare()
        self._figures: dict[int, dict[int, int]] = {}
        """Process, and kind, to the latest sample of what seldom changes."""

    def look(self) -> list[Row]:
        """Rows about what is seen now; at most 25 looks a second, fewer when there are many to be looked at."""
        self._standstills.search()
        return self._standstills.spots() + self._look()

    def _look(self) -> list[Row]:
        now, began = self._clock(), time.thread_time_ns()
        if self._round is None:
            if now < self._next_look:
                return self._standstills.go_on(self._everybody)
            self._round = _Round(sampling=now >= self._next_sample)
            if self._round.sampling:
                self._meet_strangers(now)
            self._round.left = [(i, p) for i, p in self._history.shown.items() if p.reaped is None][::-1]
            if self._round.sampling:
                self._looks.keep({process.definition.pid for _, process in self._round.left})
        rows: list[Row] = []
        while self._round.left:
            rows += self._look_at(*self._round.left.pop(), self._round)
            if self._clock() - now > self._slice_ns:
                self._round.took += time.thread_time_ns() - began
                return rows
        this, self._round = self._round, None
        took = this.took + time.thread_time_ns() - began
        self._next_look = now + max(LOOK_NS, _SHARE * took)
        if this.sampling:
            self._next_sample = now + max(self.sample_ns, _SHARE * took)
        return rows + self._standstills.holds() + self._standstills.rows(this.asleep, self._everybody)

    def _look_at(self, index: int, process: Process, this: "_Round") -> list[Row]:
        now, definition = self._clock(), process.definition
        seen = self._looks.at(definition.pid)
        if seen is None or seen.start != definition.start_ticks or seen.state in "ZX":
            return self._has_ended(index, process, seen, now) if process.reaped is None else []
        rows = self._suspension(index, seen, now)
        if this.sampling:
            rows += self._sample(index, seen, now)
        if seen.state in "SD" and process.began is not None:
            this.asleep[index] = self._collector.last_event(definition.pid, definition.start_ticks)
        elif layout.MAIN_THREAD in process.blocked:
            rows.append(_row(now, index, layout.UNBLOCKED, 0))
            rows += self._standstills.goes_on(index)
        return rows

    @property
    def looking(self) -> bool:
        """Whether there is more to do than was done the last time."""
        return self._round is not None or self._standstills.looking

    def let_others_work(self, slice_ns: Nanoseconds) -> None:
        """Do what takes long in slices of about that length."""
        self._slice_ns = self._standstills.slice_ns = slice_ns

    @property
    def cpu_percent(self) -> float:
        """What the run's processes took of a core, all together, when they were sampled last."""
        return self._cpu.total / 100

    @property
    def asking(self) -> bool:
        """Whether somebody has been asked where a thread stands and has not answered yet."""
        return self._standstills.asking

    def last_look(self) -> list[Row]:
        """Where everybody stands who is about to be ended."""
        return self._standstills.last_spots()

    def close(self) -> None:
        """Look no more."""
        self._looks.close()
        self._standstills.close()

    # --- Who is there ---------------------------------------------------------------------------------

    def _everybody(self) -> list[int]:
        """Pids of all processes of the run; whoever is new among them gets an index."""
        return self._meet_strangers(self._clock())

    def _meet_strangers(self, now: Nanoseconds) -> list[int]:
        """Give an index to every process of the run that has none: what has no probe is shown too; returns all pids."""
        below = self._pids()
        self._collector.scan()  # who has spoken is no stranger, and came before those who have not
        started = {pid for pid in self._history.started_at if self._collector.process_index(pid) is None}
        for pid in sorted({*below, *started}):
            process = kernel.read(pid)
            start = process.start if process is not None else 0
            if process is not None and self._collector.knows(pid, start):
                self._meet(process, now)
            elif process is not None and process.alive:
                name, role = self._describe(process)
                if self._boot_ns:
                    self._collector.observe_process(pid, start, process.ppid, name, role, sighted=now)
                else:
                    name = _program(pid) if role == "program" else name
                    self._collector.observe_process(pid, start, process.ppid, name, role, now)
            elif pid in started:  # it ended before it could say anything
                self._collector.observe_process(pid, start, 0, "", "child", now)
        return below

    def _meet(self, seen: kernel.Process, now: Nanoseconds) -> None:
        """Let a process that is known by sight only be running once it is clear that it has no probe.

        It is described anew: at first sight it may not yet have been the program that it was made for.
        """
        pid, start = seen.pid, seen.start
        index = self._collector.process_index(pid)
        if index is None or index >= len(self._history.processes) or (pid, start) in self._collector.journals:
            return
        process = self._history.processes[index]
        if process.began is None and now - self._unknown.setdefault(pid, now) > self._boot_ns:
            d = process.definition
            name, role = self._describe(seen)
            name = d.name or name or _program(pid)
            self._collector.observe_process(pid, start, d.ppid, name, role, self._unknown[pid])

    # --- What it does ---------------------------------------------------------------------------------

    def _has_ended(self, index: int, process: Process, seen: Look | None, now: Nanoseconds) -> list[Row]:
        definition = process.definition
        rows = self._standstills.goes_on(index)
        self._figures.pop(index, None)
        self._cpu.forget(index)
        self._collector.died(definition.pid, definition.start_ticks)
        if seen is not None and seen.state == "Z" and seen.start == definition.start_ticks and seen.threads <= 1:
            first = index not in self._zombies
            self._zombies.add(index)
            status = os.waitstatus_to_exitcode(seen.wait_status)
            return [*rows, _row(now, index, layout.ZOMBIE, status)] if first and process.ended is None else rows
        if now - self._gone.setdefault(index, now) < GONE_NS:
            return rows
        self._zombies.discard(index)
        self._suspended.discard(index)
        self._unknown.pop(definition.pid, None)
        return [*rows, _row(now, index, layout.VANISHED, 0)]

    def _suspension(self, index: int, seen: Look, now: Nanoseconds) -> list[Row]:
        stopped, known = seen.state in "Tt", index in self._suspended
        if stopped == known:
            return []
        self._suspended ^= {index}
        return [_row(now, index, layout.SUSPENDED if stopped else layout.RESUMED, 0)]

    def _sample(self, index: int, seen: Look, now: Nanoseconds) -> list[Row]:
        cores = affinity(self._history.processes[index].definition.pid)
        return [
            _row(now, index, layout.SAMPLE_CPU, self._cpu.of(index, seen.cpu_ticks, now)),
            *self._changed(index, layout.SAMPLE_RSS, seen.rss, now),
            *self._changed(index, layout.SAMPLE_THREADS, seen.threads, now),
            *self._changed(index, layout.SAMPLE_NICE, seen.nice, now),
            *self._changed(index, layout.SAMPLE_AFFINITY, cores, now),
        ]

    def _changed(self, index: int, kind: int, value: int, now: Nanoseconds) -> list[Row]:
        """A row of what seldom changes, when it has; it is 0 before the first."""
        figures = self._figures.setdefault(index, {})
        before, figures[kind] = figures.get(kind, 0), value
        return [_row(now, index, kind, value)] if value != before else []


class _Round(Struct):
    """A look at all processes, one after the other."""

    sampling: bool
    left: list[tuple[int, Process]] = field(default_factory=list)
    asleep: dict[int, Nanoseconds] = field(default_factory=dict)
    """Process that sleeps to the time of its last event."""
    took: Nanoseconds = 0
    """Time on a core: waiting for one is no reason to look more seldom."""


def _row(now: Nanoseconds, index: int, kind: int, value: int) -> Row:
    return (now, index, layout.MAIN_THREAD, kind, 0, 0, value)


def _role(process: kernel.Process) -> tuple[str, str]:
    """Name and role of a process that has not spoken: a helper of multiprocessing's own or some program."""
    if kernel.is_resource_tracker(process.pid):
        return "resource_tracker", "tracker"
    return "", "program"


def _program(pid: int) -> str:
    """What a program is called: the last part of its command's first word."""
    return os.path.basename(kernel.command_line(pid).partition(b"\0")[0].decode("utf-8", "replace"))
