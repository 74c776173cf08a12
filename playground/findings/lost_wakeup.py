"""Wake-ups that came when nobody was there to be woken, and whose waiter now waits for ever.

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


class LostWakeups:
    """Follows conditions and events; looks when ``Deadlocks`` has found that nobody can end a wait for one."""

    def __init__(self, history: History, deadlocks: Deadlocks) -> None:
        self._history, self._deadlocks = history, deadlocks
        self._waiters: dict[int, set[tuple[int, int]]] = {}
        """Condition to the threads that wait for it."""
        self._began: dict[tuple[int, int], bool] = {}
        """Thread whose wait for a condition or event goes on to whether it had looked at a value before."""
        self._woken: dict[tuple[int, int], int] = {}
        """Process and resource to when a wait of its ended last."""
        self._missed: dict[int, Call] = {}
        """Condition to its latest notify, if nobody waited then."""
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
            self._missed.pop(resource, None)
            self._set.pop(resource, None)
            self._pulses.pop(resource, None)
        self._began = {thread: read for thread, read in self._began.items() if thread[0] not in gone}
        self._woken = {key: at for key, at in self._woken.items() if key[0] not in gone and key[1] not in unused}
        for threads in self._waiters.values():
            threads.difference_update([thread for thread in threads if thread[0] in gone])

    def _waiting(self, row: int) -> Iterable[Finding]:
        h = self._history
        operation, thread = h.value[row] & 0xFF, (h.process[row], h.thread[row])
        if operation == layout.OP_NOTIFY:
            self._waiters.setdefault(h.resource[row], set()).add(thread)
        if operation in (layout.OP_NOTIFY, layout.OP_EVENT):
            self._began[thread] = operation == layout.OP_NOTIFY and self._has_read(row)
        return ()

    def _woke(self, row: int) -> Iterable[Finding]:
        h = self._history
        thread = (h.process[row], h.thread[row])
        if self._began.pop(thread, None) is not None:
            self._woken[h.process[row], h.resource[row]] = h.time[row]
            self._waiters.get(h.resource[row], set()).discard(thread)
        return ()

    def _call(self, row: int) -> Call:
        h = self._history
        return Call(h.process[row], h.time[row], h.site[row])

    def _notifying(self, row: int) -> Iterable[Finding]:
        condition = self._history.resource[row]
        if self._waiters.get(condition):
            self._missed.pop(condition, None)
        else:
            self._missed[condition] = self._call(row)
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
        for wait in self._deadlocks.never_woken:
            woken = self._woken.get((wait.process, wait.resource), -1)
            missed, pulse = self._missed.get(wait.resource), self._pulses.get(wait.resource)
            if (
                wait.operation == "notify"
                and missed
                and woken < missed.at < wait.since
                and not self._began.get((wait.process, wait.thread))
            ):
                yield self._notified_early(wait, missed)
            elif wait.operation == "event" and pulse and woken < pulse[0].at:
                yield self._pulsed(wait, *pulse)

    def _has_read(self, row: int) -> bool:
        """Whether who begins to wait with a row has looked at a shared value since it took the condition's lock."""
        h = self._history
        for i in range(row, max(-1, row - _SCANNED_ROWS), -1):
            if h.process[i] == h.process[row]:
                if h.kind[i] in (layout.READ, layout.ITEM_READ):
                    return True
                if h.kind[i] == layout.ACQUIRED:
                    return False
        return False

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
