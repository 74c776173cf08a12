"""What happened before what: a vector clock per process.

A process gives its clock away with what it releases, puts, sends, starts and ends; who takes that knows all
that the giver did before. Errs on the side of order, since what is ordered is never reported: the rows of one
process count as ordered whatever its threads do, an item that is got may be any that was put before, an event
that is set may be known to everybody at once, and who has waited for something unknown knows everything.
"""

from collections.abc import Collection

from playground.findings.handlers import Handler, Handlers
from playground.history import Forgotten, History
from playground.probe import layout

MUTEXES = frozenset({"lock", "rlock", "value", "array", "condition"})
"""Kinds that one thread holds at a time."""

SPUN = 3
"""Who has read a value so often without doing anything else with it waits for it to change."""

Gift = tuple[int, int, list[int], int]
"""Place of a process in the clocks, its own time, what it knew of the others' times, and its own time since it did."""

_BACK = 1 << 40
"""Added to a resource's number: what flows from those who work it off to those who filled it."""
_GIVING = (layout.PUTTING, layout.SENDING, layout.SUBMITTED, layout.TASK_ENDED, layout.TASK_DONE, layout.NOTIFYING)
_TAKING = (layout.RECEIVED, layout.TASK_STARTED, layout.RESULT, layout.CALLBACK)
_EARLY = 32
"""So many places are looked at one by one; often the others are the same."""
_NOTHING: list[int] = []
_NOBODY: dict[int, Gift] = {}
"""Both stand for what is not there, and are never changed."""
_FORMER = -1
"""Stands for all who gave something and are forgotten."""
_STORED = 2 << 40
"""Added to the number of a value: what those knew who have written it."""
_TO_BACK = {layout.TASK_ENDED: _BACK, layout.TASK_DONE: _BACK, layout.RESULT: _BACK, layout.CALLBACK: _BACK}
_RETURNING = frozenset({layout.OP_RESULT, layout.OP_JOIN})
_MEETING = frozenset({layout.OP_BARRIER, *range(layout.OP_CALL, len(layout.OPERATIONS))})
"""Operations that tell others something by being begun."""


class Clock:
    """A process's time: its own, which goes on with every gift, and the latest it knows of each other process."""

    __slots__ = ("heard", "known", "own", "pending", "pending_key", "place", "since")

    def __init__(self, place: int, own: int = 1) -> None:
        self.place, self.own = place, own
        self.known: list[int] = []
        """By place; never changed in place, since gifts refer to it."""
        self.since = own
        """Its own time when it last learned something: who knows of that time or a later one knows all that it does."""
        self.heard = 0
        """How many announcements it has taken note of."""
        self.pending: list[Gift] | None = None
        """What a read has shown it, put off until it does something else than write back."""
        self.pending_key = 0

    def learn(self, gift: Gift) -> None:
        """Know from now on what the giver knew."""
        giver, own, theirs, since = gift
        mine, place = self.known, self.place
        heard = mine[giver] if giver < len(mine) else 0
        if heard >= own:
            return
        if place < len(theirs) and theirs[place] >= self.since:  # the giver took what this one gave
            known = theirs.copy()
        elif heard >= since:  # the giver has learned nothing since its last gift that was taken
            known = mine.copy()
        else:
            known = _latest(mine, theirs)
        if giver >= len(known):
            known += [0] * (giver + 1 - len(known))
        known[giver] = own  # more than either knew: who knows a later time knows this one's gift
        self.known, self.since = known, self.own

    def learn_times(self, theirs: list[int]) -> None:
        """Know from now on what these times tell."""
        mine = self.known
        if theirs is not mine and theirs:
            self.known = theirs if self.is_known(theirs) else _latest(mine, theirs)
            self.since = self.own

    def is_known(self, times: list[int]) -> bool:
        """Whether these times tell of all that it knows."""
        return self.place < len(times) and times[self.place] >= self.since

    def give(self) -> Gift:
        """All that it has done so far, to be learned by others."""
        own = self.own
        self.own = own + 1
        return self.place, own, self.known, self.since

    def knows(self, gift: Gift) -> bool:
        """Whether a gift was given before."""
        place, own = gift[:2]
        return place < len(self.known) and self.known[place] >= own


def _latest(one: list[int], other: list[int]) -> list[int]:
    """The later of two times for each place, as a new list."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if len(short) > _EARLY and long[_EARLY : len(short)] == short[_EARLY:]:  # those who ended long ago: nothing new
        short = short[:_EARLY]
    return [a if a > b else b for a, b in zip(short, long, strict=False)] + long[len(short) :]


class Order:
    """Follows all rows that order others. Does nothing until ``begin``: what is ordered before is of no interest.

    Without ``locks`` the mutexes among the resources order nothing: taken in this order once, they may be
    taken in the other the next time. Then who reads a value again and again waits for what its writers did.
    """

    def __init__(self, history: History, *, locks: bool) -> None:
        self._history, self._locks = history, locks
        self._begun_at = -1
        self.begun = False
        """Whether it follows."""
        self._clocks: dict[int, Clock] = {}
        self._free: list[tuple[int, int]] = []
        """Places of processes that are forgotten, each with the time that its next owner begins at."""
        self._places = 0
        self._given: dict[int, dict[int, Gift]] = {}
        self._fresh: dict[int, dict[int, Gift]] = {}
        """What was given since anybody last took, of what many give."""
        self._times: dict[int, list[int]] = {}
        """What all that was given before that comes to."""
        self._announced: dict[int, Gift] = {}
        self._announcements = 0
        self._mutex: dict[int, bool] = {}
        self._holders: dict[int, int] = {}
        self._operations: dict[tuple[int, int], int] = {}
        self._starting: dict[tuple[int, int], Gift] = {}
        self._started: dict[int, Gift] = {}
        self._reaped: dict[int, list[int]] = {}
        """Process to pids of children that it came to know as ended while it was starting another."""
        self._polled: dict[int, tuple[int, int]] = {}
        """Process to the value that it reads again and again, and how often by now."""
        self.handlers = Handlers(
            {layout.STARTING: self._start, layout.STARTED: self._start_done, layout.START_FAILED: self._start_done}
        )

    def _followers(self) -> dict[int, Handler]:
        return {
            layout.ACQUIRED: self.acquired,
            layout.RELEASING: self.releasing,
            **dict.fromkeys(_GIVING, self._giving),
            **dict.fromkeys(_TAKING, self._taking),
            layout.WAITING: self._waiting,
            layout.WOKE: self._woke,
            layout.TIMED_OUT: self._woke,
            layout.GOT: self._got,
            layout.EOF: self._eof,
            layout.SETTING: self._announcing,
            layout.CLEARING: self._announcing,
            layout.BEGAN: self._began,
            layout.JOINED: self._joined,
            layout.CHILD_ENDED: self._child_ended,
            **({} if self._locks else {layout.READ: self._polling, layout.WROTE: self._storing}),
        }

    def begin(self, row: int) -> None:
        """Follow from this row on."""
        if self._begun_at < 0:
            self._begun_at, self.begun = self._history.time[row], True
            self.handlers.follow(self._followers())

    # --- Clocks ----------------------------------------------------------------------------------------

    def clock(self, process: int) -> Clock:
        """A process's clock, with all that was announced to everybody."""
        clock = self._clocks.get(process)
        if clock is None:
            clock = self._new_clock(process)
        if clock.heard != self._announcements:
            clock.heard = self._announcements
            for gift in self._announced.values():
                clock.learn(gift)
        return clock

    def _new_clock(self, process: int) -> Clock:
        clock = self._clocks[process] = self._placed()
        began = self._history.processes[process].began
        if began is not None and began > self._begun_at >= 0:  # its beginning was not recorded
            self._learn_all(clock)
        return clock

    def _placed(self) -> Clock:
        """A clock with a place of its own; in one that another had it goes on with that one's time."""
        if self._free:
            return Clock(*self._free.pop())
        self._places += 1
        return Clock(self._places - 1)

    def forget(self, forgotten: Forgotten) -> None:
        """Forget who ended long ago, and what was given by way of what nobody uses: everybody knows that."""
        self._keep_what_they_gave(forgotten.processes)
        for process in forgotten.processes:
            clock = self._clocks.pop(process, None)
            if clock is not None:
                self._free.append((clock.place, clock.own + 1))
            self._announced.pop(process, None)
            self._reaped.pop(process, None)
            self._polled.pop(process, None)
        for resource in forgotten.resources:
            self._holders.pop(resource, None)
            self._mutex.pop(resource, None)
            for way in (0, _BACK, _STORED):
                given = self._given.pop(resource + way, None)
                self._fresh.pop(resource + way, None)
                self._times.pop(resource + way, None)
                if given is not None and self._begun_at >= 0:
                    self._announce(given)

    def _keep_what_they_gave(self, gone: Collection[int]) -> None:
        """Put the gifts of those who are forgotten together to one, as if somebody had passed them all on."""
        touched = [given for given in self._given.values() if not given.keys().isdisjoint(gone)]
        if not touched:
            return
        former = self._clocks.get(_FORMER)
        if former is None:
            former = self._clocks[_FORMER] = self._placed()
        for given in touched:
            for giver in given.keys() & set(gone):
                former.learn(given.pop(giver))
        gift = former.give()
        for given in touched:
            given[_FORMER] = gift

    def _announce(self, given: dict[int, Gift]) -> None:
        known = {giver: gift[1] for giver, gift in self._announced.items()}
        living = {p: gift for p, gift in given.items() if p in self._clocks and known.get(p, 0) < gift[1]}
        if living:
            self._announced.update(living)
            self._announcements += 1

    def _learn_all(self, clock: Clock) -> None:
        """Know all that anybody has done so far, which is more than anybody knows of others."""
        known = clock.known + [0] * (self._places - len(clock.known))
        for other in self._clocks.values():
            if other is not clock:
                if other.pending is not None:
                    settle(other)
                known[other.place] = other.own
                other.own += 1
        clock.known, clock.since = known, clock.own

    def gift(self, process: int) -> Gift:
        """All that a process has done so far, to be learned by others."""
        clock = self.clock(process)
        if clock.pending is not None:
            settle(clock)
        return clock.give()

    def gifts(self, resource: int) -> list[Gift]:
        """What those who have given something to a resource knew."""
        given = self._given.get(resource)
        return list(given.values()) if given else []

    def _give(self, key: int, process: int) -> None:
        gift = self.gift(process)
        for gifts in (self._given, self._fresh):
            given = gifts.get(key)
            if given is None:
                gifts[key] = {process: gift}
            else:
                given[process] = gift

    def _take(self, key: int, process: int) -> None:
        """Learn all that was given, of many put together: where many give and take, nobody learns from each."""
        given = self._given.get(key)
        if given is None:
            return
        if len(given) == 1 and _FORMER not in given:
            for gift in given.values():
                self.clock(process).learn(gift)
            return
        times = self._times.get(key, _NOTHING)
        for giver, (place, own, known, _) in self._fresh.pop(key, _NOBODY).items():
            clock = self._clocks.get(giver)
            times = times.copy() if clock is not None and clock.is_known(times) else _latest(times, known)
            times += [0] * (place + 1 - len(times))
            times[place] = max(times[place], own)
            self._times[key] = times
        self.clock(process).learn_times(times)

    # --- Locks -----------------------------------------------------------------------------------------

    def acquired(self, row: int) -> tuple[()]:
        """Who takes a lock or a permit knows what those knew who gave it back; to be called once it has begun."""
        resource = self._history.resource[row]
        process = self._history.process[row]
        mutex = self._mutex[resource] if resource in self._mutex else self._is_mutex(resource)
        if mutex:
            if not self._locks:
                return ()
            self._holders[resource] = process
        given = self._given.get(resource)
        if given is None or (process in given and len(given) == 1):
            return ()
        if not mutex:
            self._take(resource, process)
            return ()
        clock = self.clock(process)
        for giver, gift in given.items():
            if giver != process:
                clock.learn(gift)
        return ()

    def releasing(self, row: int) -> tuple[()]:
        """The holder of a lock knows all that earlier ones gave; others add to it. To be called once it has begun."""
        resource = self._history.resource[row]
        process = self._history.process[row]
        if self._mutex[resource] if resource in self._mutex else self._is_mutex(resource):
            if not self._locks:
                return ()
            if self._holders.get(resource) == process:
                clock = self._clocks.get(process)
                if clock is None or clock.pending is not None or clock.heard != self._announcements:
                    self._given[resource] = {process: self.gift(process)}
                else:
                    self._given[resource] = {process: clock.give()}
                return ()
        self._give(resource, process)
        return ()

    def handed_over(self, row: int) -> None:
        """The row's lock is given back by another than its holder: it tells something, and orders from now on."""
        resource = self._history.resource[row]
        if self._mutex.get(resource, True):
            self._fresh[resource] = dict(self._given.get(resource, {}))
        self._mutex[resource] = False
        if self.begun:
            self.releasing(row)

    def _is_mutex(self, resource: int) -> bool:
        known = self._mutex.get(resource)
        if known is None:
            defined = self._history.resources.get(resource)
            if defined is None:
                return False
            known = self._mutex[resource] = defined.definition.kind in MUTEXES
        return known

    # --- Channels, pools, events, barriers -------------------------------------------------------------

    def _giving(self, row: int) -> tuple[()]:
        h = self._history
        kind, resource, process = h.kind[row], h.resource[row], h.process[row]
        if kind == layout.PUTTING and self._is_bounded(resource):
            self._take(resource + _BACK, process)
        self._give(resource + _TO_BACK.get(kind, 0), process)
        return ()

    def _taking(self, row: int) -> tuple[()]:
        h = self._history
        self._take(h.resource[row] + _TO_BACK.get(h.kind[row], 0), h.process[row])
        return ()

    def _got(self, row: int) -> tuple[()]:
        h = self._history
        resource, process = h.resource[row], h.process[row]
        self._take(resource, process)
        if self._is_bounded(resource):
            self._give(resource + _BACK, process)
        return ()

    def _is_bounded(self, resource: int) -> bool:
        defined = self._history.resources.get(resource)
        return defined is not None and defined.definition.limit > 0

    def _eof(self, row: int) -> tuple[()]:
        process = self._history.process[row]
        self._learn_all(self.clock(process))
        return ()

    def _waiting(self, row: int) -> tuple[()]:
        h = self._history
        operation, process = h.value[row] & 0xFF, h.process[row]
        self._operations[process, h.thread[row]] = operation
        if operation in _MEETING:
            self._give(h.resource[row], process)
        return ()

    def _woke(self, row: int) -> tuple[()]:
        h = self._history
        resource, process = h.resource[row], h.process[row]
        operation = self._operations.pop((process, h.thread[row]), 0)
        if not resource:
            self._learn_all(self.clock(process))
            return ()
        if operation not in _RETURNING:
            self._take(resource, process)
        if operation in _RETURNING or not operation:
            self._take(resource + _BACK, process)
        return ()

    def _announcing(self, row: int) -> tuple[()]:
        process = self._history.process[row]
        self._announced[process] = self.gift(process)
        self._announcements += 1
        return ()

    def _polling(self, row: int) -> tuple[()]:
        resource, process = self._history.resource[row], self._history.process[row]
        polled, times = self._polled.get(process, (0, 0))
        self._polled[process] = (resource, times + 1 if polled == resource else 1)
        if polled == resource and times + 1 >= SPUN:
            self._take(resource + _STORED, process)
        return ()

    def _storing(self, row: int) -> tuple[()]:
        self._give(self._history.resource[row] + _STORED, self._history.process[row])
        return ()

    # --- Processes -------------------------------------------------------------------------------------

    def _began(self, row: int) -> tuple[()]:
        """A child knows what its starter knew when it started it, or anybody who was starting one then."""
        h = self._history
        process = h.process[row]
        clock = self._clocks.get(process)
        if clock is None:
            clock = self._clocks[process] = self._placed()
        gift = self._started.pop(h.processes[process].definition.pid, None)
        gifts = [gift] if gift is not None else list(self._starting.values())
        parent = h.pids.get(h.value[row])
        if not gifts and parent is not None and parent != process:
            gifts = [self.gift(parent)]
        for each in gifts:
            clock.learn(each)
        return ()

    def _start(self, row: int) -> tuple[()]:
        """Followed from the first row on: the child may be the first to do what is of interest."""
        h = self._history
        self._starting[h.process[row], h.thread[row]] = self.gift(h.process[row])
        return ()

    def _start_done(self, row: int) -> tuple[()]:
        h = self._history
        process = h.process[row]
        gift = self._starting.pop((process, h.thread[row]), None)
        for pid in self._reaped.pop(process, ()):
            self._know_of(process, pid)
        if h.kind[row] != layout.STARTED:
            return ()
        if gift is None:
            gift = self.gift(process)
        started = h.pids.get(h.value[row])
        if started is not None and started in self._clocks:
            self._clocks[started].learn(gift)
        else:
            self._started[h.value[row]] = gift
        return ()

    def _joined(self, row: int) -> tuple[()]:
        self._know_of(self._history.process[row], self._history.value[row])
        return ()

    def _child_ended(self, row: int) -> tuple[()]:
        """Learned in passing while another child is started, it is kept from that one."""
        h = self._history
        process, pid = h.process[row], h.value[row] >> 32
        if any(starter == process for starter, _ in self._starting):
            self._reaped.setdefault(process, []).append(pid)
        else:
            self._know_of(process, pid)
        return ()

    def _know_of(self, process: int, pid: int) -> None:
        child = self._history.pids.get(pid)
        if child is not None and child in self._clocks and child != process:
            self.clock(process).learn(self.gift(child))


def settle(clock: Clock) -> None:
    """Let a process know what a read had shown it."""
    for gift in clock.pending or ():
        clock.learn(gift)
    clock.pending = None
