"""What a manager keeps: its records differ from those of shared memory, and mean the same."""

import pytest

from playground.history import History
from playground.probe import layout
from tests.unit.rows import Run


def depths(history: History) -> list[float]:
    return list(history.counters[0].values)


def test_a_put_that_failed_leaves_the_depth_as_it_was() -> None:
    run = Run()
    a, jobs = run.process("A"), run.resource("jobs", "queue", limit=1)
    run.row(1, a, layout.CREATED, jobs, value=1)
    run.row(2, a, layout.PUTTING, jobs)
    run.row(3, a, layout.PUTTING, jobs)  # it is full: told before the put, which waits
    run.waits(4, a, jobs, layout.OP_PUT, timed=True)
    run.row(5, a, layout.WOKE, jobs)
    run.row(6, a, layout.PUT_FAILED, jobs)
    run.row(7, a, layout.GOT, jobs)
    assert depths(run.history()) == [0, 1, 1, 1, 0]


@pytest.mark.parametrize(("holds", "contended"), [("", 0), ("a", 1), ("b", 0)])
def test_a_wait_for_a_lock_that_was_free_is_no_contention(holds: str, contended: int) -> None:
    run = Run()
    processes = {"a": run.process("A"), "b": run.process("B")}
    lock = run.resource("lock", "rlock")
    if holds:
        run.row(1, processes[holds], layout.ACQUIRED, lock)
    run.waits(2, processes["b"], lock, layout.OP_ACQUIRE)
    if holds == "a":
        run.row(3, processes["a"], layout.RELEASING, lock)
    run.row(4, processes["b"], layout.ACQUIRED, lock, value=layout.ACQUIRED_UNTRIED)
    assert run.history().resources[lock].contended == contended


def test_a_semaphore_with_a_free_place_is_no_contention() -> None:
    run = Run()
    a, b, c = (run.process(name) for name in "ABC")
    room = run.resource("room", "semaphore", limit=2)
    for t, process in ((1, a), (3, b), (5, c)):
        run.waits(t, process, room, layout.OP_ACQUIRE)
        if process == c:
            run.row(5.5, a, layout.RELEASING, room)
        run.row(t + 1, process, layout.ACQUIRED, room, value=layout.ACQUIRED_UNTRIED)
    assert run.history().resources[room].contended == 1


def test_a_new_object_in_an_old_one_s_place_is_held_by_nobody() -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("lock")
    run.row(1, a, layout.CREATED, lock, value=1)
    run.row(2, a, layout.ACQUIRED, lock)
    run.row(3, a, layout.CREATED, lock, value=1)
    history = run.history()
    assert history.resources[lock].holders() == []
    assert history.processes[a].lane.holding_counts[-1] == 0


def test_a_release_that_failed_gives_back_only_its_own_process_s_hold() -> None:
    run = Run()
    a, b, room = run.process("A"), run.process("B"), run.resource("room", "semaphore", limit=2)
    run.row(1, a, layout.ACQUIRED, room)
    run.row(2, b, layout.ACQUIRED, room)
    run.row(3, a, layout.RELEASING, room)
    run.row(4, b, layout.RELEASING, room)
    run.row(5, a, layout.RELEASE_FAILED, room)
    assert [process for process, *_ in run.history().resources[room].holders()] == [a]


@pytest.mark.parametrize(("kind", "found"), [("executor", False), ("pool", False), ("joinable_queue", True)])
def test_who_joins_a_pool_may_yet_be_woken_by_its_threads(kind: str, found: bool) -> None:
    run = Run()
    a, tasks = run.process("A"), run.resource("tasks", kind)
    run.waits(10, a, tasks, layout.OP_JOIN)
    run.look(200, a)
    assert bool(run.findings()) == found


def story(*steps: tuple[str, str, int]) -> Run:
    """Reads and writes of a manager's value, each after its call began."""
    run = Run()
    processes = {name: run.process(name) for name in "AB"}
    total = run.resource("total", "value", limit=0)
    t = 1.0
    run.row(t, processes["A"], layout.CREATED, total, value=0)
    for name, what, value in steps:
        t += 1
        if what == "?":
            run.waits(t, processes[name], total, layout.OP_CALL)
        run.row(t, processes[name], layout.READ if what == "?" else layout.WROTE, total, value=value)
    return run


def test_the_value_that_was_read_tells_which_write_was_seen() -> None:
    late = story(("A", "?", 0), ("A", "=", 5), ("B", "?", 0), ("B", "=", 7))
    (found,) = late.findings()
    assert found.text.startswith("lost 1 of 2 updates of `total`: B wrote 7")
    assert found.advice == "Hold one lock over the read and the write: `with lock:`."


def test_updates_of_a_manager_s_value_that_saw_each_other_lose_nothing() -> None:
    steps = [("A", "?", 0), ("A", "=", 5), ("B", "?", 5), ("B", "=", 7), ("A", "?", 7), ("A", "=", 8)]
    assert story(*steps).findings() == []


def test_a_value_that_nobody_is_known_to_have_written_proves_nothing() -> None:
    assert story(("A", "?", 0), ("A", "=", 5), ("B", "?", 3), ("B", "=", 4)).findings() == []
