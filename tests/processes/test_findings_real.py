"""Real programs that go wrong in one way each, and their mended twins: found in the one, nothing in the other."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.processes.thorough import FORK_FIRST, THOROUGH

HEAD = """import multiprocessing as mp, os, sys, time
def tell(sign): open(sign, "w").close()
def await_(sign):
    while not os.path.exists(sign): time.sleep(0.002)
"""
"""Files as signs are what the probe does not see: they make a schedule that luck could have made."""
TAIL = """
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    main()
"""


@pytest.fixture(params=FORK_FIRST)
def start_method(request: pytest.FixtureRequest) -> str:
    """Each start method in turn, all but fork on demand."""
    return str(request.param)


def findings(path: Path, program: str, start_method: str = "fork") -> list[dict[str, Any]]:
    """What is found in a program, by the command line."""
    script = path / "program.py"
    script.write_text(HEAD + program + TAIL)
    command = [sys.executable, "-m", "playground", "run", "--headless", "--json", "--timeout", "60"]
    done = subprocess.run(
        cwd=path,
        args=[*command, str(script), start_method],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    summary = json.loads(done.stdout)
    assert summary["outcome"] in ("finished", "stuck"), done.stderr
    found: list[dict[str, Any]] = summary["findings"]
    return found


def kinds(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["kind"], each["severity"]) for each in found]


# --- Data races -------------------------------------------------------------------------------------

COUNT = """
def add(counter, lock, done):
    GUARD
        counter.value += 1
    done.put(1)
def main():
    counter, lock, done = mp.Value("i", 0), mp.Lock(), mp.SimpleQueue()
    team = [mp.Process(target=add, args=(counter, lock, done), name=name) for name in "AB"]
    ORDER
    print(counter.value)
"""
AT_ONCE = "[p.start() for p in team]; [done.get() for p in team]; [p.join() for p in team]"
ONE_AFTER_THE_OTHER = "[(p.start(), p.join()) for p in team]; counter.value += 1"
HANDED_ON = "team[0].start(); done.get(); team[1].start(); done.get(); [p.join() for p in team]; counter.value += 1"


@pytest.mark.parametrize(
    ("guard", "order", "racing"),
    [
        ("if True:", AT_ONCE, True),
        ("with lock:", AT_ONCE, False),
        ("with counter.get_lock():", AT_ONCE, False),
        ("if True:", ONE_AFTER_THE_OTHER, False),
        ("if True:", HANDED_ON, False),
    ],
)
def test_updates_that_nothing_orders(guard: str, order: str, racing: bool, start_method: str, tmp_path: Path) -> None:
    found = findings(tmp_path, COUNT.replace("GUARD", guard).replace("ORDER", order), start_method)
    if not racing:
        assert found == []
    elif "lost_update" not in {kind for kind, _ in kinds(found)}:
        assert kinds(found) == [("data_race", "warning")]
        text = found[0]["text"]
        assert text.startswith("`counter` is updated by ")
        assert "A (program.py:8)" in text
        assert "B (program.py:8)" in text


# --- Orders of locks ----------------------------------------------------------------------------------

TWO_LOCKS = """
def take(one, other, gate, items, begin, end):
    await_(begin)
    BEFORE
    GATE:
        with one:
            TAKE
    AFTER
    tell(end)
    await_("b-ended")
def main():
    first, second, gate, items = mp.Lock(), mp.Lock(), mp.Lock(), mp.SimpleQueue()
    a = mp.Process(target=take, args=(first, second, gate, items, "begin", "a-ended"), name="A")
    b = mp.Process(target=take, args=(*ORDER, gate, items, "a-ended", "b-ended"), name="B")
    tell("begin")
    a.start(); b.start(); a.join(); b.join()
"""


@pytest.mark.parametrize(
    ("changes", "risky"),
    [
        ({}, True),
        ({"GATE": "with gate"}, False),
        ({"ORDER": "(first, second)"}, False),
        ({"TAKE": "other.acquire(timeout=9) and other.release()"}, False),
        ({"TAKE": "other.acquire(False) and other.release()"}, False),
        ({"BEFORE": "begin == 'a-ended' and items.get()", "AFTER": "items.put(1)"}, False),
    ],
)
def test_locks_taken_in_two_orders(changes: dict[str, str], risky: bool, start_method: str, tmp_path: Path) -> None:
    plain = {"GATE": "if True", "ORDER": "(second, first)", "TAKE": "with other: pass", "BEFORE": "", "AFTER": ""}
    program = TWO_LOCKS
    for word, text in {**plain, **changes}.items():
        program = program.replace(word, text)
    found = findings(tmp_path, program, start_method)
    assert kinds(found) == ([("lock_order", "warning")] if risky else [])
    if risky:
        assert found[0]["text"] == (
            "A takes `first` then `second` (program.py:10, 11), B takes `second` then `first` (program.py:10, 11); "
            "they did not deadlock this time"
        )


# --- Releases -----------------------------------------------------------------------------------------

PERMITS = """
def enter(permits, meeting, times):
    for _ in range(times): permits.acquire()
    meeting.wait()
    for _ in range(times): permits.release()
def main():
    permits, meeting = mp.KIND, mp.Barrier(2)
    BEFORE
    pair = [mp.Process(target=enter, args=(permits, meeting, TIMES), name=name) for name in "AB"]
    [p.start() for p in pair]; [p.join() for p in pair]
"""


@pytest.mark.parametrize(
    ("kind", "before", "times", "severities"),
    [
        ("Semaphore(1)", "permits.release()", "1", ["warning"]),
        ("Semaphore(2)", "permits.release()", "1", ["info"]),
        ("Semaphore(2)", "permits.acquire(); permits.release()", "1", []),
        ("Semaphore(0)", "permits.release(); permits.release()", "1", []),
        ("BoundedSemaphore(2)", "\n    try: permits.release()\n    except ValueError: pass", "1", ["info"]),
    ],
)
def test_permits_given_back_too_often(
    kind: str, before: str, times: str, severities: list[str], start_method: str, tmp_path: Path
) -> None:
    program = PERMITS.replace("KIND", kind).replace("BEFORE", before).replace("TIMES", times)
    found = findings(tmp_path, program, start_method)
    assert kinds(found) == [("over_release", severity) for severity in severities]


LOCK = """
def give_back(lock): lock.release()
def main():
    lock = mp.Lock()
    lock.acquire()
    BACK
"""


@pytest.mark.parametrize(
    ("back", "found_too"),
    [
        ("lock.release()", []),
        ("p = mp.Process(target=give_back, args=(lock,)); p.start(); p.join()", []),
        ("lock.release()\n    try: lock.release()\n    except ValueError: pass", [("over_release", "info")]),
    ],
)
def test_a_lock_given_back_by_another_is_no_error(
    back: str, found_too: list[tuple[str, str]], start_method: str, tmp_path: Path
) -> None:
    assert kinds(findings(tmp_path, LOCK.replace("BACK", back), start_method)) == found_too


# --- Lost wake-ups ------------------------------------------------------------------------------------

WAKE_UP = """
def wait(thing, ready):
    await_("told")
    WAIT
def main():
    thing, ready = mp.THING(), mp.Value("b", 0)
    p = mp.Process(target=wait, args=(thing, ready), name="waiter")
    p.start()
    TELL
    tell("told")
    p.join()
"""
NOTIFY = "\n    with thing:\n        ready.value = 1\n        thing.notify_all()"


@pytest.mark.parametrize(
    ("thing", "tell", "wait", "lost"),
    [
        ("Condition", NOTIFY, "\n    with thing: thing.wait()", True),
        ("Condition", NOTIFY, "\n    with thing:\n        while not ready.value: thing.wait()", False),
        ("Event", "thing.set(); thing.clear()", "thing.wait()", True),
        ("Event", "thing.set()", "thing.wait()", False),
    ],
)
def test_wake_ups_that_nobody_waited_for(
    thing: str, tell: str, wait: str, lost: bool, start_method: str, tmp_path: Path
) -> None:
    program = WAKE_UP.replace("THING", thing).replace("WAIT", wait).replace("TELL", tell)
    found = findings(tmp_path, program, start_method)
    assert {kind for kind, _ in kinds(found)} == ({"lost_wakeup", "deadlock"} if lost else set())
    if lost:
        text = next(each["text"] for each in found if each["kind"] == "lost_wakeup")
        assert text.startswith("probably a lost wake-up: main ")
        assert "waiter" in text
        assert "program.py:" in text


# --- Sharing of locks ---------------------------------------------------------------------------------

QUEUEING = """
def work(busy, until, inside_s, outside_s):
    while time.monotonic() < until:
        with busy: time.sleep(inside_s)
        time.sleep(outside_s)
def main():
    busy, until = mp.Lock(), time.monotonic() + 2
    team = [mp.Process(target=work, args=(busy, until, INSIDE, OUTSIDE), name=f"w{i}") for i in range(12)]
    [p.start() for p in team]; [p.join() for p in team]
"""


@pytest.mark.parametrize(("inside", "outside", "queueing"), [("0.001", "0.0003", True), ("0.0005", "0.03", False)])
def test_a_lock_behind_which_everybody_queues(inside: str, outside: str, queueing: bool, tmp_path: Path) -> None:
    found = findings(tmp_path, QUEUEING.replace("INSIDE", inside).replace("OUTSIDE", outside))
    assert [each for each in kinds(found) if each[0] == "convoy"] == ([("convoy", "info")] if queueing else [])
    assert {severity for _, severity in kinds(found)} <= {"info"}


PUSHED_ASIDE = """
def on_first_cpu(): os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
def hog(lock, until):
    lock.acquire()
    while time.monotonic() < until and not os.path.exists("served"):
        time.sleep(HELD)
        lock.release(); lock.acquire()
    lock.release()
def spin(lock, until):
    on_first_cpu()
    while time.monotonic() < until and not os.path.exists("served"): pass
def polite(lock, until):
    on_first_cpu()
    os.nice(19)
    longest = 0
    while time.monotonic() < until and longest < 1.3:
        began = time.monotonic()
        with lock: longest = max(longest, time.monotonic() - began)
        time.sleep(0.005)
    tell("served")
def main():
    lock, until = mp.Lock(), time.monotonic() + MOST
    team = [mp.Process(target=each, args=(lock, until), name=each.__name__) for each in (hog, spin, polite)]
    [p.start() for p in team]; [p.join() for p in team]
"""
"""The polite one seldom gets its CPU, which the spinner keeps busy, and then finds the lock taken again."""


@pytest.mark.parametrize(
    ("held", "most", "starving"), [pytest.param("0.01", "50", True, marks=THOROUGH), ("0.4", "3", False)]
)
def test_one_that_waits_while_another_takes_the_lock_again_and_again(
    held: str, most: str, starving: bool, tmp_path: Path
) -> None:
    found = findings(tmp_path, PUSHED_ASIDE.replace("HELD", held).replace("MOST", most))
    assert kinds(found) == ([("starvation", "warning")] if starving else [])
    if starving:
        assert found[0]["processes"] == ["polite"]


# --- Locks of a library's own -------------------------------------------------------------------------

LOCKS = """import _multiprocessing, os
class SemLock:
    def __init__(self, name):
        self._semlock = _multiprocessing.SemLock(1, 1, 1, f"/{name}-{os.getpid()}", True)
    def __enter__(self):
        return self._semlock.__enter__()
    def __exit__(self, *args):
        return self._semlock.__exit__(*args)
"""
TWO_OF_THEM = """
sys.path.insert(0, os.path.abspath("site-packages"))
import locks
def work(mine, other, ready, await_ready):
    with mine:
        tell(ready)
        await_(await_ready)
        with other:
            pass
def main():
    first, second = locks.SemLock("first"), locks.SemLock("second")
    a = mp.Process(target=work, args=(first, second, "a", "b"), name="a")
    b = mp.Process(target=work, args=(second, first, "b", "a"), name="b")
    a.start(), b.start()
    a.join(), b.join()
"""


def test_a_deadlock_of_locks_that_are_not_observed_is_told_in_whole_sentences(tmp_path: Path) -> None:
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "locks.py").write_text(LOCKS)
    (found,) = findings(tmp_path, TWO_OF_THEM)
    line = (HEAD + TWO_OF_THEM).splitlines().index("        with other:") + 1
    waits = [
        f"{who} waits for a lock (program.py:{line}), which main and {other} have too (who holds it is not known)"
        for who, other in ("ab", "ba")
    ]
    told = {f"deadlock: {'; '.join(each)}, and nobody who is left can end that" for each in (waits, waits[::-1])}
    assert found["text"] in told
    assert "take them in one order" in found["advice"]
