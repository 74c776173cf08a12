"""What the stage shows: one run at one instant, and what of it is selected."""

from dataclasses import dataclass

from playground.face import Face
from playground.findings import Finding
from playground.history import History, Nanoseconds, ProcessState


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """Handed down to every widget of the stage; whoever has it can draw without asking anybody."""

    face: Face
    at: Nanoseconds
    """The instant shown."""
    until: Nanoseconds
    """The end of what is known: after ``at`` in a replay, and while the view is frozen."""
    states: tuple[ProcessState, ...]
    """Every process that had begun, in the order of their starts."""
    findings: tuple[Finding, ...]
    """What was known to be wrong by then."""
    selected: int
    """Index of the selected process."""
    zoom: int = 0
    """How often the time scale was doubled; 0 fits."""
    frozen: bool = False

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


def moment_of(face: Face, at: Nanoseconds, selected: int, zoom: int, *, frozen: bool) -> Moment:
    """Look at a run at an instant."""
    history = face.history
    states = sorted(history.at(at), key=lambda state: (history.processes[state.index].began or 0, state.index))
    findings = tuple(finding for finding in face.findings.all if finding.at <= at)
    return Moment(face, at, history.until, tuple(states), findings, selected, zoom, frozen)
