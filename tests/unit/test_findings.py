"""Ends by signals and by exceptions; and that findings do not depend on batches."""

import signal

import pytest
from hypothesis import given

from playground.findings import Findings
from playground.history import History
from playground.probe import layout
from tests.unit.examples import examples
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


@pytest.mark.parametrize(("kind", "status"), [(layout.TERMINATE_SENT, -15), (layout.KILL_SENT, -9)])
def test_a_signal_that_the_program_sent_is_none(kind: int, status: int) -> None:
    run = Run()
    main, child, other = run.process("main"), run.process("child"), run.process("other")
    run.row(10, main, kind, value=100 + child)
    run.ended(20, child, status)
    run.ended(30, other, status)
    assert [processes for _, processes, _ in told(run)] == [(other,)]


@pytest.mark.parametrize("signum", [signal.SIGPIPE, signal.SIGINT])
def test_the_end_of_a_pipeline_and_ctrl_c_are_worth_no_warning(signum: int) -> None:
    run = Run()
    run.ended(20, run.process("yes", role="program"), -signum)
    assert [(finding.kind, finding.severity) for finding in run.findings()] == [("killed", "info")]


@pytest.mark.parametrize("whole_group", [False, True])
def test_a_signal_that_the_program_sent_by_os_kill_is_none(whole_group: bool) -> None:
    run = Run()
    main, child, other = run.process("main"), run.process("child"), run.process("other")
    pid = layout.WHOLE_GROUP if whole_group else 100 + child
    run.row(10, main, layout.SIGNAL_SENT, value=9 << 32 | pid)
    run.ended(20, child, -9)
    run.ended(30, other, -15)
    assert [processes for _, processes, _ in told(run)] == [(other,)]


def test_a_signal_explains_no_other() -> None:
    run = Run()
    main, child = run.process("main"), run.process("child")
    run.row(10, main, layout.TERMINATE_SENT, value=100 + child)
    run.ended(20, child, -9)
    assert [text for *_, text in told(run)] == ["child was ended by SIGKILL"]


@pytest.mark.parametrize("status", [0, 1, 255])
def test_an_exit_code_is_none(status: int) -> None:
    run = Run()
    main, child = run.process("main"), run.process("child")
    run.row(10, main, layout.CHILD_ENDED, value=(100 + child) << 32 | status)
    run.row(11, main, layout.CHILD_ENDED, value=(100 + 77) << 32 | -9 & 0xFFFFFFFF)
    run.ended(20, child, status)
    assert told(run) == []


def test_a_signal_that_a_person_sent_is_told_as_theirs() -> None:
    run = Run()
    child, other = run.process("child"), run.process("other")
    run.row(5, child, layout.ACTION, value=run.text("kill child"))
    run.row(6, other, layout.ACTION, value=run.text("suspend other"))
    run.ended(10, child, -9)
    run.ended(20, other, -9)
    assert [(each.severity, each.text) for each in run.findings()] == [
        ("info", "child was ended by SIGKILL, by you"),
        ("warning", "other was ended by SIGKILL"),
    ]


@pytest.mark.parametrize(
    ("status", "severity", "says"),
    [
        (-11, "error", "PYTHONFAULTHANDLER"),
        (-7, "error", "/dev/shm is perhaps full"),
        (-6, "error", "C code gave up"),
        (-9, "warning", "out-of-memory"),
        (-15, "warning", "cleanup did not run"),
        (-2, "info", "cleanup did not run"),
    ],
)
def test_the_signal_says_how_grave_it_is_and_what_to_do(status: int, severity: str, says: str) -> None:
    run = Run()
    run.ended(10, run.process("child"), status)
    (finding,) = run.findings()
    assert (finding.kind, finding.severity) == ("killed", severity)
    assert says in finding.advice


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


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("AttributeError: Can't pickle local object 'main.<locals>.<lambda>'", "top level of a module"),
        ("AttributeError: Can't get local object 'main.<locals>.f'", "top level of a module"),
        ("_pickle.PicklingError: Can't pickle <function <lambda> at 0x7f>: not found", "top level of a module"),
        ("TypeError: cannot pickle '_thread.lock' object", "top level of a module"),
        ("AttributeError: Can't get attribute 'f' on <module '__mp_main__' from 'x.py'>", "import the program anew"),
        ("AssertionError: daemonic processes are not allowed to have children", "daemon=False"),
        ("AssertionError: cannot start a process twice", "new Process"),
        ("TypeError: greet() takes 1 positional argument but 3 were given", "comma"),
        ("multiprocessing.context.AuthenticationError: digest sent was rejected", "authkey"),
        ("ConnectionRefusedError: [Errno 111] Connection refused", "manager"),
        ("BrokenPipeError: [Errno 32] Broken pipe", "last send"),
        ("EOFError", "other end was closed"),
        ("bdb.BdbQuit", "breakpoint()"),
        ("_queue.Empty", "Empty"),
        ("queue.Full", "Full"),
        ("multiprocessing.context.TimeoutError", "TimeoutError"),
        ("concurrent.futures.process.BrokenProcessPool: A process ...", "new executor"),
        ("FileNotFoundError: [Errno 2] No such file or directory", "had ended before"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'a.txt'", "Read the traceback"),
        ("OSError: [Errno 30] Read-only file system", "/dev/shm"),
        ("OSError: [Errno 30] Read-only file system: 'a.txt'", "Read the traceback"),
        ("ValueError: Empty", "Read the traceback"),
    ],
)
def test_typical_exceptions_have_a_cure(error: str, says: str) -> None:
    run = Run()
    run.row(10, run.process("child"), layout.RAISED, value=run.text(f'  File "x.py", line 3, in f\n{error}\n'))
    assert says in run.findings()[0].advice


def test_an_item_that_a_queue_could_not_send_ends_nobody() -> None:
    run = Run()
    child = run.process("child")
    trace = (
        'Traceback (most recent call last):\n  File "/usr/lib/python3.11/multiprocessing/queues.py", line 244, in _feed'
    )
    run.row(10, child, layout.RAISED, value=run.text(f"{trace}\n    obj = dumps(obj)\nTypeError: cannot pickle it\n"))
    run.row(20, child, layout.RAISED, value=run.text(TRACEBACK))
    assert [each.text for each in run.findings()] == [
        "child could not put an item into a queue, it is lost: TypeError: cannot pickle it",
        "child ended by ZeroDivisionError: division by zero (work.py:12)",
    ]


def test_the_advice_for_an_item_is_not_that_for_a_process() -> None:
    run = Run()
    trace = (
        'Traceback (most recent call last):\n  File "/usr/lib/python3.11/multiprocessing/queues.py", line 244, in _feed'
    )
    run.row(10, run.process("child"), layout.RAISED, value=run.text(f"{trace}\n    obj = dumps(obj)\nValueError: no\n"))
    assert [each.advice[:32] for each in run.findings()] == ["Put only what can be pickled: wh"]


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


@examples(400)
@given(runs(), cuts())
def test_findings_are_the_same_however_the_rows_were_cut(run: Run, places: list[int]) -> None:
    assert run.findings(places) == run.findings()
