"""Who has which lock, as the memory of processes without a probe tells."""

import pytest

from playground.inspection.books import Book, Lock, lock_of
from playground.probe import layout
from tests.unit.rows import MS, Run, holding_at


@pytest.mark.parametrize(
    ("books", "told"),
    [
        ([("lock", 0), ("lock", 1)], Lock("lock", 2)),
        ([("lock", 0), None, ("lock", 1)], None),
        ([("rlock", 3), ("rlock", 0)], Lock("rlock", 1)),
        ([("lock", 0), ("lock", 0)], Lock("lock", None)),
        ([("lock", 0), None], None),  # the one that is not found may have it
        ([("lock", 1), ("lock", 1)], None),  # as after os.fork()
        ([("lock", 1), ("lock", -1)], None),  # given back by another one
        ([("rlock", 1), ("rlock", 1)], None),
        ([("semaphore", 1), ("semaphore", 0)], None),
        ([None], None),
    ],
)
def test_what_all_books_together_tell(books: list[tuple[str, int] | None], told: Lock | None) -> None:
    written = {pid: Book(each[1], each[0]) if each else None for pid, each in enumerate(books, 1)}
    assert lock_of(written, written.keys()) == told


def test_that_nobody_has_a_lock_is_told_only_of_those_who_stood_still() -> None:
    books = {1: Book(0, "lock"), 2: Book(0, "lock")}
    assert lock_of(books, {1, 2}) == Lock("lock", None)
    assert lock_of(books, {1}) is None  # the other one may have taken it since


def hung(run: Run, names: str = "AB") -> tuple[list[int], list[int]]:
    """Processes without a probe that wait for semaphores crosswise, and were looked at once."""
    processes = [run.process(name) for name in names]
    semaphores = [run.resource(f"semaphore-{i}", "semaphore") for i in range(2)]
    look(run, 100, processes, semaphores)
    return processes, semaphores


def look(run: Run, t: float, processes: list[int], semaphores: list[int]) -> None:
    for process, semaphore in zip(processes, semaphores, strict=True):
        run.blocked(t, process, layout.OP_SEMAPHORE, processes, resource=semaphore)
    run.look(t, *processes)


def told(run: Run, t: float, lock: int, name: str, process: int, value: int) -> None:
    run.define(run.definition(lock, name, "lock"))
    run.row(t, process, layout.HELD, lock, value=value)


def test_who_has_what_is_known_from_then_on_and_what_is_waited_for_is_a_lock() -> None:
    run = Run()
    (_, b), (first, _) = hung(run)
    told(run, 150, first, "lock-1", b, 1)
    run.row(300, b, layout.HELD, first, value=0)
    history = run.history()
    assert [history.resources[first].owners_at(t * MS) for t in (120, 200, 320)] == [(), (b,), ()]
    assert [holding_at(history.lane(b), t * MS) for t in (120, 200, 320)] == [0, 1, 0]
    assert history.resources[first].acquired == 0
    assert [(wait.operation, wait.since) for wait in history.waits_at(200 * MS)] == [
        ("acquire", 100 * MS),
        ("semaphore", 100 * MS),
    ]


def test_a_cycle_of_such_locks_is_told_as_one_and_what_was_told_before_is_taken_back() -> None:
    run = Run()
    (a, b), (first, second) = hung(run)
    told(run, 150, first, "lock-1", b, 1)
    told(run, 150, second, "lock-2", a, 1)
    look(run, 200, [a, b], [first, second])
    (finding,) = run.findings()
    assert finding.text == "deadlock of 2: A waits for `lock-1`, held by B; B waits for `lock-2`, held by A"
    assert (finding.at, finding.certain) == (100 * MS, True)


def test_a_lock_that_nobody_has_who_is_left_was_lost() -> None:
    run = Run()
    (a, b), (first, second) = hung(run)
    told(run, 150, first, "lock-1", a, layout.HELD_BY_NOBODY)
    look(run, 200, [a, b], [first, second])
    (finding,) = run.findings()
    assert "A waits for `lock-1`, which nobody holds who is left" in finding.text
    assert finding.advice.startswith("Whoever took it has ended")


def test_what_is_told_of_more_threads_later_takes_the_place_of_what_was_told_of_fewer() -> None:
    run = Run()
    (a, b), (first, second) = hung(run)
    assert [finding.processes for finding in run.findings()] == [(a, b)]
    told(run, 150, second, "lock-2", a, 1)
    look(run, 200, [a, b], [first, second])
    assert [finding.processes for finding in run.findings()] == [(a,)]  # B only waits for what A has
