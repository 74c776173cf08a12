"""Who has the locks that somebody waits for, where no probe tells it, as rows: known for as long as somebody waits."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from playground.collector import Collector
from playground.collector.collector import Row
from playground.history import History, Nanoseconds
from playground.inspection import books
from playground.probe import layout
from playground.procfs import Scene, threads
from playground.procfs.calls import Thing


class _Hold(NamedTuple):
    """Who has a lock."""

    process: int
    """0 when nobody has it."""
    how: int
    """A value of HELD."""


class Holders:
    """Reads the processes' own books at each look, and gives rows of what has changed since the last one."""

    def __init__(self, collector: Collector, history: History, clock: Callable[[], Nanoseconds]) -> None:
        self._collector, self._history, self._clock = collector, history, clock
        self._reader = books.Reader()
        self._held: dict[int, _Hold] = {}
        """By lock."""
        self._signals: set[Thing] = set()
        """Locks that were given back by others than those who had taken them: nobody holds such a one."""
        self._told_at: Nanoseconds = 0

    def read(self, scene: Scene) -> dict[Thing, dict[int, books.Book | None]]:
        """What is written of the things in shared memory that are waited for.

        To be read before it turns out who stood still: of those it is certain.
        """
        things = {thing for thing in scene.things() if thing[0] == "mapped"}
        return self._reader.read(things, scene.mapped() if things else {})

    def rows(self, read: Mapping[Thing, books.Books], still: Collection[int], at: Nanoseconds) -> list[Row]:
        """Rows of who has what at that instant, where that has changed, and of what is not known any more."""
        rows, names, self._told_at = list[Row](), self._collector.names, at
        now: dict[int, _Hold] = {}
        for thing, written in read.items():
            if books.is_signal(written):
                self._signals.add(thing)
            lock = None if thing in self._signals else books.lock_of(written, still)
            hold = self._hold(lock.holder) if lock is not None else None
            if lock is not None and hold is not None:
                number = names.resource(identity_of(thing), "semaphore", "", 0, 0, 0, "i")
                known = self._history.resources.get(number)
                if known is None or known.definition.kind != lock.kind:
                    names.resource(identity_of(thing), lock.kind, f"{lock.kind}-{number}", 0, 0, 1, "i")
                now[number] = hold
        for number, hold in list(self._held.items()):
            if now.get(number) != hold:
                rows.append(self._let_go(number, at))
        for number, hold in now.items():
            if number not in self._held:
                self._held[number] = hold
                rows.append(_row(at, number, hold.process, hold.how))
        return rows

    def _hold(self, pid: int | None) -> _Hold | None:
        """That of a process, or nobody's; None for a process that is none of those that are shown."""
        if pid is None:
            return _Hold(0, layout.HELD_BY_NOBODY)
        index = self._collector.process_index(pid)
        if index is None or index >= len(self._history.processes):
            return None
        alone = len(threads(pid) or ()) == 1  # then it is known which thread has it
        return _Hold(index, layout.HELD_BY_MAIN if alone else layout.HELD_BY_A_THREAD)

    @property
    def searching(self) -> bool:
        """Whether there is something of which it is looked for where it is written."""
        return self._reader.searching

    def search(self) -> bool:
        """Go on looking for what is not found yet; True when all was looked through, and may be read again."""
        return self._reader.search()

    def goes_on(self, index: int) -> list[Row]:
        """Rows that a process has no lock any more of which its memory told: it has gone on since, or ended."""
        now = self._clock()
        return [self._let_go(lock, now) for lock, hold in list(self._held.items()) if hold.process == index]

    def unwanted(self) -> list[Row]:
        """Rows that who has a lock is not known any more: nobody waits for it, and so nobody looks."""
        if not self._held or self._history.until < self._told_at:
            return []
        waits = (wait for process in self._history.shown.values() for wait in process.open_waits())
        wanted, now = {wait.resource for wait in waits}, self._clock()
        return [self._let_go(lock, now) for lock in list(self._held) if lock not in wanted]

    def _let_go(self, lock: int, at: Nanoseconds) -> Row:
        return _row(at, lock, self._held.pop(lock).process, layout.HELD_NO_MORE)


def _row(at: Nanoseconds, lock: int, index: int, value: int) -> Row:
    return (at, index, layout.MAIN_THREAD, layout.HELD, lock, 0, value)


def identity_of(mapped: Thing) -> str:
    """What something in shared memory is called by whom it is numbered."""
    return ":".join(map(str, mapped))
