"""Work that came to nothing without anybody noticing: errors of tasks that nobody asks for, tasks that were dropped."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from playground.findings import causes, traces
from playground.findings.exceptions import cure_of
from playground.findings.finding import Finding
from playground.history import Forgotten, History, Nanoseconds
from playground.probe import layout

_ASK = (
    "Ask for each result, by get(), result() or an error_callback, or nobody hears of an error; what `submit` and"
    " `apply_async` give back is the only one who knows of it."
)
_LEFT = (
    "The end of `with Pool` terminates the pool and does not wait: get() the results, or close() and join() it, before"
    " the block ends. The `with` of an executor waits."
)
_UNDECIDED = frozenset({"timeout", "stuck"})
"""Outcomes of runs that were ended before the program could ask."""


class _Errors(Struct):
    """Errors of the tasks of one pool."""

    owner: int
    first: int
    """Number of the first one's text."""
    at: Nanoseconds
    count: int = 0


class UnseenErrors:
    """Judges a pool when its process has ended in good order: whether somebody came to know of any of its errors.

    Where one was seen, the program knows; that it then asks for no other is usual.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._errors: dict[int, _Errors] = {}
        self._seen: set[int] = set()
        """Pools of which an error was seen."""
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.TASK_FAILED: self._failed,
            layout.ERROR_SEEN: self._was_seen,
            layout.EXITING: self._exiting,
            layout.RUN_ENDED: self._ended,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget pools that nobody uses."""
        for resource in forgotten.resources:
            self._errors.pop(resource, None)
            self._seen.discard(resource)

    def _failed(self, row: int) -> Iterable[Finding]:
        h = self._history
        pool = h.resource[row]
        known = self._errors.setdefault(pool, _Errors(h.process[row], h.value[row], h.time[row]))
        known.count += 1
        return ()

    def _was_seen(self, row: int) -> Iterable[Finding]:
        self._seen.add(self._history.resource[row])
        return ()

    def _exiting(self, row: int) -> Iterable[Finding]:
        h = self._history
        if h.value[row] == 0 and not causes.interrupted(h, h.time[row]):
            yield from self._unseen(h.process[row])

    def _ended(self, row: int) -> Iterable[Finding]:
        h = self._history
        outcome = h.value[row] >> 32
        if 0 <= outcome < len(layout.OUTCOMES) and layout.OUTCOMES[outcome] in _UNDECIDED:
            for process in {known.owner for known in self._errors.values()}:
                if not h.processes[process].ended_by(h.time[row]):
                    yield from self._unseen(process)

    def _unseen(self, process: int) -> Iterable[Finding]:
        h = self._history
        for pool, known in self._errors.items():
            if known.owner == process and pool not in self._seen:
                trace = traces.parse(h.texts.get(known.first, ""))
                place = f" ({trace.place})" if trace.own and trace.place else ""
                tasks = f"{known.count} tasks" if known.count > 1 else "a task"
                first = "the first of them with " if known.count > 1 else ""
                text = f"{tasks} of `{h.resource_name(pool)}` failed and nobody asked: {first}{trace.error}{place}"
                advice = " ".join(filter(None, (cure_of(trace.error), _ASK)))
                yield Finding("unseen_error", "warning", (process,), (pool,), known.at, text, advice, key=(pool,))


class DroppedTasks:
    """One finding for each pool that the end of a ``with`` block terminated while tasks were left.

    Where the workers had done all tasks, and only results were on their way that nobody wanted, nothing was dropped.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {layout.POOL_LEFT: self._left}

    def _left(self, row: int) -> Iterable[Finding]:
        h = self._history
        pool, place = h.resource[row], h.place(h.site[row])
        surely, left = h.value[row] >> 32, h.value[row] & 0xFFFFFFFF
        count = max(surely, min(left, self._not_ended(pool)))
        if not count:
            return
        calls = f"{count} calls that nobody had waited for" if count > 1 else "a call that nobody had waited for"
        end = f"the end of its `with` block{f' ({place})' if place else ''}"
        text = f"tasks of `{h.resource_name(pool)}` were dropped at {end}: {calls} had not ended"
        yield Finding("dropped_tasks", "warning", (h.process[row],), (pool,), h.time[row], text, _LEFT, key=(pool,))

    def _not_ended(self, pool: int) -> int:
        """How many tasks of a pool were handed over and not done; the workers have ended, so this is final."""
        resource = self._history.resources.get(pool)
        if resource is None or resource.counter is None:
            return 0
        return round(resource.counter.stage("submitted").last - resource.counter.last)
