"""Watching a program that runs already and was not started by us: what the kernel tells of its processes (Linux).

Without a probe there are no counters and no output. What each process waits for, and who could end that, is exact all
the same; and who has a lock that somebody waits for is read in the memory of those who might have it.
"""

import os
import platform
import time
from pathlib import Path

from playground.errors import PlaygroundError
from playground.history import Nanoseconds, RunInfo
from playground.inspection.inspector import Inspector
from playground.inspection.standstill import Standstills
from playground.observed import INTERRUPTED_EXIT, STUCK_EXIT, Observed
from playground.procfs import threads
from playground.warden import kernel

TAKEN_NS = 100_000_000
"""So long after a look its rows have been taken in."""
SETTLED_NS = 1_500_000_000
"""How long it takes at most until everything that stands still has been judged."""
_SOURCE_LIMIT = 1 << 20


class Attached(Observed):
    """The process of that pid and all below it; they go on when it is closed."""

    ends_with_us = spawns = False

    def __init__(
        self, pid: int, record: Path | None = None, *, end_when_judged: bool = False, watch_s: float = 0
    ) -> None:
        root = kernel.read(pid)
        if root is None or not root.alive:
            raise PlaygroundError(f"there is no process {pid} to attach to; `ps -ef | grep python` shows pids")
        if kernel.is_of_kernel(pid):
            raise PlaygroundError(f"pid {pid} is a thread of the kernel; `ps -ef | grep python` shows pids of programs")
        restriction = _restriction(pid)
        if restriction and end_when_judged:
            raise PlaygroundError(restriction)
        super().__init__(_info(root), record)
        self._children = 0
        self._settled_at: Nanoseconds = 0
        """Since when everybody who stands still has been looked at; 0 while that is not so."""
        self._root, self._end_when_judged, self._watch_s = root, end_when_judged, watch_s
        self.notice = restriction
        self._standstills = Standstills(self._collector, self.history, self._now, bystanders=self._others)
        self._inspector = Inspector(
            self._collector, self.history, self._now, self._everybody, self._standstills, 0, self._describe
        )
        self._collector.observe_process(pid, root.start, root.ppid, self.info.title, "main", 0)

    def tick(self) -> bool:
        """Take in what is new; True when there is something new to show."""
        if self.ended:
            return False
        now = self._now()
        self._rows += self._inspector.look()
        self._take(now)
        if self.history.processes and all(p.ended is not None for p in self.history.processes):
            self._finish("finished", 0)
        elif self._end_when_judged and now > max(SETTLED_NS, self._watch_s * 1e9) and self._has_judged(now):
            self._finish(*(("stuck", STUCK_EXIT) if self.findings.all_stuck() else ("stopped", 0)))
        return True

    def _has_judged(self, now: Nanoseconds) -> bool:
        """Whether nothing more is to be asked, and what was seen of all of them has been taken in.

        A machine that has much to do gets time for that.
        """
        settled = self._standstills.settled and not self._inspector.asking
        self._settled_at = (self._settled_at or now) if settled else 0
        return (settled and now - self._settled_at > TAKEN_NS) or now > 10 * SETTLED_NS

    def close(self) -> None:
        """Look no more; the processes go on."""
        if not self.ended:
            self._finish("stopped", INTERRUPTED_EXIT)

    def spawn(self, process: int) -> None:
        """Raise PlaygroundError: a program that we did not start takes no requests."""
        raise PlaygroundError(f"{self.history.name(process)} was not started here: it takes signals only")

    def interrupt(self) -> None:
        """Raise PlaygroundError: which processes a terminal's ctrl+c would reach is for that terminal to say."""
        raise PlaygroundError("the program was not started here: type ctrl+c in its own terminal")

    def _send(self, pid: int, start: int, signum: int) -> None:
        try:
            if not kernel.send(pid, start, signum):
                raise PlaygroundError(f"pid {pid} has ended already")
        except PermissionError:
            raise PlaygroundError(f"pid {pid} could not be signalled: it belongs to another user") from None

    def _everybody(self) -> list[int]:
        return [self._root.pid, *kernel.below(self._root.pid)]

    def _others(self) -> list[int]:
        ours = set(self._everybody())
        return [process.pid for process in kernel.everything() if process.alive and process.pid not in ours]

    def _describe(self, process: kernel.Process) -> tuple[str, str]:
        """Name and role of a process below: a child of multiprocessing's, one of its helpers, or some program."""
        line = kernel.command_line(process.pid)
        if kernel.is_resource_tracker(process.pid):
            return "resource_tracker", "tracker"
        if kernel.is_helper(process.pid) and not kernel.is_helper(process.ppid):  # its children have its command line
            return "forkserver", "server"
        above = self._collector.process_index(process.ppid)
        forked = line == kernel.command_line(process.ppid) or b"forkserver import main" in line
        if above is not None and (forked or b"--multiprocessing-fork" in line):
            self._children += 1
            return f"child-{self._children}", "child"
        return "", "program"

    def _finish(self, outcome: str, code: int) -> None:
        self._inspector.close()
        self._close_the_books(outcome, code, self._now())


def _info(root: kernel.Process) -> RunInfo:
    words = [word.decode("utf-8", "replace") for word in kernel.command_line(root.pid).split(b"\0") if word]
    source, script = _source(root.pid, words)
    name = Path(script).name if script else Path(words[0]).name if words else root.name
    return RunInfo(
        f"pid {root.pid}",
        name,
        {},
        tuple(words),
        "",
        source,
        script,
        python="",
        platform=platform.platform(terse=True),
        started_at=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    )


def _source(pid: int, words: list[str]) -> tuple[str, str]:
    """Text and path of the script on the command line; nothing when there is none that can be read."""
    script = next((word for word in words[1:] if word.endswith(".py")), "")
    if not script:
        return "", ""
    try:
        path = os.path.join(os.readlink(f"/proc/{pid}/cwd"), script)
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_SOURCE_LIMIT), path
    except (OSError, ValueError):
        return "", script


def _restriction(pid: int) -> str:
    """Why less than everything can be seen; "" when nothing is in the way."""
    found = threads(pid)
    if found and any(thread.state == "S" and thread.call is None for thread in found):
        return f"the kernel does not let us see what pid {pid} waits for: run as its user, or as root (ptrace_scope)"
    return ""
