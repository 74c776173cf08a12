"""A process's row in the timeline: its main thread's states over time, and how much it held."""

from array import array
from bisect import bisect_right
from enum import IntEnum

from playground.history import columns


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


_TOLD = {
    State.RUNNING: "running",
    State.WAITING: "waiting",
    State.SLEEPING: "sleeping",
    State.SUSPENDED: "suspended",
}
"""States whose time is added up."""
_RUNNING, _SUSPENDED, _EXITED = State.RUNNING, State.SUSPENDED, State.EXITED
"""Found once: in Python 3.11 it takes 0.1 us to find a member by its name, which is much for every wait."""
_NONE = (0,) * len(_TOLD)
_NEVER = array("q", [1 << 62])
_FINAL = {state: array("b", [state]) for state in State}


class Lane:
    """States as columns: segment ``i`` lasts from ``starts[i]`` to ``starts[i + 1]``."""

    __slots__ = (
        "_before_suspension",
        "_spent",
        "holding_counts",
        "holding_starts",
        "operations",
        "resources",
        "starts",
        "states",
        "values",
    )

    def __init__(self, start: int, state: State) -> None:
        self.starts = array("q", [start])
        self.states = array("b", [state])
        self.resources = array("i", [0])
        self.operations = array("b", [0])
        self.values = array("q", [0])
        """Pid that is joined, or exit status of a final state."""
        self.holding_starts = array("q", [start])
        self.holding_counts = array("i", [0])
        self._before_suspension: tuple[int, int, int, int] | None = None
        self._spent: tuple[int, ...] = _NONE
        """Time spent in each of the states that are added up, in segments that are forgotten."""

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
        if last >= _EXITED:
            return
        if last == _SUSPENDED and state < _EXITED:
            self._before_suspension = (state, resource, operation, value)
            return
        if last == state == _RUNNING:
            return
        self._append(t, state, resource, operation, value)

    def suspend(self, t: int) -> None:
        """Enter SUSPENDED, remembering what was interrupted."""
        if self.states[-1] < _EXITED and self.states[-1] != _SUSPENDED:
            self._before_suspension = (self.states[-1], self.resources[-1], self.operations[-1], self.values[-1])
            self._append(t, _SUSPENDED, 0, 0, 0)

    def resume(self, t: int) -> None:
        """Go back to what was interrupted."""
        if self.states[-1] == _SUSPENDED and self._before_suspension is not None:
            state, resource, operation, value = self._before_suspension
            self._append(t, State(state), resource, operation, value)

    def hold(self, t: int, change: int) -> None:
        """Count one resource more or less held."""
        starts, counts = self.holding_starts, self.holding_counts
        if starts is _NEVER:
            return
        starts.append(t)
        count = counts[-1] + change
        counts.append(count if count > 0 else 0)

    def index_at(self, t: int) -> int:
        """Segment that contains an instant; -1 before the first."""
        return bisect_right(self.starts, t) - 1

    def seconds(self, until: int) -> dict[str, float]:
        """Time spent running, waiting, sleeping and suspended up to an instant of the window, in seconds."""
        spent = self._added_up(len(self.starts), until)
        return {name: round(time / 1e9, 6) for time, name in zip(spent, _TOLD.values(), strict=True)}

    def _added_up(self, count: int, until: int) -> tuple[int, ...]:
        """What is spent with the first ``count`` segments, up to an instant."""
        spent = [0] * len(State)
        ends = [*self.starts[1 : count + 1], until]
        for state, start, end in zip(self.states[:count], self.starts[:count], ends, strict=False):
            length = (end if end < until else until) - start
            if length > 0:
                spent[state] += length
        return tuple(before + spent[state] for before, state in zip(self._spent, _TOLD, strict=True))

    def forget(self, since: int) -> None:
        """Forget the segments before the one of an instant; only their lengths are kept."""
        self._spent = self._added_up(max(self.index_at(since), 0), since)
        columns.forget(since, self.starts, self.states, self.resources, self.operations, self.values)
        columns.forget(since, self.holding_starts, self.holding_counts)

    def fold(self, until: int) -> None:
        """Forget everything but the state and how long it was in which, up to when the process ended."""
        self._spent = self._added_up(len(self.starts), until)
        self.states = _FINAL[self.state]
        self.starts = self.holding_starts = _NEVER
        self.resources = self.operations = self.values = self.holding_counts = _NEVER
        self._before_suspension = None

    def _append(self, t: int, state: State, resource: int, operation: int, value: int) -> None:
        self.starts.append(t)
        self.states.append(state)
        self.resources.append(resource)
        self.operations.append(operation)
        self.values.append(value)
