"""Rows become lanes, waits, holds and counters, and every instant can be asked for."""

import pytest

from playground.history import History, ProcessState, State
from playground.probe import layout
from tests.unit.rows import MS, Run, holding_at


def state(history: History, process: int, t: float) -> ProcessState:
    return next(each for each in history.at(round(t * MS)) if each.index == process)


def states(history: History, process: int, *instants: float) -> list[str]:
    return [state(history, process, t).state.name.lower() for t in instants]


def holders(history: History, resource: int, t: float) -> list[int]:
    return [process for process, *_ in history.resources[resource].holders_at(round(t * MS))]


# --- Lanes ------------------------------------------------------------------------------------------


def test_a_lane_tells_what_the_main_thread_does() -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("lock")
    run.waits(10, a, lock, layout.OP_ACQUIRE)
    run.row(20, a, layout.ACQUIRED, lock)
    run.row(30, a, layout.SLEEPING)
    run.row(40, a, layout.SLEPT)
    run.row(45, a, layout.STDOUT)
    run.ended(50, a, 0)
    history = run.history()
    assert states(history, a, 5, 10, 19.999, 20, 35, 40, 49, 50, 1000) == [
        *("running", "waiting", "waiting", "running", "sleeping", "running", "running", "exited", "exited"),
    ]
    waiting = state(history, a, 15)
    assert (waiting.since, waiting.resource, waiting.operation) == (10 * MS, lock, "acquire")
    seconds = history.lane(a).seconds(history.until)
    assert seconds == {"running": 0.03, "waiting": 0.01, "sleeping": 0.01, "suspended": 0.0}


def test_a_lane_starts_when_the_parent_started_the_process() -> None:
    run = Run()
    main = run.process("main", role="main")
    child = run.process("child", began=None)
    run.row(10, main, layout.STARTED, value=100 + child)
    run.row(30, child, layout.BEGAN)
    history = run.history()
    assert [each.index for each in history.at(9 * MS)] == [main]
    assert states(history, child, 10, 29, 30) == ["starting", "starting", "running"]
    assert history.started_by[100 + child] == main


@pytest.mark.parametrize(("status", "shown"), [(0, "exited"), (3, "exited"), (-9, "killed")])
def test_an_end_is_told_by_the_warden_or_by_the_parent(status: int, shown: str) -> None:
    run = Run()
    main, child, other = run.process("main"), run.process("child"), run.process("other")
    run.ended(10, child, status)
    run.row(20, main, layout.CHILD_ENDED, value=(100 + other) << 32 | status & 0xFFFFFFFF)
    history = run.history()
    for process, end in ((child, 10), (other, 20)):
        assert state(history, process, end - 1).exitcode is None
        assert (state(history, process, end).state.name.lower(), state(history, process, end).exitcode) == (
            shown,
            status,
        )
    deaths = [mark.time for mark in history.marks if mark.kind == "death"]
    assert deaths == ([10 * MS, 20 * MS] if status < 0 else [])


def test_an_end_is_final_and_ends_the_waits() -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("lock")
    run.waits(10, a, lock, layout.OP_ACQUIRE)
    run.row(20, a, layout.EXITING, value=4)
    run.row(30, a, layout.VANISHED)
    run.row(40, a, layout.SLEEPING)
    history = run.history()
    assert (state(history, a, 50).state, state(history, a, 50).exitcode) == (State.EXITED, 4)
    assert [len(history.waits_at(t * MS)) for t in (9, 10, 29, 30, 50)] == [0, 1, 1, 0, 0]
    assert history.processes[a].open_waits() == []


def test_a_zombie_has_ended_and_is_one_until_its_parent_reaps_it() -> None:
    run = Run()
    main, a, lock = run.process("main"), run.process("A"), run.resource("lock")
    run.waits(10, a, lock, layout.OP_ACQUIRE)
    run.row(20, a, layout.SUSPENDED)
    run.row(30, a, layout.ZOMBIE, value=-9)
    run.row(50, main, layout.CHILD_ENDED, value=(100 + a) << 32 | -9 & 0xFFFFFFFF)
    history = run.history()
    assert states(history, a, 15, 25, 30, 50) == ["waiting", "suspended", "killed", "killed"]
    assert [history.processes[a].zombie_at(t * MS) for t in (29, 30, 49, 50)] == [False, True, True, False]
    assert [len(history.waits_at(t * MS)) for t in (25, 30)] == [1, 0]
    assert state(history, a, 30).exitcode == -9
    assert len([mark for mark in history.marks if mark.kind == "death"]) == 1


def test_a_suspension_interrupts_and_gives_back_what_was() -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("lock")
    run.waits(10, a, lock, layout.OP_ACQUIRE)
    run.row(20, a, layout.SUSPENDED)
    run.row(30, a, layout.RESUMED)
    run.row(40, a, layout.SUSPENDED)
    run.row(45, a, layout.WOKE)
    run.row(50, a, layout.RESUMED)
    history = run.history()
    assert states(history, a, 15, 25, 35, 46, 50) == ["waiting", "suspended", "waiting", "suspended", "running"]
    assert state(history, a, 35).resource == lock


# --- Waits ------------------------------------------------------------------------------------------


def test_waits_name_who_is_waited_for() -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("lock")
    site = run.site("/home/me/work.py", 12, "work")
    run.row(5, b, layout.ACQUIRED, lock)
    run.waits(10, a, lock, layout.OP_ACQUIRE, site=site)
    run.row(20, b, layout.JOINING_TIMED, value=100 + a)
    history = run.history()
    first, second = history.waits_at(25 * MS)
    assert (first.process, first.operation, first.resource, first.holders) == (a, "acquire", lock, (b,))
    assert (first.since, first.timed, history.place(first.site)) == (10 * MS, False, "work.py:12")
    assert (second.process, second.operation, second.on_process, second.timed) == (b, "join", a, True)
    assert history.resources[lock].contended == 1
    assert state(history, b, 25).joined_pid == 100 + a


def test_threads_wait_on_their_own() -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("lock")
    feeder = run.thread(a, 2, "QueueFeederThread")
    run.row(10, a, layout.WAITING, lock, value=layout.OP_ACQUIRE, thread=feeder)
    run.row(20, a, layout.SLEEPING, thread=feeder)
    run.waits(30, a, lock, layout.OP_ACQUIRE)
    run.row(40, a, layout.ACQUIRED, lock, thread=feeder)
    history = run.history()
    assert states(history, a, 15, 25, 35, 45) == ["running", "running", "waiting", "waiting"]
    assert [[wait.thread for wait in history.waits_at(t * MS)] for t in (15, 35, 45)] == [[2], [2, 1], [1]]


def test_what_a_thread_gets_from_elsewhere_does_not_end_its_wait() -> None:
    run = Run()
    a, lock, other = run.process("A"), run.resource("lock"), run.resource("other")
    run.waits(10, a, lock, layout.OP_ACQUIRE)
    run.row(20, a, layout.ACQUIRED, other)
    assert [wait.resource for wait in run.history().waits_at(30 * MS)] == [lock]


# --- Holds ------------------------------------------------------------------------------------------


def test_holders_at_any_instant() -> None:
    run = Run()
    a, b, gate = run.process("A"), run.process("B"), run.resource("gate", "semaphore", limit=2)
    run.row(0, a, layout.CREATED, gate, value=2)
    run.row(10, a, layout.ACQUIRED, gate)
    run.row(20, b, layout.ACQUIRED, gate)
    run.row(30, b, layout.RELEASING, gate)
    run.row(40, a, layout.RELEASING, gate)
    run.row(50, b, layout.ACQUIRED, gate)
    history = run.history()
    assert [holders(history, gate, t) for t in (9, 10, 20, 30, 40, 50)] == [[], [a], [a, b], [a], [], [b]]
    assert (history.resources[gate].acquired, history.resources[gate].max_holders) == (3, 2)
    assert [holding_at(history.lane(b), t * MS) for t in (5, 20, 35, 55)] == [0, 1, 0, 1]
    assert state(history, b, 25).holding == (gate,)
    (inside,) = history.counters
    assert (inside.name, list(inside.values), inside.limit) == ("gate", [0, 1, 2, 1, 0, 1], 2)


def test_a_lock_may_be_given_back_by_another_process() -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("lock")
    run.row(10, a, layout.ACQUIRED, lock)
    run.row(20, b, layout.RELEASING, lock)
    run.row(30, b, layout.RELEASING, lock)
    history = run.history()
    assert [holders(history, lock, t) for t in (15, 20, 30)] == [[a], [], []]
    assert list(history.lane(a).holding_counts) == [0, 1, 0]


def test_a_release_that_failed_took_nothing_away() -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("lock")
    run.row(10, a, layout.ACQUIRED, lock)
    run.row(20, a, layout.RELEASING, lock)
    run.row(21, a, layout.RELEASE_FAILED, lock)
    history = run.history()
    assert holders(history, lock, 30) == [a]
    assert holding_at(history.lane(a), 30 * MS) == 1


# --- What is said -----------------------------------------------------------------------------------


def test_lines_marks_samples_and_the_outcome() -> None:
    run = Run()
    a = run.process("A")
    for t, kind, words in ((10, layout.STDOUT, "one"), (20, layout.REPORT, "two"), (30, layout.STDERR, "three")):
        run.row(t, a, kind, value=run.text(words))
    run.row(40, a, layout.SAMPLE_CPU, value=1_250)
    run.row(40, a, layout.SAMPLE_RSS, value=4096)
    run.row(40, a, 250, value=7)
    run.row(50, a, layout.RUN_ENDED, value=1 << 32 | 124)
    history = run.history()
    assert [(line.stream, line.text) for line in history.log(29 * MS, 1)] == [("report", "two")]
    assert [line.text for line in history.log(30 * MS, 2)] == ["two", "three"]
    assert [(mark.kind, mark.time) for mark in history.marks] == [("report", 20 * MS)]
    assert [(state(history, a, t).cpu, state(history, a, t).rss) for t in (39, 40)] == [(None, None), (12.5, 4096)]
    assert (history.outcome, history.exitcode) == ("stuck", 124)
    assert 250 in history.kind


@pytest.mark.parametrize("permits", [0, 2])
def test_what_others_give_back_is_a_signal_that_nobody_holds(permits: int) -> None:
    run = Run()
    giver, taker, signal = run.process("giver"), run.process("taker"), run.resource("bell", "semaphore", limit=permits)
    run.row(1, giver, layout.CREATED, signal, value=permits)
    run.row(2, taker, layout.ACQUIRED, signal)
    run.row(3, taker, layout.ACQUIRED, signal)
    run.row(5, giver, layout.RELEASING, signal)
    run.row(6, taker, layout.ACQUIRED, signal)
    history = run.history()
    resource = history.resources[signal]
    for t, held in ((4, permits > 0), (5.5, False), (6, False)):
        at = round(t * MS)
        assert bool(resource.owned_at(at)) == held
        assert any(state.holding for state in history.at(at)) == held
        assert bool(holding_at(history.processes[taker].lane, at)) == held
    assert len(resource.holders_at(6 * MS)) == 2, "the permits are out all the same"
    kept = [(since, until) for _, since, until in resource.held_between(0, 9 * MS, 99)]
    assert kept == ([(2 * MS, 5 * MS), (3 * MS, 5 * MS)] if permits else [])
    assert [counter.name for counter in history.counters] == (["bell"] if permits else [])
