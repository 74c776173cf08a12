"""Who is stuck for ever, and how it is told."""

from collections.abc import Callable

import pytest

from playground.findings import Finding, Findings
from playground.history import History
from playground.probe import layout
from tests.unit.rows import INFO, MS, Run
from tests.unit.standstills import reader, ring


def only(run: Run) -> Finding:
    (finding,) = run.findings()
    return finding


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
    assert finding.text.startswith(f"deadlock of {len(names)}: A waits for `lock-B` (work.py:20), held by B")
    assert "since work.py:11" in finding.text
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


@pytest.mark.parametrize("meanwhile", ["nothing", "an event", "a newcomer"])
def test_what_was_certain_stays_so_while_one_of_the_stuck_is_suspended(meanwhile: str) -> None:
    run = Run()
    processes, locks = ring(run, "AB")
    main = run.process("main", role="main", began=30)
    run.waits(40, main, locks[0], layout.OP_ACQUIRE)
    run.look(100, *processes, main)
    if meanwhile == "an event":  # a signal's handler, which may have given a lock back
        run.row(150, main, layout.RELEASING, run.resource("another"))
    elif meanwhile == "a newcomer":
        run.process("C", began=150)
    run.row(160, main, layout.SUSPENDED)
    run.look(200, *processes)
    deadlock = next(each for each in run.findings() if each.kind == "deadlock")
    assert deadlock.certain == (meanwhile == "nothing")


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


def test_a_semaphore_that_others_give_back_has_no_holder() -> None:
    run = Run()
    producer, consumer = run.process("producer"), run.process("consumer")
    free, mutex = run.resource("free", "semaphore"), run.resource("mutex")
    run.row(5, producer, layout.ACQUIRED, free)
    run.row(6, producer, layout.ACQUIRED, free)
    run.row(7, consumer, layout.RELEASING, free)
    run.row(10, producer, layout.ACQUIRED, mutex)
    run.waits(20, producer, free, layout.OP_ACQUIRE)
    run.waits(30, consumer, mutex, layout.OP_ACQUIRE)
    run.look(100, producer, consumer)
    finding = only(run)
    assert (finding.kind, finding.processes, finding.resources) == ("deadlock", (producer,), (free,))
    assert finding.text == "deadlock: producer waits for `free`, and nobody who is left can end that"


def test_a_semaphore_taken_more_often_than_it_has_permits_is_a_deadlock_with_oneself() -> None:
    run = Run()
    a, gate = run.process("A"), run.resource("gate", "semaphore")
    run.row(10, a, layout.ACQUIRED, gate)
    run.waits(20, a, gate, layout.OP_ACQUIRE)
    run.blocked(100, a, layout.OP_SEMAPHORE, [a])
    run.look(100, a)
    finding = only(run)
    assert finding.text == "deadlock: A waits for `gate`, all of whose permits it has taken itself"
    assert "RLock" not in finding.advice


@pytest.mark.parametrize(
    ("kind", "bystander", "certain"),
    [("lock", True, False), ("lock", False, True), ("rlock", True, True), ("rlock", False, True)],
)
def test_a_lock_whose_holder_died_is_abandoned(kind: str, bystander: bool, certain: bool) -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("gate", kind)
    if bystander:
        run.row(5, run.process("C"), layout.SLEEPING)
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, b, lock, layout.OP_ACQUIRE)
    run.ended(30, a, -9)
    run.look(100, b)
    finding = next(each for each in run.findings() if each.kind != "killed")
    assert (finding.kind, finding.processes, finding.resources) == ("abandoned_lock", (b, a), (lock,))
    assert (finding.at, finding.certain) == (30 * MS, certain)
    assert "A ended (SIGKILL) while holding it; B waits for `gate`" in finding.text


def test_what_was_only_likely_is_taken_back_when_the_wait_ends() -> None:
    run = Run()
    a, b, c, lock = run.process("A"), run.process("B"), run.process("C"), run.resource("gate")
    run.row(5, c, layout.SLEEPING)
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, b, lock, layout.OP_ACQUIRE)
    run.ended(30, a, -9)
    run.look(100, b)
    assert "`gate` is probably lost" in run.findings()[-1].text
    run.row(200, c, layout.RELEASING, lock)
    run.row(210, b, layout.ACQUIRED, lock)
    run.row(220, b, layout.EXITING)
    assert [each.kind for each in run.findings()] == ["killed"]


def test_a_wait_that_nobody_can_end_is_a_deadlock() -> None:
    run = Run()
    main, writer = run.process("main", role="main"), run.process("writer")
    a = reader(run)
    run.row(30, main, layout.JOINING, value=100 + a)
    run.ended(40, writer, 0)
    run.look(100, main, a)
    finding = only(run)
    assert (finding.kind, finding.processes, finding.certain) == ("deadlock", (a,), True), "main only follows"
    assert finding.text == "deadlock: A waits for `queue` (get), and nobody who is left can end that"


@pytest.mark.parametrize(("operation", "status"), [(layout.OP_SEND, -15), (layout.OP_SEND, 0), (layout.OP_PUT, -15)])
def test_who_was_killed_in_the_middle_of_sending_is_named(operation: int, status: int) -> None:
    run = Run()
    main, miner, cart = run.process("main", role="main"), run.process("miner"), run.resource("cart", "queue")
    run.waits(10, miner, cart, operation)
    run.waits(20, main, cart, layout.OP_GET)
    run.ended(40, miner, status)
    run.look(100, main)
    finding = next(each for each in run.findings() if each.kind == "deadlock")
    said = "; miner was killed (SIGTERM) in the middle of sending to `cart`"
    cut_off = operation == layout.OP_SEND and status < 0
    assert (finding.text.endswith(said), finding.advice.startswith("Do not kill")) == (cut_off, cut_off)


def test_who_only_waits_for_the_stuck_one_is_not_named() -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("gate")
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, a, run.resource("queue", "queue"), layout.OP_GET)
    run.waits(30, b, lock, layout.OP_ACQUIRE)
    run.look(100, a, b)
    assert only(run).processes == (a,)


def test_helpers_and_feeders_wake_nobody() -> None:
    run = Run()
    run.process("tracker", role="tracker"), run.process("manager", role="server")
    a = reader(run)
    run.row(30, a, layout.SLEEPING, thread=run.thread(a, 2, "QueueFeederThread"))
    run.look(100, a)
    assert only(run).kind == "deadlock"


def test_a_zombie_wakes_nobody_and_gives_nothing_back() -> None:
    run = Run()
    main, a, lock = run.process("main", role="main"), run.process("A"), run.resource("gate")
    run.row(10, a, layout.ACQUIRED, lock)
    run.waits(20, main, lock, layout.OP_ACQUIRE)
    run.row(30, a, layout.ZOMBIE)
    run.look(100, main)
    assert [(each.kind, each.processes) for each in run.findings()] == [("abandoned_lock", (main, a))]


@pytest.mark.parametrize("made", [lambda run: [reader(run)], lambda run: ring(run, "AB")[0]], ids=["wait", "cycle"])
def test_it_is_found_once_however_often_one_looks(made: Callable[[Run], list[int]]) -> None:
    run = Run()
    processes = made(run)
    for t in (100, 140, 180):
        run.look(t, *processes)
    history = History(INFO)
    findings, fresh = Findings(history), 0
    for batch in run.cut(range(len(run.rows))):
        history.append(batch)
        fresh += len(findings.advance())
    assert (fresh, len(findings.all)) == (1, 1)


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


@pytest.mark.parametrize(("submitted", "advice"), [(2, "All workers wait within tasks"), (1, "A worker died")])
def test_a_task_that_no_worker_is_free_for_may_be_what_the_others_wait_for(submitted: int, advice: str) -> None:
    run = Run()
    main, worker = run.process("main", role="main"), run.process("worker", role="worker")
    pool, bread = run.resource("pool", "pool"), run.resource("bread", "event")
    run.row(5, main, layout.SUBMITTED, pool, value=submitted)
    run.row(8, worker, layout.TASK_STARTED, pool)
    run.waits(10, worker, bread, layout.OP_EVENT)
    run.waits(12, main, pool, layout.OP_RESULT)
    for process in (main, worker):
        run.blocked(200, process, layout.OP_SEMAPHORE, [main, worker])
    run.look(200, main, worker)
    (finding,) = run.findings()
    assert finding.advice.startswith(advice)
