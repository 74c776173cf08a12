"""Tasks of a pool that died with their worker."""

import pytest

from playground.probe import layout
from tests.unit.rows import MS, Run


def pool_at_work(kind: str = "pool") -> tuple[Run, int, int, int]:
    """Main has submitted job 7 at x.py:12; the worker runs its task 3."""
    run = Run()
    main, worker = run.process("main", role="main"), run.process("worker-2", role="worker")
    pool = run.resource("pool", kind, limit=2)
    site = run.site("/home/me/x.py", 12, "main")
    run.row(1, main, layout.SUBMITTED, pool, value=7 << 32 | 8, site=site)
    run.row(2, worker, layout.TASK_STARTED, pool, value=7 << 32 | 3)
    return run, main, worker, pool


def lost(run: Run) -> list[str]:
    return [each.text for each in run.findings() if each.kind == "lost_task"]


def reaped_by(main: int, run: Run, t: float, child: int, status: int) -> None:
    run.row(t, main, layout.CHILD_ENDED, value=(100 + child) << 32 | status & 0xFFFFFFFF)


@pytest.mark.parametrize(("status", "end"), [(-9, "SIGKILL"), (3, "exit 3"), (-11, "SIGSEGV")])
def test_a_worker_that_ends_within_a_task_takes_it_along(status: int, end: str) -> None:
    run, main, worker, pool = pool_at_work()
    run.waits(5, main, pool, layout.OP_RESULT, site=run.site("/home/me/x.py", 14, "main"))
    run.row(10, worker, layout.ZOMBIE, value=status)
    reaped_by(main, run, 20, worker, status)
    (finding,) = [each for each in run.findings() if each.kind == "lost_task"]
    assert finding.text == (
        f"task 3 of `pool` (job 7, submitted at x.py:12) died with worker-2 ({end}): its result will never come;"
        " main waits for results (x.py:14)"
    )
    assert (finding.severity, finding.at, finding.processes) == ("error", 10 * MS, (main, worker))
    assert "BrokenProcessPool" in finding.advice


def test_a_wait_that_begins_later_is_told_too() -> None:
    run, main, worker, pool = pool_at_work()
    run.ended(10, worker, -9)
    assert lost(run)[0].endswith("never come")
    run.waits(30, main, pool, layout.OP_RESULT)
    assert lost(run)[0].endswith("never come; main waits for results")
    assert run.findings()[-1].at == 10 * MS


def test_a_job_that_is_told_again_keeps_its_line() -> None:
    run, main, worker, pool = pool_at_work()
    run.row(5, main, layout.SUBMITTED, pool, value=7 << 32 | 9, thread=3)
    run.ended(10, worker, -9)
    assert "submitted at x.py:12" in lost(run)[0]


def test_a_task_that_was_done_is_not_lost() -> None:
    run, _, worker, pool = pool_at_work()
    run.row(3, worker, layout.TASK_ENDED, pool, value=7 << 32 | 3)
    run.ended(10, worker, -9)
    assert lost(run) == []


@pytest.mark.parametrize(
    ("kind", "status"), [(layout.TERMINATE_SENT, -15), (layout.TERMINATE_SENT, 0), (layout.KILL_SENT, -9)]
)
def test_a_pool_that_is_terminated_loses_nothing(kind: int, status: int) -> None:
    run, main, worker, _ = pool_at_work()
    run.row(5, main, kind, value=100 + worker)
    run.ended(10, worker, status)
    assert lost(run) == []


def test_what_is_sent_after_the_end_excuses_nothing() -> None:
    run, main, worker, _ = pool_at_work()
    run.ended(10, worker, -15)
    run.row(15, main, layout.TERMINATE_SENT, value=100 + worker)
    assert len(lost(run)) == 1


def test_nobody_misses_the_task_of_a_submitter_that_has_ended() -> None:
    run, main, worker, _ = pool_at_work()
    run.ended(10, main, -9)
    run.ended(20, worker, 1)
    assert lost(run) == []


def test_an_interrupted_run_loses_nothing() -> None:
    run, _, worker, _ = pool_at_work()
    run.row(5, worker, layout.RAISED, value=run.text("Traceback (most recent call last):\nKeyboardInterrupt\n"))
    run.ended(10, worker, 1)
    assert lost(run) == []


def test_an_executor_tells_of_its_own() -> None:
    run, _, worker, _ = pool_at_work("executor")
    run.ended(10, worker, -9)
    assert lost(run) == []
