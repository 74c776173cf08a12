"""Faults and bad input, each as a function that brings it about and checks what comes of it."""

import ast
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipapp
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

import playground
from tests.conftest import wait_for
from tests.processes.commands import within

PLAYGROUND = [sys.executable, "-m", "playground"]
RUN = [*PLAYGROUND, "run", "--headless", "--no-record", "--timeout", "30"]
run = within(90)
SOMEBODY = 64_999
"""A user whom nobody else on the machine is."""
HELLO = """
import multiprocessing as mp
def say(queue): queue.put("hello")
if __name__ == "__main__":
    queue = mp.SimpleQueue()
    child = mp.Process(target=say, args=(queue,), name="sayer")
    child.start()
    print(queue.get(), flush=True)
    child.join()
"""


@contextmanager
def started(command: Sequence[str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """A command that runs on, with pipes for its streams; killed when the test leaves it running."""
    pipe = subprocess.PIPE
    running = subprocess.Popen(command, cwd=cwd, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
            running.communicate()


def line_of(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def written(place: Path, text: str, name: str = "program.py") -> str:
    (place / name).write_text(text)
    return name


def is_one_line(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 2 and done.stderr.startswith("mp-playground: ") and done.stderr.count("\n") == 1


def summary_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def mounted(command: str, *inside: str) -> list[str]:
    """A command in which a file system of its own is mounted; the test is skipped where that is not allowed."""
    words = ["unshare", "-m", "sh", "-c", f'{command} && exec "$@"', "sh"]
    if shutil.which("unshare") is None or run([*words, "true"], Path("/")).returncode:
        pytest.skip("no mounts of our own here")
    return [*words, *inside]


def as_somebody(place: Path, *inside: str) -> list[str]:
    """A command run as another user, who may read everything and write only in ``place``."""
    if os.geteuid() or shutil.which("setpriv") is None:
        pytest.skip("only root can become somebody else")
    os.chown(place, SOMEBODY, SOMEBODY)
    place.chmod(0o700)
    capability = ("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search")
    who = ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups", *capability]
    return [*who, "env", f"HOME={place}", f"XDG_RUNTIME_DIR={place}", f"MP_PLAYGROUND_DATA={place}", *inside]


# --- Programs ------------------------------------------------------------------------------------------


def a_directory(place: Path) -> None:
    (place / "package.py").mkdir()
    (place / "package").mkdir()
    for name in ("package.py", "package"):
        assert is_one_line(run([*RUN, name], place))


def recursion(place: Path) -> None:
    program = (
        "import multiprocessing as mp\ndef again():\n    child = mp.Process(target=again)\n"
        "    child.start()\n    child.join()\nif __name__ == '__main__':\n    again()\n"
    )
    words = [*PLAYGROUND, "run", "--headless", "--no-record", "--timeout", "1.5", "--max-processes", "8"]
    done = run([*words, written(place, program)], place)
    assert done.returncode == 124
    assert re.search(r"frozen: \d+ processes, limit 8 \(--max-processes\)", done.stderr)


def crash(place: Path) -> None:
    program = "import ctypes\nctypes.string_at(0)\n"
    done = run([*RUN, written(place, program)], place, PYTHONFAULTHANDLER="1")
    assert done.returncode == 128 + signal.SIGSEGV
    assert "Fatal Python error: Segmentation fault" in done.stderr
    assert "main was ended by SIGSEGV" in done.stderr


def killed_from_outside(place: Path) -> None:
    program = (
        "import multiprocessing as mp, os, time\ndef nap():\n    print(os.getpid(), flush=True)\n    time.sleep(60)\n"
        "if __name__ == '__main__':\n    child = mp.Process(target=nap, name='victim')\n"
        "    child.start()\n    child.join()\n"
    )
    with started([*RUN, written(place, program)], place) as running:
        os.kill(int(line_of(running.stdout)), signal.SIGKILL)
        _, said = running.communicate(timeout=60)
    assert "victim was ended by SIGKILL" in said
    assert "Perhaps the kernel's out-of-memory killer sent it" in said.replace("\n      ", " ")


def full_shared_memory(place: Path) -> None:
    """The program dies of its own write; journals, which lie there too, cost it nothing."""
    program = (
        "import multiprocessing as mp\nfrom multiprocessing.shared_memory import SharedMemory\n"
        "def fill(block):\n    block.buf[:] = bytes(len(block.buf))\n"
        "if __name__ == '__main__':\n    block = SharedMemory(create=True, size=4 << 20)\n"
        "    child = mp.Process(target=fill, args=(block,), name='filler')\n    child.start()\n    child.join()\n"
        "    block.close()\n    block.unlink()\n    print(child.exitcode)\n"
    )
    inside = mounted("mount -t tmpfs -o size=1m tmpfs /dev/shm")
    done = run([*inside, *RUN, "--json", written(place, program)], place)
    assert f"{-signal.SIGBUS}\n" in done.stderr
    found = summary_of(done)
    assert (found["outcome"], found["dropped"]) == ("finished", 0)
    assert found["verdict"] == "filler was ended by SIGBUS"
    assert "/dev/shm is perhaps full" in str(found["findings"])


def shared_memory_that_fills_up(place: Path) -> None:
    """It had room when the program began; journals go elsewhere then, and nothing of ours is a SIGBUS."""
    program = (
        "import multiprocessing as mp, os\nlock = mp.Lock()\n"
        "with open('/dev/shm/filler', 'wb', buffering=0) as filler:\n    try:\n"
        "        while True: filler.write(bytes(4096))\n    except OSError as error: print(error.errno)\n"
        "for _ in range(10_000):\n    with lock: pass\n"
    )
    inside = mounted("mount -t tmpfs -o size=2m tmpfs /dev/shm")
    found = summary_of(run([*inside, *RUN, "--json", written(place, program)], place))
    (acquired,) = (each["acquired"] for each in found["resources"] if each["name"] == "lock")
    assert (found["outcome"], found["dropped"], acquired) == ("finished", 0, 10_000)


def no_more_processes(place: Path) -> None:
    program = (
        "import multiprocessing as mp, resource, time\nif __name__ == '__main__':\n"
        "    resource.setrlimit(resource.RLIMIT_NPROC, (4, 4))\n"
        "    for _ in range(8): mp.Process(target=time.sleep, args=(0.2,)).start()\n"
    )
    own = place / "own"
    own.mkdir()
    done = run(as_somebody(own, *RUN, str(place / written(place, program))), place)
    assert done.returncode == 1
    assert "BlockingIOError: [Errno 11] Resource temporarily unavailable" in done.stderr
    assert "✗ failed after" in done.stderr


def no_process_for_us(place: Path) -> None:
    """Neither the playground nor its warden can start anything: one line."""
    own = place / "own"
    own.mkdir()
    program = (
        "import resource, sys\nfrom playground.cli import run_command_line\n"
        "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\nsys.exit(run_command_line(sys.argv[1:]))"
    )
    words = ["run", "--headless", "--no-record", str(place / written(place, HELLO))]
    done = run(as_somebody(own, sys.executable, "-c", program, *words), place)
    assert is_one_line(done), done.stderr
    assert "Resource temporarily unavailable" in done.stderr


# --- File systems --------------------------------------------------------------------------------------


def no_programs_in_the_run_directory(place: Path) -> None:
    runs = place / "runs"
    runs.mkdir()
    inside = mounted(f"mount -t tmpfs -o noexec,mode=700 tmpfs {runs}")
    done = run([*inside, *RUN, "--json", written(place, HELLO)], place, XDG_RUNTIME_DIR=str(runs))
    assert (done.returncode, summary_of(done)["outcome"]) == (0, "finished")


def no_runtime_directory(place: Path) -> None:
    done = run([*RUN, "--json", written(place, HELLO)], place, XDG_RUNTIME_DIR="/proc/no/such/place")
    assert (done.returncode, len(summary_of(done)["processes"])) == (0, 2)


def a_recording_beyond_memory(place: Path) -> None:
    """10 GB with nothing behind the valid part: opened up to there, or refused in one line; never a traceback."""
    path = place / "run.mpr.jsonl"
    shutil.copy(Path(__file__).parents[1] / "recordings" / "deadlock.mpr.jsonl", path)
    os.truncate(path, 10 << 30)
    replay = [*PLAYGROUND, "replay", "--headless", str(path)]
    done = run(["sh", "-c", 'ulimit -v 2000000; exec "$@"', "sh", *replay], place)
    assert done.returncode == 0 or is_one_line(done), done.stderr[-1000:]


# --- Names ---------------------------------------------------------------------------------------------

NAMES = ("../../x", "\x1b]52;c;AAAA\x07", "[/]", "", "a" * 100_000, "a\0b", "\udcff\u202e", "a\nb")
WORDS = (
    ("NAME",),
    ("run", "--headless", "NAME"),
    ("run", "--headless", "NAME.py"),
    ("run", "--headless", "-p", "NAME", "hello"),
    ("run", "--headless", "-p", "nap_ms=NAME", "hello"),
    ("run", "--headless", "--start-method", "xNAME", "hello"),
    ("run", "--headless", "--python", "/NAME", "program.py"),
    ("run", "--headless", "--max-processes", "NAME", "hello"),
    ("run", "--NAME"),
    ("replay", "--headless", "NAME"),
    ("attach", "--headless", "NAME"),
)


def hostile_arguments(place: Path) -> None:
    """Every argument that is taken, with every name: one short line without anything that a terminal obeys."""
    written(place, HELLO)
    program = (
        "import json, sys\nfrom playground.cli import run_command_line\nfor words in json.load(sys.stdin):\n"
        "    print(run_command_line(words), flush=True)\n    print('\\0', file=sys.stderr, flush=True)\n"
    )
    asked = [[word.replace("NAME", name) for word in words] for name in NAMES for words in WORDS]
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=place,
        timeout=90,
        check=True,
    )
    told = done.stderr.split("\0\n")[:-1]
    assert len(told) == len(asked)
    for words, code, text in zip(asked, done.stdout.split(), told, strict=True):
        assert (code, text.count("\n"), len(text) < 700) == ("2", 1, True), (words, code, text)
        assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]", text), (words, text)
    assert [path.name for path in place.iterdir() if path.name != "program.py"] == []


def hostile_names_of_recordings(place: Path) -> None:
    written(place, "print(1)")
    for name in ("\x1b]52;c;AAAA\x07", "[/]", "a" * 100_000):
        words = ["run", "--headless", "--record", name, "program.py"]
        program = f"from playground.cli import run_command_line\nraise SystemExit(run_command_line({words!r}))"
        done = run([sys.executable, "-c", program], place)
        assert (done.returncode, done.stdout) == (0, "1\n")
        assert "\x1b" not in done.stderr
        assert "Traceback" not in done.stderr


def names_that_are_no_text(place: Path) -> None:
    program = (
        "import multiprocessing as mp\nif __name__ == '__main__':\n"
        "    for name in (5, ('a', 1), b'x\\xff', 'n' * 1_000_000):\n"
        "        child = mp.Process(target=int, name=name)\n        child.start()\n        child.join()\n"
    )
    done = run([*RUN, "--json", written(place, program)], place)
    names = [process["name"] for process in summary_of(done)["processes"]]
    assert names[:4] == ["main", "5", "('a', 1)", "b'x\\xff'"]
    assert (done.returncode, len(names[4]) <= 20_000) == (0, True)


def a_flood_of_events(place: Path) -> None:
    """Whatever is not recorded is counted: what is told of the lock and what was dropped make up all that was done."""
    program = (
        "import multiprocessing as mp\ndef work(lock):\n    for _ in range(50_000):\n        with lock: pass\n"
        "if __name__ == '__main__':\n    lock = mp.Lock()\n"
        "    children = [mp.Process(target=work, args=(lock,)) for _ in range(2)]\n"
        "    for child in children: child.start()\n    for child in children: child.join()\n"
    )
    found = summary_of(run([*RUN, "--json", written(place, program)], place))
    (acquired,) = (each["acquired"] for each in found["resources"] if each["name"] == "lock")
    assert (found["outcome"], [process["exitcode"] for process in found["processes"]]) == ("finished", [0, 0, 0])
    assert acquired == 100_000 if not found["dropped"] else acquired <= 100_000


# --- Time and who is who -------------------------------------------------------------------------------

_WALL_CLOCK = {"time", "time_ns", "gmtime", "localtime", "strftime", "now", "utcnow", "today"}
_TELLS_THE_DATE = {
    *(("live.py", "strftime"), ("attach.py", "strftime")),
    *(("recording/library.py", "strftime"), ("recording/library.py", "gmtime"), ("recording/library.py", "time_ns")),
    *(("catalogue/progress.py", "strftime"), ("catalogue/progress.py", "gmtime")),
    *(("warden/rundir.py", "time"), ("cli/recordings.py", "now")),
    *(("tui/screens/pairs.py", "now"), ("tui/widgets/recordings.py", "now")),
}
"""They write when a run was, for people, or compare with the age of a file; no time of a run is reckoned with it."""


def the_wall_clock_is_not_used(_place: Path) -> None:
    root = Path(playground.__file__).parent
    users = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Attribute(ast.Name("time" | "datetime" | "date"), name)) if name in _WALL_CLOCK:
                    users.add((str(path.relative_to(root)), name))
    assert users == _TELLS_THE_DATE


def a_namespace_of_pids(place: Path) -> None:
    command = ["unshare", "-m", "-p", "-f", "--mount-proc", "--kill-child"]
    if shutil.which("unshare") is None or run([*command, "true"], Path("/")).returncode:
        pytest.skip("no namespaces of our own here")
    done = run([*command, *RUN, "--json", written(place, HELLO)], place)
    found = summary_of(done)
    pids = [process["pid"] for process in found["processes"]]
    assert (done.returncode, found["findings"], len(pids)) == (0, [], 2)
    assert max(pids) < 50


def hidden_processes(place: Path) -> None:
    own = place / "own"
    own.mkdir()
    inside = mounted("mount -t proc -o hidepid=2 proc /proc")
    command = as_somebody(own, *RUN, "--json", str(place / written(place, HELLO)))
    found = summary_of(run([*inside, *command], place))
    assert (found["outcome"], found["findings"], len(found["processes"])) == ("finished", [], 2)


def a_child_of_another_user(place: Path) -> None:
    """It cannot be ended: that is said, and the exit code is not 0."""
    own = place / "own"
    own.mkdir()
    becomes = place / "becomes"
    shutil.copy(shutil.which("setpriv") or "/usr/bin/setpriv", becomes)
    becomes.chmod(0o4755)
    program = (
        "import subprocess\nprocess = subprocess.Popen("
        f"[{str(becomes)!r}, '--reuid=0', '--clear-groups', 'sleep', '50'])\nprint(process.pid)\n"
    )
    words = [*PLAYGROUND, "run", "--headless", "--no-record", "--timeout", "1", str(place / written(place, program))]
    done = run(as_somebody(own, *words), place)
    assert done.stdout.strip().isdecimal(), done.stderr
    pid = int(done.stdout)
    try:
        assert Path(f"/proc/{pid}/comm").read_text() == "sleep\n"
    finally:
        os.kill(pid, signal.SIGKILL)
        becomes.unlink()
    assert done.returncode == 124
    assert f"could not be ended: pid {pid} (of another user" in done.stderr


# --- Streams and keys ----------------------------------------------------------------------------------


def a_stream_without_the_signs(place: Path) -> None:
    name = written(place, "print(1)", "日本\u202e.py")
    plain = {"PYTHONIOENCODING": "latin-1", "MP_PLAYGROUND_DATA": str(place)}
    done = run([*PLAYGROUND, "run", "--headless", name], place, **plain)
    assert (done.returncode, done.stdout) == (0, "1\n")
    assert re.search(r"^\+ finished after", done.stderr, re.MULTILINE)
    listed = run([*PLAYGROUND, "recordings"], place, **plain)
    assert (listed.returncode, "\\u65e5\\u672c" in listed.stdout) == (0, True), listed.stderr
    nothing = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **plain, "PYTHONIOENCODING": ""}
    assert run([*PLAYGROUND, "recordings"], place, **nothing).returncode == 0


def a_second_interrupt(place: Path) -> None:
    program = (
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(60)\n"
    )
    with started([*RUN, written(place, program)], place) as running:
        assert line_of(running.stdout) == "up\n"
        running.send_signal(signal.SIGINT)
        assert "once more ends the run" in line_of(running.stderr)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
    assert running.returncode == 130


def stopped_and_continued(place: Path) -> None:
    """The playground stands still for a while, as after ctrl+z; the program does not, and nothing is lost."""
    program = written(place, HELLO + "    import pathlib; pathlib.Path('over').touch()\n")
    texts = os.path.join(os.environ["XDG_RUNTIME_DIR"], "mpp-*", "**", "*.t")
    with started([*RUN, "--json", program], place) as running:
        wait_for(lambda: glob.glob(texts, recursive=True), 20)
        running.send_signal(signal.SIGSTOP)
        wait_for((place / "over").exists, 20)
        running.send_signal(signal.SIGCONT)
        told, _ = running.communicate(timeout=30)
    found = json.loads(told)
    assert (running.returncode, found["outcome"], found["dropped"], len(found["processes"])) == (0, "finished", 0, 2)


# --- Two at once, and interpreters ---------------------------------------------------------------------


def two_at_once(place: Path) -> None:
    command = [*PLAYGROUND, "run", "--headless", "--json", written(place, HELLO)]
    with started(command, place) as one, started(command, place) as other:
        found = [json.loads(each.communicate(timeout=60)[0]) for each in (one, other)]
    assert [each["outcome"] for each in found] == ["finished", "finished"]
    assert found[0]["recording"] != found[1]["recording"]
    pids = [process["pid"] for each in found for process in each["processes"]]
    assert len(set(pids)) == len(pids) == 4


def a_recording_opened_twice(place: Path) -> None:
    """While it is written, and then by two at the same time: readers only read."""
    written(place, HELLO + "    import sys; sys.stdin.read()\n")
    path = place / "run.mpr.jsonl"
    command = [*PLAYGROUND, "run", "--headless", "--json", "--record", str(path), "program.py"]
    replay = [*PLAYGROUND, "replay", "--headless", "--json", str(path)]
    with started(command, place) as running:
        assert line_of(running.stderr) == "hello\n"
        wait_for(lambda: path.exists() and path.stat().st_size > 0, 20)
        early = run(replay, place)
        told, _ = running.communicate(timeout=60)
    assert early.returncode == 0, early.stderr
    before = path.read_bytes()
    with started(replay, place) as one, started(replay, place) as other:
        for reader in (one, other):
            again = json.loads(reader.communicate(timeout=60)[0])
            assert again | {"recording": ""} == json.loads(told) | {"recording": ""}
    assert path.read_bytes() == before


def isolated(place: Path) -> None:
    wrapper = place / "isolated"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "$@"\n')
    wrapper.chmod(0o755)
    words = ["check", "--no-record", "--json", "--python", str(wrapper), written(place, HELLO)]
    done = run([*PLAYGROUND, *words], place)
    found = summary_of(done)
    assert (done.returncode, found["outcome"]) == (0, "finished")
    assert "hello\n" in done.stderr
    assert str(found["verdict"]).startswith("not observed: the program (its interpreter does not load the probe")
    assert run([*PLAYGROUND, "check", "--fail-on", "warning", *words[1:]], place).returncode == 1


def a_customization_that_fails(place: Path) -> None:
    written(place, "raise RuntimeError('mine fails')", "sitecustomize.py")
    plain = run([sys.executable, written(place, HELLO)], place, PYTHONPATH=str(place))
    done = run([*RUN, "--json", "--python", sys.executable, "program.py"], place, PYTHONPATH=str(place))
    assert plain.returncode == done.returncode == 0
    assert "RuntimeError: mine fails" in plain.stderr
    assert "RuntimeError: mine fails" in done.stderr
    assert [process["name"] for process in summary_of(done)["processes"]] == ["main", "sayer"]


def a_program_in_an_archive(place: Path) -> None:
    (place / "inside").mkdir()
    written(place / "inside", HELLO, "__main__.py")
    zipapp.create_archive(place / "inside", place / "program.pyz")
    done = run([*RUN, "--json", "program.pyz"], place)
    names = [process["name"] for process in summary_of(done)["processes"]]
    assert (done.returncode, names) == (0, ["main", "sayer"])


def the_playground_in_an_archive(place: Path) -> None:
    root = Path(playground.__file__).parent
    shutil.copytree(root, place / "inside" / "playground", ignore=shutil.ignore_patterns("__pycache__"))
    zipapp.create_archive(place / "inside", place / "playground.pyz", main="playground.__main__:main")
    done = run([sys.executable, "-I", "playground.pyz", "list"], place)
    assert is_one_line(done), done.stderr
    assert "pip install" in done.stderr
