"""Ends by signals and by exceptions; and that findings do not depend on batches."""

import pytest
from hypothesis import given, settings

from playground.findings import Findings
from playground.history import History
from playground.probe import layout
from tests.unit.random_runs import cuts, runs
from tests.unit.rows import INFO, MS, Run

TRACEBACK = """Traceback (most recent call last):
  File "/usr/lib/python3/multiprocessing/process.py", line 314, in _bootstrap
    self.run()
  File "/home/me/work.py", line 12, in work
    boom()
ZeroDivisionError: division by zero
"""


def told(run: Run) -> list[tuple[str, tuple[int, ...], str]]:
    return [(each.kind, each.processes, each.text) for each in run.findings()]


# --- Signals ----------------------------------------------------------------------------------------


def test_an_end_by_a_signal_from_outside_is_a_finding_once() -> None:
    run = Run()
    main, child = run.process("main"), run.process("child")
    run.row(5, child, layout.ZOMBIE, value=-9)
    run.row(10, main, layout.CHILD_ENDED, value=(100 + child) << 32 | -9 & 0xFFFFFFFF)
    run.ended(20, child, -9)
    assert told(run) == [("killed", (child,), "child was ended by SIGKILL")]
    assert run.findings()[0].severity == "warning"


@pytest.mark.parametrize("kind", [layout.TERMINATE_SENT, layout.KILL_SENT])
def test_a_signal_that_the_program_sent_is_none(kind: int) -> None:
    run = Run()
    main, child, other = run.process("main"), run.process("child"), run.process("other")
    run.row(10, main, kind, value=100 + child)
    run.ended(20, child, -15)
    run.ended(30, other, -15)
    assert [processes for _, processes, _ in told(run)] == [(other,)]


@pytest.mark.parametrize("status", [0, 1, 255])
def test_an_exit_code_is_none(status: int) -> None:
    run = Run()
    main, child = run.process("main"), run.process("child")
    run.row(10, main, layout.CHILD_ENDED, value=(100 + child) << 32 | status)
    run.row(11, main, layout.CHILD_ENDED, value=(100 + 77) << 32 | -9 & 0xFFFFFFFF)
    run.ended(20, child, status)
    assert told(run) == []


# --- Exceptions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trace", "text", "severity"),
    [
        (TRACEBACK, "child ended by ZeroDivisionError: division by zero (work.py:12)", "error"),
        ("KeyboardInterrupt\n", "child ended by KeyboardInterrupt", "info"),
        ("", "child ended by an exception", "error"),
    ],
)
def test_an_unhandled_exception_is_told_with_its_place(trace: str, text: str, severity: str) -> None:
    run = Run()
    child = run.process("child")
    run.row(10, child, layout.RAISED, value=run.text(trace))
    run.ended(20, child, 1)
    assert told(run) == [("unhandled_exception", (child,), text)]
    assert (run.findings()[0].at, run.findings()[0].severity) == (10 * MS, severity)


# --- All of them ------------------------------------------------------------------------------------


def test_findings_stand_in_the_order_of_their_instants() -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("gate", "rlock")
    run.row(5, a, layout.ACQUIRED, lock)
    run.waits(10, a, lock, layout.OP_ACQUIRE)
    run.ended(20, b, -11)
    run.look(200, a)
    assert [(each.kind, each.at) for each in run.findings()] == [("deadlock", 10 * MS), ("killed", 20 * MS)]


def test_what_comes_later_changes_nothing_of_what_was_found() -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("gate", "rlock")
    run.row(5, a, layout.ACQUIRED, lock)
    run.waits(10, a, run.resource("queue", "queue"), layout.OP_GET)
    run.waits(20, b, lock, layout.OP_ACQUIRE)
    run.look(200, a, b)
    seen = len(run.rows)
    run.ended(300, a, -9)
    assert [each.kind for each in run.findings()] == ["deadlock", "killed"]
    assert run.findings([seen]) == run.findings()


def test_each_row_is_looked_at_once() -> None:
    run = Run()
    run.ended(10, run.process("A"), -9)
    history = History(INFO)
    findings = Findings(history)
    assert findings.advance() == []
    history.append(run.batch())
    assert [len(findings.advance()), len(findings.advance()), len(findings.all)] == [1, 0, 1]


@settings(max_examples=400)
@given(runs(), cuts())
def test_findings_are_the_same_however_the_rows_were_cut(run: Run, places: list[int]) -> None:
    assert run.findings(places) == run.findings()
