"""Who has the locks that somebody waits for, where no probe tells it, as rows: known for as long as somebody waits."""

from collections.abc import Callable, Iterable

from playground.collector import Collector
from playground.collector.collector import Row
from playground.history import History, Nanoseconds
from playground.inspection import books
from playground.probe import layout
from playground.procfs import Scene, threads
from playground.procfs.calls import Thing

_NOBODY = -1


class Holders:
    """Asks the processes' own books, and gives rows of what has changed since the last answer."""

    def __init__(self, collector: Collector, history: History, clock: Callable[[], Nanoseconds]) -> None:
        self._collector, self._history, self._clock = collector, history, clock
        self._books = books.Reader()
        self._held: dict[int, int] = {}
        """Lock to the process that has it, or _NOBODY."""

    def ask(self, scene: Scene, things: Iterable[Thing]) -> None:
        """Ask who has those of the things that are in shared memory."""
        self._books.ask(scene.mapped_at({thing for thing in things if thing[0] == "mapped"}))

    @property
    def asking(self) -> bool:
        """Whether an answer is still to come."""
        return self._books.asking

    def rows(self) -> list[Row]:
        """Rows of who has what, once that is read, and of what nobody waits for any more."""
        rows, names = self._of_unwanted(), self._collector.names
        for thing, written in self._books.take().items():
            number, whose = names.known(identity_of(thing)), None
            lock = books.lock_of(written, lambda pid: len(threads(pid) or ()))
            if lock is not None:
                whose = _NOBODY if lock.holder is None else self._collector.process_index(lock.holder)
            if self._held.get(number) == whose:
                continue
            if number in self._held:
                rows.append(self._let_go(number))
            if lock is not None and whose is not None:
                if self._history.resources[number].definition.kind != lock.kind:
                    names.resource(identity_of(thing), lock.kind, f"{lock.kind}-{number}", 0, 0, 1, "i")
                self._held[number] = whose
                rows.append(self._row(number, whose, layout.HELD_BY_NOBODY if whose == _NOBODY else 1))
        return rows

    def goes_on(self, index: int) -> list[Row]:
        """Rows that a process has no lock any more of which its memory told: it has gone on since."""
        return [self._let_go(lock) for lock, process in list(self._held.items()) if process == index]

    def _of_unwanted(self) -> list[Row]:
        """Rows that who has a lock is not known any more: nobody waits for it, and so nobody looks."""
        if not self._held:
            return []
        waits = (wait for process in self._history.shown.values() for wait in process.open_waits())
        wanted = {wait.resource for wait in waits}
        return [self._let_go(lock) for lock in list(self._held) if lock not in wanted]

    def _let_go(self, lock: int) -> Row:
        return self._row(lock, self._held.pop(lock), 0)

    def _row(self, lock: int, index: int, value: int) -> Row:
        return (self._clock(), max(index, 0), layout.MAIN_THREAD, layout.HELD, lock, 0, value)


def identity_of(mapped: Thing) -> str:
    """What something in shared memory is called by whom it is numbered."""
    return ":".join(map(str, mapped))
