"""What each kind of row does to a history; one small function per kind, found by table."""

import struct
from collections.abc import Callable

from playground.history.counters import Counter
from playground.history.known import Known
from playground.history.lane import State
from playground.history.things import NEVER, Process, Resource
from playground.probe import layout

MAX_ITEM_COUNTERS = 16
"""Arrays up to this size get one counter per item."""

Handler = Callable[[Known, int, int, int, int, int, int], None]
"""What is known, then time, process, thread, resource, site, value."""

_OF_SENTINELS = frozenset({layout.OP_READ, layout.OP_SELECT})
"""What a join does that waits for a pipe to be closed, which a child of a fork server has open until it ends."""
_ONE_AT_A_TIME = frozenset({"lock", "rlock", "value", "array", "condition"})
_MAIN = layout.MAIN_THREAD
_RUNNING, _WAITING, _SLEEPING = State.RUNNING, State.WAITING, State.SLEEPING
"""Found once, as in ``lane``."""
_OPERATIONS = len(layout.OPERATIONS)


def speak_first(h: Known, process: Process, t: int, p: int, th: int) -> None:
    """A thread's first row; one that was not told of itself as begun has begun by then."""
    process.spoken[th] = t
    if process.began is None:
        began(h, t, p, _MAIN, 0, 0, 0)


def began(h: Known, t: int, p: int, _th: int, _r: int, _s: int, _v: int) -> None:
    """A process's first row: its lane starts when its parent started it."""
    process = h.processes[p]
    if process.began is not None:
        return
    started = min(h.started_at.get(process.definition.pid, t), t)
    process.began = started
    process.lane.begin(started)
    process.lane.turn(t, _RUNNING)


def started(h: Known, t: int, p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """The parent has started a child."""
    h.started_at[v] = t
    h.started_by[v] = p


def program_started(h: Known, t: int, p: int, th: int, r: int, s: int, v: int) -> None:
    """Another program runs: it will never speak itself, so its life begins here."""
    child = h.pids.get(v)
    if child is not None:
        h.started_by[v] = p
        began(h, t, child, th, r, s, v)


# --- Standing still ---------------------------------------------------------------------------------


def _open(
    h: Known,
    t: int,
    p: int,
    th: int,
    operation: int,
    r: int,
    s: int,
    joined_pid: int = 0,
    *,
    timed: bool = False,
    seen: bool = False,
) -> None:
    process = h.processes[p]
    if r not in h.resources:
        r = 0
    if operation >= _OPERATIONS:
        operation = 0
    process.waits_of(th).begin(t, operation, r, s, joined_pid, timed=timed, seen=seen)
    if th == _MAIN:
        process.lane.turn(t, _WAITING, r, operation, joined_pid)


def _close(h: Known, t: int, p: int, th: int) -> None:
    process = h.processes[p]
    waits = process.waits.get(th)
    if waits is None or not waits.going_on:
        return
    r, since = waits.end(t)
    if r:
        h.resources[r].waited(t - since)
    if th == _MAIN:
        process.lane.turn(t, _RUNNING)


def _close_of(h: Known, t: int, p: int, th: int, r: int) -> None:
    waits = h.processes[p].waits.get(th)
    if waits is not None and waits.going_on and waits.is_for(r):
        _close(h, t, p, th)


def waiting(h: Known, t: int, p: int, th: int, r: int, s: int, v: int) -> None:
    """A thread begins to wait."""
    if r in h.resources and v & 0xFF == layout.OP_ACQUIRE:
        h.resources[r].contended += 1
    _open(h, t, p, th, v & 0xFF, r, s, timed=v >> 8 > 0)


def sending(h: Known, t: int, p: int, th: int, r: int, s: int, _v: int) -> None:
    """A thread sends; it waits until there is room."""
    _open(h, t, p, th, layout.OP_SEND, r, s)


def woke(h: Known, t: int, p: int, th: int, _r: int, _s: int, _v: int) -> None:
    """Whatever the thread waited for is over."""
    _close(h, t, p, th)


def joining(h: Known, t: int, p: int, th: int, _r: int, s: int, v: int) -> None:
    """A thread waits for a process to end."""
    _open(h, t, p, th, layout.OP_JOIN, 0, s, v)


def joining_timed(h: Known, t: int, p: int, th: int, _r: int, s: int, v: int) -> None:
    """A thread waits for a process to end, but not for ever."""
    _open(h, t, p, th, layout.OP_JOIN, 0, s, v, timed=True)


def sleeping(h: Known, t: int, p: int, th: int, _r: int, _s: int, _v: int) -> None:
    """``time.sleep`` begins."""
    if th == _MAIN:
        h.processes[p].lane.turn(t, _SLEEPING)


def slept(h: Known, t: int, p: int, th: int, _r: int, _s: int, _v: int) -> None:
    """``time.sleep`` is over."""
    if th == _MAIN:
        h.processes[p].lane.turn(t, _RUNNING)


def blocked(h: Known, t: int, p: int, th: int, r: int, _s: int, v: int) -> None:
    """The kernel says that a thread sleeps in a call; news only where the program did not tell of a wait itself."""
    process = h.processes[p]
    asleep = th == _MAIN and process.lane.state == _SLEEPING and th not in process.blocked
    known = process.open_wait(th)
    if process.ended is not None or asleep or (known is not None and not known.seen):
        return
    pid, operation = v >> layout.BLOCKED_SUBJECT, v & 0xFF
    if known is not None and (known.resource, known.joined_pid) == (r, pid):
        of_sentinel = known.operation == layout.OP_CHILD and operation in _OF_SENTINELS
        if of_sentinel or operation in (
            known.operation,
            layout.OP_SEMAPHORE,
        ):  # known better than by its call
            return
    process.blocked.add(th)
    if operation == layout.OP_SLEEP:
        _close(h, t, p, th)
        sleeping(h, t, p, th, 0, 0, 0)
        return
    if operation == layout.OP_SEMAPHORE and r in h.resources and h.resources[r].definition.kind in _ONE_AT_A_TIME:
        operation = layout.OP_ACQUIRE
    timed = bool(v & layout.BLOCKED_TIMED)
    _open(h, t, p, th, operation, r, 0, max(pid, 0), timed=timed, seen=True)


def unblocked(h: Known, t: int, p: int, th: int, _r: int, _s: int, _v: int) -> None:
    """A thread that the kernel told of as asleep has gone on."""
    process = h.processes[p]
    if th in process.blocked:
        process.blocked.discard(th)
        _close(h, t, p, th)
        if process.lane.state == _SLEEPING:
            slept(h, t, p, th, 0, 0, 0)


def spotted(h: Known, t: int, p: int, th: int, _r: int, s: int, v: int) -> None:
    """The observer has seen on which line a thread stands, and perhaps what it called there."""
    process = h.processes[p]
    if th == _MAIN:
        process.sites.append(s)
        process.site_times.append(t)
    wait = process.open_wait(th)
    if wait is not None and (wait.seen or not wait.site):
        better = 0 < v < _OPERATIONS and wait.operation == layout.OP_SEMAPHORE
        if v == layout.OP_JOIN and wait.operation in _OF_SENTINELS:
            v, better = layout.OP_CHILD, True
        process.waits[th].correct(v if better else wait.operation, s)
        if better and th == _MAIN and process.lane.state == _WAITING:
            process.lane.operations[-1] = v


# --- Holding ----------------------------------------------------------------------------------------


def acquired(h: Known, t: int, p: int, th: int, r: int, s: int, v: int) -> None:
    """A hold begins, and the wait for it ends."""
    resource = h.resources.get(r)
    if resource is not None and v == layout.ACQUIRED_UNTRIED and not _was_taken(h, resource, p, th):
        resource.contended -= 1
    process = h.processes[p]
    if th in process.waits:
        _close_of(h, t, p, th, r)
    if resource is None:
        return
    if h.dropped and resource.held and resource.definition.kind in _ONE_AT_A_TIME:
        _end_others(h, resource, t, p)
    resource.hold(t, p, th, s)
    if r not in h.in_use:
        h.in_use[r] = t
    if t < resource.signal_since:
        process.lane.hold(t, 1)
    if resource.counts_holders:
        _count_holders(h, resource, t, p)


def _end_others(h: Known, resource: Resource, t: int, p: int) -> None:
    """Whoever else had a lock that somebody has got now has given it back, though the event is missing."""
    for process, *_ in resource.holders():
        if process != p:
            end_hold(h, resource, t, process)


def end_hold(h: Known, resource: Resource, t: int, p: int) -> None:
    """End a hold of which its process told no end; of a signal none is counted."""
    resource.release(t, p)
    if resource.signal_since > t:
        h.processes[p].lane.hold(t, -1)


def _was_taken(h: Known, resource: Resource, p: int, th: int) -> bool:
    """Whether others held all there was of a resource when a thread began to wait for it."""
    wait = h.processes[p].open_wait(th)
    if wait is None:
        return True  # it was not told
    others = [1 for process, thread, *_ in resource.holders_at(wait.since) if (process, thread) != (p, th)]
    return len(others) >= max(1, resource.definition.limit)


def releasing(h: Known, t: int, p: int, _th: int, r: int, _s: int, _v: int) -> None:
    """A hold ends; for a lock that another process took, that one's. Of a signal none is counted."""
    resource = h.resources.get(r)
    if resource is None:
        return
    held = t < resource.signal_since
    owner = resource.release(t, p)
    if owner is not None and held:
        h.processes[owner].lane.hold(t, -1)
    if resource.counts_holders:
        if held and resource.signal_since <= t:  # which shows that what others have taken is not held either
            for process, *_ in resource.holders():
                h.processes[process].lane.hold(t, -1)
        _count_holders(h, resource, t, p)


def held(h: Known, t: int, p: int, th: int, r: int, _s: int, v: int) -> None:
    """The observer knows who has a lock; how often it was taken it does not know."""
    resource = h.resources.get(r)
    if resource is None:
        return
    if v == layout.HELD_BY_NOBODY:
        resource.lost_since = t
        return
    if v == layout.HELD_NO_MORE:
        resource.lost_since = NEVER
        if any(process == p for process, *_ in resource.holders()):
            end_hold(h, resource, t, p)
        return
    resource.hold(t, p, 0 if v == layout.HELD_BY_A_THREAD else th, 0)
    resource.acquired -= 1
    h.in_use[r] = t
    h.processes[p].lane.hold(t, 1)
    for process in h.shown.values():
        for thread, waits in process.waits.items():
            span = waits.open
            if span is not None and (span.resource, span.operation) == (r, layout.OP_SEMAPHORE):
                waits.correct(layout.OP_ACQUIRE, span.site)
                if thread == _MAIN and process.lane.state == _WAITING:
                    process.lane.operations[-1] = layout.OP_ACQUIRE


def release_failed(h: Known, t: int, p: int, _th: int, r: int, _s: int, _v: int) -> None:
    """The release just before raised."""
    resource = h.resources.get(r)
    if resource is None:
        return
    owner = resource.take_back(p)
    if owner is not None and t < resource.signal_since:
        h.processes[owner].lane.hold(t, 1)
    if resource.counts_holders:
        _count_holders(h, resource, t, p)


def _count_holders(h: Known, resource: Resource, t: int, p: int) -> None:
    """Count who is in; of a semaphore that begins without permits, a signal, nobody is."""
    if resource.signal_since > 0:
        _counter(h, resource, "holders", resource.definition.limit).step(t, resource.count_holders(), p)


# --- Counters ---------------------------------------------------------------------------------------


def _counter(h: Known, resource: Resource, unit: str, limit: int | None = None) -> Counter:
    if resource.counter is None:
        resource.counter = Counter(resource.definition.name, resource.definition.index, unit, limit)
        h.counters.append(resource.counter)
    return resource.counter


def number(resource: Resource, value: int) -> float:
    """A row's value as the program sees it."""
    if resource.definition.typecode == "d":
        return float(struct.unpack("=d", struct.pack("=q", value))[0])
    return float(value)


def created(h: Known, t: int, p: int, _th: int, r: int, _s: int, v: int) -> None:
    """A resource is made; values start with their first value."""
    resource = h.resources.get(r)
    if resource is None:
        return
    kind = resource.definition.kind
    _let_go(h, resource, t)
    if kind in {"value", "raw_value"}:
        counter = _counter(h, resource, "value")
        counter.sampled = kind == "raw_value"
        counter.step(t, number(resource, v), p)
    elif resource.counts_holders and v > 1:
        _counter(h, resource, "holders", v).step(t, 0, p)
    elif resource.counts_holders and v == 0:
        resource.begin_empty()
    elif kind.endswith("queue"):
        _counter(h, resource, "depth", v or None).step(t, 0, p)


def _let_go(h: Known, resource: Resource, t: int) -> None:
    """End the holds of a manager's object that is no more, whose place a new one of its kind has got."""
    for process, *_ in resource.holders():
        end_hold(h, resource, t, process)
    resource.depth = 0


def wrote(h: Known, t: int, p: int, _th: int, r: int, _s: int, v: int) -> None:
    """A value is stored."""
    resource = h.resources.get(r)
    if resource is not None:
        counter = _counter(h, resource, "value")
        counter.writes += 1
        counter.step(t, number(resource, v), p)


def item_wrote(h: Known, t: int, p: int, _th: int, r: int, s: int, v: int) -> None:
    """An item of an array is stored."""
    resource = h.resources.get(r)
    counter = _item_counter(h, resource, s)
    if resource is not None and counter is not None:
        counter.writes += 1
        counter.step(t, number(resource, v), p)


def _item_counter(h: Known, resource: Resource | None, index: int) -> Counter | None:
    """The counter of one item; None for those of long arrays."""
    if resource is None or resource.definition.limit > MAX_ITEM_COUNTERS:
        return None
    counter = resource.items.get(index)
    if counter is None:
        if not resource.items:
            resource.items = {}
        name, number = f"{resource.definition.name}[{index}]", resource.definition.index
        counter = resource.items[index] = Counter(name, number, "item")
        h.counters.append(counter)
    return counter


def sampled(h: Known, t: int, p: int, _th: int, r: int, _s: int, v: int) -> None:
    """A raw value was read from outside; who wrote it is not known."""
    resource = h.resources.get(r)
    if resource is not None:
        _step_sampled(_counter(h, resource, "value"), t, number(resource, v), p)


def item_sampled(h: Known, t: int, p: int, _th: int, r: int, s: int, v: int) -> None:
    """An item of a raw array was read from outside."""
    resource = h.resources.get(r)
    counter = _item_counter(h, resource, s)
    if resource is not None and counter is not None:
        _step_sampled(counter, t, number(resource, v), p)


def _step_sampled(counter: Counter, t: int, value: float, p: int) -> None:
    counter.sampled = True
    if not counter.values or counter.last != value:
        counter.step(t, value, p)


def putting(h: Known, t: int, p: int, th: int, r: int, _s: int, _v: int) -> None:
    """An item goes into a queue."""
    _close_of(h, t, p, th, r)
    change_depth(h, t, p, r, 1)


def got(h: Known, t: int, p: int, th: int, r: int, _s: int, _v: int) -> None:
    """An item comes out of a queue."""
    _close_of(h, t, p, th, r)
    change_depth(h, t, p, r, -1)


def put_failed(h: Known, t: int, p: int, _th: int, r: int, _s: int, _v: int) -> None:
    """The put just before raised."""
    change_depth(h, t, p, r, -1)


def change_depth(h: Known, t: int, p: int, r: int, change: int) -> None:
    """Count items; a manager's queue is told of it before a put that may have to wait, so that it seems too full."""
    resource = h.resources.get(r)
    if resource is not None:
        resource.depth = max(0, resource.depth + change)
        counter = _counter(h, resource, "depth")
        counter.step(t, min(resource.depth, counter.limit or resource.depth), p)


def submitted(h: Known, t: int, p: int, _th: int, r: int, _s: int, v: int) -> None:
    """A pool or executor is given tasks."""
    resource = h.resources.get(r)
    if resource is not None:
        done = _counter(h, resource, "tasks")
        if not done.values:
            done.step(t, 0, p)
        stage = done.stage("submitted")
        stage.step(t, stage.last + (v & 0x7FFFFFFF), p)


def task_started(h: Known, t: int, p: int, _th: int, r: int, _s: int, _v: int) -> None:
    """A worker begins with a task."""
    resource = h.resources.get(r)
    if resource is not None:
        stage = _counter(h, resource, "tasks").stage("started")
        stage.step(t, stage.last + 1, p)


def task_ended(h: Known, t: int, p: int, _th: int, r: int, _s: int, _v: int) -> None:
    """A worker has done a task of its pool."""
    resource = h.resources.get(r)
    if resource is not None:
        counter = _counter(h, resource, "tasks")
        counter.step(t, counter.last + 1, p)


HANDLERS: dict[int, Handler] = {
    layout.BEGAN: began,
    layout.STARTED: started,
    layout.FORKED: started,
    layout.PROGRAM_STARTED: program_started,
    layout.WAITING: waiting,
    layout.WOKE: woke,
    layout.TIMED_OUT: woke,
    layout.RECEIVED: woke,
    layout.EOF: woke,
    layout.SENT: woke,
    layout.SENDING: sending,
    layout.JOINING: joining,
    layout.JOINING_TIMED: joining_timed,
    layout.JOINED: woke,
    layout.SLEEPING: sleeping,
    layout.SLEPT: slept,
    layout.BLOCKED: blocked,
    layout.UNBLOCKED: unblocked,
    layout.SPOTTED: spotted,
    layout.HELD: held,
    layout.ACQUIRED: acquired,
    layout.RELEASING: releasing,
    layout.RELEASE_FAILED: release_failed,
    layout.CREATED: created,
    layout.WROTE: wrote,
    layout.ITEM_WROTE: item_wrote,
    layout.SAMPLED: sampled,
    layout.ITEM_SAMPLED: item_sampled,
    layout.PUTTING: putting,
    layout.GOT: got,
    layout.SUBMITTED: submitted,
    layout.TASK_STARTED: task_started,
    layout.TASK_ENDED: task_ended,
    layout.PUT_FAILED: put_failed,
}
