"""What helps against waits that nobody can end: by what is waited for, and by what is known of those who could."""

from collections.abc import Mapping, Sequence

from playground.findings.look import Node
from playground.findings.wakers import Standing
from playground.history import History, Nanoseconds, Resource

_CURE = (
    "Nobody is left to send, set or release: do it before that process ends or waits itself, or wait with a timeout."
)
_FULL_PIPE = (
    "The pipe is full and nobody takes from it: receive before join(), and let not both ends send much before either"
    " receives."
)
_CURES = {
    "flush": "Get everything out of the queue before joining the process that put it there: it ends when all is sent.",
    "join": "Call task_done() once for every item that was got, or nobody can wait for the queue to be worked off.",
    "recv": "Nobody is left to send: one has to send first. Close the ends that are not used, or nobody sees the end.",
    "notify": "A notify that nobody waits for is gone: keep in a value what it tells, and look at it before each wait.",
    "put": "The queue is full and nobody takes from it: get() before join(), or make it larger.",
    "send": _FULL_PIPE,
    "barrier": "Not all parties come: count them. One that ends early never comes; let it abort() the barrier.",
    "file_lock": "Whoever has locked the file waits too: unlock or close it before you wait for the other process.",
    "write": "The pipe is full and nobody reads it: read the output, or empty the queue, before waiting for its end.",
}
"""Operation to what helps, where that is more than letting somebody wake the waiter."""
_FED_BY_TAKERS = (
    "The queue is full, and those that take from it wait to put into it: let it have no limit, put into another queue,"
    " or put with a timeout and take meanwhile."
)
_ATTACHED = "Perhaps locks taken in different orders: started by `mp-playground run` it shows who holds which."
_ORDERS = "Perhaps locks taken in different orders: take them in one order everywhere, or acquire with a timeout."
_READERS = (
    "Nobody is left who would put anything: send each process that reads an end item of its own. `empty()` before"
    " `get()` is no test: another one may take the last item in between."
)
_READER = (
    "Nobody is left who would put anything: see how those ended who were to, and whether they had this very queue."
    " Hand it over as an argument: under spawn a global one is made anew."
)
_FORKED = (
    "What a process is forked with it has as copies: a lock that another thread held stays locked for ever, one inside"
    " logging or another library too, and nobody sets its copy of an event. Fork before there are threads, or use"
    " spawn; between processes use the locks and events of multiprocessing."
)
_WITHIN = (
    "Only a thread of this process could end that, and each has ended or waits too. Take locks in one order; locks,"
    " events and queues of `threading` and `queue` reach no other process: there use those of multiprocessing."
)
_NESTED = (
    "A task waits for another one of its own pool, which in a forked child is a copy that does nothing, or whose"
    " workers all wait so: submit from the parent, or make a pool in the task."
)
_LOST = "A worker died with the task, or the task waits for what never comes: wait with get(timeout)."
_ALL_BUSY = (
    "All workers wait within tasks, and others have not begun, perhaps the very ones that would wake them: submit those"
    " to a pool of their own, or have more workers than tasks that wait."
)
_IDLE_WORKERS = (
    "All workers wait for tasks, and yet a result is missing. Perhaps a worker was killed while it took a task, a"
    " thread of the pool ended by an exception, or the generator of the tasks waits for a result itself."
)
_NO_WORKER = (
    "No worker is left to do what is pending. With max_tasks_per_child that is a fault of CPython (gh-115634): do"
    " without it, or use multiprocessing.Pool(maxtasksperchild=...)."
)
_LEFT_LOCKED = (
    "Whoever took it has ended and not given it back: let no process that may be killed hold a lock; `with` gives it"
    " back when an exception ends one; or acquire with a timeout."
)
POOLS = frozenset({"pool", "executor"})


def cure(history: History, shown: Sequence[Standing], stuck: Mapping[Node, Standing], t: Nanoseconds) -> str:
    """What helps against these waits, which nobody can end."""
    for each in shown:
        found = _cure(history, each, shown, stuck, t)
        if found:
            return found
    return _kept_back(history, shown, stuck) or _CURE


def _kept_back(history: History, shown: Sequence[Standing], stuck: Mapping[Node, Standing]) -> str:
    """What to do when one of them holds what another one needs, who would perhaps wake it then."""
    for wait in (each.wait for each in shown if each.wait is not None):
        for holder in wait.holders:
            ends = {other.known.on_process for other in stuck.values() if other.node[0] == holder and other.known}
            if wait.process in ends:
                held, needs = history.resource_name(wait.resource), history.name(wait.process)
                return f"Do not hold `{held}` while waiting for the end of {needs}, which needs it to come to its end."
    waiting_for = {each.node[0]: each.wait for each in shown if each.wait is not None}
    for other in stuck.values():
        for holder in other.wait.holders if other.wait is not None else ():
            kept = waiting_for.get(holder)
            if kept is not None and other.wait is not None and other.node[0] != holder and kept.resource:
                held, wanted = history.resource_name(other.wait.resource), history.resource_name(kept.resource)
                needs = history.name(other.node[0])
                return f"Do not hold `{held}` while waiting for `{wanted}`: {needs} needs it to go on."
    return ""


def _cure(
    history: History, each: Standing, shown: Sequence[Standing], stuck: Mapping[Node, Standing], t: Nanoseconds
) -> str:
    kind = kind_waited_for(history, each)
    if is_lost(history, each, t):
        return _LEFT_LOCKED
    if kind in POOLS and each.operation in {"result", "join"}:
        return _of_pool(history, each, stuck, t)
    if kind in POOLS:  # a worker waits for a task: because its pool waits for something else
        return ""
    if each.operation == "thread":
        process = history.processes[each.node[0]]
        alone = sum(1 for p, _ in stuck if p == each.node[0]) == 1
        return (
            _FORKED if alone and (process.definition.method == "fork" or process.definition.role == "fork") else _WITHIN
        )
    if each.operation in {"put", "join"} and _is_fed_by_takers(_waited_for(history, each), stuck):
        return _FED_BY_TAKERS
    if each.operation == "get":
        readers = {other.node[0] for other in shown if other.operation == "get"}
        children = all(history.processes[p].definition.role != "main" for p in readers)
        return _READERS if children else _READER
    if each.operation == "semaphore" or (each.wait is None and each.operation == "acquire"):
        return _ORDERS if any(process.spoken for process in history.processes) else _ATTACHED
    return _CURES.get(each.operation, "")


def _is_fed_by_takers(queue: Resource | None, stuck: Mapping[Node, Standing]) -> bool:
    """Whether one that has taken from a queue waits to put into it."""
    if queue is None or queue.counter is None or queue.counter.unit != "depth":
        return False
    waits = (each.wait for each in stuck.values() if each.operation == "put")
    putting = {wait.process for wait in waits if wait is not None and wait.resource == queue.definition.index}
    return not putting.isdisjoint(queue.counter.lowered_by())


def _of_pool(history: History, each: Standing, stuck: Mapping[Node, Standing], t: Nanoseconds) -> str:
    wait = each.known
    pool = wait.resource if wait is not None else 0
    waiting = [other for other in stuck.values() if other.wait is not None and other.wait.resource == pool]
    busy = [other for other in stuck.values() if other.operation in {"result", "thread"}]
    if any(history.processes[other.node[0]].definition.role == "worker" for other in busy):
        return _NESTED
    if any(other.operation == "get" for other in waiting):
        return _IDLE_WORKERS
    if no_worker_left(history, t):
        return _NO_WORKER
    return _ALL_BUSY if _not_begun(history, pool, t) else _LOST


def _not_begun(history: History, pool: int, t: Nanoseconds) -> bool:
    """Whether tasks of a pool wait for a worker."""
    known = history.resources.get(pool)
    stages = known.counter.stages if known is not None and known.counter is not None else {}
    submitted, started = (stages[name].at(t) if name in stages else 0 for name in ("submitted", "started"))
    return (submitted or 0) > (started or 0)


def no_worker_left(history: History, t: Nanoseconds) -> bool:
    """Whether workers there were, and none is alive."""
    workers = [p for p in history.processes if p.definition.role == "worker" and p.began is not None]
    return bool(workers) and all(p.ended_by(t) for p in workers)


def is_lost(history: History, each: Standing, t: Nanoseconds) -> bool:
    """Whether what is waited for was taken by somebody who has ended since, as the books of the others tell."""
    known = _waited_for(history, each)
    return known is not None and known.lost_since <= t


def kind_waited_for(history: History, each: Standing) -> str:
    """Kind of the resource that is waited for; "" where it is none."""
    known = _waited_for(history, each)
    return known.definition.kind if known is not None else ""


def _waited_for(history: History, each: Standing) -> Resource | None:
    return history.resources.get(each.known.resource) if each.known is not None else None
