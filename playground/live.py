"""One run of a program that we start: a warden above it, the probe in it."""

import os
import platform
import signal
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from playground import recording
from playground.catalogue import progress
from playground.collector.stirring import Stirring
from playground.debugger import Debugger, Session
from playground.errors import PlaygroundError
from playground.giving_way import GivingWay
from playground.history import Nanoseconds, RunInfo
from playground.inspection.inspector import SAMPLE_NS, Inspector
from playground.inspection.memory_sampler import MemorySampler
from playground.inspection.standstill import Standstills
from playground.observed import INTERRUPTED_EXIT, STUCK_EXIT, Observed
from playground.output import Output
from playground.probe import layout
from playground.probe.entry import SPAWN_SIGNAL_OFFSET, ProbeConfig, environment
from playground.procfs.calls import Thing
from playground.target import Target
from playground.warden import kernel, rundir
from playground.warden.channel import Message
from playground.warden.client import Warden

_SPEAKS_NS = 5_000_000_000
"""How long an interpreter has to load the probe."""
QUIET = ((2_000_000_000, 400_000_000, 1_000_000_000), (500_000_000, 150_000_000, 300_000_000))
"""When nobody has done anything for so long, in ns, it is looked only so often, and figures are shown so often.

Whoever does something then is looked at without delay.
"""
_FAREWELL_NS = 3_000_000_000
"""So long a program that handles SIGTERM may take to end."""
_FAREWELL_TICK_S = 0.01
_SETTLES_NS = 100_000_000
"""For so long after somebody has stirred it is looked at every tick: what is very new is held back at first."""
BUSY_PERCENT = 50
"""A program that takes more of a core than that is busy."""


class RunOptions(Struct, frozen=True):
    """How to run."""

    timeout_s: float | None = None
    record: Path | None = None
    """Where to; None is a new file in the user's recordings."""
    keep: bool = True
    """Whether to record at all."""
    detail: bool = False
    allow_spawn: bool = False
    max_processes: int = 1024
    end_when_stuck: bool = False
    inherit_stdin: bool = False
    debug: bool = False
    """Whether ``breakpoint()`` opens a debugger on the screen; it changes what the program does."""


class LiveRun(Observed):
    """A run that happens now."""

    output: Output

    def __init__(
        self, target: Target, options: RunOptions, warden: Warden | None = None, *, origin: int | None = None
    ) -> None:
        """Start it; ``origin`` is where its time counts from, as in ``Observed``, for runs on one clock."""
        self.target, self.options = target, options
        self._warden = warden or Warden()
        try:
            self._directory = rundir.create()
        except OSError:
            self._warden.leave()
            raise
        path = options.record or recording.new_path(target.name)
        try:
            fallback = os.path.join(self._directory.path, "journals")
            journals = self._directory.shared if os.path.isdir(self._directory.shared) else fallback
            text = Path(self._directory.path, "text")
            super().__init__(
                _info(target, options), path if options.keep else None, (Path(journals), Path(fallback)), text, origin
            )
            self.notice = target.notice or rundir.without_shared_memory()
            self._begin(journals, fallback, text)
        except BaseException:  # nobody else knows of the directory yet
            self._warden.leave()
            rundir.remove(self._directory.run, self._directory.path)
            self._directory.let_go()
            if self.debugger is not None:
                self.debugger.close()
            raise

    def _begin(self, journals: str, fallback: str, text: Path) -> None:
        """Set up what reads, and have the warden start what is read."""
        target, options = self.target, self.options
        standstills = Standstills(self._collector, self.history, self._now, self._inherited())
        self._inspector = Inspector(self._collector, self.history, self._now, self._everybody, standstills)
        self._memory = MemorySampler(self._collector, self.history, self._now)
        self.output = Output(self._warden.stdout, self._warden.stderr)
        self._lines: list[tuple[Nanoseconds, str, str]] = []
        self._done, self._done_at, self._looked_at, self._shown_at = (0, 0), 0, 0, 0
        """How much was done by when, and when it was looked last, and there was something to show."""
        self._stirred_at = -_SETTLES_NS
        self._stirring = Stirring(self._collector.journals)
        self._giving_way = GivingWay()
        self._host = (0, 0)
        self._speaks_by: Nanoseconds | None = None
        self._status: int | None = None
        self._over = False
        self._cut: tuple[str, int] | None = None
        """Outcome and exit code when the run ended because of us, which ``notice`` tells."""
        self._is_frozen = self._asked = False
        self._left: list[str] = []
        probe = ProbeConfig(
            self._directory.run,
            journals,
            fallback,
            str(text),
            self._directory.path,
            _reserve(),
            options.detail,
            options.allow_spawn or target.scenario is not None,
            options.debug,
        )
        self.debugger = Debugger(self._directory.path) if options.debug else None
        self._warden.begin(
            self._directory,
            target.argv,
            {**os.environ, **environment(probe)},
            limit=options.max_processes,
            inherit_stdin=options.inherit_stdin,
        )

    def _everybody(self) -> list[int]:
        return kernel.below(self._warden.foster) if self._warden.foster else []

    def _inherited(self) -> set[Thing]:
        """What the program has from outside: others write to its stdin, and we read its output."""
        found: set[Thing] = set()
        streams = [(self._warden.stdout, "write"), (self._warden.stderr, "write")]
        for descriptor, way in [*streams, (0, "read")] if self.options.inherit_stdin else streams:
            with suppress(OSError):
                seen = os.fstat(descriptor)
                found.add(
                    ("socket", seen.st_ino, 0) if stat.S_ISSOCK(seen.st_mode) else (way, seen.st_dev, seen.st_ino)
                )
        return found

    # --- The face ------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Take in what is new; True when there is something new to show."""
        if self.ended:
            return False
        now = self._now()
        messages = self._warden.receive()
        said = self.debugger.look() if self.debugger is not None else []
        if not messages and not said and not self._is_due(now):
            return False
        self._tell_who_went_on(said)
        for message in messages:
            self._hear(message, now)
        if self._warden.lost:
            self._warden.take_over()  # before anything else: nobody limits the run any more
        self._tell_output(now)
        self._rows += self._inspector.look()
        self._rows += self._memory.look()
        self._tell_if_nothing_is_observed(now)
        told = self._take(now)
        if self._warden.foster and not self._over:
            self._make_way(now)
        self._finish_if_over(now)
        if told or messages or now - self._shown_at >= self._pause(now)[1]:
            self._shown_at = now
            return True
        return False

    def _finish_if_over(self, now: Nanoseconds) -> None:
        """End the run if it has ended, or has to."""
        if self._over:
            if not self._collector.behind:
                self._finish(*self._own_end())
        elif self._warden.lost:
            when = "; what it watched over has been ended" if self._host[0] else " during the start; try again"
            self._cut_short(f"the supervisor was killed{when}")
            self._finish(*self._own_end())
        elif self._is_late(now):
            self._finish("timeout", STUCK_EXIT)
        elif self.options.end_when_stuck and self._is_stuck():
            self._finish("stuck", STUCK_EXIT)

    def _is_late(self, now: Nanoseconds) -> bool:
        """Whether the run has had all the time that it may take."""
        return self.options.timeout_s is not None and now > self.options.timeout_s * 1e9

    def _is_due(self, now: Nanoseconds) -> bool:
        """Whether it is time to look again: at every tick, but seldom while nobody has done or said anything."""
        done = self.history.events, len(self.history.lines)
        if done != self._done or self._rows or self._over or self._warden.lost or self._is_late(now):
            self._done, self._done_at = done, now
        self.stirs = False
        pause, shown = self._pause(now)
        self._inspector.sample_ns = max(SAMPLE_NS, shown)
        if not pause:
            self._stirring.forget()
        elif self._stirring.any() or self.output.waits:
            self.stirs, self._stirred_at = now - self._stirred_at > _SETTLES_NS, now
        elif now - self._looked_at < pause and now - self._stirred_at > _SETTLES_NS and not self._inspector.looking:
            return False
        self._looked_at = now
        return True

    def _pause(self, now: Nanoseconds) -> tuple[Nanoseconds, Nanoseconds]:
        """How long not to look, and how long not to show mere figures."""
        return next(((look, show) for quiet, look, show in QUIET if now - self._done_at > quiet), (0, 0))

    def close(self) -> None:
        """End the run and everything in it; a program that handles SIGTERM is asked first, and has some seconds."""
        self._ask_to_end()
        if not self.ended:
            self._finish("stopped", INTERRUPTED_EXIT)

    def _ask_to_end(self) -> None:
        """Let a program that wants to end in good order, as servers do, do so."""
        pid, start = self._host
        gone = self.ended or self._over or self._status is not None
        if gone or self._is_frozen or signal.SIGTERM not in kernel.handled_signals(pid):
            return
        if self.history.processes:
            self._act(0, "SIGTERM to the program", self._now())
        self._asked = True
        self._warden.signal(pid, start, signal.SIGTERM)
        until = self._now() + _FAREWELL_NS
        while not self.ended and self._now() < until:
            self.tick()
            time.sleep(_FAREWELL_TICK_S)

    # --- Commands ------------------------------------------------------------------------------------

    def spawn(self, process: int) -> None:
        """Ask the process that started this one to start one more like it; raises PlaygroundError."""
        definition = self.history.processes[process].definition
        starter = self.history.started_by.get(definition.pid)
        if starter is None or not self.history.processes[starter].alive or definition.role != "child":
            raise PlaygroundError(
                f"{self.history.name(process)} cannot be started once more: nobody is left who started it"
            )
        parent = self.history.processes[starter].definition
        request = Path(self._directory.path, f"spawn-{parent.pid}")
        try:
            request.write_text(f"{definition.pid}\n")
        except OSError as error:
            raise PlaygroundError(
                f"{self.history.name(process)} cannot be started once more: {request.parent}: {error.strerror}"
            ) from None
        self._act(process, f"spawn one like {self.history.name(process)}", self._now())
        self._warden.signal(parent.pid, parent.start_ticks, signal.SIGRTMIN + SPAWN_SIGNAL_OFFSET)

    def interrupt(self) -> None:
        """Do to the program what ctrl+c in its terminal would; recorded as the person's action."""
        if self.history.processes:  # else it has not said its name yet
            self._act(0, "SIGINT (ctrl+c) to the program", self._now())
        self._warden.signal_group(signal.SIGINT)

    # --- Work of a tick ------------------------------------------------------------------------------

    def _tell_who_went_on(self, said: list[Session]) -> None:
        """Record as the person's action that they let somebody go on from the debugger."""
        for session in said:
            index = self._collector.process_index(session.pid)
            if session.left and not session.open and index is not None and index < len(self.history.processes):
                self._act(index, f"leave the debugger of {self.history.name(index)}", self._now())

    def _send(self, pid: int, start: int, signum: int) -> None:
        self._warden.signal(pid, start, signum)

    def _hear(self, message: Message, now: Nanoseconds) -> None:
        heard: dict[str, Callable[[Message, Nanoseconds], None]] = {
            "started": self._host_started,
            "exited": self._exited,
            "refused": self._refused,
            "orphaned": self._orphaned,
            "frozen": self._frozen,
            "failed": self._failed,
            "broken": self._supervisor_failed,
            "ended": self._all_ended,
        }
        if message["up"] in heard:
            heard[message["up"]](message, now)

    def _host_started(self, message: Message, now: Nanoseconds) -> None:
        self._host = (message["pid"], message["start"])
        self._speaks_by = now + _SPEAKS_NS

    def _exited(self, message: Message, now: Nanoseconds) -> None:
        pid, start = message["pid"], message["start"]
        if message["host"]:
            self._status = message["status"]
        self._collector.scan()
        self._collector.died(pid, start)
        index = self._collector.process_index(pid)
        if index is None:  # perhaps a program, which has no journal
            self._take(now)
            index = self._collector.process_index(pid)
        if index is None and message["host"]:
            index = self._collector.observe_process(pid, start, 0, "main", "main", 0)
        if index is not None:
            self._row(index, layout.REAPED, message["status"], min(message["at"] - self._origin, now))

    def _refused(self, message: Message, _now: Nanoseconds) -> None:
        self._cut_short(f"cannot start {self.target.argv[0]}: {message['reason']}", "failed", 127)
        self._over = True

    def _orphaned(self, _message: Message, _now: Nanoseconds) -> None:
        self._cut_short("the supervisor's helper was killed; what was left of the program has been ended")

    def _frozen(self, message: Message, now: Nanoseconds) -> None:
        """Say who forked; without a screen nobody can look at the run, and it ends."""
        self._take(now)
        index = self._collector.process_index(message["parent"])
        name = f"{self.history.name(index)} " if index is not None else ""
        end = "so the run was ended" if self.options.end_when_stuck else "Q ends all"
        self.notice = (
            f"frozen: {message['count']} processes, limit {message['limit']} (--max-processes); "
            f"{name}(pid {message['parent']}) forked most; {end}"
        )
        if self.history.processes:
            self._row(0, layout.NOTICE, self._collector.names.text(self.notice), now)
        self._is_frozen = True

    def _failed(self, message: Message, _now: Nanoseconds) -> None:
        self.notice = f"pid {message['pid']} could not be signalled: {message['reason']}"

    def _supervisor_failed(self, message: Message, _now: Nanoseconds) -> None:
        self._cut_short(f"the supervisor failed, and the run was ended: {message['reason']}")

    def _all_ended(self, message: Message, _now: Nanoseconds) -> None:
        self._over = True
        self._left = message["names"]

    def _tell_if_nothing_is_observed(self, now: Nanoseconds) -> None:
        """Say once that no process has loaded the probe, though the program has ended by itself or had time for it."""
        ended = self._status is not None and self._status >= 0  # who was killed may not have come to it
        late = self._speaks_by is not None and (now > self._speaks_by or ended)
        index = self._collector.process_index(self._host[0])
        if late and index is not None:
            self._speaks_by = None
            if not self._collector.journals:
                self._row(index, layout.PATCH_FAILED, self._collector.names.text(layout.NOTHING_OBSERVED), now)

    def _tell_output(self, now: Nanoseconds, *, final: bool = False) -> None:
        self._lines += [(now, stream, line) for stream, line in self.output.read(now, final=final)]
        if not self.history.processes and not final:
            return  # the host has not said its name yet
        lines, self._lines = self._lines, []
        for at, stream, line in lines:
            self._row(0, layout.STDOUT if stream == "stdout" else layout.STDERR, self._collector.names.text(line), at)

    def _make_way(self, now: Nanoseconds) -> None:
        """Have the program give way while somebody watches; without a screen it runs as it would without us."""
        pressed, busy = self._pace is not None, self._inspector.cpu_percent > BUSY_PERCENT
        self._giving_way.look(now, self._warden.foster, pressed=pressed, busy=busy)

    def _is_stuck(self) -> bool:
        """Whether it will not go on by itself."""
        return self._is_frozen or (self.findings.all_stuck() and not self._inspector.asking)

    # --- The end -------------------------------------------------------------------------------------

    def _cut_short(self, why: str, outcome: str = "stopped", code: int = -signal.SIGKILL) -> None:
        """Note that the run ends because of us; the first reason is the one that counts."""
        if self._cut is None:
            self._cut, self.notice = (outcome, code), why

    def _own_end(self) -> tuple[str, int]:
        if self._status is None:
            self._cut_short("the program is gone, and how it ended was not seen; try again")
        outcome = "stopped" if self._asked else "failed" if self._status else "finished"
        return self._cut or (outcome, self._status or 0)

    def _finish(self, outcome: str, code: int) -> None:
        """Close the books, then let the warden end and remove whatever is left."""
        if not self._over:
            self._rows += self._inspector.last_look()
        self._inspector.close()
        self._stirring.forget()
        now = self._now()
        for journal in self._collector.journals.values():
            journal.dead = journal.dead or self._over
        self._take(now)
        if not self.history.processes and self._collector.process_index(self._host[0]) is None:
            began = 0 if self._host[0] else None  # refused, it never ran: it is there for what is told of the run
            self._collector.observe_process(*self._host, 0, "main", "main", began)
            self._take(now)
        if self._cut is not None:
            self._row(0, layout.NOTICE, self._collector.names.text(self.notice), now)
        self._tell_output(now, final=True)
        if self._over or not self._host[0]:  # the warden says that nobody is left, or nobody was ever there
            for index, process in enumerate(self.history.processes):
                if process.ended is None:
                    self._row(index, layout.VANISHED, 0, now)
            self._tell_what_is_left(now)
        self._close_the_books(outcome, code, now)
        self._keep_progress(outcome)
        survivors = self._warden.leave()
        self._directory.let_go()
        if self.debugger is not None:  # not before: who stands at a breakpoint would go on
            self.debugger.close()
        if survivors:
            pids = ", ".join(map(str, survivors))
            self.notice = f"could not be ended: pid {pids} (of another user, or stuck in the kernel); end it yourself"

    def _keep_progress(self, outcome: str) -> None:
        """Note that a scenario of the gallery has been seen, where anything is kept of the run."""
        found, variant = self.target.scenario, str(self.target.parameters.get("variant", ""))
        if found is not None and self.options.keep and outcome != "stopped" and not found.name.endswith(".py"):
            told = str((self.summary or {}).get("verdict", ""))
            self.notice = self.notice or progress.note(found.name, variant, outcome, told)

    def _tell_what_is_left(self, now: Nanoseconds) -> None:
        """A row for each name in shared memory that the program left, those that it chose itself included."""
        names = self._collector.names
        chosen = {name for name in names.shared_memory() if name and os.path.exists(os.path.join(rundir.SHM, name))}
        for name in sorted({*self._left, *chosen}):
            row = (layout.LEFT_BEHIND, names.resource_of(name), 0, names.text(name))
            self._rows.append((now, 0, layout.MAIN_THREAD, *row))


def _info(target: Target, options: RunOptions) -> RunInfo:
    return RunInfo(
        target.name,
        target.title,
        dict(target.parameters),
        target.argv,
        target.start_method,
        target.source,
        target.source_file,
        target.expected,
        target.limits,
        platform.python_version(),
        platform.platform(terse=True),
        time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        options.allow_spawn or target.scenario is not None,
    )


def _reserve() -> int:
    """Bytes of shared memory that the journals leave free: seven eighths of what is free now."""
    try:
        free = os.statvfs(rundir.SHM)
    except OSError:
        return 0
    return free.f_bavail * free.f_frsize // 8 * 7
