"""Wake-ups that came when nobody was there to be woken, or for fewer than waited: somebody now waits for ever.

Looked for only behind a deadlock that is found anyway. That the wake-up would have helped is likely and no
more: what the waiter checked before it waited is known only of shared values.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct

from playground.findings.deadlock import Deadlocks
from playground.findings.finding import Finding
from playground.history import Forgotten, History, Wait
from playground.probe import layout

_PULSE_NS = 100_000_000
"""An event that is cleared so soon after it was set, by the same process, was meant as a pulse."""
_SCANNED_ROWS = 2000


class Call(Struct, frozen=True):
    """A notify or a set, or the clear after it."""

    process: int
    at: int
    site: int


class Notified(Struct):
    """The latest notify of a condition."""

    call: Call
    count: int
    """How many it would have woken."""
    waiting: int
    """How many waited."""


class Begun(Struct, frozen=True):
    """A wait for a condition or event that goes on."""

    entered: int
    """Since when others can wake it: from then on the condition's lock is free."""
    has_read: bool
    """Whether it had looked at a shared value before."""


class LostWakeups:
    """Follows conditions and events; looks when ``Deadlocks`` has found that nobody can end a wait for one."""

    def __init__(self, history: History, deadlocks: Deadlocks) -> None:
        self._history, self._deadlocks = history, deadlocks
        self._waiters: dict[int, set[tuple[int, int]]] = {}
        """Condition to the threads that wait for it."""
        self._began: dict[tuple[int, int], Begun] = {}
        """Thread to its wait."""
        self._woken: dict[tuple[int, int], int] = {}
        """Process and resource to when a wait of its ended last."""
        self._notified: dict[int, Notified] = {}
        self._set: dict[int, Call] = {}
        self._pulses: dict[int, tuple[Call, Call]] = {}
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.WAITING: self._waiting,
            layout.WOKE: self._woke,
            layout.TIMED_OUT: self._woke,
            layout.NOTIFYING: self._notifying,
            layout.SETTING: self._setting,
            layout.CLEARING: self._clearing,
            layout.INSPECTED: self._look,
        }

    def forget(self, forgotten: Forgotten) -> None:
        """Forget conditions and events that nobody uses, and who is gone."""
        gone, unused = set(forgotten.processes), set(forgotten.resources)
        for resource in unused:
            self._waiters.pop(resource, None)
            self._notified.pop(resource, None)
            self._set.pop(resource, None)
            self._pulses.pop(resource, None)
        self._began = {thread: begun for thread, begun in self._began.items() if thread[0] not in gone}
        self._woken = {key: at for key, at in self._woken.items() if key[0] not in gone and key[1] not in unused}
        for threads in self._waiters.values():
            threads.difference_update([thread for thread in threads if thread[0] in gone])

    def _waiting(self, row: int) -> Iterable[Finding]:
        h = self._history
        operation, thread, resource = h.value[row] & 0xFF, self._thread(row), h.resource[row]
        if operation == layout.OP_EVENT:
            self._began[thread] = Begun(h.time[row], has_read=False)
        elif operation == layout.OP_NOTIFY:
            self._waiters.setdefault(resource, set()).add(thread)
            begun = self._began[thread] = self._begun(row)
            notified = self._notified.get(resource)
            if notified is not None and begun.entered < notified.call.at:
                notified.waiting += 1
        return ()

    def _woke(self, row: int) -> Iterable[Finding]:
        h, thread = self._history, self._thread(row)
        if self._began.pop(thread, None) is not None:
            self._woken[h.process[row], h.resource[row]] = h.time[row]
            self._waiters.get(h.resource[row], set()).discard(thread)
        return ()

    def _thread(self, row: int) -> tuple[int, int]:
        return self._history.process[row], self._history.thread[row] or layout.MAIN_THREAD

    def _call(self, row: int) -> Call:
        h = self._history
        return Call(h.process[row], h.time[row], h.site[row])

    def _notifying(self, row: int) -> Iterable[Finding]:
        h = self._history
        waiting = len(self._waiters.get(h.resource[row], ()))
        self._notified[h.resource[row]] = Notified(self._call(row), h.value[row], waiting)
        return ()

    def _setting(self, row: int) -> Iterable[Finding]:
        event = self._history.resource[row]
        self._set[event] = self._call(row)
        self._pulses.pop(event, None)
        return ()

    def _clearing(self, row: int) -> Iterable[Finding]:
        event, cleared = self._history.resource[row], self._call(row)
        was_set = self._set.pop(event, None)
        if was_set and was_set.process == cleared.process and cleared.at - was_set.at <= _PULSE_NS:
            self._pulses[event] = (was_set, cleared)
        return ()

    def _look(self, row: int) -> Iterable[Finding]:
        if not self._history.value[row] & layout.INSPECTED_LAST:
            return
        waits = self._deadlocks.never_woken
        for condition, notified in self._notified.items():
            left = [
                each for each in waits if each.resource == condition and self._begun_by(each).entered < notified.call.at
            ]
            if left and notified.count < notified.waiting:
                yield self._notified_few(left, notified)
        for wait in waits:
            woken = self._woken.get((wait.process, wait.resource), -1)
            early, pulse = self._notified.get(wait.resource), self._pulses.get(wait.resource)
            begun = self._begun_by(wait)
            if (
                wait.operation == "notify"
                and early is not None
                and not early.waiting
                and woken < early.call.at < begun.entered
                and not begun.has_read
            ):
                yield self._notified_early(wait, early.call)
            elif wait.operation == "event" and pulse and woken < pulse[0].at:
                yield self._pulsed(wait, *pulse)

    def _begun_by(self, wait: Wait) -> Begun:
        """How a wait began."""
        return self._began.get((wait.process, wait.thread)) or Begun(wait.since, has_read=False)

    def _begun(self, row: int) -> Begun:
        """A wait for a condition: it was entered when its lock was given back, which was taken to look at values."""
        h = self._history
        entered = h.time[row]
        for i in range(row, max(-1, row - _SCANNED_ROWS), -1):
            if h.process[i] == h.process[row]:
                if h.kind[i] == layout.RELEASING and entered == h.time[row]:
                    entered = h.time[i]
                elif h.kind[i] in (layout.READ, layout.ITEM_READ):
                    return Begun(entered, has_read=True)
                elif h.kind[i] == layout.ACQUIRED:
                    break
        return Begun(entered, has_read=False)

    # --- Sentences -----------------------------------------------------------------------------------

    def _notified_early(self, wait: Wait, missed: Call) -> Finding:
        h = self._history
        name = h.resource_name(wait.resource)
        text = (
            f"probably a lost wake-up: {h.name(missed.process)} notified `{name}`{h.place_aside(missed.site)} when "
            f"nobody waited; {h.name(wait.process)} waits only since then{h.place_aside(wait.site)}, and for ever"
        )
        advice = (
            f"A notify that nobody waits for is gone: keep what it says in a shared value, and let the waiter check it "
            f"with the lock held: `while not ready.value: {name}.wait()`."
        )
        return self._finding(wait, missed.process, text, advice)

    def _notified_few(self, waits: list[Wait], notified: Notified) -> Finding:
        h, call = self._history, notified.call
        name, first = h.resource_name(waits[0].resource), waits[0]
        others = f" and {len(waits) - 1} more wait" if waits[1:] else " waits"
        text = (
            f"probably a lost wake-up: {h.name(call.process)} notified {notified.count} of the {notified.waiting} that "
            f"waited for `{name}`{h.place_aside(call.site)}; "
            f"{h.name(first.process)}{others}{h.place_aside(first.site)} for ever"
        )
        advice = f"notify() wakes one: call `{name}.notify_all()` when all are to look again, or notify once for each."
        return self._finding(first, call.process, text, advice)

    def _pulsed(self, wait: Wait, was_set: Call, cleared: Call) -> Finding:
        h = self._history
        name = h.resource_name(wait.resource)
        text = (
            f"probably a lost wake-up: {h.name(was_set.process)} set `{name}`{h.place_aside(was_set.site)} and cleared "
            f"it{h.place_aside(cleared.site)} {(cleared.at - was_set.at) / 1e6:.1f} ms later; "
            f"{h.name(wait.process)} did not see that, and waits for it{h.place_aside(wait.site)} for ever"
        )
        advice = f"Leave `{name}` set until everybody has seen it, or use a Semaphore, which remembers each release."
        return self._finding(wait, was_set.process, text, advice)

    def _finding(self, wait: Wait, caller: int, text: str, advice: str) -> Finding:
        processes, key = (wait.process, caller), (wait.process, wait.resource)
        return Finding("lost_wakeup", "error", processes, (wait.resource,), wait.since, text, advice, False, key=key)
