"""Errors of tasks that nobody asked for, and tasks that were dropped."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import Run

TRACE = """Traceback (most recent call last):
  File "/home/me/my.py", line 7, in save
    raise KeyError(row)
KeyError: 1
"""


def failing(run: Run, pool: int, main: int, times: int = 2) -> None:
    for i in range(times):
        run.row(20 + i, main, layout.TASK_FAILED, pool, value=0 if i else run.text(TRACE))


def found(run: Run) -> list[Finding]:
    return [finding for finding in run.findings() if finding.kind == "unseen_error"]


def test_errors_that_nobody_asked_for_are_told_when_the_process_ends() -> None:
    run = Run()
    main, pool = run.process("main", role="main"), run.resource("pool", "pool")
    failing(run, pool, main)
    assert not found(run)
    run.row(50, main, layout.EXITING)
    (finding,) = found(run)
    assert finding.text == "2 tasks of `pool` failed and nobody asked: the first of them with KeyError: 1 (my.py:7)"
    assert (finding.severity, finding.processes, finding.resources) == ("warning", (main,), (pool,))


@pytest.mark.parametrize("kind", [layout.ERROR_SEEN, layout.LOST])
def test_nothing_is_told_where_one_was_seen_or_events_are_missing(kind: int) -> None:
    run = Run()
    main, pool = run.process("main", role="main"), run.resource("pool", "pool")
    failing(run, pool, main)
    run.row(40, main, kind, pool if kind == layout.ERROR_SEEN else 0, value=0)
    run.row(50, main, layout.EXITING)
    assert not found(run)


def test_a_program_that_fails_itself_is_told_of_that_alone() -> None:
    run = Run()
    main, pool = run.process("main", role="main"), run.resource("pool", "pool")
    failing(run, pool, main)
    run.row(50, main, layout.EXITING, value=1)
    assert not found(run)


@pytest.mark.parametrize(("outcome", "told"), [("timeout", 1), ("stuck", 1), ("stopped", 0)])
def test_a_run_that_is_ended_while_it_hangs_tells_of_them_too(outcome: str, told: int) -> None:
    run = Run()
    main, pool = run.process("main", role="main"), run.resource("pool", "pool")
    failing(run, pool, main, 1)
    run.row(50, main, layout.RUN_ENDED, value=layout.OUTCOMES.index(outcome) << 32)
    assert len(found(run)) == told


@pytest.mark.parametrize(
    ("value", "ended", "told"),
    [
        (2, 1, "2 calls that nobody had waited for had not ended"),
        (2, 2, "a call that nobody had waited for had not ended"),
        (2, 3, None),  # only results were on their way
        (1 << 32 | 2, 3, "a call that nobody had waited for had not ended"),  # with a callback that never came to run
    ],
)
def test_tasks_that_the_workers_had_done_were_not_dropped(value: int, ended: int, told: str | None) -> None:
    run = Run()
    main, worker = run.process("main", role="main"), run.process("worker")
    pool = run.resource("pool", "pool")
    for job in range(3):
        run.row(10, main, layout.SUBMITTED, pool, value=job << 32 | 1)
    for job in range(ended):
        run.row(20, worker, layout.TASK_STARTED, pool, value=job << 32)
        run.row(20, worker, layout.TASK_ENDED, pool, value=job << 32)
    run.row(30, worker, layout.EXITING)
    run.row(40, main, layout.POOL_LEFT, pool, value=value)
    found = [finding.text.partition(": ")[2] for finding in run.findings() if finding.kind == "dropped_tasks"]
    assert found == ([told] if told else [])
