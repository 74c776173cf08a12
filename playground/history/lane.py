"""A process's row in the timeline: its main thread's states over time, and how much it held."""

from array import array
from bisect import bisect_right
from enum import IntEnum


class State(IntEnum):
    """What a process is doing; the last two are final."""

    CREATED = 0
    STARTING = 1
    RUNNING = 2
    WAITING = 3
    SLEEPING = 4
    SUSPENDED = 5
    GATED = 6
    EXITED = 7
    KILLED = 8

    @property
    def final(self) -> bool:
        """Whether the process is no more."""
        return self >= State.EXITED


class Lane:
    """States as columns: segment ``i`` lasts from ``starts[i]`` to ``starts[i + 1]``."""

    def __init__(self, start: int, state: State) -> None:
        self.starts = array("q", [start])
        self.states = array("b", [state])
        self.resources = array("q", [0])
        self.operations = array("b", [0])
        self.values = array("q", [0])
        """Pid that is joined, or exit status of a final state."""
        self.holding_starts = array("q", [start])
        self.holding_counts = array("q", [0])
        self._before_suspension: tuple[int, int, int, int] | None = None

    @property
    def state(self) -> State:
        """The latest state."""
        return State(self.states[-1])

    def begin(self, t: int) -> None:
        """Let the first segment start when the process did, or with what was seen of it before it spoke."""
        self.starts[0] = self.holding_starts[0] = min([t, *self.starts[1:2]])

    def turn(self, t: int, state: State, resource: int = 0, operation: int = 0, value: int = 0) -> None:
        """Enter a state; while suspended it is kept for the resumption, and a final state stays."""
        last = self.states[-1]
        if last >= State.EXITED:
            return
        if last == State.SUSPENDED and not state.final:
            self._before_suspension = (state, resource, operation, value)
            return
        if last == state == State.RUNNING:
            return
        self._append(t, state, resource, operation, value)

    def suspend(self, t: int) -> None:
        """Enter SUSPENDED, remembering what was interrupted."""
        if self.states[-1] < State.EXITED and self.states[-1] != State.SUSPENDED:
            self._before_suspension = (self.states[-1], self.resources[-1], self.operations[-1], self.values[-1])
            self._append(t, State.SUSPENDED, 0, 0, 0)

    def resume(self, t: int) -> None:
        """Go back to what was interrupted."""
        if self.states[-1] == State.SUSPENDED and self._before_suspension is not None:
            state, resource, operation, value = self._before_suspension
            self._append(t, State(state), resource, operation, value)

    def hold(self, t: int, change: int) -> None:
        """Count one resource more or less held."""
        self.holding_starts.append(t)
        self.holding_counts.append(max(0, self.holding_counts[-1] + change))

    def index_at(self, t: int) -> int:
        """Segment that contains an instant; -1 before the first."""
        return bisect_right(self.starts, t) - 1

    def holding_at(self, t: int) -> int:
        """How many resources were held."""
        return self.holding_counts[max(0, bisect_right(self.holding_starts, t) - 1)]

    def seconds(self, until: int) -> dict[str, float]:
        """Time spent running, waiting, sleeping and suspended up to an instant, in seconds."""
        names = {State.RUNNING: "running", State.WAITING: "waiting", State.SLEEPING: "sleeping"}
        names[State.SUSPENDED] = "suspended"
        spent = dict.fromkeys(names.values(), 0)
        for i, state in enumerate(self.states):
            end = self.starts[i + 1] if i + 1 < len(self.starts) else until
            if state in names:
                spent[names[State(state)]] += max(0, min(end, until) - self.starts[i])
        return {name: round(ns / 1e9, 6) for name, ns in spent.items()}

    def _append(self, t: int, state: State, resource: int, operation: int, value: int) -> None:
        self.starts.append(t)
        self.states.append(state)
        self.resources.append(resource)
        self.operations.append(operation)
        self.values.append(value)
