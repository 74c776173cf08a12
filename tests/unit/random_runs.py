"""Hypothesis strategies: runs of any events in any order, and the places where to cut them."""

from collections.abc import Callable

from hypothesis import strategies as st

from playground.probe import layout
from tests.unit.rows import Run

NAMES = ("A", "B", "C", "D")
GAPS_MS = (0.001, 1, 60, 700)
"""The third is longer than a process must be silent to count as still, the last than an orphan must live."""
UNKNOWN_KINDS = (99, 250)


class _Things:
    """The processes and resources of one random run, all defined before the first row."""

    def __init__(self, processes: int) -> None:
        self.run = Run()
        self.processes = [self.run.process(name, began=None) for name in NAMES[:processes]]
        self.lock, self.other = self.run.resource("lock"), self.run.resource("other", "rlock")
        self.gate = self.run.resource("gate", "semaphore", limit=2)
        self.queue, self.value = self.run.resource("queue", "queue", limit=0), self.run.resource("value", "value")
        self.array = self.run.resource("array", "array", limit=3)
        self.pool, self.executor = self.run.resource("pool", "pool"), self.run.resource("ex", "executor")
        self.block = self.run.resource("block", "shared_memory")
        self.condition, self.event = self.run.resource("condition", "condition"), self.run.resource("event", "event")
        self.sites = [0, self.run.site("/x/a.py", 3, "work"), self.run.site("/x/a.py", 9, "work")]
        self.texts = [self.run.text("1 s one"), self.run.text('Traceback\n  File "a.py", line 3\nValueError: no')]
        for process in self.processes:
            self.run.row(0, process, layout.BEGAN)


_Move = Callable[[_Things, float, int, int], None]


def _row(kind: int, of: str = "", values: tuple[int, ...] = (0,)) -> _Move:
    """A row of a kind on one resource, with one of these values."""

    def move(things: _Things, t: float, p: int, n: int) -> None:
        resource = getattr(things, of) if of else 0
        site = n % 3 if kind in (layout.ITEM_READ, layout.ITEM_WROTE) else things.sites[n % 3]
        things.run.row(t, p, kind, resource, value=values[n % len(values)], site=site, thread=1 + (n == 7))

    return move


def _wait(of: str, operation: int) -> _Move:
    def move(things: _Things, t: float, p: int, n: int) -> None:
        things.run.waits(t, p, getattr(things, of), operation, timed=n == 0, site=things.sites[n % 3])

    return move


def _told(*kinds: int) -> _Move:
    def move(things: _Things, t: float, p: int, n: int) -> None:
        things.run.row(t, p, kinds[n % len(kinds)], value=things.texts[n % 2])

    return move


def _look(things: _Things, t: float, _p: int, n: int) -> None:
    things.run.look(t, *things.processes, timer=things.processes[:1] if n == 0 else ())


_LOCKS = [
    *(_row(layout.ACQUIRED, of) for of in ("lock", "other", "gate")),
    *(_wait(of, layout.OP_ACQUIRE) for of in ("lock", "other", "gate", "lock", "other")),
    *(_row(layout.RELEASING, of) for of in ("lock", "other")),
    _wait("queue", layout.OP_GET),
    _row(layout.JOINING, values=(100, 101, 102)),
    _row(layout.REAPED, values=(0, -9)),
    *(_look for _ in range(8)),
]
_VALUES = [
    *(_row(kind, "value", (0, 1, 5)) for kind in (layout.READ, layout.READ, layout.WROTE, layout.WROTE)),
    *(_row(kind, "array", (0, 1, 5)) for kind in (layout.ITEM_READ, layout.ITEM_WROTE)),
]
_SIGNALS = [
    *(_row(kind, "condition") for kind in (layout.NOTIFYING, layout.WOKE, layout.ACQUIRED, layout.RELEASING)),
    *(_row(kind, "event") for kind in (layout.SETTING, layout.CLEARING, layout.WOKE)),
    *(_wait(of, operation) for of, operation in (("condition", layout.OP_NOTIFY), ("event", layout.OP_EVENT))),
    _row(layout.CREATED, "gate", (1, 2)),
    *(_row(kind, "gate") for kind in (layout.ACQUIRED, layout.RELEASING, layout.RELEASING)),
    *(_look for _ in range(4)),
]
_ENDS = [
    _row(layout.REAPED, values=(0, 1, -9, -15)),
    _row(layout.CHILD_ENDED, values=(100 << 32, 101 << 32 | 3, 102 << 32 | 0xFFFFFFF7)),
    _row(layout.VANISHED),
    _row(layout.ZOMBIE, values=(0, -9)),
    _row(layout.EXITING, values=(0, 4)),
    _row(layout.TERMINATE_SENT, values=(100, 101)),
    _row(layout.SIGNAL_SENT, values=(9 << 32 | 100, 15 << 32)),
    _told(layout.RAISED),
]
_POOLS = [
    *(_row(layout.SUBMITTED, of, (0, 1 << 32 | 3)) for of in ("pool", "executor")),
    *(_row(layout.TASK_STARTED, of, (0, 1 << 32, 1 << 32 | 1)) for of in ("pool", "executor")),
    *(_row(layout.TASK_ENDED, of, (0, 1 << 32)) for of in ("pool", "executor")),
    _row(layout.RESULT, "executor", (0, 1 << 32 | 1)),
    _row(layout.POOL_BROKEN, "executor"),
    _wait("pool", layout.OP_RESULT),
]
_LIVES = [
    _row(layout.STARTED, values=(100, 101, 102)),
    *(_row(layout.ZOMBIE, values=(0, -9)) for _ in range(3)),
    *(_row(layout.SAMPLE_CPU) for _ in range(6)),
    *(_row(kind, "block", (0, 4096)) for kind in (layout.CREATED, layout.ATTACHED, layout.UNLINKING)),
    _told(layout.LEFT_BEHIND, layout.ACTION, layout.RAISED),
    _row(layout.RUN_ENDED, values=(0, 3 << 32 | 1)),
]
_OTHERS = [
    *(_row(kind) for kind in (layout.WOKE, layout.TIMED_OUT, layout.SLEEPING, layout.SLEPT, layout.JOINED)),
    *(_row(kind) for kind in (layout.SUSPENDED, layout.RESUMED, *UNKNOWN_KINDS)),
    *(_row(kind, "queue") for kind in (layout.CREATED, layout.PUTTING, layout.GOT, layout.SENDING, layout.SENT)),
    _row(layout.RELEASE_FAILED, "lock"),
    _row(layout.PUT_FAILED, "queue"),
    _row(layout.ACQUIRED, "lock", (layout.ACQUIRED_AGAIN, layout.ACQUIRED_UNTRIED)),
    _row(layout.CREATED, "lock", (1,)),
    _wait("queue", layout.OP_CALL),
    _row(layout.CREATED, "gate", (2,)),
    _row(layout.TASK_ENDED, "queue"),
    _row(layout.STARTED, values=(101, 102, 500)),
    *(_row(kind) for kind in (layout.STARTING, layout.START_FAILED, layout.BEGAN)),
    _row(layout.SAMPLE_CPU, values=(0, 9_950)),
    _row(layout.SAMPLE_RSS, values=(1 << 20, 1 << 24)),
    _row(layout.RUN_ENDED, values=(0, 1 << 32 | 124, 9 << 32)),
    _told(layout.STDOUT, layout.STDERR, layout.REPORT, layout.MARK, layout.ACTION, layout.NOTICE, layout.MEASURED),
]

_EVERYTHING = _LOCKS + _VALUES + _SIGNALS + _ENDS + _POOLS + _LIVES + _OTHERS
_THEMES = [_LOCKS, _VALUES, _SIGNALS, _LOCKS + _VALUES, _POOLS + _ENDS, _LIVES + _ENDS, _EVERYTHING]


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """A run of one to four processes and up to 40 events: about locks, shared values, signals, or about anything."""
    things = _Things(draw(st.integers(1, len(NAMES))))
    theme = draw(st.sampled_from(_THEMES))
    step = st.tuples(
        st.sampled_from(theme), st.sampled_from(things.processes), st.sampled_from(GAPS_MS), st.integers(0, 7)
    )
    t = 0.0
    for make, process, gap, number in draw(st.lists(step, min_size=8, max_size=40)):
        t += gap
        make(things, t, process, number)
    return things.run


def cuts() -> st.SearchStrategy[list[int]]:
    """Numbers of rows before which to cut."""
    return st.lists(st.integers(1, 60), max_size=8)
