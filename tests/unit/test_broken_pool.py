"""Executors that broke."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import MS, Run


def executor_at_work() -> tuple[Run, int, int, int, int]:
    """Five tasks are submitted, one has its result, each of two workers runs one."""
    run = Run()
    main = run.process("main", role="main")
    one, other = run.process("worker-1", role="worker"), run.process("worker-2", role="worker")
    executor = run.resource("ex", "executor", limit=2)
    for job in range(5):
        run.row(1, main, layout.SUBMITTED, executor, value=job << 32 | 1)
    run.row(2, one, layout.TASK_STARTED, executor, value=0)
    run.row(3, one, layout.TASK_ENDED, executor, value=0)
    run.row(3, main, layout.RESULT, executor, value=0 << 32 | 1)
    run.row(4, one, layout.TASK_STARTED, executor, value=1 << 32)
    run.row(4, other, layout.TASK_STARTED, executor, value=2 << 32)
    return run, main, one, other, executor


def broken(run: Run) -> list[Finding]:
    return [each for each in run.findings() if each.kind == "broken_pool"]


def test_the_worker_that_ended_and_the_futures_that_fail_are_named() -> None:
    run, main, one, other, executor = executor_at_work()
    run.row(10, one, layout.ZOMBIE, value=-9)
    run.row(11, main, layout.POOL_BROKEN, executor)
    run.row(12, main, layout.TERMINATE_SENT, value=100 + other)
    run.ended(13, one, -9)
    run.ended(13, other, -15)
    (finding,) = broken(run)
    assert finding.text == (
        "executor `ex` is broken: worker-1 ended (SIGKILL) while it ran a task;"
        " 4 pending futures raise BrokenProcessPool"
    )
    assert (finding.severity, finding.at, finding.processes) == ("error", 10 * MS, (main, one))
    assert finding.resources == (executor,)


def test_the_culprit_may_be_known_only_later() -> None:
    run, main, one, other, executor = executor_at_work()
    run.row(11, main, layout.POOL_BROKEN, executor)
    assert broken(run)[0].text == "executor `ex` is broken; 4 pending futures raise BrokenProcessPool"
    run.row(12, main, layout.TERMINATE_SENT, value=100 + other)
    run.ended(13, other, -15)
    run.row(14, main, layout.CHILD_ENDED, value=(100 + one) << 32 | 3)
    (finding,) = broken(run)
    assert finding.text.startswith("executor `ex` is broken: worker-1 ended (exit 3) while it ran a task")
    assert finding.at == 11 * MS


@pytest.mark.parametrize("status", [-9, 3])
def test_the_culprit_is_known_although_a_broken_executor_terminates_dead_workers_too(status: int) -> None:
    run, main, one, other, executor = executor_at_work()
    run.row(11, main, layout.POOL_BROKEN, executor)
    for worker in (other, one):
        run.row(12, main, layout.TERMINATE_SENT, value=100 + worker)
    run.ended(13, other, -15)
    run.ended(13, one, status)
    (finding,) = broken(run)
    assert finding.processes == (main, one)


def test_a_worker_that_was_idle_breaks_it_too() -> None:
    run, main, one, _, executor = executor_at_work()
    run.row(6, one, layout.TASK_ENDED, executor, value=1 << 32)
    run.ended(10, one, -9)
    assert broken(run) == []
    run.row(11, main, layout.POOL_BROKEN, executor)
    assert [each.text for each in broken(run)] == ["executor `ex` is broken; 4 pending futures raise BrokenProcessPool"]


def test_a_cancelled_future_is_not_pending() -> None:
    run, main, _, _, executor = executor_at_work()
    run.row(5, main, layout.RESULT, executor, value=4 << 32)
    run.row(11, main, layout.POOL_BROKEN, executor)
    run.row(12, main, layout.RESULT, executor, value=3 << 32)
    assert [each.text for each in broken(run)] == ["executor `ex` is broken; 3 pending futures raise BrokenProcessPool"]


def test_one_future_alone() -> None:
    run = Run()
    main, one, executor = run.process("main"), run.process("w", role="worker"), run.resource("ex", "executor")
    run.row(1, main, layout.SUBMITTED, executor, value=1)
    run.row(2, one, layout.TASK_STARTED, executor)
    run.ended(3, one, 1)
    assert broken(run)[0].text.endswith("; 1 pending future raises BrokenProcessPool")


def test_workers_that_the_program_ends_or_that_end_in_order_break_nothing() -> None:
    run, main, one, other, executor = executor_at_work()
    run.row(6, one, layout.TASK_ENDED, executor, value=1 << 32)
    run.row(10, main, layout.POOL_ENDING, executor)
    run.row(11, main, layout.KILL_SENT, value=100 + other)
    run.ended(12, one, 0)
    run.ended(12, other, -9)
    assert broken(run) == []


def test_an_interrupted_executor_is_none() -> None:
    run, main, one, _, executor = executor_at_work()
    run.row(5, one, layout.RAISED, value=run.text("KeyboardInterrupt"))
    run.ended(6, one, 1)
    run.row(7, main, layout.POOL_BROKEN, executor)
    assert broken(run) == []


def test_workers_that_outlive_the_submitter_break_nothing() -> None:
    run, main, one, _, _ = executor_at_work()
    run.ended(5, main, -9)
    run.ended(6, one, 1)
    assert broken(run) == []


def test_a_pool_is_no_executor() -> None:
    run = Run()
    main, worker, pool = run.process("main"), run.process("w", role="worker"), run.resource("pool", "pool")
    run.row(1, main, layout.SUBMITTED, pool, value=1)
    run.row(2, worker, layout.TASK_STARTED, pool)
    run.ended(3, worker, -9)
    assert broken(run) == []
