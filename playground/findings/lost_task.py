"""Tasks of a ``multiprocessing.Pool`` that died with their worker: the pool replaces it, never runs the task again."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from playground.findings import causes
from playground.findings.finding import Finding
from playground.history import Forgotten, History, Nanoseconds
from playground.history.told import exit_text
from playground.probe import layout

_ADVICE = (
    "Use concurrent.futures.ProcessPoolExecutor, which raises BrokenProcessPool when a worker dies, or get() with"
    " a timeout: a Pool replaces the worker but does not run its task again."
)
_REMEMBERED = 10_000
"""So many of the latest jobs are known."""


class Task(Struct, frozen=True):
    """A task that a worker runs."""

    pool: int
    job: int
    number: int


class Job(Struct, frozen=True):
    """A call of ``map``, ``apply_async`` and the like: who made it, and where."""

    process: int
    site: int


class LostTasks:
    """Follows what each worker of a pool works on, and looks at it when the worker ends."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._jobs: dict[tuple[int, int], Job] = {}
        self._running: dict[int, Task] = {}
        self._lost: dict[int, tuple[Task, Job, Nanoseconds]] = {}
        """Worker to what was lost with it, and when."""
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.SUBMITTED: self._submitted,
            layout.TASK_STARTED: self._task_started,
            layout.TASK_ENDED: self._task_ended,
            layout.WAITING: self._waiting,
            layout.CHILD_ENDED: self._ended,
            layout.REAPED: self._ended,
            layout.ZOMBIE: self._ended,
            layout.VANISHED: self._ended,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget the oldest jobs, and the first of many that were lost."""
        for key in list(self._jobs)[:-_REMEMBERED]:
            del self._jobs[key]
        for lost in list(self._lost)[:-_REMEMBERED]:
            del self._lost[lost]
        for worker in forgotten.processes:
            self._running.pop(worker, None)

    def _submitted(self, row: int) -> Iterable[Finding]:
        h = self._history
        key = (h.resource[row], h.value[row] >> 32)
        self._jobs.setdefault(key, Job(h.process[row], h.site[row]))  # imap says twice how many tasks there are
        return ()

    def _task_started(self, row: int) -> Iterable[Finding]:
        h = self._history
        pool = h.resources.get(h.resource[row])
        if pool is not None and pool.definition.kind == "pool":
            self._running[h.process[row]] = Task(h.resource[row], h.value[row] >> 32, h.value[row] & 0x7FFFFFFF)
        return ()

    def _task_ended(self, row: int) -> Iterable[Finding]:
        self._running.pop(self._history.process[row], None)
        return ()

    def _ended(self, row: int) -> Iterable[Finding]:
        h = self._history
        worker, t = causes.ended_child(h, row), h.time[row]
        task = self._running.pop(worker, None) if worker is not None else None
        if worker is None or task is None:
            return
        job = self._jobs.get((task.pool, task.job))
        if job is None or h.processes[job.process].ended_by(t):
            return  # nobody is left who could miss it
        if causes.by_program(h, worker) or causes.interrupted(h, t):
            return
        self._lost[worker] = (task, job, t)
        yield self._finding(worker, t)

    def _waiting(self, row: int) -> Iterable[Finding]:
        """State it anew when the submitter comes to wait for the pool's results."""
        h = self._history
        if self._lost and h.value[row] & 0xFF == layout.OP_RESULT:
            for worker, (task, job, _) in self._lost.items():
                if task.pool == h.resource[row] and job.process == h.process[row]:
                    yield self._finding(worker, h.time[row])

    def _finding(self, worker: int, t: Nanoseconds) -> Finding:
        h = self._history
        task, job, at = self._lost[worker]
        place = f", submitted at {h.place(job.site)}" if job.site else ""
        end = exit_text(h.processes[worker].exitcode)
        text = (
            f"task {task.number} of `{h.resource_name(task.pool)}` (job {task.job}{place})"
            f" died with {h.name(worker)} ({end}): its result will never come"
        )
        site = causes.waiting_for_results(h, job.process, task.pool, t)
        if site is not None:
            text += f"; {h.name(job.process)} waits for results" + h.place_aside(site)
        processes = (job.process, worker)
        return Finding("lost_task", "error", processes, (task.pool,), at, text, _ADVICE, key=(worker,))
