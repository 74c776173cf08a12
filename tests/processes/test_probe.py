"""The probe in real processes: what it records, under every start method, and what it must not change."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.probed import Probed, run_probed

EVERYTHING = """
import multiprocessing as mp
import sys

def work(first, results, counter, gate, start, turn, end, jobs, simple, cells):
    start.wait()
    with first:
        counter.value += 1
        with counter.get_lock():
            counter.value += 1
        cells[1] = 5
    results.put("x")
    gate.wait()
    with turn:
        turn.notify()
    with first:
        end.send("hi")
        end.recv()
    jobs.get()
    jobs.task_done()
    simple.put(3)

def square(x):
    return x * x

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    first = mp.Lock()
    results = mp.Queue()
    counter = mp.Value("i", 0)
    gate = mp.Event()
    start = mp.Barrier(3)
    turn = mp.Condition()
    near, far = mp.Pipe()
    jobs = mp.JoinableQueue()
    simple = mp.SimpleQueue()
    cells = mp.Array("i", 4)
    args = (first, results, counter, gate, start, turn, far, jobs, simple, cells)
    workers = [mp.Process(target=work, args=args, name=f"worker-{i}") for i in range(2)]
    for worker in workers:
        worker.start()
    start.wait()
    results.get(), results.get()
    gate.set()
    with turn:
        turn.wait(0.1)
    for _ in workers:
        near.recv()
        near.send(1)
    jobs.put(1)
    jobs.put(1)
    jobs.join()
    for worker in workers:
        worker.join()
    print(counter.value, simple.get(), simple.get(), list(cells))
    with mp.Pool(2) as pool:
        print(pool.map(square, range(5)))
"""


def kinds(run: Probed, name: str) -> set[str]:
    return {row.kind for row in run.of(name)}


def test_everything_is_seen_under_its_own_name(tmp_path: Path, start_method: str) -> None:
    run = run_probed(tmp_path, EVERYTHING, start_method)
    assert run.stdout == "4 3 3 [0, 5, 0, 0]\n[0, 1, 4, 9, 16]\n"
    assert run.stderr == ""
    main = run.rows[0].pid
    assert {"CREATED", "ACQUIRED", "RELEASING"} <= kinds(run, "lock first")
    assert [row.value for row in run.of("value counter") if row.kind == "WROTE"] == [1, 2, 3, 4]
    assert {"ACQUIRED", "RELEASING"} <= kinds(run, "value counter")
    assert {"PUTTING", "GOT", "WAITING"} <= kinds(run, "queue results")
    assert {"SETTING"} <= kinds(run, "event gate")
    assert {"WAITING", "WOKE"} <= kinds(run, "barrier start")
    assert {"WAITING", "NOTIFYING", "ACQUIRED"} <= kinds(run, "condition turn")
    assert {"SENDING", "SENT", "RECEIVED"} <= kinds(run, "pipe near")
    assert [row.kind for row in run.of("joinable_queue jobs")].count("TASK_DONE") == 2
    assert [row.kind for row in run.of("simple_queue simple")].count("GOT") == 2
    assert {"ITEM_WROTE"} <= kinds(run, "array cells")
    assert {"SUBMITTED", "TASK_STARTED", "TASK_ENDED"} <= kinds(run, "pool pool")
    for name in ("lock first", "value counter", "barrier start", "pipe near", "array cells", "joinable_queue jobs"):
        assert {row.pid for row in run.of(name)} - {main}, f"{name} was not seen in a child"


def test_nothing_but_what_the_program_made_is_shown(tmp_path: Path, start_method: str) -> None:
    run = run_probed(tmp_path, EVERYTHING, start_method)
    shown = {run.names.get(row.identity, row.identity) for row in run.rows if row.identity}
    wanted = "lock first,queue results,value counter,event gate,barrier start,condition turn,pipe near,pool pool"
    assert shown == {*wanted.split(","), "joinable_queue jobs", "simple_queue simple", "array cells"}


HOLDS = """
import multiprocessing as mp, sys
def work(lock, times):
    for _ in range(times):
        with lock:
            pass
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    lock = mp.Lock()
    workers = [mp.Process(target=work, args=(lock, 5000)) for _ in range(3)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
"""


def test_recorded_holds_never_overlap(tmp_path: Path, start_method: str) -> None:
    run = run_probed(tmp_path, HOLDS, start_method)
    rows = [row for row in run.of("lock lock") if row.kind in {"ACQUIRED", "RELEASING"}]
    assert len(rows) == 30_000
    holder = 0
    for row in rows:
        assert holder == (0 if row.kind == "ACQUIRED" else row.pid)
        holder = row.pid if row.kind == "ACQUIRED" else 0


KILLED = """
import multiprocessing as mp, os, signal
def work(counter):
    for _ in range(3000):
        counter.value += 1
    os.kill(os.getpid(), signal.SIGKILL)
if __name__ == "__main__":
    counter = mp.Value("i", 0)
    worker = mp.Process(target=work, args=(counter,))
    worker.start()
    worker.join()
    print(worker.exitcode, counter.value)
"""


def test_a_killed_process_loses_no_event(tmp_path: Path) -> None:
    run = run_probed(tmp_path, KILLED)
    assert run.stdout == "-9 3000\n"
    assert [row.value for row in run.of("value counter") if row.kind == "WROTE"] == list(range(1, 3001))
    assert [row.value & 0xFFFFFFFF for row in run.rows if row.kind == "CHILD_ENDED"] == [0xFFFFFFF7]


TRANSPARENT = {
    "lifetime": "import multiprocessing as mp, weakref, gc\ngc.disable()\n"
    "for make in (mp.Lock, mp.RLock, mp.Condition, mp.Event, mp.Queue, mp.SimpleQueue, lambda: mp.Value('i')):\n"
    "    thing = make(); dead = weakref.ref(thing); del thing; print(dead())",
    "sleep": "import time, pickle\nclass A: nap = time.sleep\nA().nap(0.001)\n"
    "print(pickle.loads(pickle.dumps(time.sleep)) is time.sleep, time.sleep.__name__, time.sleep.__module__)",
    "traceback": "import multiprocessing as mp\ndef f(): raise ValueError('no')\nif __name__ == '__main__':\n"
    "    p = mp.Process(target=f, name='p'); p.start(); p.join(); print(p.exitcode)",
    "main raises": "raise SystemExit(7)",
    "uncaught": "def f(): 1 / 0\nf()",
    "argv and path": "import sys, os\n"
    "print(sys.argv, sys.path, *sorted(os.environ), __name__, __file__, sys.flags, sep=chr(10))",
    "fds": "import os, multiprocessing as mp\nmp.Lock(); print(sorted(os.listdir('/proc/self/fd')))",
    "modules": "import sys\nprint([m in sys.modules for m in ('multiprocessing', 'playground', 'threading')])",
    "over-release": "import multiprocessing as mp\ns = mp.BoundedSemaphore(1)\ntry: s.release()\n"
    "except ValueError as e: print(e)",
    "closed fds": "import os, multiprocessing as mp\nl = mp.Lock()\nos.closerange(3, 100)\nfor i in range(9000):\n"
    "    with l: pass\nprint(os.open('/dev/null', 0))",
}


@pytest.mark.parametrize("script", TRANSPARENT.values(), ids=TRANSPARENT.keys())
def test_a_program_behaves_as_without_the_probe(script: str, tmp_path: Path) -> None:
    run = run_probed(tmp_path, script, "an argument", expect=None)
    command = [sys.executable, "program.py", "an argument"]
    plain = subprocess.run(
        command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False, timeout=60
    )
    own = str(tmp_path) + "/"
    assert run.stdout.replace(own, "") == plain.stdout.replace(own, "")
    assert run.stderr.replace(own, "") == plain.stderr.replace(own, "")
    assert run.returncode == plain.returncode
