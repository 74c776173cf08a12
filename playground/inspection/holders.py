"""Who has the locks that somebody waits for, where no probe tells it, as rows: known for as long as somebody waits."""

from collections.abc import Callable, Collection, Mapping

from playground.collector import Collector
from playground.collector.collector import Row
from playground.history import History, Nanoseconds
from playground.inspection import books
from playground.probe import layout
from playground.procfs import Scene, threads
from playground.procfs.calls import Thing

_NOBODY = -1


class Holders:
    """Reads the processes' own books at each look, and gives rows of what has changed since the last one."""

    def __init__(self, collector: Collector, history: History, clock: Callable[[], Nanoseconds]) -> None:
        self._collector, self._history, self._clock = collector, history, clock
        self._reader = books.Reader()
        self._held: dict[int, int] = {}
        """Lock to the process that has it, or _NOBODY."""
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
        now: dict[int, int] = {}
        for thing, written in read.items():
            if books.is_signal(written):
                self._signals.add(thing)
            lock = None if thing in self._signals else books.lock_of(written, still, _count_threads)
            whose = _NOBODY if lock is None or lock.holder is None else self._collector.process_index(lock.holder)
            if lock is not None and whose is not None:
                number = names.resource(identity_of(thing), "semaphore", "", 0, 0, 0, "i")
                known = self._history.resources.get(number)
                if known is None or known.definition.kind != lock.kind:
                    names.resource(identity_of(thing), lock.kind, f"{lock.kind}-{number}", 0, 0, 1, "i")
                now[number] = whose
        for number, whose in list(self._held.items()):
            if now.get(number) != whose:
                rows.append(self._let_go(number, at))
        for number, whose in now.items():
            if number not in self._held:
                self._held[number] = whose
                rows.append(_row(at, number, whose, layout.HELD_BY_NOBODY if whose == _NOBODY else 1))
        return rows

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
        return [self._let_go(lock, now) for lock, process in list(self._held.items()) if process == index]

    def unwanted(self) -> list[Row]:
        """Rows that who has a lock is not known any more: nobody waits for it, and so nobody looks."""
        if not self._held or self._history.until < self._told_at:
            return []
        waits = (wait for process in self._history.shown.values() for wait in process.open_waits())
        wanted, now = {wait.resource for wait in waits}, self._clock()
        return [self._let_go(lock, now) for lock in list(self._held) if lock not in wanted]

    def _let_go(self, lock: int, at: Nanoseconds) -> Row:
        return _row(at, lock, self._held.pop(lock), 0)


def _count_threads(pid: int) -> int:
    return len(threads(pid) or ())


def _row(at: Nanoseconds, lock: int, index: int, value: int) -> Row:
    return (at, max(index, 0), layout.MAIN_THREAD, layout.HELD, lock, 0, value)


def identity_of(mapped: Thing) -> str:
    """What something in shared memory is called by whom it is numbered."""
    return ":".join(map(str, mapped))
