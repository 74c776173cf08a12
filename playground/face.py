"""What a screen or a command sees of a run, be it live or a replay."""

from typing import Protocol

from playground.debugger import Debugger
from playground.findings import Findings
from playground.history import History, Nanoseconds, RunInfo


class Face(Protocol):
    """One run, behind the same face whether it happens now or was recorded.

    Everything a view shows comes from ``history`` and ``findings`` at ``playhead``.
    """

    info: RunInfo
    history: History
    findings: Findings
    ends_with_us: bool
    """Whether its processes are ended when it is closed."""
    stirs: bool
    """Whether somebody was just seen to do something after all had been calm."""
    reads_files: bool
    """Whether the files that the run names may be read: no path out of a recording is opened."""

    @property
    def live(self) -> bool:
        """Whether processes may still be alive behind it; always False for a replay."""

    @property
    def exitcode(self) -> int:
        """Exit code for the command that shows it: the program's own, 128 + n for a signal; 0 for a replay."""

    @property
    def playhead(self) -> Nanoseconds:
        """The instant being shown."""

    @property
    def debugger(self) -> Debugger | None:
        """Who stands at a breakpoint; None for a run without a debugger."""

    def tick(self) -> bool:
        """Take in what is new or move the playhead; True when there is something new to show."""

    def close(self) -> None:
        """Release everything; ends a live run's processes."""
