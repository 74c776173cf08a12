"""Attaching to programs that hang already and were started without us."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from playground.attach import Attached
from playground.procfs import Thread, threads
from playground.procfs.booting import is_booting
from playground.warden import kernel
from tests.conftest import wait_for
from tests.processes.commands import playground
from tests.processes.thorough import THOROUGH

HANGING = Path(__file__).parent / "hanging"


@pytest.fixture
def hang(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the folder ``hanging`` with all its processes asleep, ended afterwards."""
    name, count, *method = request.param
    process = subprocess.Popen([sys.executable, HANGING / f"{name}.py", *(method or ["fork"])], start_new_session=True)
    try:
        seen: list[list[Thread] | None] = []

        def asleep() -> bool:
            time.sleep(0.1)
            before, seen[:] = seen[:], [threads(pid) for pid in (process.pid, *kernel.below(process.pid))]
            return len(seen) > count and seen == before and all(t.state == "S" for each in seen for t in each or ())

        wait_for(asleep, 20)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize(
    ("hang", "said"),
    [
        (("two_locks", 2), "deadlock of 2: child-1 waits for `lock-1` (two_locks.py:10), held by child-2; child-2"),
        (("two_locks", 3, "spawn"), "deadlock of 2: child-1 waits for `lock-"),
        (("two_locks", 4, "forkserver"), "deadlock of 2: child-1 waits for `lock-"),
        (("three_rlocks", 3), "deadlock of 3: child-1 waits for `rlock-1` (three_rlocks.py:10), held by child-"),
        (("lock_twice", 1), "child-1 waits for `lock-1` (lock_twice.py:8), which it holds itself"),
        pytest.param(("lock_and_join", 1), "`lock-1` (lock_and_join.py:8), held by lock_and_join.py", marks=THOROUGH),
        pytest.param(("two_threads", 1), "deadlock of 2: a thread of child-1 waits for `lock-1`", marks=THOROUGH),
        (("killed_holder", 1), "child-1 waits for `lock-1` (killed_holder.py:15), which nobody holds who is left"),
        (("full_queue", 1), "child-1 waits for `semaphore-1` (put, full_queue.py:9)"),
        (("undrained", 1), "a thread of child-1"),
        (("bare_pipe", 1), "which only it could send itself"),
    ],
    indirect=["hang"],
    ids=lambda given: "-".join(map(str, given)) if isinstance(given, tuple) else "",
)
def test_a_hanging_program_is_explained_and_left_alone(hang: subprocess.Popen[bytes], said: str) -> None:
    done = playground("attach", "--headless", "--json", "--no-record", str(hang.pid))
    summary = json.loads(done.stdout)
    assert [finding["kind"] for finding in summary["findings"]] == ["deadlock"], summary["findings"]
    assert said in summary["findings"][0]["text"]
    assert (summary["outcome"], done.returncode) == ("stuck", 124)
    assert {process["state"] for process in summary["processes"]} == {"waiting"}
    assert hang.poll() is None


SLOW_TO_BEGIN = """
import multiprocessing as mp, time
class Slow:
    def __reduce__(self):
        return time.sleep, (60,)
if __name__ == "__main__":
    mp.get_context("spawn").Process(target=print, args=(Slow(),)).start()
"""


@pytest.mark.parametrize("hang", [("two_locks", 3, "spawn")], indirect=True)
def test_a_process_of_another_program_that_begins_has_nothing_to_do_with_it(
    hang: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    program = tmp_path / "slow.py"
    program.write_text(SLOW_TO_BEGIN)
    other = subprocess.Popen([sys.executable, program], start_new_session=True)
    try:
        wait_for(lambda: any(map(is_booting, kernel.below(other.pid))), 20)
        done = playground("attach", "--headless", "--json", "--no-record", str(hang.pid))
        assert json.loads(done.stdout)["outcome"] == "stuck"
    finally:
        os.killpg(other.pid, signal.SIGKILL)
        other.wait()


@THOROUGH
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="only root can make a namespace")
def test_a_program_in_a_container_is_explained() -> None:
    program = str(HANGING / "lock_and_join.py")
    words = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, program, "fork"]
    with subprocess.Popen(words) as outside:
        wait_for(lambda: len(kernel.below(outside.pid)) == 2)
        inside = kernel.children(outside.pid)[0]
        try:
            done = playground("attach", "--headless", "--json", "--no-record", str(inside))
        finally:
            os.kill(inside, signal.SIGKILL)
    summary = json.loads(done.stdout)
    assert "held by lock_and_join.py" in summary["findings"][0]["text"]
    assert summary["outcome"] == "stuck"


@pytest.mark.parametrize("hang", [("two_locks", 2)], indirect=True)
def test_what_a_process_above_may_end_is_no_deadlock(hang: subprocess.Popen[bytes]) -> None:
    child = kernel.below(hang.pid)[0]
    done = playground("attach", "--headless", "--json", "--no-record", str(child))
    summary = json.loads(done.stdout)
    assert (summary["findings"], summary["outcome"], done.returncode) == ([], "stopped", 0)


def test_a_program_that_works_is_not_said_to_hang() -> None:
    program = "import time, multiprocessing as mp\nfor _ in range(400): time.sleep(0.05)"
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        try:
            done = playground("attach", "--headless", "--json", "--no-record", str(process.pid))
        finally:
            process.kill()
    summary = json.loads(done.stdout)
    assert (summary["findings"], summary["outcome"], done.returncode) == ([], "stopped", 0)


@pytest.mark.parametrize("pid", ["0", "-1", "word", str(1 << 22), *(["2"] if kernel.is_of_kernel(2) else [])])
def test_what_cannot_be_attached_to_is_said_in_one_line(pid: str) -> None:
    done = playground("attach", "--headless", "--no-record", pid)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


HANDS_ON = """
import multiprocessing as mp, sys, time
def first(gate, go):
    with gate: go.recv()
    time.sleep(60)
def second(gate):
    with gate: pass
    time.sleep(60)
if __name__ == "__main__":
    gate, (ours, theirs) = mp.Lock(), mp.Pipe()
    a = mp.Process(target=first, args=(gate, theirs), daemon=True)
    a.start(); time.sleep(0.2)
    mp.Process(target=second, args=(gate,), daemon=True).start()
    print(flush=True)
    sys.stdin.readline(); ours.send(1); time.sleep(60)
"""


HANDED_ON = """
import multiprocessing as mp, sys, time
def holds(gate, go):
    with gate: go.recv()
def waits(gate, got):
    with gate: got.set(), time.sleep(60)
def start(function, *arguments):
    mp.Process(target=function, args=arguments, daemon=True).start(); time.sleep(0.1)
if __name__ == "__main__":
    orders = []
    for gate in (mp.Lock(), mp.RLock()):
        orders.append(mp.Pipe())
        start(holds, gate, orders[-1][1]); start(waits, gate, mp.Event()); start(waits, gate, mp.Event())
    print(flush=True)
    sys.stdin.readline()
    for ours, _ in orders: ours.send(1)
    time.sleep(60)
"""


@contextmanager
def attached(*program: str) -> Iterator[tuple[Attached, subprocess.Popen[bytes]]]:
    """A program, as code or as a file with arguments, with all its processes; ended afterwards."""
    words = [sys.executable, *(program if len(program) > 1 else ("-c", *program))]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            run = Attached(process.pid)
            try:
                yield run, process
            finally:
                run.close()
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def go_on(program: subprocess.Popen[bytes]) -> None:
    """Let a program know that it is time."""
    assert program.stdin is not None
    program.stdin.write(b"\n")
    program.stdin.flush()


def held_by(run: Attached) -> set[str]:
    """Who has a lock now."""
    run.tick()
    return {run.history.name(p) for each in run.history.resources.values() for p, *_ in each.holders()}


def let_pass(run: Attached, seconds: float) -> None:
    """Look on for so long, until all that was seen is judged and nothing is due."""
    until = run.history.until + seconds * 1e9
    wait_for(lambda: run.tick() and run.history.until > until)


def test_who_has_a_lock_is_known_for_as_long_as_somebody_waits_for_it() -> None:
    with attached(HANDS_ON) as (run, program):
        wait_for(lambda: held_by(run) == {"child-1"})
        (gate,) = (each for each in run.history.resources.values() if each.definition.kind == "lock")
        go_on(program)
        wait_for(lambda: held_by(run) == set())
        assert run.findings.all == []
        assert gate.acquired == 0


def test_a_holder_that_gives_a_lock_back_and_ends_has_not_lost_it() -> None:
    with attached(HANDED_ON) as (run, program):

        def held_and_well() -> set[str]:
            assert run.findings.all == []
            return held_by(run)

        wait_for(lambda: held_and_well() == {"child-1", "child-4"})
        let_pass(run, 0.3)
        go_on(program)
        wait_for(lambda: held_and_well() == {"child-2", "child-5"})


SIGNAL = """
import multiprocessing as mp, time
def waits(gate): gate.acquire()
def gives(gate): time.sleep(60); gate.release()
if __name__ == "__main__":
    gate = mp.Lock(); gate.acquire()
    children = [mp.Process(target=function, args=(gate,), daemon=True) for function in (waits, gives)]
    for child in children: child.start()
    print(flush=True)
    for child in children: child.join()
"""


def test_a_lock_that_another_process_will_give_back_is_no_deadlock() -> None:
    with attached(SIGNAL) as (run, _):
        wait_for(lambda: held_by(run) == {run.info.title})
        let_pass(run, 0.2)
        assert run.findings.all == []


LATER = """
import multiprocessing as mp, time
def work(mine, other):
    with mine:
        time.sleep(1)
        with other: pass
if __name__ == "__main__":
    first, second = mp.Lock(), mp.Lock()
    for locks in ((first, second), (second, first)):
        mp.Process(target=work, args=locks, daemon=True).start()
    print(flush=True)
    time.sleep(60)
"""


def test_who_slept_when_it_was_first_seen_is_looked_at_again() -> None:
    with attached(LATER) as (run, _):

        def told() -> list[str]:
            run.tick()
            return [finding.text for finding in run.findings.all]

        wait_for(lambda: any("deadlock of 2" in text for text in told()))


SLOW_IMPORT = """
import multiprocessing as mp, sys, time
if mp.current_process().name.endswith("-2"): time.sleep(60)
def waits(told, heard): told.acquire()
def tells(told, heard): told.release(), heard.release()
if __name__ == "__main__":
    context = mp.get_context(sys.argv[1])
    semaphores = context.Semaphore(0), context.Semaphore(0)
    children = [context.Process(target=function, args=semaphores) for function in (waits, tells)]
    for child in children: child.start()
    print(flush=True)
    semaphores[1].acquire()
    for child in children: child.join()
"""


@pytest.mark.parametrize("method", ["spawn", pytest.param("forkserver", marks=THOROUGH)])
def test_who_has_not_begun_yet_may_end_what_others_wait_for(tmp_path: Path, method: str) -> None:
    (tmp_path / "slow.py").write_text(SLOW_IMPORT)
    with attached(str(tmp_path / "slow.py"), method) as (run, _):

        def waiting() -> int:
            run.tick()
            return sum(wait.operation == "semaphore" for wait in run.history.waits_at(run.history.until))

        wait_for(lambda: waiting() == 2)
        let_pass(run, 0.3)
        assert run.findings.all == []


HANDLER = """
import multiprocessing as mp, os, signal
if __name__ == "__main__":
    queue = mp.Queue()
    child = mp.Process(target=queue.get, daemon=True)
    child.start()
    signal.signal(signal.SIGUSR1, lambda *_: queue.put(1))
    print(flush=True)
    child.join()
"""


@THOROUGH
def test_a_signal_from_outside_may_end_what_is_waited_for() -> None:
    with attached(HANDLER) as (run, _):

        def waiting() -> int:
            run.tick()
            return len(run.history.waits_at(run.history.until))

        wait_for(lambda: waiting() == 2)
        let_pass(run, 0.3)
        assert run.findings.all == []


OTHER_THREAD = """
import multiprocessing as mp, threading, time
def holds(gate):
    with gate: time.sleep(60)
def work(gate):
    threading.Thread(target=holds, args=(gate,), daemon=True).start(); time.sleep(0.1)
    with gate: pass
if __name__ == "__main__":
    gate = mp.RLock()
    child = mp.Process(target=work, args=(gate,), daemon=True)
    child.start()
    print(flush=True)
    child.join()
"""


def test_a_lock_that_another_thread_of_the_process_has_is_no_deadlock() -> None:
    with attached(OTHER_THREAD) as (run, _):
        wait_for(lambda: held_by(run) == {"child-1"})
        let_pass(run, 0.2)
        assert run.findings.all == []
