"""The debugger in processes of every kind: real ones, each with a pdb that is answered over its socket."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from playground.debugger import Session
from playground.history import State
from playground.live import LiveRun, RunOptions
from playground.target import file_target
from tests.conftest import wait_for
from tests.processes.commands import playground
from tests.processes.probed import run_probed
from tests.processes.test_transparency import PYTHON
from tests.processes.thorough import FORK_FIRST

PROMPT = "(Pdb) "
HEAD = "import multiprocessing as mp, os, pdb, sys, threading\n"
WORK = """
def work(n):
    x = n * 7
    breakpoint()
    y = x + 1
    z = y + 1
    print("worker", n, z, flush=True)
"""
MAIN = """
if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    workers = [mp.Process(target=work, args=(n,), name=f"w{n}") for n in range(1, 1 + int(sys.argv[2]))]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    print("codes", *[each.exitcode for each in workers], flush=True)
"""


class Debugged:
    """A run with the debugger, that goes on while somebody waits for something."""

    def __init__(self, run: LiveRun) -> None:
        self.run = run
        assert run.debugger is not None
        self.debugger = run.debugger

    def until(self, condition: Callable[[], object], timeout: float = 20) -> None:
        def holds() -> object:
            self.run.tick()
            return condition()

        wait_for(holds, timeout)

    def session(self, name: str) -> Session:
        """The session of the process of that name, once it asks."""
        self.until(lambda: (found := self._of(name)) is not None and found.prompt == PROMPT)
        session = self._of(name)
        assert session is not None
        return session

    def _of(self, name: str) -> Session | None:
        found = (p.definition for p in self.run.history.processes if p.definition.name == name)
        return next((s for d in found if (s := self.debugger.of(d.pid, d.start_ticks)) is not None), None)

    def ask(self, session: Session, command: str) -> list[str]:
        """What the debugger says to a command, without the prompt that follows."""
        before, changes = len(session.lines), session.changes
        session.answer(command)
        self.until(lambda: session.changes > changes + 1 and (session.prompt == PROMPT or not session.open))
        return list(session.lines)[before + 1 :]

    def ends(self) -> None:
        self.until(lambda: self.run.ended)

    def output(self, stream: str = "stdout") -> list[str]:
        return [line.text for line in self.run.history.lines if line.stream == stream]

    def index(self, name: str) -> int:
        return next(i for i, p in enumerate(self.run.history.processes) if p.definition.name == name)


@contextmanager
def debugged(directory: Path, program: str, *arguments: str) -> Iterator[Debugged]:
    path = directory / "program.py"
    path.write_text(HEAD + program)
    run = LiveRun(file_target(str(path), arguments, PYTHON), RunOptions(keep=False, debug=True))
    try:
        yield Debugged(run)
    finally:
        run.close()


def test_a_child_stops_answers_and_goes_on(tmp_path: Path, start_method: str) -> None:
    with debugged(tmp_path, WORK + MAIN, start_method, "1") as it:
        worker = it.session("w1")
        assert it.ask(worker, "p x") == ["7"]
        process = it.run.history.processes[it.index("w1")]
        it.until(lambda: process.lane.state == State.WAITING)
        wait = next(w for w in it.run.history.waits_at(it.run.history.until) if w.process == it.index("w1"))
        assert it.run.history.waited_for(wait.resource, wait.operation, wait.on_process) == "you"
        it.ask(worker, "c")
        it.ends()
        assert it.output() == ["worker 1 9", "codes 0"]
        assert [text for text in it.output("mark") if text.startswith("breakpoint at program.py:")]
        assert "leave the debugger of w1" in it.output("action")
        assert it.run.history.acted


@pytest.mark.parametrize("method", FORK_FIRST)
def test_the_usual_commands(method: str, tmp_path: Path) -> None:
    with debugged(tmp_path, WORK + MAIN, method, "1") as it:
        worker = it.session("w1")
        while "z = y + 1" not in "".join(it.ask(worker, "n")):
            pass  # from 3.13 on it stands at the call of breakpoint(), before on the line below
        assert it.ask(worker, "p y") == ["8"]
        assert any(re.match(r" +\d+ +->\s+z = y \+ 1", line) for line in it.ask(worker, "l"))
        where = it.ask(worker, "w")
        assert where[-2].endswith("work()")
        assert any("_bootstrap" in line for line in where)
        assert it.ask(worker, "u")[0].endswith("run()")
        assert it.ask(worker, "d")[0].endswith("work()")
        line = next(n for n, text in enumerate((HEAD + WORK).splitlines(), 1) if "print" in text)
        assert it.ask(worker, f"b {line}") == [f"Breakpoint 1 at {tmp_path}/program.py:{line}"]
        assert it.ask(worker, "cl 1") == [f"Deleted breakpoint 1 at {tmp_path}/program.py:{line}"]
        assert "print" in it.ask(worker, "s")[1]
        it.ask(worker, "c")
        it.ends()
        assert it.output()[0] == "worker 1 9"


def test_quit_ends_the_process_as_pdb_does(tmp_path: Path) -> None:
    with debugged(tmp_path, WORK + MAIN, "fork", "1") as it:
        it.ask(it.session("w1"), "q")
        it.ends()
        assert it.output() == ["codes 1"]
        assert it.output("stderr")[-1] == "bdb.BdbQuit"
        (finding,) = it.run.findings.all
        assert (finding.severity, finding.advice) == ("info", "You left its debugger with q; c lets the program go on.")


def test_who_is_killed_at_a_breakpoint_was_not_let_go_on(tmp_path: Path) -> None:
    with debugged(tmp_path, WORK + MAIN, "fork", "1") as it:
        it.session("w1")
        it.run.signal(it.index("w1"), signal.SIGKILL)
        it.ends()
        assert it.output("action") == ["kill w1"]


def test_several_processes_have_a_session_each(tmp_path: Path) -> None:
    with debugged(tmp_path, WORK + MAIN, "fork", "3") as it:
        sessions = [it.session(f"w{n}") for n in (1, 2, 3)]
        assert [it.ask(each, "p x") for each in sessions] == [["7"], ["14"], ["21"]]
        assert len(it.debugger.open) == 3
        for each in reversed(sessions):
            it.ask(each, "c")
        it.ends()
        assert it.output()[-1] == "codes 0 0 0"


def test_main_and_a_thread_and_a_set_trace_with_a_breakpoint_of_its_own(tmp_path: Path) -> None:
    program = """
def inside():
    for i in range(3):
        seen = i * i
    pdb.set_trace()
    return seen

thread = threading.Thread(target=inside)
thread.start()
thread.join()
breakpoint()
for i in range(3):
    last = i
print("last", last, flush=True)
"""
    with debugged(tmp_path, program) as it:
        inside = it.session("main")
        assert inside.thread > 1
        assert it.ask(inside, "p seen") == ["4"]
        inside.answer("c")
        it.until(lambda: not inside.open)
        main = it.session("main")
        assert main.thread == 1
        line = (HEAD + program).splitlines().index("    last = i") + 1
        it.ask(main, f"b {line}")
        for i in range(3):
            main.answer("c")
            it.until(lambda i=i: it.debugger.breaks == i + 3)  # type: ignore[misc]  # mypy knows no such lambda
            assert it.ask(it.session("main"), "p i") == [str(i)]
        it.session("main").answer("c")
        it.ends()
        assert it.output() == ["last 2"]


def test_a_fork_on_the_way_has_a_session_of_its_own(tmp_path: Path) -> None:
    program = """
breakpoint()
pid = os.fork()
done = pid == 0
if pid:
    os.waitpid(pid, 0)
print("parent" if pid else "child", flush=True)
if not pid:
    os._exit(0)
"""
    with debugged(tmp_path, program) as it:
        main = it.session("main")
        while "done = " not in "".join(it.ask(main, "n")):
            pass
        child = it.session("main>fork-1")
        assert (it.ask(child, "p pid"), it.ask(main, "p pid != 0")) == (["0"], ["True"])
        it.ask(child, "c")
        it.until(lambda: "child" in it.output())
        it.ask(main, "c")
        it.ends()
        assert it.output() == ["child", "parent"]


def test_who_goes_on_has_left_though_a_child_has_the_socket_too(tmp_path: Path) -> None:
    program = """
end = mp.get_context("fork").Event()
child = mp.get_context("fork").Process(target=end.wait)
breakpoint()
child.start()
going_on = True
end.wait()
"""
    with debugged(tmp_path, program) as it:
        main = it.session("main")
        while "going_on" not in "".join(it.ask(main, "n")):
            pass
        processes = it.run.history.processes
        it.until(lambda: [process.alive for process in processes] == [True, True])  # the fork took the socket along
        main.answer("c")
        it.until(lambda: not main.open)
        assert [process.alive for process in processes] == [True, True]


@pytest.mark.parametrize("method", FORK_FIRST)
def test_an_error_that_nobody_handles_can_be_looked_at(method: str, tmp_path: Path) -> None:
    program = "def work(n):\n    cause = n - 1\n    return 1 / cause\n"
    with debugged(tmp_path, program + MAIN, method, "1") as it:
        worker = it.session("w1")
        assert it.ask(worker, "p cause") == ["0"]
        it.ask(worker, "q")
        it.ends()
        assert it.output("mark") == ["post-mortem at program.py:4"]
        assert it.output() == ["codes 1"]
        assert it.output("stderr")[-1] == "ZeroDivisionError: division by zero"


def test_who_waits_for_the_person_is_not_stuck(tmp_path: Path) -> None:
    program = """
def work(n):
    lock.acquire()
    breakpoint()
    lock.release()

lock = mp.Lock()
worker = mp.Process(target=work, args=(1,), name="w1")
worker.start()
worker.join()
lock.acquire()
"""
    with debugged(tmp_path, program) as it:
        worker = it.session("w1")
        looks = it.run._inspector._standstills
        it.until(lambda: looks.settled)
        assert it.run.findings.all == []
        assert not it.run.findings.all_stuck()
        it.ask(worker, "c")
        it.ends()
        assert it.run.findings.all == []


def test_what_the_program_says_there_is_cleaned_and_only_so_much_is_kept(tmp_path: Path) -> None:
    with debugged(tmp_path, "evil = '\\x1b[31m\\u202e'\nbreakpoint()\nlast = 1\n") as it:
        main = it.session("main")
        assert it.ask(main, "print(evil)") == ["␛[31m\\u202e"]
        it.ask(main, "print('\\n' * 5000 + 'x' * 100_000)")
        assert len(main.lines) == 2000
        assert max(map(len, main.lines)) <= 2000


@pytest.mark.parametrize("method", FORK_FIRST)
def test_ending_the_run_at_a_breakpoint_leaves_nothing(method: str, tmp_path: Path) -> None:
    with debugged(tmp_path, WORK + MAIN, method, "2") as it:
        it.session("w1")
        it.session("w2")
        directory = it.run._directory.path
        assert os.path.exists(os.path.join(directory, "debug"))
        it.run.close()
        assert not any(os.path.exists(f"/proc/{p.definition.pid}") for p in it.run.history.processes)
        assert not os.path.exists(directory)
        assert it.output() == []


def test_when_the_other_end_goes_the_program_goes_on(tmp_path: Path) -> None:
    with debugged(tmp_path, WORK + MAIN, "fork", "2") as it:
        it.session("w1")
        it.debugger.close()
        it.ends()
        assert it.output()[-1] == "codes 0 0"


def test_without_a_descriptor_for_it_the_program_goes_on(tmp_path: Path) -> None:
    program = """import resource
def work(n):
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    breakpoint()
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
"""
    with debugged(tmp_path, program + MAIN, "fork", "1") as it:
        it.ends()
        assert it.output()[-1] == "codes 0"


def test_without_a_screen_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("breakpoint()\n")
    done = playground("run", "--debug", "--headless", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "mp-playground: --debug needs a person before a screen; leave out --headless\n"


def test_without_the_option_pdb_is_as_it_was(tmp_path: Path) -> None:
    done = run_probed(tmp_path, "import pdb\nprint(pdb.Pdb.__init__.__code__.co_filename == pdb.__file__)\n")
    assert done.stdout == "True\n"
