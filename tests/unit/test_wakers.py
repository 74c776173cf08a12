"""Who is not stuck, though it looks like it: somebody may still wake them."""

from collections.abc import Callable

import pytest

from playground.probe import layout
from tests.unit.rows import Run
from tests.unit.standstills import reader, ring


def timed(run: Run) -> list[int]:
    a, b, queue = run.process("A"), run.process("B"), run.resource("queue", "queue")
    run.waits(20, a, queue, layout.OP_GET)
    run.waits(20, b, queue, layout.OP_GET, timed=True)
    return [a, b]


def sleeping_third(run: Run) -> list[int]:
    a, c = reader(run), run.process("C", began=20)
    run.row(30, c, layout.SLEEPING)
    return [a, c]


def sleeping_while_another_waits_for_its_end(run: Run) -> list[int]:
    main, c = run.process("main", role="main"), run.process("C")
    run.row(20, main, layout.JOINING, value=100 + c)
    run.row(20, c, layout.SLEEPING)
    return [main, c]


def started_and_not_heard_of(run: Run) -> list[int]:
    a, main = reader(run), run.process("main", began=20)
    run.row(20, main, layout.STARTED, value=555)
    run.row(30, main, layout.JOINING, value=100 + a)
    return [a, main]


def joining_one_that_has_ended(run: Run) -> list[int]:
    main, writer, a = run.process("main", role="main"), run.process("writer"), reader(run)
    run.row(21, main, layout.JOINING, value=100 + writer)
    run.ended(30, writer, 0)
    return [a, main]


def known_by_sight(run: Run) -> list[int]:
    a = reader(run)
    run.row(30, run.process("", role="program", began=None), layout.SIGHTED)
    return [a]


def not_looked_at(run: Run) -> list[int]:
    a, b = ring(run, "AB")[0]
    run.look(60, b)
    return [a]


def suspended(run: Run) -> list[int]:
    a = reader(run)
    run.row(30, a, layout.SUSPENDED)
    return [a]


def another_thread(run: Run) -> list[int]:
    a = reader(run)
    run.row(30, a, layout.SLEEPING, thread=run.thread(a, 2, "Thread-1"))
    return [a]


def the_holder_still_runs(run: Run) -> list[int]:
    a, b, lock = run.process("A"), run.process("B"), run.resource("lock")
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, b, lock, layout.OP_ACQUIRE)
    return [b]


def its_own_lock_that_another_may_release(run: Run) -> list[int]:
    a, lock = run.process("A"), run.resource("lock")
    run.row(10, a, layout.ACQUIRED, lock)
    run.process("B", began=20)
    run.waits(20, a, lock, layout.OP_ACQUIRE)
    return [a]


@pytest.mark.parametrize(
    "made",
    [
        *(timed, sleeping_third, sleeping_while_another_waits_for_its_end, started_and_not_heard_of, known_by_sight),
        *(joining_one_that_has_ended,),
        *(not_looked_at, suspended, another_thread, the_holder_still_runs, its_own_lock_that_another_may_release),
    ],
)
def test_somebody_can_still_go_on(made: Callable[[Run], list[int]]) -> None:
    run = Run()
    run.look(100, *made(run))
    assert run.findings() == []


@pytest.mark.parametrize("operation", [layout.OP_RESULT, layout.OP_POLL])
def test_waits_that_a_thread_of_the_process_ends_are_none(operation: int) -> None:
    run = Run()
    a = run.process("A")
    run.waits(20, a, run.resource("pool", "pool"), operation)
    run.look(100, a)
    assert run.findings() == []


@pytest.mark.parametrize("known", [True, False])
def test_who_stands_at_a_breakpoint_can_go_on_and_so_can_all_who_wait_for_it(known: bool) -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("lock")
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, a, 0, layout.OP_DEBUG)
    run.waits(20, b, lock, layout.OP_ACQUIRE)
    if known:  # the kernel names nobody but B: the program's own word counts
        run.blocked(100, a, layout.OP_SOCKET, [b])
        run.blocked(100, b, layout.OP_SEMAPHORE, [a])
    run.look(100, a, b)
    assert run.findings() == []


@pytest.mark.parametrize(("role", "found"), [("main", 0), ("child", 1)])
def test_the_program_s_main_thread_may_stay_for_ctrl_c_while_others_work(role: str, found: int) -> None:
    run = Run()
    parked = run.process("parked", role=role)
    run.process("server", began=20)
    run.blocked(100, parked, layout.OPERATIONS.index("thread"), [parked])
    run.look(100, parked)
    assert len(run.findings()) == found


def test_a_main_thread_that_waits_all_alone_is_a_deadlock() -> None:
    run = Run()
    main = run.process("main", role="main")
    run.blocked(100, main, layout.OPERATIONS.index("thread"), [main])
    run.look(100, main)
    assert [finding.kind for finding in run.findings()] == ["deadlock"]


def test_a_timer_may_wake_its_process_and_that_one_others() -> None:
    for timer, found in ((True, 0), (False, 1)):
        run = Run()
        a, b, queue = run.process("A"), run.process("B"), run.resource("queue", "queue")
        run.waits(20, a, queue, layout.OP_GET)
        run.waits(20, b, queue, layout.OP_GET)
        run.look(100, a, b, timer=[b] if timer else [])
        assert len(run.findings()) == found


def test_an_end_less_than_50_ms_ago_may_still_wake_somebody() -> None:
    for look, found in ((100, 0), (129, 0), (131, 1)):
        run = Run()
        writer, a = run.process("writer"), reader(run)
        run.ended(80, writer, 0)
        run.look(look, a)
        assert len(run.findings()) == found, look


def test_a_wait_shorter_than_50_ms_is_no_stillness() -> None:
    for look, found in ((69, 0), (70, 1)):
        run = Run()
        a = reader(run, since=20)
        run.look(look, a)
        assert len(run.findings()) == found, look
