"""The kernel's word on who stands still, and what follows from it."""

import pytest

from playground.history import State
from playground.probe import layout
from tests.unit.rows import MS, Run
from tests.unit.standstills import reader, ring


def kinds(run: Run) -> list[tuple[str, bool]]:
    return [(finding.kind, finding.certain) for finding in run.findings()]


# --- What is found ----------------------------------------------------------------------------------


def test_a_bystander_without_the_other_end_wakes_nobody() -> None:
    run = Run()
    writer = run.process("writer")
    a = reader(run)
    run.row(30, run.process("C", began=30), layout.SLEEPING)
    run.ended(40, writer, 0)
    run.blocked(100, a, layout.OP_READ, [a])
    run.look(100, a)
    (finding,) = run.findings()
    assert (finding.kind, finding.certain, finding.processes) == ("deadlock", True, (a,))
    assert finding.text == "deadlock: A waits for `queue` (get), and nobody who is left can end that"
    assert finding.advice.startswith("Nobody is left who would put anything")


def test_another_program_that_was_seen_before_its_start_was_told_is_waited_for_in_vain() -> None:
    run = Run()
    main, program = run.process("main", role="main"), run.process("", role="program", began=None)
    run.row(30, program, layout.SIGHTED)
    run.row(31, main, layout.PROGRAM_STARTED, value=100 + program)
    run.blocked(100, main, layout.OP_CHILD, [program])
    run.blocked(100, program, layout.OP_WRITE, [main])
    run.look(100, main, program)
    (finding,) = run.findings()
    assert (finding.kind, finding.certain) == ("deadlock", True)


def test_a_lock_that_a_bystander_has_too_may_be_released_by_it() -> None:
    for has_it, certain in ((True, False), (False, True)):
        run = Run()
        (a, b), _ = ring(run, "AB")
        c = run.process("C", began=30)
        run.row(30, c, layout.SLEEPING)
        for each in (a, b):
            run.blocked(100, each, layout.OP_SEMAPHORE, [a, b, c] if has_it else [a, b])
        run.look(100, a, b)
        assert kinds(run) == [("deadlock", certain)]


def test_a_lock_of_a_thread_that_fork_left_behind_is_a_deadlock() -> None:
    run = Run()
    a = run.process("A")
    run.blocked(100, a, layout.OP_THREAD, [a])
    run.look(100, a)
    (finding,) = run.findings()
    assert (finding.kind, finding.certain) == ("deadlock", True)
    assert "fork" in finding.advice


def test_threads_of_one_process_can_be_stuck_while_its_main_thread_joins_them() -> None:
    run = Run()
    a = run.process("A")
    first, second = run.resource("first"), run.resource("second")
    here = run.site("/x/work.py", 9, "work")
    for thread, mine in ((2, first), (3, second)):
        run.thread(a, thread, f"T{thread}")
        run.row(10 + thread, a, layout.ACQUIRED, mine, thread=thread, site=here)
    for thread, other in ((2, second), (3, first)):
        run.row(20 + thread, a, layout.WAITING, other, thread=thread, value=layout.OP_ACQUIRE)
    run.blocked(100, a, layout.OP_THREAD, [a])
    for thread in (2, 3):
        run.blocked(100, a, layout.OP_SEMAPHORE, [a], thread=thread)
    run.look(100, a)
    (finding,) = run.findings()
    assert finding.text.startswith("deadlock of 2: A's T2 waits for `second`")


# --- What is not --------------------------------------------------------------------------------------


def timed(run: Run) -> int:
    a = run.process("A")
    run.blocked(100, a, layout.OP_SELECT, [a], timed=1)
    return a


def somebody_outside(run: Run) -> int:
    a = run.process("A")
    run.blocked(100, a, layout.OP_SOCKET, [-1])
    return a


def nobody_can_say(run: Run) -> int:
    a = run.process("A")
    run.blocked(100, a, layout.OP_SYSTEM)
    return a


def another_thread_runs(run: Run) -> int:
    a = run.process("A")
    run.blocked(100, a, layout.OP_THREAD, [a])
    run.blocked(100, a, layout.OP_SELECT, [a], thread=2, timed=1)
    return a


def one_that_runs(run: Run) -> int:
    a, b = run.process("A"), run.process("B")
    run.blocked(100, a, layout.OP_READ, [b])
    return a


def one_that_has_yet_to_speak(run: Run) -> int:
    a, b = run.process("A"), run.process("", role="program", began=None)
    run.row(30, b, layout.SIGHTED)
    run.blocked(100, a, layout.OP_READ, [a])
    return a


def a_fork_server_that_runs(run: Run) -> int:
    a, server = run.process("A"), run.process("forkserver", role="server")
    run.blocked(100, a, layout.OP_READ, [server])
    return a


def a_hot_lock_of_another_thread(run: Run) -> int:
    a, b, lock = run.process("A"), run.process("B"), run.resource("gate")
    run.row(10, b, layout.ACQUIRED, lock, thread=0)  # neither thread nor line: it was another thread of B
    run.waits(20, a, lock, layout.OP_ACQUIRE)
    run.row(30, b, layout.JOINING, value=100 + a)
    run.blocked(100, a, layout.OP_SEMAPHORE, [a, b])
    run.blocked(100, b, layout.OP_CHILD, [a])
    run.blocked(100, b, layout.OP_SELECT, [-1], thread=2)
    run.look(100, b)
    return a


@pytest.mark.parametrize(
    "made",
    [
        timed,
        somebody_outside,
        nobody_can_say,
        another_thread_runs,
        one_that_runs,
        one_that_has_yet_to_speak,
        a_fork_server_that_runs,
        a_hot_lock_of_another_thread,
    ],
)
def test_who_may_go_on_is_not_stuck(made: object) -> None:
    run = Run()
    assert callable(made)
    run.look(100, made(run))
    assert kinds(run) == []


def test_whoever_can_go_on_may_send_a_signal_to_one_that_handles_it() -> None:
    found = {}
    for flag in (0, layout.INSPECTED_HANDLER):
        run = Run()
        a, _ = run.process("A"), run.process("B")
        run.blocked(100, a, layout.OP_READ, [a])
        run.row(100, a, layout.INSPECTED, value=ord("S") | flag | layout.INSPECTED_LAST)
        found[flag] = kinds(run)
    assert found == {0: [("deadlock", True)], layout.INSPECTED_HANDLER: []}


# --- Lanes --------------------------------------------------------------------------------------------


def test_a_blocked_thread_waits_until_it_says_something() -> None:
    run = Run()
    a = run.process("A")
    run.blocked(100, a, layout.OP_CHILD, [a])
    run.row(300, a, layout.MARK)
    history = run.history()
    assert [history.processes[a].state_at(t * MS) for t in (50, 100, 300)] == [
        State.RUNNING,
        State.WAITING,
        State.RUNNING,
    ]
    assert [wait.operation for wait in history.waits_at(200 * MS)] == ["child"]


def test_the_kernel_adds_nothing_to_what_the_program_told() -> None:
    run = Run()
    a = reader(run)
    run.blocked(100, a, layout.OP_READ, [a])
    (wait,) = run.history().waits_at(100 * MS)
    assert (wait.operation, wait.seen, wait.since) == ("get", False, 20 * MS)


def test_a_new_call_replaces_the_one_before_and_running_ends_it() -> None:
    run = Run()
    a = run.process("A")
    run.blocked(100, a, layout.OP_READ)
    run.blocked(200, a, layout.OP_WRITE)
    run.row(300, a, layout.UNBLOCKED)
    history = run.history()
    assert [[wait.operation for wait in history.waits_at(t * MS)] for t in (150, 250, 350)] == [["read"], ["write"], []]


def test_a_sleep_that_the_kernel_tells_of_is_a_sleep() -> None:
    run = Run()
    a = run.process("A", role="program")
    run.blocked(100, a, layout.OP_SLEEP, timed=1)
    run.blocked(200, a, layout.OP_READ)
    run.blocked(300, a, layout.OP_SLEEP, timed=1)
    run.row(400, a, layout.UNBLOCKED)
    history = run.history()
    states = [history.processes[a].state_at(t * MS) for t in (150, 250, 350, 450)]
    assert states == [State.SLEEPING, State.WAITING, State.SLEEPING, State.RUNNING]
    assert [len(history.waits_at(t * MS)) for t in (150, 250, 350)] == [0, 1, 0]


# --- No cause -----------------------------------------------------------------------------------------


def test_nothing_for_ten_seconds_is_told_with_what_everybody_is_in() -> None:
    run = Run()
    main, a = run.process("main", role="main"), run.process("A")
    run.row(10, main, layout.JOINING, value=100 + a)
    for t in (1_000, 11_000):
        run.blocked(t, a, layout.OP_PAUSE)
        run.blocked(t, main, layout.OP_CHILD, [a])
        run.look(t, a, main)
    (finding,) = run.findings()
    assert (finding.kind, finding.severity, finding.at) == ("stuck", "warning", 11_000 * MS)
    assert finding.text.endswith("main waits for A to end; A waits for a signal")


@pytest.mark.parametrize("wakers", [[-1], None])
def test_waiting_for_somebody_outside_is_no_standstill(wakers: list[int] | None) -> None:
    run = Run()
    a = run.process("A")
    run.blocked(11_000, a, layout.OP_ACCEPT, wakers, timed=0 if wakers else 1)
    run.look(11_000, a)
    assert kinds(run) == []


def test_nobody_is_stuck_while_somebody_stands_at_a_breakpoint() -> None:
    run = Run()
    main, a = run.process("main", role="main"), run.process("A")
    run.row(10, main, layout.JOINING, value=100 + a)
    run.waits(20, a, 0, layout.OP_DEBUG)
    for t in (1_000, 11_000):
        run.blocked(t, a, layout.OP_SOCKET)  # the kernel does not say who is at the other end
        run.blocked(t, main, layout.OP_CHILD, [a])
        run.look(t, a, main)
    assert kinds(run) == []


def test_a_run_that_takes_too_long_says_what_everybody_was_in() -> None:
    run = Run()
    main, a = run.process("main", role="main"), run.process("A")
    run.row(10, main, layout.JOINING, value=100 + a, site=run.site("/x/work.py", 9, "main"))
    run.row(20, a, layout.SAMPLE_CPU, value=9_700)
    run.row(5_000, main, layout.RUN_ENDED, value=layout.OUTCOMES.index("timeout") << 32 | 124)
    (finding,) = run.findings()
    assert (finding.kind, finding.severity) == ("stuck", "error")
    assert finding.text == ("not ended after 5.0 s: main waits for A to end (work.py:9); A runs (97 % of a core)")
