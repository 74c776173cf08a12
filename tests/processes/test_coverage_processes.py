"""What a program starts, reaps and says by other means than multiprocessing: forks, programs, log records, threads."""

import multiprocessing
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground.probe import layout
from tests.processes.observed import observe
from tests.processes.probed import run_probed

METHODS = pytest.mark.parametrize("method", ["fork", "spawn"])

FORKS = """
import os, signal, sys, time
def child(seconds, code):
    pid = os.fork()
    if pid == 0:
        time.sleep(seconds)
        os._exit(code) if code >= 0 else os.kill(os.getpid(), -code)
    return pid
def main():
    first, second, third = child(0.3, 3), child(0.6, 0), child(0.9, -9)
    print(os.waitpid(first, 0)[1] >> 8)
    print(os.wait()[0] == second)
    print(os.waitpid(third, os.WNOHANG), os.wait4(third, 0)[1])
    last = child(0.2, 5)
    print(os.waitid(os.P_PID, last, os.WEXITED | os.WNOWAIT).si_status, os.waitid(os.P_PID, last, os.WEXITED).si_status)
    try:
        os.wait()
    except ChildProcessError:
        print("none left")
    grandparent = os.fork()
    if grandparent == 0:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child(0, 4), 0)[1]))
    print(os.waitpid(grandparent, 0)[1] >> 8)
main()
"""


def test_forks_have_names_and_ends_and_are_waited_for(tmp_path: Path) -> None:
    run = observe(tmp_path, FORKS)
    assert "3\nTrue\n(0, 0) 9\n5 5\nnone left\n4\n" in run.stderr
    ends = {each["name"]: each["exitcode"] for each in run.summary["processes"]}
    forks = {"1": 3, "2": 0, "3": -9, "4": 5, "5": 4, "5>fork-1": 4}
    assert ends == {"main": 0, **{f"main>fork-{n}": code for n, code in forks.items()}}
    parents = {each["pid"]: each["name"] for each in run.summary["processes"]}
    assert parents[run.process("main>fork-5>fork-1")["ppid"]] == "main>fork-5"
    pids = {each["name"]: each["pid"] for each in run.summary["processes"]}
    names = {pid: name for name, pid in pids.items()}
    told = [(who, kind, names.get(value, value)) for who, kind, value in run.rows(layout.JOINING, layout.WAITING)]
    assert told[:3] == [
        ("main", "JOINING", "main>fork-1"),
        ("main", "WAITING", layout.OP_CHILD),
        ("main", "JOINING", "main>fork-3"),
    ]
    assert [names[value] for who, _, value in run.rows(layout.FORKED) if who == "main"] == [
        f"main>fork-{n}" for n in range(1, 6)
    ]
    reaped = [names[value >> 32] for who, _, value in run.rows(layout.CHILD_ENDED) if who == "main"]
    assert reaped == [f"main>fork-{n}" for n in range(1, 6)]
    assert run.process("main")["seconds"]["waiting"] > 0.9
    assert [severity for severity, text in run.findings if "main>fork-3 was ended by SIGKILL" in text] == ["warning"]


PROGRAMS = """
import asyncio, multiprocessing as mp, subprocess, sys
def work():
    print(subprocess.run(["sh", "-c", "sleep 0.2; exit 6"]).returncode, flush=True)
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    long = subprocess.Popen(["sleep", "30"])
    try:
        long.wait(0.1)
    except subprocess.TimeoutExpired:
        long.terminate()
    print(long.wait(), flush=True)
    piped = subprocess.Popen([sys.executable, "-c", "print(input())"], stdin=-1, stdout=-1, text=True)
    print(piped.communicate("said")[0], end="", flush=True)
    print(subprocess.check_output("echo a | cat", shell=True), flush=True)
    subprocess.run(["true"], preexec_fn=int)
    worker = mp.Process(target=work, name="worker")
    worker.start()
    worker.join()
    try:
        subprocess.run(["/no/such/program"])
    except FileNotFoundError as error:
        print(error.filename, flush=True)
    async def other():
        process = await asyncio.create_subprocess_exec("sh", "-c", "exit 8")
        print(await process.wait(), flush=True)
    asyncio.run(other())
"""


@METHODS
def test_programs_are_met_at_once_and_named_and_their_ends_known(method: str, tmp_path: Path) -> None:
    run = observe(tmp_path, PROGRAMS, method)
    assert "-15\nsaid\nb'a\\n'\n6\n/no/such/program\n8\n" in run.stderr
    programs = [(p["name"], p["exitcode"]) for p in run.summary["processes"] if p["role"] == "program"]
    python = f"{os.path.basename(sys.executable)} -c"
    wanted = [("sleep", -15), (python, 0), ("echo a | cat", 0), ("true", 0), ("sh", 6), ("sh", 8)]
    assert sorted(programs) == sorted(wanted)
    pid = run.process("sleep")["pid"]
    joins = [(kind, value) for _, kind, value in run.rows(layout.JOINING, layout.JOINING_TIMED, layout.JOINED)]
    ends = [("JOINED", pid)]
    assert joins[:4] == [("JOINING_TIMED", pid), *ends, ("JOINING", pid), *ends]
    assert len([kind for kind, _ in joins if kind != "JOINED"]) == len([kind for kind, _ in joins if kind == "JOINED"])
    assert [each["name"] for each in run.summary["processes"] if each["role"] == "fork"] == []
    assert run.rows(layout.FORKED) == []


OWN_START = """
import multiprocessing as mp, os, pickle, sys
from multiprocessing import resource_tracker, util
class Launch:
    method = "launched"
    def __init__(self, process):
        self.returncode = None
        reading, writing = os.pipe()
        words = [sys.executable, "-W", "once", os.path.abspath(__file__), str(reading)]
        self.pid = util.spawnv_passfds(os.fsencode(sys.executable), words, [reading])
        os.close(reading)
        self.sentinel = os.pidfd_open(self.pid)
        with os.fdopen(writing, "wb") as end:
            pickle.dump((process.name, process._args), end)
    def poll(self, flags=os.WNOHANG):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, flags)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode
    def wait(self, timeout=None):
        return self.poll(0)
class Launched(mp.Process):
    _start_method = "launched"
    _Popen = staticmethod(Launch)
def work(code):
    own = mp.Lock()
    exec(compile("def carried(own):\\n    with own:\\n        pass", "<carried>", "exec"), globals())
    carried(own)
    sys.exit(code)
if len(sys.argv) > 1:
    with os.fdopen(int(sys.argv[1]), "rb") as end:
        name, args = pickle.load(end)
    sys.exit(mp.Process(target=work, args=args, name=name)._bootstrap())
resource_tracker.ensure_running()
workers = [Launched(args=(code,), name=f"launched-{code}") for code in (0, 3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print([worker.exitcode for worker in workers])
"""


def test_processes_that_a_library_starts_in_its_own_way_are_observed_as_what_they_are(tmp_path: Path) -> None:
    run = observe(tmp_path, OWN_START)
    assert "[0, 3]\n" in run.stderr
    assert run.findings == []
    known = {p["name"]: (p["role"], p["exitcode"]) for p in run.summary["processes"] if p["role"] != "tracker"}
    assert known == {"main": ("main", 0), "launched-0": ("child", 0), "launched-3": ("child", 3)}
    assert sorted(who for who, _, _ in run.rows(layout.BOOTED)) == ["launched-0", "launched-3"]
    assert sorted(who for who, _, _ in run.rows(layout.ACQUIRED)) == ["launched-0", "launched-3"]
    h = run.history
    taken = {h.place(site) for kind, site in zip(h.kind, h.site, strict=True) if kind == layout.ACQUIRED}
    assert taken == {"<carried>:2"}


COPIED = """
import sys
import parallel as mp
def square(x):
    return x * x
def work(first, results, counter):
    for _ in range(10):
        with first:
            counter.value += 1
    results.put("done")
if __name__ == "__main__":
    context = mp.get_context(sys.argv[1])
    first, results, counter = context.Lock(), context.Queue(), context.Value("i", 0)
    workers = [context.Process(target=work, args=(first, results, counter), name=f"worker-{i}") for i in range(2)]
    for worker in workers:
        worker.start()
    print([results.get() for _ in workers])
    for worker in workers:
        worker.join()
    with context.Pool(2) as pool:
        print(counter.value, pool.map(square, range(4)))
        pool.close()
        pool.join()  # else a worker may be ended before it has begun
"""


@METHODS
def test_a_copy_of_multiprocessing_is_observed_under_its_own_name(method: str, tmp_path: Path) -> None:
    """As libraries have it that pickle more than multiprocessing does."""
    for path in Path(multiprocessing.__file__).parent.rglob("*.py"):
        copy = tmp_path / "parallel" / path.relative_to(Path(multiprocessing.__file__).parent)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(re.sub(r"\bmultiprocessing\b", "parallel", path.read_text(encoding="utf-8")), encoding="utf-8")
    run = observe(tmp_path, COPIED, method)
    assert "['done', 'done']\n20 [0, 1, 4, 9]\n" in run.stderr
    assert run.findings == []
    assert run.summary["start_method"] == method
    role = {each["name"]: each["role"] for each in run.summary["processes"] if each["role"] != "tracker"}
    pool = {f"{method.title()}PoolWorker-{number}": "worker" for number in (3, 4)}
    assert role == {"main": "main", "worker-0": "child", "worker-1": "child", **pool}
    made = {each["name"]: (each["kind"], each["site"], each["acquired"]) for each in run.summary["resources"]}
    at = "program.py:13"
    assert made == {
        "first": ("lock", at, 20),
        "results": ("queue", at, 0),
        "counter": ("value", at, 0),
        "pool": ("pool", "program.py:20", 0),
    }


OWN_QUEUES = """
import multiprocessing as mp, pickle
from multiprocessing import queues
class Queue(queues.Queue):
    def __getstate__(self):
        return self._maxsize, self._reader, self._writer, self._rlock, self._wlock, self._sem, self._opid
    def __setstate__(self, state):
        self._maxsize, self._reader, self._writer, self._rlock, self._wlock, self._sem, self._opid = state
        self._ignore_epipe = False
        self._reset()
class Results(queues.SimpleQueue):
    def put(self, item):
        with self._wlock:
            self._writer.send_bytes(pickle.dumps(item))
class Told(queues.SimpleQueue):
    def put(self, item):
        super().put([item])
def work(jobs, results, told):
    while (job := jobs.get()) is not None:
        results.put(job * job)
    told.put("done")
if __name__ == "__main__":
    context = mp.get_context("spawn")
    jobs, results, told = Queue(ctx=context), Results(ctx=context), Told(ctx=context)
    worker = context.Process(target=work, args=(jobs, results, told), name="worker")
    worker.start()
    for job in (2, 3, None):
        jobs.put(job)
    print(results.get(), results.get(), told.get())
    worker.join()
"""


def test_queues_of_own_classes_are_followed_at_both_ends_or_at_none(tmp_path: Path) -> None:
    run = observe(tmp_path, OWN_QUEUES)
    assert "4 9 ['done']\n" in run.stderr
    assert [(each["name"], each["kind"]) for each in run.summary["resources"]] == [
        ("jobs", "queue"),
        ("told", "simple_queue"),
    ]
    assert sorted(run.rows(layout.PUTTING, layout.GOT)) == [
        *[("main", "GOT", 0), *[("main", "PUTTING", 0)] * 3],
        *[*[("worker", "GOT", 0)] * 3, ("worker", "PUTTING", 0)],
    ]


IN_OUR_INTERPRETER = """
import os, subprocess, sys
if len(sys.argv) > 1:
    import multiprocessing as mp
    answers = mp.Queue()
    worker = mp.Process(target=answers.put, args=(sorted(os.environ),), name="below")
    worker.start()
    print(answers.get() == sys.argv[1:])
    worker.join()
    sys.exit(4)
own = {"PYTHONCOERCECLOCALE": "0", "LC_ALL": "C.UTF-8", "PYTHONPATH": "/nowhere"}
for environment in (None, own):
    names = sorted(os.environ if environment is None else environment)
    words = [sys.executable, "-B", os.path.abspath(__file__), *names]
    print(subprocess.run(words, env=environment).returncode, flush=True)
for option in "EIS":
    words = [sys.executable, f"-{option}c", "import os, sys; print(sorted(os.environ), 'sitecustomize' in sys.modules)"]
    subprocess.run(words, env=own)
own["PATH"] = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]
for line in (sys.executable + " -B", "/usr/bin/env " + os.path.basename(sys.executable), sys.executable + " -I"):
    with open("script", "w") as file:
        file.write(f"#!{line}\\nimport multiprocessing, sys\\nmade = multiprocessing.Lock()\\nsys.exit(6)")
    os.chmod("script", 0o755)
    print(subprocess.run(["./script"], env=own).returncode, flush=True)
missing = subprocess.run([sys.executable, "-c", "import no_such_module"], stderr=subprocess.DEVNULL)
print(missing.returncode)
"""


def test_programs_in_the_same_interpreter_are_observed_and_do_not_notice(tmp_path: Path) -> None:
    run = observe(tmp_path, IN_OUR_INTERPRETER)
    plain = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=False, timeout=60
    )
    assert plain.stdout.startswith("True\n4\nTrue\n4\n")
    assert plain.stdout in run.stderr
    python = os.path.basename(sys.executable)
    mine = [each for each in run.summary["processes"] if each["name"] == f"{python} program.py"]
    assert [(each["role"], each["exitcode"]) for each in mine] == [("program", 4)] * 2
    below = [each for each in run.summary["processes"] if each["name"] == "below"]
    assert [each["ppid"] for each in below] == [each["pid"] for each in mine]
    assert [each["kind"] for each in run.summary["resources"]] == ["queue", "queue", "lock", "lock"]
    said = f"{python} -c ended by ModuleNotFoundError: No module named 'no_such_module'"
    assert run.findings == [("info", said)]


BECOMES = """
import multiprocessing as mp, os, sys
def work(lock):
    with lock:
        pass
def main():
    lock, answers = mp.Lock(), mp.Queue()
    worker = mp.Process(target=work, args=(lock,), name="again" if sys.argv[1:] else "first")
    worker.start()
    worker.join()
    if not sys.argv[1:]:
        lock.acquire()
        os.execl(sys.executable, sys.executable, "-W", "once", __file__, "again")
    with lock:
        answers.put(sorted(os.environ))
    try:
        os.execvpe("no-such-program", ["no-such-program"], {"PATH": "/nowhere"})
    except FileNotFoundError:
        print("goes on", answers.get() == sorted(os.environ), flush=True)
    answers.close()
    answers.join_thread()
    print(os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", "import sys; sys.exit(3)"]))
    print(os.spawnvp(os.P_WAIT, "sh", ["sh", "-c", "exit 4"]))
    raise SystemExit(5)
main()
"""


def test_a_program_that_starts_itself_anew_is_observed_further(tmp_path: Path) -> None:
    run = observe(tmp_path, BECOMES)
    assert "goes on True\n3\n4\n" in run.stderr
    ends = [(each["name"], each["role"], each["exitcode"]) for each in run.summary["processes"]]
    python = os.path.basename(sys.executable)
    assert ends == [
        ("main", "main", 5),
        ("first", "child", 0),
        ("again", "child", 0),
        (f"{python} -c", "program", 3),
        ("main>fork-2", "fork", 4),
    ]
    made = [(each["name"], each["acquired"], each["held_by"]) for each in run.summary["resources"]]
    assert made == [("lock", 2, ["main"]), ("answers", 0, []), ("lock~2", 2, []), ("answers~2", 0, [])]
    assert run.findings == []


LOGS = """
import logging, logging.handlers, multiprocessing as mp, sys, threading
class Broken:
    def __str__(self):
        raise ValueError
def work(queue, log_queue):
    root = logging.getLogger()
    root.handlers = [logging.handlers.QueueHandler(log_queue)]
    logging.getLogger("app.worker").error("from %s", "worker")
    queue.put(1)
def handle_again(queue):
    while (record := queue.get()) is not None:
        logging.getLogger(record.name).handle(record)
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    log_queue, queue = mp.Queue(), mp.Queue()
    listener = threading.Thread(target=handle_again, args=(log_queue,))
    listener.start()
    logging.debug("below the level")
    worker = mp.Process(target=work, args=(queue, log_queue), name="worker")
    worker.start()
    queue.get()
    worker.join()
    log_queue.put(None)
    listener.join()
    local = logging.handlers.QueueHandler(log_queue)
    logging.getLogger("app").addHandler(local)
    logging.getLogger("app").warning("x" * 3000)
    logging.raiseExceptions = False
    logging.warning(Broken())
    logging.warning("%d", "no number")
    mp.get_logger().setLevel(logging.WARNING)
    mp.get_logger().warning("of multiprocessing")
    log_queue.get()
"""


@METHODS
def test_log_records_are_told_once_by_who_made_them(method: str, tmp_path: Path) -> None:
    run = observe(tmp_path, LOGS, method)
    told = run.lines("log")
    long = "WARNING app: " + "x" * (2000 - len("WARNING app: "))
    assert told[:2] == [
        ("worker", "ERROR app.worker: from worker"),
        ("main", long),
    ]
    assert told[2:] == [
        ("main", "WARNING root: <Broken>"),
        ("main", "WARNING root: %d"),
        ("main", "WARNING multiprocessing: of multiprocessing"),
    ]
    assert "from worker\n" in run.stderr


FAILING = """
import multiprocessing as mp, sys, threading
def fail(): raise ValueError("in a thread")
def work():
    thread = threading.Thread(target=fail, name="helper")
    thread.start()
    thread.join()
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    threading.excepthook = lambda args: print("hooked", args.exc_value)
    work()
    leaver = threading.Thread(target=sys.exit)
    leaver.start()
    leaver.join()
    worker = mp.Process(target=work, name="worker")
    worker.start()
    worker.join()
    queue = mp.Queue()
    queue.put(lambda: 1)
    queue.close()
    queue.join_thread()
"""


@METHODS
def test_a_thread_that_fails_is_told_of_and_not_taken_for_its_process(method: str, tmp_path: Path) -> None:
    run = observe(tmp_path, FAILING, method)
    assert run.stderr.count("hooked in a thread") == (2 if method == "fork" else 1)
    (first, second, third) = run.findings
    place = "ended by ValueError: in a thread (program.py:3)"
    assert first == ("warning", f"thread helper of main {place}")
    assert second == ("warning", f"thread helper of worker {place}")
    assert third[0] == "error"
    assert "queue" in third[1]
    assert run.summary["exitcode"] == 0


ENDS = {
    "message": ("import sys; sys.exit('bye')", 1, []),
    "code": ("raise SystemExit(7)", 7, []),
    "at once": ("import os; os._exit(9)", 9, []),
    "interrupt": ("raise KeyboardInterrupt", -2, [("info", "main ended by KeyboardInterrupt (program.py:1)")]),
    "exit handler": ("import atexit\natexit.register(lambda: 1 / 0)", 0, []),
    "fork with message": ("import os, sys\nif os.fork() == 0: sys.exit('no')\nprint(os.wait()[1])", 0, []),
    "fork that raises": (
        "import os\nif os.fork() == 0: 1 / 0\nprint(os.wait()[1])",
        0,
        [("error", "main>fork-1 ended by ZeroDivisionError: division by zero (program.py:2)")],
    ),
    "chained": (
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('more') from e",
        1,
        [("error", "main ended by ValueError: more (program.py:4)")],
    ),
}


@pytest.mark.parametrize(("script", "code", "findings"), ENDS.values(), ids=ENDS.keys())
def test_ends_are_told_as_they_are(script: str, code: int, findings: list[tuple[str, str]], tmp_path: Path) -> None:
    run = observe(tmp_path, script)
    told = [each for each in run.findings if "SIGINT" not in each[1]]
    assert (run.summary["exitcode"], told) == (code, findings)
    plain = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert plain.returncode == code
    if "fork" in script:
        assert run.process("main>fork-1")["exitcode"] == 1


UNASKED = """
import os, signal, sys, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    sys.exit(3)
time.sleep(0.6)
"""


def test_how_a_fork_ended_is_unknown_when_nobody_could_ask(tmp_path: Path) -> None:
    run = observe(tmp_path, UNASKED)
    child = run.process("main>fork-1")
    assert (child["state"], child["exitcode"]) == ("exited", None)


REPLACED = """
import multiprocessing as mp, sys
import logging
def work(lock):
    with lock:
        pass
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    lock = mp.Lock()
    worker = mp.Process(target=work, args=(lock,))
    worker.start()
    worker.join()
    print(logging.mine, sorted(n for n in vars(logging.Logger) if not n.startswith("__")), worker.exitcode)
"""


@METHODS
def test_a_module_that_is_another_one_is_left_alone_and_said_to_be_unobserved(method: str, tmp_path: Path) -> None:
    (tmp_path / "logging.py").write_text("mine = 5\nclass Logger:\n    handle = None\n")
    run = observe(tmp_path, REPLACED, method)
    said = "not observed: logging (AttributeError: Logger has no function filter)"
    assert "5 ['handle'] 0\n" in run.stderr
    assert f"mp-playground: {said}\n" in run.stderr
    assert run.findings == [("info", said)]
    assert run.summary["verdict"].endswith(f"nothing wrong found; {said}")
    assert ("main", said) in run.lines("notice")
    assert [each["acquired"] for each in run.summary["resources"]] == [1]


def test_what_was_patched_of_such_a_module_is_put_back(tmp_path: Path) -> None:
    (tmp_path / "subprocess.py").write_text(
        "class Popen:\n    def _execute_child(self): pass\n    def wait(self): pass\n"
        "def _args_from_interpreter_flags(): return []\n"
    )
    script = "import subprocess\nprint(sorted(n for n in vars(subprocess.Popen) if not n.startswith('__')))\n"
    script += "print(subprocess.Popen._execute_child.__code__.co_filename == subprocess.__file__)"
    assert run_probed(tmp_path, script).stdout == "['_execute_child', 'wait']\nTrue\n"


TRANSPARENT = {
    "wait functions": "import copy, os, pickle\nclass A: reap = os.waitpid\n"
    "for n in ('wait', 'waitpid', 'wait3', 'wait4', 'waitid'):\n"
    "    f = getattr(os, n)\n"
    "    print(f.__name__, f, copy.copy(f) is f, pickle.loads(pickle.dumps(f)) is f, bool(f.__doc__))\n"
    "pid = os.fork()\nif pid == 0: os._exit(2)\nprint(A().reap(pid, 0)[1])\n"
    "for call in ('os.waitpid(1)', 'os.waitpid(\"a\", 0)', 'os.wait(1)', 'os.waitpid(-1, 0)', 'os.wait3(options=0)'):\n"
    "    try: eval(call)\n    except (TypeError, ChildProcessError) as e: print(type(e), e)",
    "fork is itself": "import os, posix\nprint(os.fork is posix.fork, os.forkpty is posix.forkpty)",
    "fork warning": "import os, threading, time\nstop = threading.Event()\nthreading.Thread(target=stop.wait).start()\n"
    "pid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)\nstop.set()",
    "failing handler": "import logging\nclass H(logging.Handler):\n    def emit(self, r):\n        try: 1 / 0\n"
    "        except ZeroDivisionError: self.handleError(r)\nlogging.getLogger().addHandler(H())\nlogging.warning('x')",
    "record": "import logging\nclass H(logging.Handler):\n    def emit(self, r): print(sorted(vars(r)))\n"
    "logging.getLogger().addHandler(H())\nlogging.warning('x')",
    "popen at exit": "import subprocess, sys\np = subprocess.Popen(['sleep', '0.2'])\nsys.p = p",
    "stopped child": "import os, signal\npid = os.fork()\nif pid == 0:\n    os.kill(os.getpid(), signal.SIGSTOP)\n"
    "    os._exit(1)\nprint(os.waitpid(pid, os.WUNTRACED)[1])\nos.kill(pid, signal.SIGCONT)\n"
    "print(os.waitpid(pid, 0)[1])",
    "children ignored": "import os, signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
    "for _ in range(3):\n    if os.fork() == 0: os._exit(1)\ntry: os.wait()\nexcept ChildProcessError as e: print(e)",
    "import of a broken module": "import sys\nsys.path.insert(0, '.')\nopen('logging.py', 'w').write('1 / 0')\n"
    "import logging",
    "thread traceback": "import threading\ndef f(): 1 / 0\nt = threading.Thread(target=f)\nt.start(); t.join()",
    "shared memory": "from multiprocessing import shared_memory\nimport pickle\n"
    "a = shared_memory.SharedMemory(create=True, size=8)\nb = pickle.loads(pickle.dumps(a))\nprint(a.name == b.name)\n"
    "for bad in ({}, {'create': True}, {'name': 'mppt-none'}):\n"
    "    try: shared_memory.SharedMemory(**bad)\n    except Exception as e: print(type(e), e)\n"
    "v = a.buf[:1]\ntry: a.close()\nexcept BufferError as e: print(e)\nv.release()\nb.close()\na.close()\na.unlink()",
    "a list": "from multiprocessing import shared_memory\ns = shared_memory.ShareableList([1, None, b'x', True, 2.5])\n"
    "print(list(s), s, s.index(True), s.count(1))\n"
    "for i in (9, 'a'):\n    try: s[i]\n    except Exception as e: print(type(e), e)\n"
    "try: s[1] = 'much too long a string'\nexcept Exception as e: print(type(e), e)\ns.shm.close(); s.shm.unlink()",
    "raw lifetime": "import multiprocessing as mp, weakref, gc\ngc.disable()\nfor make in (lambda: mp.RawValue('i'),"
    " lambda: mp.RawArray('u', 'ab'), lambda: mp.RawArray('c', b'x')):\n"
    "    r = make(); w = weakref.ref(r); print(type(r)); del r; print(w())",
}


@pytest.mark.parametrize("script", TRANSPARENT.values(), ids=TRANSPARENT.keys())
def test_a_program_behaves_as_without_the_probe(script: str, tmp_path: Path) -> None:
    run = run_probed(tmp_path, script, expect=None)
    command = [sys.executable, str(tmp_path / "program.py")]
    plain = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    for probed, bare in ((run.stdout, plain.stdout), (run.stderr, plain.stderr)):
        assert _without_addresses(probed) == _without_addresses(bare)
    assert run.returncode == plain.returncode


def _without_addresses(text: str) -> str:
    lines = (line for line in text.splitlines() if "ShareableList([" not in line)
    return "\n".join(line.partition(" at 0x")[0].partition("(pid=")[0] for line in lines)
