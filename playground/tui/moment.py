"""What the stage shows: one run at one instant, as the person wants to see it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from playground.face import Face
from playground.findings import Finding
from playground.history import History, Nanoseconds, ProcessState
from playground.tui.arrange import arranged, having
from playground.tui.view import View


class Clock(Struct, frozen=True):
    """What a time axis goes by."""

    at: Nanoseconds
    until: Nanoseconds
    since: Nanoseconds
    live: bool
    """Whether the end is still to come."""
    zero: Nanoseconds = 0
    """Where it begins: before the begin of the run where another one, which is shown beside it, begins earlier."""


class Moment(Struct, frozen=True, eq=False):
    """Handed down to every widget of the stage; whoever has it can draw without asking anybody."""

    face: Face
    view: View
    at: Nanoseconds
    """The instant shown."""
    until: Nanoseconds
    """The end of what is known: after ``at`` in a replay, and while the view is frozen."""
    states: tuple[ProcessState, ...]
    """The processes that are shown, in the order in which they are."""
    findings: tuple[Finding, ...]
    """What was known to be wrong by then."""
    hidden: int = 0
    """How many processes are not shown because they have not the words that are wanted."""
    common: Clock | None = None
    """The clock of two runs that are shown beside each other, in the times of this one."""
    apart: Mapping[int, Nanoseconds] = field(default_factory=dict)
    """Where processes first do something else than in the run that this one is compared with."""

    @property
    def history(self) -> History:
        """The run's history."""
        return self.face.history

    @property
    def since(self) -> Nanoseconds:
        """The begin of what is known."""
        return self.history.since

    @property
    def live(self) -> bool:
        """Whether processes may be alive."""
        return self.face.live

    @property
    def selected(self) -> int:
        """Index of the selected process."""
        return self.view.selected

    @property
    def clock(self) -> Clock:
        """What the time axis goes by: the run itself, unless another one is shown beside it."""
        return self.common or Clock(self.at, self.until, self.since, self.live)

    @property
    def picked(self) -> tuple[int, ...]:
        """The picked processes that are alive, in the order in which they were started."""
        processes = self.history.processes
        return tuple(i for i in sorted(self.view.picked) if i < len(processes) and processes[i].ended is None)

    @property
    def frozen(self) -> bool:
        """Whether the view stands still."""
        return self.view.frozen_at is not None

    @property
    def ended_before(self) -> int:
        """How many processes ended so long ago that they are shown no more."""
        return len(self.history.processes) - len(self.history.shown)

    @property
    def stuck(self) -> frozenset[int]:
        """Processes that a finding says can never go on."""
        kinds = {"deadlock", "abandoned_lock"}
        return frozenset(p for finding in self.findings if finding.kind in kinds for p in finding.processes)

    @property
    def interfered(self) -> bool:
        """Whether the person did something to the run, so that what was expected of it no longer holds."""
        return self.history.acted

    @property
    def row(self) -> int:
        """Place of the selected process among the states; 0 when it is not there."""
        return next((i for i, state in enumerate(self.states) if state.index == self.selected), 0)


def on_one_clock(moments: Sequence[Moment], leads: Sequence[Nanoseconds]) -> list[Moment]:
    """The moments of several runs on the clock of all; ``leads``: how long after its zero each of them has its own.

    It stands where the runs stand that go on, else where the last one does.
    """
    pairs = list(zip(moments, leads, strict=True))
    live = any(moment.live for moment in moments)
    at = max(moment.at + lead for moment, lead in pairs if moment.live or not live)
    until = max(moment.until + lead for moment, lead in pairs)
    since = min(moment.since + lead for moment, lead in pairs)
    return [replace(moment, common=Clock(at - lead, until - lead, since - lead, live, -lead)) for moment, lead in pairs]


def moment_of(face: Face, view: View) -> Moment:
    """Look at a run at the instant of its playhead, or where the view stands still."""
    history = face.history
    at = face.playhead if view.frozen_at is None else view.frozen_at
    everybody = arranged(history, at, view.order)
    states = having(history, everybody, view.words)
    findings = tuple(finding for finding in face.findings.all if finding.at <= at)
    return Moment(face, view, at, history.until, states, findings, len(everybody) - len(states))
