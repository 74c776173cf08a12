"""Who is stuck for ever, who only looks like it, and how it is told."""

from collections.abc import Callable

import pytest

from playground.findings import Finding, Findings
from playground.history import History
from playground.probe import layout
from tests.unit.rows import INFO, MS, Run


def only(run: Run) -> Finding:
    (finding,) = run.findings()
    return finding


def ring(run: Run, names: str, kind: str = "lock") -> tuple[list[int], list[int]]:
    """Processes that hold a lock each and wait for that of the next one, from 20 ms on."""
    processes = [run.process(name) for name in names]
    locks = [run.resource(f"lock-{name}", kind) for name in names]
    for process, lock in zip(processes, locks, strict=True):
        run.row(10, process, layout.ACQUIRED, lock, site=run.site("/x/work.py", 10 + process, "work"))
    for process in processes:
        following = locks[(processes.index(process) + 1) % len(locks)]
        run.waits(20 + process, process, following, layout.OP_ACQUIRE, site=run.site("/x/work.py", 20, "work"))
    return processes, locks


def reader(run: Run, name: str = "A", since: float = 20) -> int:
    """A process that waits for something from a queue."""
    process = run.process(name)
    run.waits(since, process, run.resource("queue", "queue"), layout.OP_GET)
    return process


# --- What is found ----------------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["AB", "ABC"])
@pytest.mark.parametrize("kind", ["lock", "rlock"])
def test_a_cycle_is_a_deadlock(names: str, kind: str) -> None:
    run = Run()
    processes, locks = ring(run, names, kind)
    run.look(100, *processes)
    finding = only(run)
    assert (finding.kind, finding.severity, finding.certain) == ("deadlock", "error", True)
    assert (set(finding.processes), set(finding.resources)) == (set(processes), set(locks))
    assert finding.at == (20 + processes[-1]) * MS
    assert set(finding.edges) == {(p, locks[(p + 1) % len(locks)]) for p in processes}
    assert finding.text.startswith(
        f"deadlock of {len(names)}: A waits for `lock-B` (work.py:20), held by B since work.py:11"
    )
    assert "same order" in finding.advice


def test_a_cycle_with_a_third_party_is_certain_only_if_the_owner_alone_can_release() -> None:
    certain = {}
    for kind in ("lock", "rlock"):
        run = Run()
        processes, _ = ring(run, "AB", kind)
        run.row(30, run.process("C", began=30), layout.SLEEPING)
        run.look(100, *processes)
        certain[kind] = only(run).certain, only(run).text.startswith("probably")
    assert certain == {"lock": (False, True), "rlock": (True, False)}


def test_a_lock_taken_twice_is_a_deadlock_with_oneself() -> None:
    run = Run()
    main, a, lock = run.process("main", role="main"), run.process("A"), run.resource("gate")
    run.row(10, main, layout.JOINING, value=100 + a)
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, a, lock, layout.OP_ACQUIRE)
    run.look(100, main, a)
    finding = only(run)
    assert (finding.kind, finding.processes, finding.resources, finding.certain) == ("deadlock", (a,), (lock,), True)
    assert finding.text == "deadlock: A waits for `gate`, which it holds itself"


@pytest.mark.parametrize(("kind", "certain"), [("lock", False), ("rlock", True)])
def test_a_lock_whose_holder_died_is_abandoned(kind: str, certain: bool) -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("gate", kind)
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, b, lock, layout.OP_ACQUIRE)
    run.ended(30, a, -9)
    run.look(100, b)
    finding = next(each for each in run.findings() if each.kind != "killed")
    assert (finding.kind, finding.processes, finding.resources) == ("abandoned_lock", (b, a), (lock,))
    assert (finding.at, finding.certain) == (30 * MS, certain)
    assert "A ended (SIGKILL) while holding it; B waits for `gate`" in finding.text


def test_a_wait_that_nobody_can_end_is_a_deadlock() -> None:
    run = Run()
    main, writer = run.process("main", role="main"), run.process("writer")
    a = reader(run)
    run.row(30, main, layout.JOINING, value=100 + a)
    run.ended(40, writer, 0)
    run.look(100, main, a)
    finding = only(run)
    assert (finding.kind, finding.processes, finding.certain) == ("deadlock", (a,), True), "main only follows"
    assert finding.text == "deadlock: A waits for `queue` (get), and no process that is left can end that"


def test_helpers_and_feeders_wake_nobody() -> None:
    run = Run()
    run.process("tracker", role="tracker"), run.process("manager", role="server")
    a = reader(run)
    run.thread(a, 2, "QueueFeederThread")
    run.look(100, a)
    assert only(run).kind == "deadlock"


def test_it_is_found_once_however_often_one_looks() -> None:
    run = Run()
    a = reader(run)
    for t in (100, 140, 180):
        run.look(t, a)
    history = History(INFO)
    findings, fresh = Findings(history), []
    for batch in run.cut(range(len(run.rows))):
        history.append(batch)
        fresh.append(len(findings.advance()))
    assert (sum(fresh), len(findings.all)) == (1, 1)


# --- What only looks like it ------------------------------------------------------------------------


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


def known_by_sight(run: Run) -> list[int]:
    a = reader(run)
    run.process("", role="program", began=None)
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
    run.thread(a, 2, "Thread-1")
    return [a]


def another_resource_is_free(run: Run) -> list[int]:
    a, b, lock = run.process("A"), run.process("B"), run.resource("lock")
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, b, lock, layout.OP_ACQUIRE)
    return [b]


@pytest.mark.parametrize(
    "made",
    [
        *(timed, sleeping_third, sleeping_while_another_waits_for_its_end, started_and_not_heard_of, known_by_sight),
        *(not_looked_at, suspended, another_thread, another_resource_is_free),
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


def test_a_timer_may_wake_its_process_and_that_one_others() -> None:
    for timer, found in ((True, 0), (False, 1)):
        run = Run()
        a, b = reader(run), reader(run, "B")
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


# --- Everything -------------------------------------------------------------------------------------


def all_stuck(run: Run) -> bool:
    history = History(INFO)
    findings = Findings(history)
    history.append(run.batch())
    findings.advance()
    return findings.all_stuck()


def test_everything_is_stuck_until_something_happens() -> None:
    run = Run()
    processes, _ = ring(run, "AB")
    assert not all_stuck(run)
    run.look(100, *processes)
    assert all_stuck(run)
    run.row(110, processes[0], layout.WOKE)
    assert not all_stuck(run)


def test_not_everything_is_stuck_while_one_sleeps() -> None:
    run = Run()
    processes, _ = ring(run, "AB", "rlock")
    run.row(30, run.process("C", began=30), layout.SLEEPING)
    run.look(100, *processes)
    assert only(run).certain
    assert not all_stuck(run)
