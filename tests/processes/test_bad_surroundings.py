"""Bad programs, interpreters, limits and file systems: one line of ours, the program's own error, nothing left."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.commands import within

run = within(60)
RUN = [sys.executable, "-m", "playground", "run", "--headless"]
OTHERS = [Path(f"/root/.pyenv/versions/{version}/bin/python") for version in ("3.12.1", "3.13.0")]
OTHERS += [Path(found) for found in map(shutil.which, ("python3.12", "python3.13")) if found]


def without_addresses(text: str) -> str:
    return re.sub("0x[0-9a-f]+", "0x", text)


def is_usable(python: Path) -> bool:
    return os.access(python, os.X_OK) and run([str(python), "-c", ""], Path("/")).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_unreadable_program_is_one_line() -> None:
    directory = Path("/tmp") / f"mppt-unreadable-{os.getpid()}"
    directory.mkdir(mode=0o755)
    try:
        path = directory / "program.py"
        path.write_text("print(1)")
        path.chmod(0)
        program = (
            "import os, sys, playground.headless, playground.live, playground.target\n"
            "from playground.cli import run_command_line\nos.setresgid(65534, 65534, 65534)\n"
            f"os.setresuid(65534, 65534, 65534)\nsys.exit(run_command_line(['check', {str(path)!r}]))"
        )
        done = run([sys.executable, "-c", program], Path("/tmp"))
    finally:
        shutil.rmtree(directory)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "Permission denied; name a scenario or a readable Python file" in done.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def broken(:\n", "SyntaxError"),
        ("import no_such_module_anywhere\n", "ModuleNotFoundError: No module named 'no_such_module_anywhere'"),
        ("x = '\0'\n", "source code"),
        ("# -*- coding: nonsense -*-\n", "nonsense"),
        (
            "import multiprocessing as mp\nif __name__ == '__main__':\n    mp.set_start_method('spawn')\n"
            "    mp.Process(target=lambda: 0).start()\n",
            "Can't pickle",
        ),
    ],
)
def test_a_programs_own_error_is_shown_as_python_shows_it(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(text)
    plain = run([sys.executable, "program.py"], tmp_path)
    ours = run([*RUN, "program.py"], tmp_path)
    assert ours.returncode == plain.returncode == 1
    assert says in plain.stderr
    assert without_addresses(plain.stderr).splitlines()[-1] in without_addresses(ours.stderr)
    assert "✗ failed after" in ours.stderr
    assert run([sys.executable, "-m", "playground", "check", "program.py"], tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("/no/such/python", "there is no such file"),
        ("python99", "there is no such file"),
        ("text", "it is no executable file"),
        (".", "it is no executable file"),
        ("silent", "it does not answer as Python does"),
        ("fails", "it does not answer as Python does"),
        ("old", "it is Python 3.9; name a CPython of version 3.11 or newer"),
        ("other", "it is pypy; name a CPython of version 3.11 or newer"),
    ],
)
def test_an_interpreter_that_will_not_do_is_one_line(python: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("text")
    for name, does in {"silent": "", "fails": "exit 3", "old": "echo cpython 3 9", "other": "echo pypy 3 11"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "program.py").write_text("print(1)")
    named = python if "/" in python or python == "python99" else f"./{python}"
    done = run([*RUN, "--python", named, "program.py"], tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert says in done.stderr


def test_a_first_line_that_asks_for_another_version_is_mentioned(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("#!/usr/bin/env python3.99\nprint(1)\n")
    done = run([*RUN, "program.py"], tmp_path)
    assert (done.returncode, done.stdout) == (0, "1\n")
    assert "first line asks for Python 3.99" in done.stderr
    for line in ("#!/usr/bin/env python3", "#!/usr/bin/python{}.{}".format(*sys.version_info), "#!/bin/sh"):
        (tmp_path / "program.py").write_text(f"{line}\nprint(1)\n")
        assert "first line" not in run([*RUN, "program.py"], tmp_path).stderr


# --- Interpreters that will do -------------------------------------------------------------------------

SEES = """
import multiprocessing, sys
def work(results):
    import only_here
    results.put(only_here.word)
if __name__ == "__main__":
    import only_here
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        results = context.SimpleQueue()
        process = context.Process(target=work, args=(results,))
        process.start()
        print(method, results.get(), sys.prefix == sys.base_prefix)
        process.join()
"""


@pytest.mark.parametrize("how", ["--python", "VIRTUAL_ENV"])
def test_a_program_sees_the_packages_of_its_environment(how: str, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True, timeout=60)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "only_here.py").write_text("word = 'found'")
    (tmp_path / "program.py").write_text(SEES)
    options = ["--python", "venv/bin/python"] if how == "--python" else []
    variables = {} if options else {"VIRTUAL_ENV": str(environment)}
    done = run([*RUN, *options, "program.py"], tmp_path, **variables)
    assert done.stdout == "fork found False\nspawn found False\nforkserver found False\n", done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("python", [each for each in OTHERS if is_usable(each)], ids=str)
def test_other_versions_of_python_are_observed_as_well(python: Path, start_method: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import multiprocessing, sys\n"
        "def work(lock, results):\n"
        "    with lock: results.put(sys.version_info[:2])\n"
        "if __name__ == '__main__':\n"
        f"    context = multiprocessing.get_context({start_method!r})\n"
        "    lock, results = context.Lock(), context.Queue()\n"
        "    process = context.Process(target=work, args=(lock, results), name='other')\n"
        "    process.start()\n"
        "    print(results.get())\n"
        "    process.join()\n"
    )
    done = run([*RUN, "--json", "--python", str(python), "program.py"], tmp_path)
    summary = json.loads(done.stdout)
    assert (summary["outcome"], summary["findings"], summary["dropped"]) == ("finished", [], 0)
    assert {"main", "other"} <= {process["name"] for process in summary["processes"]}
    assert [each["acquired"] for each in summary["resources"] if each["name"] == "lock"] == [1]


# --- Limits and file systems ---------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [24, 16, 11, 9, 7])
def test_too_few_descriptors_are_said_by_the_program_or_in_one_line(limit: int, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import multiprocessing as mp\npipes = [mp.Pipe(duplex=False) for _ in range(30)]\n"
    )
    done = run(["sh", "-c", f'ulimit -n {limit}; exec "$@"', "sh", *RUN, "program.py"], tmp_path)
    assert done.returncode in {1, 2}
    assert "Too many open files" in done.stderr
    if done.returncode == 2:
        assert done.stderr.count("\n") == 1
    else:
        assert "✗ failed after" in done.stderr
        assert "playground/live.py" not in done.stderr


FILE_SYSTEMS = {
    "full": "mount -t tmpfs -o size=1m tmpfs /dev/shm && { head -c 2000000 /dev/zero > /dev/shm/filler 2>&- || true; }",
    "read-only": "mount -t tmpfs -o ro tmpfs /dev/shm",
    "missing": "d=$(mktemp -d) && mount -t tmpfs tmpfs $d && for n in null zero full random urandom tty; do "
    "touch $d/$n; mount --bind /dev/$n $d/$n; done; ln -s /proc/self/fd $d/fd; mount --rbind $d /dev",
}
NEEDS_SHM = """
import multiprocessing
if __name__ == "__main__":
    reader, writer = multiprocessing.Pipe()
    process = multiprocessing.Process(target=writer.send, args=("sent",), name="sender")
    process.start()
    print(reader.recv(), flush=True)
    process.join()
    multiprocessing.Lock()
"""


def _can_mount() -> bool:
    command = ["unshare", "-m", "sh", "-c", FILE_SYSTEMS["read-only"]]
    return shutil.which("unshare") is not None and run(command, Path("/")).returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="no mounts of our own here")
@pytest.mark.parametrize("kind", FILE_SYSTEMS)
def test_without_shared_memory_the_program_tells_and_the_run_is_recorded(kind: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(NEEDS_SHM)
    inside = ["unshare", "-m", "sh", "-c", f'{FILE_SYSTEMS[kind]}; exec "$@"', "sh"]
    plain = run([*inside, sys.executable, "program.py"], tmp_path)
    ours = run([*inside, *RUN, "--json", "program.py"], tmp_path)
    assert plain.returncode == ours.returncode == 1
    assert plain.stdout == "sent\n"
    assert "sent\n" in ours.stderr
    assert plain.stderr.splitlines()[-1] in ours.stderr.splitlines()
    assert ("mp-playground: /dev/shm cannot be written: " in ours.stderr) == (kind != "full")
    summary = json.loads(ours.stdout)
    assert (summary["outcome"], summary["dropped"]) == ("failed", 0)
    assert [process["exitcode"] for process in summary["processes"]] == [1, 0]
    assert [finding["kind"] for finding in summary["findings"]] == ["unhandled_exception"]
