"""Executors of ``concurrent.futures`` that broke: a worker ended abruptly, and all pending futures fail."""

from collections.abc import Callable, Iterable

from msgspec import Struct, field

from playground.findings import causes
from playground.findings.finding import Finding
from playground.history import Forgotten, History, Nanoseconds
from playground.history.told import exit_text
from playground.probe import layout

_ADVICE = (
    "Find out why the worker ended (a crash in C code, os._exit, memory, an initializer that raised); a broken"
    " executor takes no more tasks: "
    "catch BrokenProcessPool, make a new one and submit again what has no result."
)


class Executor(Struct):
    """What is known of one executor."""

    submitted: dict[int, int] = field(default_factory=dict)
    """Job to how many tasks it has."""
    done: dict[int, int] = field(default_factory=dict)
    """Job to how many of them the workers ended."""
    results: dict[int, int] = field(default_factory=dict)
    """Job to how many results came."""
    tells_results: bool = False
    """Whether results are recorded at all."""
    owner: int | None = None
    broken_at: Nanoseconds | None = None
    pending: int = 0
    """Tasks without a result when it broke."""
    culprit: int | None = None
    """The worker that ended."""
    ran: bool = False
    """Whether it was running a task."""

    def count_pending(self) -> int:
        """Tasks that have no result yet."""
        come = self.results if self.tells_results else self.done
        return sum(max(0, count - come.get(job, 0)) for job, count in self.submitted.items())


class BrokenPools:
    """Follows the tasks of each executor, and looks at what says that it broke and at how its workers end."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._executors: dict[int, Executor] = {}
        self._worker_of: dict[int, int] = {}
        self._running: set[int] = set()
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.SUBMITTED: self._submitted,
            layout.RESULT: self._result,
            layout.TASK_STARTED: self._task_started,
            layout.TASK_ENDED: self._task_ended,
            layout.POOL_BROKEN: self._broken,
            layout.CHILD_ENDED: self._ended,
            layout.REAPED: self._ended,
            layout.ZOMBIE: self._ended,
            layout.VANISHED: self._ended,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget executors that nobody uses, and workers that are gone."""
        for resource in forgotten.resources:
            if resource in self._executors and not self._executors[resource].submitted:
                del self._executors[resource]
        for worker in forgotten.processes:
            self._worker_of.pop(worker, None)
            self._running.discard(worker)
        self._worker_of = {worker: r for worker, r in self._worker_of.items() if r in self._executors}

    def _executor(self, row: int) -> Executor | None:
        h = self._history
        known = h.resources.get(h.resource[row])
        if known is None or known.definition.kind != "executor":
            return None
        return self._executors.setdefault(h.resource[row], Executor())

    def _submitted(self, row: int) -> Iterable[Finding]:
        executor, value = self._executor(row), self._history.value[row]
        if executor is not None:
            executor.submitted[value >> 32] = max(1, value & 0xFFFFFFFF)
            executor.owner = self._history.process[row]
        return ()

    def _result(self, row: int) -> Iterable[Finding]:
        executor, value = self._executor(row), self._history.value[row]
        if executor is not None:
            job, come = value >> 32, value & 0xFFFFFFFF  # 0: cancelled or failed, nothing more will come
            executor.tells_results = True
            executor.results[job] = come or executor.submitted.get(job, 0)
            if executor.results[job] >= executor.submitted.get(job, 0):
                for figures in (executor.submitted, executor.done, executor.results):
                    figures.pop(job, None)
        return ()

    def _task_started(self, row: int) -> Iterable[Finding]:
        if self._executor(row) is not None:
            worker = self._history.process[row]
            self._worker_of[worker] = self._history.resource[row]
            self._running.add(worker)
        return ()

    def _task_ended(self, row: int) -> Iterable[Finding]:
        executor, job = self._executor(row), self._history.value[row] >> 32
        if executor is not None and job in executor.submitted:
            executor.done[job] = executor.done.get(job, 0) + 1
        self._running.discard(self._history.process[row])
        return ()

    def _broken(self, row: int) -> Iterable[Finding]:
        executor = self._executor(row)
        if executor is None or causes.interrupted(self._history, self._history.time[row]):
            return
        executor.owner = self._history.process[row]
        self._break(executor, row)
        yield self._finding(self._history.resource[row], executor)

    def _ended(self, row: int) -> Iterable[Finding]:
        h = self._history
        worker = causes.ended_child(h, row)
        number = self._worker_of.pop(worker, None) if worker is not None else None
        if worker is None or number is None:
            return
        executor, ran = self._executors[number], worker in self._running
        if executor.culprit is not None or self._is_accounted_for(worker) or causes.interrupted(h, h.time[row]):
            return
        if executor.broken_at is None and (not ran or self._owner_is_gone(executor, h.time[row])):
            return
        executor.culprit, executor.ran = worker, ran
        self._break(executor, row)
        yield self._finding(number, executor)

    def _is_accounted_for(self, worker: int) -> bool:
        """Whether the program ended it or it ended in order; a broken executor terminates all, dead ones included."""
        status = self._history.processes[worker].exitcode or 0
        return status == 0 if status >= 0 else causes.by_program(self._history, worker)

    def _owner_is_gone(self, executor: Executor, t: Nanoseconds) -> bool:
        return executor.owner is not None and self._history.processes[executor.owner].ended_by(t)

    def _break(self, executor: Executor, row: int) -> None:
        if executor.broken_at is None:
            executor.broken_at = self._history.time[row]
            executor.pending = executor.count_pending()

    def _finding(self, number: int, executor: Executor) -> Finding:
        h = self._history
        why = ""
        if executor.culprit is not None:
            end = exit_text(h.processes[executor.culprit].exitcode)
            why = f": {h.name(executor.culprit)} ended ({end})" + (" while it ran a task" if executor.ran else "")
        count = executor.pending
        fails = (
            f"; {count} pending future{'s' if count != 1 else ''} raise{'' if count != 1 else 's'} BrokenProcessPool"
        )
        text = f"executor `{h.resource_name(number)}` is broken{why}{fails if count else ''}"
        processes = tuple(p for p in (executor.owner, executor.culprit) if p is not None)
        return Finding(
            "broken_pool", "error", processes, (number,), executor.broken_at or 0, text, _ADVICE, key=(number,)
        )
