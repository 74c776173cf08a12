"""Process pool executors and pools in real processes: tasks, results, callbacks, and how they end."""

from collections import Counter
from pathlib import Path

import pytest

from playground.probe import layout
from tests.processes.probed import Probed, run_plain, run_probed


@pytest.fixture(params=["fork", "spawn"])
def method(request: pytest.FixtureRequest) -> str:
    """The two start methods under which workers are started differently."""
    return str(request.param)


def jobs(run: Probed, name: str, kind: str) -> list[tuple[int, int]]:
    """Job and number of all records of a kind."""
    return [(row.value >> 32, row.value & 0xFFFFFFFF) for row in run.of(name) if row.kind == kind]


def operations(run: Probed, name: str, pid: int) -> set[str]:
    rows = [row for row in run.of(name) if row.kind == "WAITING" and row.pid == pid]
    return {layout.OPERATIONS[row.value & 0xFF] for row in rows}


EXECUTOR = """
import concurrent.futures as cf
import multiprocessing as mp
import sys

def square(x):
    return x * x

def unsendable(x):
    return lambda: x

if __name__ == "__main__":
    context = mp.get_context(sys.argv[1])
    with cf.ProcessPoolExecutor(2, mp_context=context) as squares:
        print(squares.submit(square, 3).result())
        print(list(squares.map(square, range(6), chunksize=2)))
        print(sorted(each.result() for each in cf.as_completed([squares.submit(square, i) for i in range(3)])))
        print(len(cf.wait([squares.submit(square, i) for i in range(2)]).done))
        print(type(squares.submit(unsendable, 1).exception()).__name__ != "NoneType")
        print(type(squares.submit(square, lambda: 1).exception()).__name__ != "NoneType")
        squares.submit(square, 5).add_done_callback(lambda future: print("called back", future.result()))
    with cf.ThreadPoolExecutor() as threads:
        print(list(threads.map(square, range(3))))
"""

EXECUTOR_SAID = """9
[0, 1, 4, 9, 16, 25]
[0, 1, 4]
2
True
True
called back 25
[0, 1, 4]
"""


def test_every_task_of_an_executor_is_followed_to_its_result(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, EXECUTOR, method)
    assert (run.stdout, run.stderr) == (EXECUTOR_SAID, "")
    main, name = run.rows[0].pid, "executor squares"
    submitted = [job for job, _ in jobs(run, name, "SUBMITTED")]
    assert submitted == list(range(12))
    unsent = {10}  # an argument that cannot be pickled: it never reaches a worker
    assert sorted(job for job, _ in jobs(run, name, "TASK_STARTED")) == sorted({*submitted} - unsent)
    assert sorted(job for job, _ in jobs(run, name, "TASK_ENDED")) == sorted({*submitted} - unsent)
    assert Counter(job for job, _ in jobs(run, name, "RESULT")) == Counter(submitted)
    assert {job for job, number in jobs(run, name, "RESULT") if number == 0} == unsent
    created = next(row for row in run.of(name) if row.kind == "CREATED")
    assert created.value == 2
    assert all(row.line for row in run.of(name) if row.kind == "SUBMITTED")
    workers = {row.pid for row in run.of(name)} - {main}
    assert len(workers) == 2 or method == "spawn"
    assert all(operations(run, name, worker) == {"get"} for worker in workers)
    assert operations(run, name, main) <= {"result", "join"}
    assert [row.kind for row in run.of(name)].count("POOL_ENDING") == 1


def test_an_executor_s_records_stand_in_the_order_of_cause_and_effect(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, EXECUTOR, method)
    at: dict[tuple[int, str], int] = {}
    for row in run.of("executor squares"):
        at.setdefault((row.value >> 32, row.kind), row.time)
    for job in range(12):
        story = [at.get((job, kind)) for kind in ("SUBMITTED", "TASK_STARTED", "TASK_ENDED", "RESULT")]
        known = [time for time in story if time is not None]
        assert known == sorted(known), f"job {job}"


def test_nothing_is_recorded_of_threads_and_inner_parts(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, EXECUTOR, method)
    shown = {run.names.get(row.identity, row.identity) for row in run.rows if row.identity}
    assert shown == {"executor squares"}
    workers = [
        line.split("\t")[7] for text in tmp_path.glob("*.t") for line in text.read_text().splitlines() if line[0] == "P"
    ]
    assert set(workers) <= {"main", "child", "worker"}
    assert "worker" in workers


def test_a_cancelled_future_is_over_without_a_result(tmp_path: Path) -> None:
    script = """
import concurrent.futures as cf, multiprocessing as mp
def wait(gate):
    gate.wait()
def give(gate):
    global kept
    kept = gate
def held():
    kept.wait()
if __name__ == "__main__":
    context = mp.get_context("fork")
    gate = context.Event()
    with cf.ProcessPoolExecutor(1, mp_context=context, initializer=give, initargs=(gate,)) as tasks:
        many = [tasks.submit(held) for _ in range(6)]
        print(many[-1].cancel())
        gate.set()
"""
    run = run_probed(tmp_path, script)
    assert run.stdout == "True\n"
    assert (5, 0) in jobs(run, "executor tasks", "RESULT")
    assert len(jobs(run, "executor tasks", "RESULT")) == 6
    assert len(jobs(run, "executor tasks", "TASK_ENDED")) == 5


BROKEN = """
import concurrent.futures as cf
import multiprocessing as mp
import os, sys

def die():
    os._exit(3)

if __name__ == "__main__":
    tasks = cf.ProcessPoolExecutor(1, mp_context=mp.get_context(sys.argv[1]))
    future = tasks.submit(die)
    print(type(future.exception()).__name__)
    try:
        tasks.submit(die)
    except cf.BrokenExecutor as error:
        print("refused")
    tasks.shutdown()
"""


def test_a_broken_executor_says_so(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, BROKEN, method)
    assert (run.stdout, run.stderr) == ("BrokenProcessPool\nrefused\n", "")
    kinds = [row.kind for row in run.of("executor tasks")]
    assert kinds.count("POOL_BROKEN") == 1
    assert kinds.index("POOL_BROKEN") < kinds.index("RESULT")
    assert kinds.count("TASK_STARTED") == 1
    assert "TASK_ENDED" not in kinds


POOL = """
import multiprocessing as mp
import sys

def square(x):
    return x * x

def unsendable(x):
    return lambda: x

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with mp.Pool(2) as pool:
        print(pool.map(square, range(7), chunksize=3))
        print(pool.apply(square, (4,)))
        print(list(pool.imap(square, range(3))), sorted(pool.imap_unordered(square, range(2))))
        pool.map_async(square, range(4), chunksize=2, callback=print).wait()
        try:
            pool.apply(unsendable, (1,))
        except Exception as error:
            print(type(error).__name__)
        pool.close()
        pool.join()
"""


def test_a_pool_s_tasks_are_counted_as_its_workers_see_them(tmp_path: Path, method: str) -> None:
    run = run_probed(tmp_path, POOL, method)
    assert run.stdout == "[0, 1, 4, 9, 16, 25, 36]\n16\n[0, 1, 4] [0, 1]\n[0, 1, 4, 9]\nMaybeEncodingError\n"
    name = "pool pool"
    submitted: Counter[int] = Counter()
    for job, tasks in jobs(run, name, "SUBMITTED"):
        submitted[job] += tasks
    assert dict(submitted) == {0: 3, 1: 1, 2: 3, 3: 2, 4: 2, 5: 1}
    assert Counter(job for job, _ in jobs(run, name, "TASK_STARTED")) == submitted
    assert Counter(job for job, _ in jobs(run, name, "TASK_ENDED")) == submitted
    results = jobs(run, name, "RESULT")
    assert Counter(job for job, _ in results) == submitted
    assert {job: max(number for each, number in results if each == job) for job in submitted} == dict(submitted)
    assert jobs(run, name, "CALLBACK") == [(4, 2)]
    kinds = [row.kind for row in run.of(name)]
    assert kinds.count("POOL_ENDING") == 2, "close, and terminate at the end of the block"
    assert "join" in operations(run, name, run.rows[0].pid)


LIFETIMES = """
import concurrent.futures as cf, gc, multiprocessing as mp, sys, weakref
def square(x): return x * x
if __name__ == "__main__":
    gc.disable()
    tasks = cf.ProcessPoolExecutor(1, mp_context=mp.get_context("fork"))
    future = tasks.submit(square, 2)
    print(future.result(), cf.wait([future]).done == {future}, list(cf.as_completed([future])) == [future])
    dead, condition = weakref.ref(future), weakref.ref(future._condition)
    del future
    print(next(tasks.map(square, [3])), dead(), condition())
    tasks.shutdown()
    dead = weakref.ref(tasks)
    del tasks
    print(dead())
    def fail(): future_of(1 / 0)
    fail()
"""


def test_futures_and_executors_live_as_long_as_without_the_probe(tmp_path: Path) -> None:
    run = run_probed(tmp_path, LIFETIMES, expect=1)
    plain = run_plain(tmp_path)
    own = str(tmp_path) + "/"
    assert run.stdout == plain.stdout
    assert run.stderr.replace(own, "") == plain.stderr.replace(own, "")
