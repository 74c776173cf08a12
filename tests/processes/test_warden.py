"""The warden launches, reports, signals and leaves nothing behind."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.live import LiveRun, RunOptions
from playground.target import Target, file_target
from playground.warden import janitor, kernel, rundir
from playground.warden.channel import Message
from playground.warden.client import Warden
from tests.conftest import wait_for

STUBBORN = """
import os, signal, sys, time
ready = sys.argv[1]
def ignore_everything():
    for number in signal.valid_signals() - {9, 19}:
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
def stay(name):
    open(os.path.join(ready, name), "w").close()
    while True: time.sleep(60)
ignore_everything()
if os.fork() == 0:
    os.setpgid(0, 0)
    stay("ignoring")
if os.fork() == 0:
    open(os.path.join(ready, "stopped"), "w").close()
    os.kill(os.getpid(), signal.SIGSTOP)
    stay("continued")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.environ.clear()
        os.closerange(0, 256)
        stay("daemon")
    os._exit(0)
stay("host")
"""


class Run:
    """A warden with one program, and what it has said."""

    def __init__(self) -> None:
        self.warden = Warden()
        self.directory = rundir.create()
        self.messages: list[Message] = []

    def begin(self, *argv: str, limit: int = 100) -> None:
        environment = os.environ | {"MPP_RUN": self.directory.run}
        self.warden.begin(self.directory, argv, environment, limit=limit, inherit_stdin=False)

    def python(self, program: str, *arguments: str, limit: int = 100) -> None:
        self.begin(sys.executable, "-c", program, *arguments, limit=limit)

    def said(self, what: str, nth: int = 0) -> Message:
        def look() -> Message | None:
            self.messages += self.warden.receive()
            found = [message for message in self.messages if message["up"] == what]
            return found[nth] if len(found) > nth else None

        found = wait_for(look)
        assert found is not None
        return found

    def output(self) -> bytes:
        self.said("ended")
        return os.read(self.warden.stdout, 65536)


@pytest.fixture
def run() -> Iterator[Run]:
    run = Run()
    yield run
    assert run.warden.leave() == []
    run.directory.let_go()
    assert not Path(run.directory.path).exists()


@pytest.fixture
def stubborn(run: Run, tmp_path: Path) -> Run:
    run.python(STUBBORN, str(tmp_path))
    run.said("started")
    names = {"ignoring", "stopped", "daemon", "host"}
    wait_for(lambda: names <= set(os.listdir(tmp_path)))
    return run


@pytest.mark.parametrize(
    ("program", "status"),
    [("", 0), ("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9), ("1/0", 1)],
)
def test_reports_how_the_program_ended(run: Run, program: str, status: int) -> None:
    run.python(program)
    run.said("ended")
    exited = run.said("exited")
    assert (exited["status"], exited["host"]) == (status, True)
    assert exited["pid"] == run.said("started")["pid"]


def test_says_why_a_program_cannot_be_started(run: Run) -> None:
    run.begin("/no/such/python")
    assert run.said("refused")["reason"] == os.strerror(2)


def test_program_starts_clean(run: Run) -> None:
    os.environ["ODD"] = os.fsdecode(b"\xff=\n")
    try:
        run.python(
            "import os, signal; print(os.getpgrp() == os.getpid(), signal.getsignal(signal.SIGINT).__name__, "
            "int(signal.getsignal(signal.SIGHUP)), len(signal.pthread_sigmask(0, [])), "
            "len(os.listdir('/proc/self/fd')), os.environb[b'ODD'])"
        )
    finally:
        del os.environ["ODD"]
    assert run.output() == rb"True default_int_handler 0 0 4 b'\xff=\n'" + b"\n"


def test_reports_orphans_too(run: Run) -> None:
    run.python("import os, time\nif os.fork() == 0:\n    time.sleep(0.1)\n    os._exit(7)")
    run.said("ended")
    statuses = [(m["status"], m["host"]) for m in run.messages if m["up"] == "exited"]
    assert sorted(statuses) == [(0, True), (7, False)]


def test_waits_for_what_outlives_the_program(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "go"
    run.python(
        "import os, sys, time\nif os.fork() == 0:\n    while not os.path.exists(sys.argv[1]): time.sleep(0.01)",
        str(path),
    )
    run.said("exited")
    assert "ended" not in {message["up"] for message in run.messages}
    path.touch()
    run.said("ended")


def test_signals_exactly_one_process(run: Run) -> None:
    run.python("import signal; signal.pause()")
    started = run.said("started")
    run.warden.signal(started["pid"], started["start"] + 1, signal.SIGKILL)
    assert run.said("failed")["reason"] == "it has ended"
    run.warden.signal(started["pid"], started["start"], signal.SIGTERM)
    assert run.said("exited")["status"] == -signal.SIGTERM


def test_interrupt_reaches_the_group(run: Run, tmp_path: Path) -> None:
    run.python(
        "import os, sys, signal\nchild = os.fork()\nopen(os.path.join(sys.argv[1], str(bool(child))), 'w').close()\n"
        "try: signal.pause()\nexcept KeyboardInterrupt: os._exit(5)",
        str(tmp_path),
    )
    wait_for(lambda: len(os.listdir(tmp_path)) == 2)
    host = run.said("started")["pid"]
    wait_for(lambda: all(process.state == "S" for process in kernel.descendants({run.warden.foster})))
    run.warden.signal_group(signal.SIGINT)
    run.said("ended")
    assert {m["status"] for m in run.messages if m["up"] == "exited" and m["pid"] == host} == {5}


def test_stop_ends_stubborn_processes(stubborn: Run) -> None:
    stubborn.warden.stop()
    assert stubborn.said("ended")["survivors"] == []
    assert kernel.descendants({stubborn.warden.foster}) == []


def test_leaving_ends_stubborn_processes(stubborn: Run) -> None:
    assert len(kernel.descendants({stubborn.warden.foster})) == 4


def test_death_of_the_warden_is_taken_over(stubborn: Run) -> None:
    os.kill(stubborn.warden.pid, signal.SIGKILL)
    wait_for(lambda: stubborn.warden.receive() == [] and stubborn.warden.lost)


def test_death_of_warden_and_foster_is_taken_over(stubborn: Run) -> None:
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in (stubborn.warden.pid, stubborn.warden.foster):
            os.kill(pid, number)
    wait_for(lambda: stubborn.warden.receive() == [] and stubborn.warden.lost)


def test_death_of_the_foster_ends_the_run(stubborn: Run) -> None:
    os.kill(stubborn.warden.foster, signal.SIGKILL)
    assert stubborn.said("ended")["survivors"] == []
    exited = [message for message in stubborn.messages if message["up"] == "exited"]
    assert {message["status"] for message in exited if message["host"]} == {-signal.SIGKILL}


def test_the_foster_ends_the_run_of_a_dead_warden(stubborn: Run) -> None:
    stubborn.warden.take_over = list  # type: ignore[method-assign]  # as if the playground were dead too
    os.kill(stubborn.warden.pid, signal.SIGKILL)
    wait_for(lambda: not Path(stubborn.directory.path).exists())
    assert not [process for process in kernel.descendants({os.getpid()}) if process.pid != stubborn.warden.foster]


def line_of(warden: int) -> dict[str, int]:
    """Pids of warden, foster and host, once the host is there."""
    wait_for(lambda: len(kernel.below(warden)) == 2)
    foster, host = kernel.below(warden)
    return {"warden": warden, "foster": foster, "host": host}


def test_death_of_the_foster_before_the_program_runs_is_a_refusal(run: Run, unexecutable: str) -> None:
    run.begin(unexecutable)
    os.kill(line_of(run.warden.pid)["foster"], signal.SIGKILL)
    assert "killed" in run.said("refused")["reason"]


@pytest.mark.parametrize(
    ("who", "code", "says"),
    [
        ("warden", 137, "the supervisor was killed during the start"),
        ("foster", 127, "what was to start it was killed"),
        ("host", 137, ""),
    ],
)
def test_a_start_that_is_cut_off_is_no_success(who: str, code: int, says: str, unexecutable: str) -> None:
    run = LiveRun(Target("program", "", (unexecutable,)), RunOptions(keep=False))
    os.kill(line_of(run._warden.pid)[who], signal.SIGKILL)
    wait_for(lambda: run.tick() and run.ended)
    assert (run.exitcode, run.outcome == "finished") == (code, False)
    assert says in run.notice
    assert not says or says in run.history.lines[-1].text
    assert not run.history.not_observed
    assert code != 127 or says in (run.summary or {})["verdict"]
    assert [each["name"] for each in (run.summary or {})["processes"]] == ([] if says else ["main"])


def test_death_of_the_foster_in_the_middle_is_no_success(tmp_path: Path) -> None:
    code = "import os, sys, time\nif os.fork(): os._exit(0)\nopen(sys.argv[1], 'w').close(); time.sleep(60)"
    up = tmp_path / "up"
    run = LiveRun(Target("program", "", (sys.executable, "-c", code, str(up))), RunOptions(keep=False))
    wait_for(lambda: run.tick() and up.exists() and run._status == 0)
    os.kill(run._warden.foster, signal.SIGKILL)
    wait_for(lambda: run.tick() and run.ended)
    assert (run.exitcode, run.outcome) == (137, "stopped")
    assert "helper was killed" in run.notice


def test_what_was_recorded_is_read_though_warden_and_foster_were_killed(tmp_path: Path) -> None:
    up, program = tmp_path / "up", tmp_path / "program.py"
    program.write_text(
        "import multiprocessing as mp, sys, time\nlock = mp.Lock()\nfor _ in range(500):\n    with lock: pass\n"
        "open(sys.argv[1], 'w').close(); time.sleep(60)"
    )
    run = LiveRun(file_target(str(program), [str(up)], None), RunOptions(keep=False))
    wait_for(up.exists)
    warden = run._warden
    (foster,) = kernel.children(warden.pid)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in (warden.pid, foster):
            os.kill(pid, number)
    wait_for(lambda: (found := kernel.read(warden.pid)) and found.state == "Z")
    wait_for(lambda: run.tick() and run.ended)
    assert [each["acquired"] for each in (run.summary or {})["resources"]] == [500]
    assert not os.path.exists(run._directory.path)


def test_an_end_is_told_when_it_was_and_not_when_it_was_heard_of(tmp_path: Path) -> None:
    up, program = tmp_path / "up", tmp_path / "program.py"
    program.write_text("import sys\nopen(sys.argv[1], 'w').close()")
    run = LiveRun(file_target(str(program), [str(up)], None), RunOptions(keep=False))
    wait_for(lambda: up.exists() and not kernel.children(run._warden.pid))  # the foster is the last to leave
    over = run._now()
    wait_for(lambda: run.tick() and run.ended)
    (main,) = run.history.processes
    assert main.ended is not None
    assert main.ended <= over


def test_without_a_descriptor_a_start_leaves_no_warden() -> None:
    warden, before = Warden(), resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            LiveRun(Target("program", "", ("program",)), RunOptions(keep=False), warden)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert kernel.read(warden.pid) is None


@pytest.mark.parametrize("who", ["pid", "foster"])
def test_leaves_when_somebody_was_stopped(stubborn: Run, who: str) -> None:
    pid = getattr(stubborn.warden, who)
    os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: (found := kernel.read(pid)) and found.state == "T")


def test_closed_channel_ends_everything(stubborn: Run) -> None:
    stubborn.warden.channel.close()
    wait_for(lambda: not kernel.descendants({os.getpid()}))
    assert not Path(stubborn.directory.path).exists()


def test_limit_freezes_the_run(run: Run) -> None:
    run.python("import os, time\nfor _ in range(20): os.fork() or time.sleep(60)\ntime.sleep(60)", limit=8)
    frozen = run.said("frozen")
    assert frozen["count"] > 8
    wait_for(lambda: {process.state for process in kernel.descendants({run.warden.foster})} == {"T"})
    assert frozen["parent"] == run.said("started")["pid"]


def test_who_is_let_go_on_and_forks_again_is_frozen_again(run: Run) -> None:
    loop = "for _ in range(200): os.fork() or time.sleep(60); time.sleep(0.01)"
    run.python(f"import os, time\n{loop}\ntime.sleep(60)", limit=8)
    frozen = run.said("frozen")
    host = run.said("started")["pid"]
    os.kill(host, signal.SIGCONT)
    again = run.said("frozen", 1)
    assert frozen["count"] < again["count"] < 200
    wait_for(lambda: {process.state for process in kernel.descendants({run.warden.foster})} == {"T"})


def test_a_run_is_frozen_though_its_warden_is_stopped(run: Run, tmp_path: Path) -> None:
    go = tmp_path / "go"
    run.python(
        "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)\n"
        "for _ in range(100): os.fork() or time.sleep(60)\ntime.sleep(60)",
        str(go),
        limit=8,
    )
    run.said("started")
    os.kill(run.warden.pid, signal.SIGSTOP)
    go.touch()

    def frozen() -> bool:
        processes = kernel.descendants({run.warden.foster})
        return len(processes) > 12 and {process.state for process in processes} == {"T"}

    wait_for(frozen)
    os.kill(run.warden.pid, signal.SIGCONT)


def test_removes_names_of_the_run(run: Run) -> None:
    names = [Path("/dev/shm", name + run.directory.run) for name in ("sem.mp-", "psm_")]
    for name in names:
        name.with_name(name.name + "x").touch()
    assert Path(run.directory.shared).exists()
    run.python("")
    run.said("ended")
    run.warden.leave, leave = list, run.warden.leave  # type: ignore[method-assign]
    assert leave() == []
    assert not any(name.with_name(name.name + "x").exists() for name in names)
    assert not Path(run.directory.shared).exists()


def test_trackers_unlink_what_is_left(run: Run, start_method: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing as mp, sys, time\n"
        "def work(lock, ready): ready.set(); time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        f"    context = mp.get_context({start_method!r})\n"
        "    lock, ready = context.Lock(), context.Event()\n"
        "    context.Process(target=work, args=(lock, ready)).start()\n"
        "    ready.wait(); print('ready', flush=True); time.sleep(60)\n"
    )
    before = set(os.listdir("/dev/shm"))
    run.begin(sys.executable, str(script))
    wait_for(lambda: b"ready" in _read(run.warden.stdout), 20)
    run.warden.stop()
    run.said("ended")
    assert not {name for name in set(os.listdir("/dev/shm")) - before if name.startswith("sem.mp-")}


def test_janitor_clears_abandoned_runs() -> None:
    directory = rundir.create()
    assert janitor.clear_abandoned() == []
    pid = os.spawnve(
        os.P_NOWAIT, sys.executable, ["python", "-c", "import time; time.sleep(60)"], {"MPP_RUN": directory.run}
    )
    wait_for(lambda: kernel.with_environment(f"MPP_RUN={directory.run}".encode()))
    directory.let_go()
    assert janitor.clear_abandoned() == [directory.run]
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert not Path(directory.path).exists()


def test_janitor_finds_runs_of_another_runtime_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    directory = rundir.create()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert directory.run not in janitor.clear_abandoned()
    directory.let_go()
    assert directory.run in janitor.clear_abandoned()
    assert not Path(directory.path).exists()
    assert not Path(directory.shared).exists()


def test_janitor_touches_nothing_that_only_looks_like_a_run(tmp_path: Path) -> None:
    directory = rundir.create()
    shared = Path(directory.shared)
    elsewhere = tmp_path / "mpp-01234567"
    elsewhere.mkdir()
    (elsewhere / "lock").touch()
    where = (shared / "where").read_text()
    directory.let_go()
    try:
        (shared / "where").write_text(str(elsewhere))
        link = shared.with_name("mpp-01234567")
        link.symlink_to(elsewhere)
        assert janitor.clear_abandoned() == [directory.run]
        assert (elsewhere / "lock").exists()
    finally:
        link.unlink()
        assert not Path(where).exists()


def test_janitor_clears_what_was_never_finished() -> None:
    base = Path(rundir.bases()[0])
    old, fresh = base / ".mpp-00000000", base / ".mpp-00000001"
    for path in (old, fresh):
        path.mkdir()
    os.utime(old, (0, 0))
    janitor.clear_abandoned()
    assert (old.exists(), fresh.exists()) == (False, True)
    fresh.rmdir()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""


def test_removes_semaphores_that_were_killed_half_made() -> None:
    """Glibc makes one under another name and gives it its own in the end."""
    directory = rundir.create()
    names = [f"sem.{os.urandom(3).hex()}" for _ in range(4)]
    left, old, used, other = (Path("/dev/shm", name) for name in (*names[:3], names[3] + "x"))
    for path in (left, old, used, other):
        path.write_bytes(bytes(32))
    os.utime(old, (0, 0))
    with used.open() as file:
        assert kernel.is_in_use(file.name)
        rundir.remove(directory.run, directory.path)
        assert [path.exists() for path in (left, old, used, other)] == [False, True, True, True]
    directory.let_go()
    for path in (old, used, other):
        path.unlink()


TRACKED = """
import os, sys, time
del os.environ["MPP_RUN"]
from multiprocessing import resource_tracker, shared_memory
block = shared_memory.SharedMemory(create=True, size=1)
child = os.fork()
if not child: time.sleep(60)
with open(sys.argv[1], "w") as file: print(resource_tracker._resource_tracker._pid, block.name, child, file=file)
os.rename(sys.argv[1], sys.argv[1] + ".ready")
time.sleep(60)
"""


@pytest.mark.parametrize("starter_is_gone", [False, True])
def test_janitor_lets_no_resource_tracker_stand_still(starter_is_gone: bool, tmp_path: Path) -> None:
    """It has no mark of the run: it is found by who started it, or by its group."""
    directory, ready = rundir.create(), tmp_path / "tracker.ready"
    command = [sys.executable, "-c", TRACKED, str(tmp_path / "tracker")]
    program = subprocess.Popen(command, env=os.environ | {"MPP_RUN": directory.run}, start_new_session=True)
    wait_for(ready.exists)
    tracker, name, child = ready.read_text().split()
    if starter_is_gone:
        noted = kernel.read(int(child))
        assert noted is not None
        rundir.note_processes(directory.path, [(noted.pid, noted.start)])
        program.kill()
        program.wait()
    directory.let_go()
    assert directory.run in janitor.clear_abandoned()
    assert program.wait() == -signal.SIGKILL
    found = kernel.read(int(tracker))
    assert found is None or not found.alive
    assert not Path("/dev/shm", name).exists()
