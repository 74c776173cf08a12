"""Programs in the shape of those that people ask about: what is said names the cause, the line and what to do."""

import json
from pathlib import Path
from typing import Any

from tests.processes.commands import playground

UNSEEN = """
import itertools, multiprocessing as mp, threading, time
from concurrent.futures import ProcessPoolExecutor


def save(row):
    raise KeyError(row)


def nap(gate):
    gate.wait()


def half(number):
    return 1 // number


if __name__ == "__main__":
    never_asked = mp.Pool(1)
    for row in range(3):
        never_asked.apply_async(save, (row,))
    never_asked.close()
    never_asked.join()

    with ProcessPoolExecutor(1) as submitted:
        submitted.submit(save, 7)

    with mp.Pool(1) as asked, ProcessPoolExecutor(1) as looked_at:
        for call in (lambda: asked.map(half, [1, 0, 1]), looked_at.submit(half, 0).result):
            try:
                call()
            except ZeroDivisionError:
                print("seen")
        asked.apply_async(half, (0,))
        told = []
        asked.apply_async(half, (0,), error_callback=told.append).wait()

    with mp.Manager() as manager, mp.Pool(1) as left:
        gate = manager.Event()  # kept: a manager drops what nobody has any more, though it is on its way to a worker
        left.apply_async(nap, (gate,))

    with mp.Pool(1) as judged:
        result = judged.apply_async(half, (0,))
        judged.close()
        judged.join()
        print(result.successful())

    class Late:  # a result that main has in its hands, and unpacks until its pool is being terminated
        def __reduce__(self):
            return held_up, ()

    def held_up():
        come.set()
        while pool._result_handler._state == "RUN":
            time.sleep(0.001)

    come = threading.Event()
    with mp.Pool(1) as pool:
        pool.apply_async(Late)
        come.wait()
    come.clear()
    with mp.Pool(1) as called_back:
        pool = called_back
        pool.apply_async(Late, callback=print)
        come.wait()
    with mp.Pool(1) as endless:
        endless.imap(half, itertools.count(1))
"""

THREADS = """
import threading

first, second, both = threading.Lock(), threading.Lock(), threading.Barrier(2)


def work(mine, other):
    with mine:
        both.wait()
        with other:
            pass


threads = [threading.Thread(target=work, args=locks) for locks in ((first, second), (second, first))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""

KILLED_READER = """
import multiprocessing as mp


def read(items, got):
    items.get()
    got.set()
    items.get()


if __name__ == "__main__":
    items, got = mp.Queue(), mp.Event()
    reader = mp.Process(target=read, args=(items, got), name="reader")
    reader.start()
    items.put(1)
    got.wait()
    while not open(f"/proc/{reader.pid}/wchan").read().startswith(("anon_pipe", "pipe")):
        pass
    reader.terminate()
    reader.join()
    items.put(2)
    print(items.get())
"""

UNPICKLED = """
import multiprocessing as mp


def work(results):
    results.put(number for number in range(3))


if __name__ == "__main__":
    results = mp.Queue()
    mp.Process(target=work, args=(results,), name="worker").start()
    print(results.get())
"""

CALLBACK = """
import multiprocessing as mp

totals = {}


def square(number):
    return number * number


def add(result):
    totals[result] += 1


if __name__ == "__main__":
    with mp.Pool(1) as pool:
        pool.apply_async(square, (3,), callback=add).get()
"""

INITIALIZER = """
import multiprocessing as mp


def connect():
    raise ConnectionError("no database")


if __name__ == "__main__":
    with mp.Pool(1, initializer=connect) as pool:
        pool.map(abs, [1])
"""

IN_C = """
import multiprocessing as mp
import re
import signal


def check(text, ready):
    signal.signal(signal.SIGTERM, lambda *_: None)
    ready.set()
    re.match(r"(a+)+$", text)


if __name__ == "__main__":
    ready = mp.Event()
    worker = mp.Process(target=check, args=("a" * 60 + "!", ready), name="worker")
    worker.start()
    ready.wait()
    worker.terminate()
    worker.join()
"""


def told(place: Path, program: str, timeout: str = "60") -> dict[str, Any]:
    """The summary of a run of the program."""
    path = place / "my.py"
    path.write_text(program)
    options = ("--headless", "--json", "--no-record", "--start-method", "fork", "--timeout", timeout)
    done = playground("run", *options, str(path))
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return summary


def test_errors_and_tasks_that_nobody_cared_for_are_told(tmp_path: Path) -> None:
    summary = told(tmp_path, UNSEEN)
    found = {(f["kind"], *f["resources"]): f["text"] for f in summary["findings"]}
    assert found == {
        ("unseen_error", "never_asked"): "3 tasks of `never_asked` failed and nobody asked: "
        "the first of them with KeyError: 0 (my.py:7)",
        ("unseen_error", "submitted"): "a task of `submitted` failed and nobody asked: KeyError: 7 (my.py:7)",
        **{
            ("dropped_tasks", name): f"tasks of `{name}` were dropped at the end of its `with` block (my.py:{line}): "
            "a call that nobody had waited for had not ended"
            for name, line in (("left", 38), ("called_back", 62), ("endless", 66))
        },
    }
    assert summary["outcome"] == "finished"


def test_threads_that_wait_for_each_other_are_told_with_their_lines(tmp_path: Path) -> None:
    summary = told(tmp_path, THREADS)
    (found,) = summary["findings"]
    assert found["text"].startswith("deadlock: main waits for another of its threads (my.py:18)")
    assert found["advice"].startswith("Only a thread of this process could end that")


def test_the_lock_of_a_queue_is_lost_with_its_reader(tmp_path: Path) -> None:
    summary = told(tmp_path, KILLED_READER)
    assert summary["verdict"].endswith("reader was killed (SIGTERM) in get of `items`, whose lock is lost")


def test_an_item_that_a_queue_dropped_at_its_end_is_the_verdict(tmp_path: Path) -> None:
    summary = told(tmp_path, UNPICKLED)
    lost = "worker could not put an item into a queue, it is lost: TypeError: cannot pickle 'generator' object"
    assert summary["verdict"] == lost
    assert summary["outcome"] == "stuck"


def test_what_a_callback_raises_is_the_verdict(tmp_path: Path) -> None:
    summary = told(tmp_path, CALLBACK)
    assert summary["verdict"] == "a callback of a pool of main raised KeyError: 9 (my.py:12)"
    assert summary["outcome"] == "stuck"


def test_workers_that_an_initializer_ends_are_one_finding(tmp_path: Path) -> None:
    summary = told(tmp_path, INITIALIZER, timeout="1")
    found = [finding for finding in summary["findings"] if finding["kind"] != "stuck"]
    assert len(found) == 1
    assert "more that replaced it" in found[0]["text"]
    assert found[0]["text"].endswith("ended by ConnectionError: no database (my.py:6)")


def test_who_is_in_c_code_when_the_time_is_up_is_told_with_the_line(tmp_path: Path) -> None:
    summary = told(tmp_path, IN_C, timeout="1")
    assert "worker runs" in summary["verdict"]
    assert "last seen at my.py:10" in summary["verdict"]
    assert "worker was told to end (SIGTERM)" in summary["verdict"]
