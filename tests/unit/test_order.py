"""What happened before what, by the rows that carry it from one process to another."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.findings.order import Clock, Order
from playground.probe import layout
from tests.unit.rows import Run

Tell = Callable[[Run, int, int], None]
"""Adds the rows by which the first process tells the second what it has done."""


def knows(order: Order, process: int, other: int, own: int) -> bool:
    """Whether a process knows of another one's time."""
    return order.clock(process).knows((order.clock(other).place, own, [], own))


def ordered(tell: Tell, *, locks: bool = True) -> bool:
    """Whether what A did before these rows happened before what B does after them."""
    run = Run()
    a, b = run.process("A"), run.process("B")
    run.row(1, a, layout.MARK)
    before = len(run.rows)
    tell(run, a, b)
    history = run.history()
    order = Order(history, locks=locks)
    order.begin(0)
    own = 0
    for row in range(len(run.rows)):
        if row == before:
            own = order.clock(a).own
        if history.kind[row] in order.handlers:
            order.handlers[history.kind[row]](row)
    return knows(order, b, a, own)


def passed(kind: str, given: int, taken: int, limit: int = 0) -> Tell:
    def tell(run: Run, a: int, b: int) -> None:
        thing = run.resource("thing", kind, limit=limit)
        run.row(10, a, given, thing)
        run.row(20, b, taken, thing)

    return tell


def waited(kind: str, given: int, operation: int, *, told: bool = True) -> Tell:
    def tell(run: Run, a: int, b: int) -> None:
        thing = run.resource("thing", kind)
        run.waits(5, b, thing, operation)
        if told:
            run.row(10, a, given, thing, value=operation)
        run.row(20, b, layout.WOKE, thing)

    return tell


def joined(run: Run, a: int, b: int) -> None:
    run.row(10, b, layout.JOINED, value=100 + a)


def reaped(run: Run, a: int, b: int) -> None:
    run.row(10, b, layout.CHILD_ENDED, value=(100 + a) << 32)


def reaped_while_starting(run: Run, a: int, b: int) -> None:
    run.row(10, b, layout.STARTING)
    run.row(11, b, layout.CHILD_ENDED, value=(100 + a) << 32)
    run.row(12, b, layout.START_FAILED)


@pytest.mark.parametrize(
    "tell",
    [
        passed("lock", layout.RELEASING, layout.ACQUIRED),
        passed("semaphore", layout.RELEASING, layout.ACQUIRED),
        passed("queue", layout.PUTTING, layout.GOT),
        passed("queue", layout.GOT, layout.PUTTING, limit=1),
        passed("pipe", layout.SENDING, layout.RECEIVED),
        passed("pipe", layout.MARK, layout.EOF),
        passed("pool", layout.SUBMITTED, layout.TASK_STARTED),
        passed("pool", layout.TASK_ENDED, layout.RESULT),
        passed("event", layout.SETTING, layout.MARK),
        waited("pool", layout.TASK_ENDED, layout.OP_RESULT),
        waited("joinable_queue", layout.TASK_DONE, layout.OP_JOIN),
        waited("condition", layout.NOTIFYING, layout.OP_NOTIFY),
        waited("barrier", layout.WAITING, layout.OP_BARRIER),
        waited("manager", layout.WAITING, layout.OP_CALL),
        joined,
        reaped,
        reaped_while_starting,
    ],
)
def test_what_carries_order(tell: Tell) -> None:
    assert ordered(tell)


@pytest.mark.parametrize(
    "tell",
    [
        lambda *_: None,
        passed("lock", layout.ACQUIRED, layout.RELEASING),
        passed("queue", layout.PUTTING, layout.PUTTING),
        passed("queue", layout.GOT, layout.PUTTING),
        passed("pool", layout.TASK_ENDED, layout.TASK_STARTED),
        passed("pool", layout.SUBMITTED, layout.RESULT),
        waited("barrier", layout.WAITING, layout.OP_BARRIER, told=False),
        waited("pool", layout.TASK_ENDED, layout.OP_GET),
    ],
)
def test_what_carries_none(tell: Tell) -> None:
    assert not ordered(tell)


def test_locks_carry_none_where_they_are_not_to_but_semaphores_do() -> None:
    assert not ordered(passed("lock", layout.RELEASING, layout.ACQUIRED), locks=False)
    assert ordered(passed("semaphore", layout.RELEASING, layout.ACQUIRED), locks=False)


def test_who_reads_a_value_again_and_again_waits_for_its_writer() -> None:
    def polled(times: int) -> Tell:
        def tell(run: Run, a: int, b: int) -> None:
            flag = run.resource("flag", "value")
            run.row(10, a, layout.WROTE, flag, value=1)
            for i in range(times):
                run.row(20 + i, b, layout.READ, flag, value=1)

        return tell

    assert ordered(polled(3), locks=False)
    assert not ordered(polled(2), locks=False)


@pytest.mark.parametrize("begin", [0, 3])
def test_a_child_knows_what_its_starter_knew_when_it_began_to_start_it(begin: int) -> None:
    """Also when what is of interest begins only while it is being started."""
    run = Run()
    main, ended = run.process("main"), run.process("ended")
    run.row(10, main, layout.STARTING)
    run.row(11, main, layout.CHILD_ENDED, value=(100 + ended) << 32)
    first = run.process("first", began=12)
    run.row(13, main, layout.STARTED, value=100 + first)
    run.row(20, main, layout.STARTING)
    second = run.process("second", began=21)
    run.row(22, main, layout.STARTED, value=100 + second)
    history = run.history()
    order = Order(history, locks=True)
    own = {}
    for row in range(len(run.rows)):
        if row == begin:
            order.begin(row)
            own = {p: order.clock(p).own for p in (main, ended)}
        if history.kind[row] in order.handlers:
            order.handlers[history.kind[row]](row)
    assert [knows(order, child, main, own[main]) for child in (first, second)] == [begin == 0, True]
    assert [knows(order, child, ended, own[ended]) for child in (first, second)] == [False, True]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 9)), max_size=60))
def test_clocks_learn_exactly_what_was_given(moves: list[tuple[int, int, int]]) -> None:
    """Beside clocks that join all times each time; who gives and who takes, and which of the latest gifts."""
    clocks, plain = [Clock(place) for place in range(4)], [[0] * 4 for _ in range(4)]
    gifts = []
    for giver, taker, back in moves:
        gift = clocks[giver].give()
        gifts.append((giver, gift, [*plain[giver]]))
        place, gift, theirs = gifts[-1 - back % len(gifts)]
        if place != taker:
            clocks[taker].learn(gift)
            plain[taker] = [max(both) for both in zip(plain[taker], theirs, strict=True)]
            plain[taker][place] = max(plain[taker][place], gift[1])
        for own, (clock, expected) in enumerate(zip(clocks, plain, strict=True)):
            known = [*clock.known, 0, 0, 0, 0][:4]
            assert [t for i, t in enumerate(known) if i != own] == [t for i, t in enumerate(expected) if i != own]


@pytest.mark.parametrize("givers", [1, 2])
def test_who_takes_from_a_queue_knows_what_all_knew_who_have_put(givers: int) -> None:
    run = Run()
    queue = run.resource("queue", "queue", limit=0)
    putting, taker = [run.process(f"p{i}") for i in range(givers)], run.process("taker")
    for t in range(1, 20):
        for process in putting:
            run.row(t, process, layout.PUTTING, queue)
        if t % 3 == 0:
            run.row(t, taker, layout.GOT, queue)
    history = run.history()
    order = Order(history, locks=True)
    order.begin(0)
    last: dict[int, int] = {}
    for row in range(len(run.rows)):
        if history.kind[row] == layout.PUTTING:
            last[history.process[row]] = order.clock(history.process[row]).own
        if history.kind[row] in order.handlers:
            order.handlers[history.kind[row]](row)
        if history.kind[row] == layout.GOT:
            assert all(knows(order, taker, process, own) for process, own in last.items())
            assert not any(knows(order, taker, process, own + 1) for process, own in last.items())
