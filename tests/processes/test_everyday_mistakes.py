"""Mistakes that people really make, in programs of their own: told for what they did, and nothing of the cure."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.processes.commands import playground
from tests.processes.thorough import THOROUGH


def found(place: Path, program: str, *arguments: str) -> list[dict[str, Any]]:
    """What is found in a program, which is run with fork."""
    path = place / "my.py"
    path.write_text(program)
    options = ("--headless", "--json", "--no-record", "--start-method", "fork", "--timeout", "20")
    done = playground("run", *options, str(path), *arguments)
    findings: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])["findings"]
    return findings


PROXIES = """
import multiprocessing as mp
import sys
from contextlib import nullcontext


def add(hits, lanes, totals, lock, meeting):
    meeting.wait()
    with lock or nullcontext():
        seen, tags = hits["page"], hits["tags"]
        lane, total = lanes[0], totals.sum
        if not lock:
            meeting.wait()
        hits["page"] = seen + 1
        hits["tags"] = [*tags, "new"]
        lanes[0] = lane + 1
        totals.sum = total + 1.5


if __name__ == "__main__":
    with mp.Manager() as manager:
        hits, lanes, totals = manager.dict(page=5, tags=[]), manager.list([5]), manager.Namespace(sum=5)
        lock = {"none": None, "lock": mp.Lock(), "manager": manager.Lock()}[sys.argv[1]]
        args = (hits, lanes, totals, lock, mp.Barrier(3))
        team = [mp.Process(target=add, args=args, name=name) for name in "ABC"]
        [each.start() for each in team]
        [each.join() for each in team]
"""


def test_updates_by_two_calls_of_a_proxy_are_lost(tmp_path: Path) -> None:
    updates = {f["text"].partition(": ")[0]: f for f in found(tmp_path, PROXIES, "none")}
    items = ("hits['page']", "hits['tags']", "lanes[0]", "totals.sum")
    assert sorted(updates) == [f"lost 2 of 3 updates of `{item}`" for item in items]
    told = updates["lost 2 of 3 updates of `hits['page']`"]
    assert (told["kind"], told["severity"], told["resources"]) == ("lost_update", "error", ["hits"])
    assert sorted(told["processes"]) == ["A", "B", "C"]
    assert " wrote 6 at my.py:14 after " in told["text"]
    assert "hold one lock over both" in told["advice"]


@pytest.mark.parametrize("lock", ["lock", "manager"])
def test_updates_of_a_proxy_under_a_lock_are_not(lock: str, tmp_path: Path) -> None:
    assert found(tmp_path, PROXIES, lock) == []


ASKED_FIRST = """
import multiprocessing as mp
import sys


def take(jobs, meeting):
    if not jobs.empty():
        meeting.wait()
        jobs.get()


def take_to_the_end(jobs, meeting):
    meeting.wait()
    for job in iter(jobs.get, None):
        pass


if __name__ == "__main__":
    if sys.argv[1] == "queue":
        jobs = mp.Queue()
    else:
        manager = mp.Manager()
        jobs = manager.Queue()
    work = {"asks": take, "waits": take_to_the_end}[sys.argv[2]]
    for job in (1, None, None) if work is take_to_the_end else (1,):
        jobs.put(job)
    while jobs.empty():
        pass
    meeting = mp.Barrier(2)
    team = [mp.Process(target=work, args=(jobs, meeting), name=name) for name in "AB"]
    [each.start() for each in team]
    [each.join() for each in team]
"""


@pytest.mark.parametrize("kind", ["queue", pytest.param("manager", marks=THOROUGH)])
def test_who_asked_first_and_then_waits_for_ever_is_told_who_took_it(kind: str, tmp_path: Path) -> None:
    (told,) = found(tmp_path, ASKED_FIRST, kind, "asks")
    (waits,) = told["processes"]
    assert (told["kind"], told["severity"], told["resources"]) == ("empty_check", "error", ["jobs"])
    assert told["text"] == (
        f"{waits} waits for ever in `get` of `jobs` (my.py:9): the queue had said that something was in it (my.py:7), "
        f"then {'AB'.replace(waits, '')} took it"
    )
    assert "`for item in iter(jobs.get, None):`" in told["advice"]
    assert found(tmp_path, ASKED_FIRST, kind, "waits") == []


LEFT_EARLY = """
import multiprocessing as mp
import sys


def work(results, early):
    results.put(1)
    results.put(2)
    early.wait()
    results.put(3)


if __name__ == "__main__":
    results, early = mp.Queue(), mp.Event()
    team = [mp.Process(target=work, args=(results, early)) for _ in range(2)]
    [each.start() for each in team]
    print([results.get() for _ in range(4)])
    if sys.argv[1] == "waits":
        early.set()
        [each.join() for each in team]
    while not results.empty():
        print(results.get())
    early.set()
    [each.join() for each in team]
"""


def test_items_that_came_after_the_queue_was_empty_are_told(tmp_path: Path) -> None:
    (told,) = found(tmp_path, LEFT_EARLY, "asks")
    assert (told["kind"], told["severity"], told["processes"]) == ("empty_check", "warning", ["main"])
    assert told["text"] == (
        "2 items were left in `results`: main took no more since the queue had said that nothing was in it "
        "(my.py:21); they came later"
    )
    assert found(tmp_path, LEFT_EARLY, "waits") == []


AT_EXIT = """
import atexit
import multiprocessing as mp
import multiprocessing.util


def close(name):
    print("closed", name, flush=True)


def work():
    if mp.current_process().name == "B":
        atexit.register(close, "withdrawn")
        atexit.unregister(close)
        multiprocessing.util.Finalize(None, close, args=("B",), exitpriority=10)
    else:
        atexit.register(close, "A")


if __name__ == "__main__":
    atexit.register(close, "main")
    team = [mp.Process(target=work, name=name) for name in "AB"]
    [each.start() for each in team]
    [each.join() for each in team]
"""


def test_a_handler_that_a_child_registered_and_never_ran_is_told(tmp_path: Path) -> None:
    told = found(tmp_path, AT_EXIT)
    if sys.version_info >= (3, 13):
        assert told == []  # it runs them
    else:
        (unrun,) = told
        assert (unrun["kind"], unrun["severity"], unrun["processes"]) == ("unrun_handler", "info", ["A"])
        assert unrun["text"] == "`close` never ran, which A had registered with atexit (my.py:17)"
        assert "`multiprocessing.util.Finalize(None, close, exitpriority=10)`" in unrun["advice"]


COPIES = """
import multiprocessing as mp
import queue
import sys
import threading


squares, _cache, tried = [], [], [0]


def work(number, results, seen, known, *, lock, done, **more):
    with lock:
        results.append(number)
    if type(results) is list:
        squares.append(number * number)
    _cache.append(number)
    tried.append(number)
    more["more of it"].append(number)
    known[number] = seen
    done.put(number)


if __name__ == "__main__":
    shared, results = sys.argv[1] == "shared", []
    lock, done = (mp.Lock(), mp.Queue()) if shared else (threading.Lock(), queue.Queue())
    with mp.Manager() as manager:
        results = manager.list() if shared else results
        args = (results, [], {"first": 1})
        kwargs = {"lock": lock, "done": done, "more of it": manager.list() if shared else []}
        team = [mp.Process(target=work, args=(n, *args), kwargs=kwargs, name=f"w{n}") for n in range(3)]
        [each.start() for each in team]
        [each.join() for each in team]
"""


def test_copies_that_were_meant_to_be_shared_are_told(tmp_path: Path) -> None:
    told = {each["text"][2:]: each for each in found(tmp_path, COPIES, "copied")}  # which one was first is chance
    begin, filled = " and 2 more have only copies of", " and 2 more filled"
    line, own = "(my.py:11)", "their own copies, and nobody else sees that"
    assert {text: each["severity"] for text, each in told.items()} == {
        f"{begin} `lock`, a threading.Lock that they were given {line}: it works within one process": "warning",
        f"{begin} `done`, a queue.Queue that they were given {line}: it works within one process": "warning",
        f"{filled} `results`, a list that they were given empty {line}: {own}": "info",
        f"{filled} `more of it`, a list that they were given empty {line}: {own}": "info",
        f"{filled} `squares`, a global list that was empty {line}: {own}": "info",
    }
    assert {each["kind"] for each in told.values()} == {"own_copy"}
    assert found(tmp_path, COPIES, "shared") == []


CALLED = """
import multiprocessing as mp


class Worker(mp.Process):
    def run(self):
        work(3)


def work(number):
    print(number)


if __name__ == "__main__":
    team = [mp.Process(target=work(number), name=f"w{number}") for number in range(2)]
    team += [mp.Process(target=work, args=(2,)), Worker()]
    [each.start() for each in team]
    [each.join() for each in team]
"""


def test_a_function_that_was_called_instead_of_given_is_told(tmp_path: Path) -> None:
    (told,) = found(tmp_path, CALLED)
    assert (told["kind"], told["severity"], told["processes"]) == ("no_target", "warning", ["main"])
    assert told["text"] == "w0 and 1 more have nothing to do: started by main without a target (my.py:17)"
    assert "`target=work, args=(1,)`" in told["advice"]


INITIALIZER = """
import logging
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

connection = None


def connect(place):
    global connection
    if place == "nowhere":
        raise ConnectionError("no database")
    logging.critical("Exception in initializer:")
    connection = place


def ask(question):
    return connection, question


if __name__ == "__main__":
    with ProcessPoolExecutor(2, initializer=connect, initargs=(sys.argv[1],)) as pool:
        try:
            print(list(pool.map(ask, range(3))))
        except BrokenProcessPool:
            print("broken")
"""


def test_what_an_initializer_raised_is_told_of_the_executor_that_it_broke(tmp_path: Path) -> None:
    (told,) = found(tmp_path, INITIALIZER, "nowhere")
    assert (told["kind"], told["severity"], told["resources"]) == ("failed_initializer", "error", ["pool"])
    said, _, broken = told["text"].partition(" in ")
    assert said == "the initializer `connect` of `pool` raised ConnectionError: no database (my.py:13)"
    assert broken.endswith(": the executor is broken, and its futures raise BrokenProcessPool")
    assert "`connect(...)`" in told["advice"]
    assert found(tmp_path, INITIALIZER, "here") == []


FORK = """
import os
import sys

print("before the fork, €")
sys.stdout.write("and a part of a line")
if sys.argv[1] == "flush":
    sys.stdout.flush()
child = os.fork()
print(" of the child" if child == 0 else " of the parent")
if child == 0 and sys.argv[1] == "_exit":
    os._exit(0)
if child:
    os.waitpid(child, 0)
"""


def test_output_in_the_buffer_at_a_fork_is_told_when_both_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    (told,) = found(tmp_path, FORK, "buffered")
    assert (told["kind"], told["severity"], told["processes"]) == ("doubled_output", "warning", ["main", "main>fork-1"])
    assert told["text"] == (
        "41 bytes of output, `before the fork, €` first, were written by main and again by main>fork-1: "
        "they were still in stdout's buffer at the fork (my.py:9)"
    )
    assert found(tmp_path, FORK, "flush") == []


def test_a_look_into_the_buffer_changes_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    (tmp_path / "my.py").write_text(FORK)
    bare = subprocess.run(
        [sys.executable, "my.py", "buffered"], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=True
    )
    observed = playground("run", "--headless", "--no-record", str(tmp_path / "my.py"), "buffered")
    assert observed.stdout == bare.stdout
