"""A run that happens now, however it is watched: what is seen goes to history, findings and recording.

Nothing runs in the background: ``tick`` does all the work that is due and never blocks.
"""

import errno
import signal
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from playground import recording, scheduling
from playground.collector import Collector
from playground.collector.collector import Row
from playground.debugger import Debugger
from playground.errors import PlaygroundError
from playground.findings import Findings
from playground.history import History, Nanoseconds, RunInfo
from playground.inspection.inspector import SLICE_NS, Inspector
from playground.output import Output
from playground.own_files import OwnFiles
from playground.pace import Pace
from playground.probe import layout
from playground.summary import summarise

T = TypeVar("T")
STUCK_EXIT = 124
INTERRUPTED_EXIT = 130
_FIGURES = frozenset({layout.SAMPLE_CPU, layout.SAMPLE_RSS, layout.SAMPLE_THREADS})
_VERBS = {
    signal.SIGTERM: "terminate",
    signal.SIGKILL: "kill",
    signal.SIGSTOP: "suspend",
    signal.SIGCONT: "resume",
}


class Observed:
    """The face that a replay has too, for what happens now; what is particular is in the subclasses."""

    ends_with_us = True
    """Whether its processes are ended when it is closed."""
    spawns = True
    """Whether more processes like one of it can be asked for."""
    reads_files = True
    """Whether the program's files may be read to show them."""
    stirs = False
    """Whether somebody was just seen to do something after all had been calm."""
    output: Output | None = None
    """What the program writes, where we have it."""
    _inspector: Inspector
    """Who looks at the processes; to be set by the subclasses."""
    debugger: Debugger | None = None
    """Who stands at a breakpoint, where the run was asked to have that."""

    def __init__(
        self,
        info: RunInfo,
        record: Path | None,
        journals: Sequence[Path] = (),
        text: Path = Path("/nonexistent"),
        origin: int | None = None,
    ) -> None:
        """Begin to record in the file ``record``, if any; ``journals`` and ``text`` are where probes write.

        ``origin`` is the instant of the monotonic clock, in ns, from which the run's time counts; None is now.
        """
        self.info = info = recording.cleaned(info)
        self.history = History(info)
        self.findings = Findings(self.history)
        self.ended = False
        self.summary: dict[str, Any] | None = None
        self.notice = ""
        self.recording_path = record
        self._origin = time.monotonic_ns() if origin is None else origin
        self._collector = Collector(journals, text, self._origin)
        self._writer = recording.Writer(record, info) if record is not None else None
        self._own_files = OwnFiles(info.source_file)
        self._rows: list[Row] = []
        self._pace: Pace | None = None
        """How much a tick may take in, where somebody watches."""

    def keep_up(self) -> None:
        """Let no tick take long, though what comes too fast is then counted and not shown: somebody watches."""
        self._pace, self._collector.in_time = Pace(), True
        self._inspector.let_others_work(SLICE_NS)

    @property
    def live(self) -> bool:
        """Whether the run still goes on."""
        return not self.ended

    @property
    def playhead(self) -> Nanoseconds:
        """The end of what is known."""
        return self.history.until

    @property
    def outcome(self) -> str:
        """How the run ended; "" while it goes on."""
        return self.history.outcome

    @property
    def exitcode(self) -> int:
        """Exit code for the command: the program's own, 128 + n for a signal, 124 when stuck or timed out."""
        code = self.history.exitcode or 0
        return 128 - code if code < 0 else code

    # --- For subclasses: to be implemented --------------------------------------------------------------

    def tick(self) -> bool:
        """Take in what is new; True when there is something new to show."""
        raise NotImplementedError

    def close(self) -> None:
        """End the run, and everything in it that is ours."""
        raise NotImplementedError

    def spawn(self, process: int) -> None:
        """Ask for one more process like this one; raises PlaygroundError."""
        raise NotImplementedError

    def interrupt(self) -> None:
        """Do to the program what ctrl+c in its terminal would; raises PlaygroundError."""
        raise NotImplementedError

    def _send(self, pid: int, start: int, signum: int) -> None:
        """Signal exactly that process; raises PlaygroundError where it is known at once that this cannot be."""
        raise NotImplementedError

    # --- Commands: each is recorded as the person's action ------------------------------------------------

    def signal(self, process: int, signum: int) -> None:
        """Send a signal to one process of the run; raises PlaygroundError."""
        definition, at = self.history.processes[process].definition, self._now()
        name = _VERBS.get(signal.Signals(signum), signal.Signals(signum).name)
        self._send(definition.pid, definition.start_ticks, signum)
        self._act(process, f"{name} {self.history.name(process)}", at)

    def renice(self, process: int, step: int) -> int:
        """Make a process nicer by so much, or with a negative step less nice; gives how nice it is then.

        Raises PlaygroundError.
        """
        definition, name = self.history.processes[process].definition, self.history.name(process)
        before = self._told(f"{name} is as it was", partial(scheduling.nice_of, definition.pid))
        nice = min(max(before + step, scheduling.HIGHEST), scheduling.LOWEST)
        if nice != before:
            at = self._now()
            set_nice = partial(scheduling.set_nice, definition.pid, definition.start_ticks, nice)
            self._told(f"{name} stays at nice {before}", set_nice)
            self._act(process, f"nice {nice} for {name}", at)
        return nice

    def bind(self, process: int, cores: Collection[int]) -> None:
        """Let a process use these cores only; raises PlaygroundError."""
        definition, name, at = self.history.processes[process].definition, self.history.name(process), self._now()
        set_cores = partial(scheduling.set_cores, definition.pid, definition.start_ticks, cores)
        self._told(f"{name} keeps its cores", set_cores)
        self._act(process, f"cores {scheduling.core_ranges(cores)} for {name}", at)

    def _told(self, otherwise: str, do: Callable[[], T]) -> T:
        """Do something to a process; raises PlaygroundError with what is so instead, and why."""
        try:
            return do()
        except OSError as error:
            reasons = {
                errno.ESRCH: "it has ended",
                errno.EPERM: "it belongs to another user",
                errno.EACCES: "to make it less nice takes root or CAP_SYS_NICE",
                errno.EINVAL: "it may use none of these",
            }
            raise PlaygroundError(f"{otherwise}: {reasons.get(error.errno or 0, error.strerror)}") from None

    # --- For subclasses: to be used ----------------------------------------------------------------------

    def _now(self) -> Nanoseconds:
        return time.monotonic_ns() - self._origin

    def _act(self, process: int, text: str, at: Nanoseconds) -> None:
        """Record what the person did, at the instant before it had any effect."""
        self._row(process, layout.ACTION, self._collector.names.text(text), at)

    def _row(self, process: int, kind: int, value: int, at: Nanoseconds) -> None:
        self._rows.append((at, process, layout.MAIN_THREAD, kind, 0, 0, value))

    def _take(self, now: Nanoseconds, *, final: bool = False) -> bool:
        """Take in what is new; True when it is more than figures of processes."""
        rows, self._rows = self._rows, []
        if self._pace is not None:
            self._collector.most_rows = self._pace.rows
        began = time.monotonic_ns()
        batch = self._collector.drain(now, rows, final=final)
        batch.definitions += self._own_files.texts(batch.definitions)
        self.findings.take(batch)
        if self._pace is not None:
            self._pace.took(len(batch), time.monotonic_ns() - began)
        if self.history.not_observed and not self.notice:
            self.notice = f"not observed: {', '.join(self.history.not_observed)}"
        if self._writer is not None:
            self._writer.append(batch)
            self.notice = self._writer.failed or self.notice
        return bool(batch.definitions) or not _FIGURES.issuperset(batch.kind)

    def _close_the_books(self, outcome: str, code: int, now: Nanoseconds) -> None:
        """Write the end of the run and its summary."""
        self._row(0, layout.RUN_ENDED, layout.OUTCOMES.index(outcome) << 32 | code & 0xFFFFFFFF, now)
        self._take(now, final=True)
        self.ended = True
        if self._writer is None or not self._writer.begun:
            self.recording_path = None
        self.summary = summarise(self.history, self.findings, str(self.recording_path) if self.recording_path else None)
        if self._writer is not None:
            self._writer.finish(self.summary)
            self.notice = self._writer.failed or self.notice
