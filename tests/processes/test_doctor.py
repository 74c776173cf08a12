"""The examination of this machine, and of worse ones: it tells, changes nothing and leaves nothing behind."""

import json
import os
import sys
from pathlib import Path

import pytest

from playground.warden import janitor, rundir
from tests.conftest import wait_for
from tests.processes.faults import PLAYGROUND, as_somebody, mounted, run, started
from tests.processes.thorough import THOROUGH
from tests.ui.terminal import Terminal

DOCTOR = [*PLAYGROUND, "doctor"]
PARTS = ("python", "machine", "terminal", "shared_memory", "start_methods", "rights", "runs", "recordings")


def level(told: str, name: str) -> str:
    (found,) = (check["level"] for check in json.loads(told)["checks"] if check["name"] == name)
    return str(found)


def test_everything_is_told_in_one_object(tmp_path: Path) -> None:
    done = run([*DOCTOR, "--json"], tmp_path)
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr, found["works"]) == (0, "", True)
    assert set(found) == {"format", "works", "checks", *PARTS}
    assert list(found["start_methods"]) == ["fork", "spawn", "forkserver"]
    assert all(trial["works"] and trial["observed"] for trial in found["start_methods"].values())
    assert found["python"]["executable"] == sys.executable
    assert found["machine"]["usable_cores"] == len(os.sched_getaffinity(0))
    assert found["runs"]["base"] == os.environ["XDG_RUNTIME_DIR"]
    assert not Path(os.environ["MP_PLAYGROUND_DATA"]).exists()


ALWAYS = {"env -i", "no-stdin-no-stderr", "latin-1"}
"""The others on demand."""
BAD = {
    "env -i": (["env", "-i"], {}),
    "no-stdin-no-stderr": (["sh", "-c", 'exec "$@" <&- 2>&-', "sh"], {}),
    "dumb": ([], {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "x"}),
    "latin-1": ([], {"PYTHONIOENCODING": "latin-1"}),
    "C": ([], {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "nowhere": ([], {"HOME": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent", "TMPDIR": "/nonexistent"}),
    "few-files": (["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"], {}),
}


@pytest.mark.parametrize("name", [pytest.param(each, marks=() if each in ALWAYS else THOROUGH) for each in BAD])
def test_it_works_in_bad_surroundings(name: str, tmp_path: Path) -> None:
    prefix, variables = BAD[name]
    done = run([*prefix, *DOCTOR], tmp_path, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    sign = "+" if name in {"latin-1", "C"} else "✓"
    assert f"\n{sign} forkserver     a child was started and observed" in done.stdout
    assert f"\n{sign} everything that is needed works" in done.stdout
    assert ("\n! limits" in done.stdout) == (name == "few-files")


def test_without_shared_memory_it_says_what_does_not_work(tmp_path: Path) -> None:
    done = run([*mounted("mount -t tmpfs -o ro tmpfs /dev/shm"), *DOCTOR], tmp_path)
    assert done.returncode == 1
    assert "✗ shared memory  /dev/shm cannot be written" in done.stdout
    assert "✗ fork           the program that was tried failed: OSError: [Errno 30] Read-only file" in done.stdout
    assert "✗ 4 of the things that are needed do not work" in done.stdout


def test_what_is_small_or_cannot_be_written_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    command = f"mount -t tmpfs -o size=64m tmpfs /dev/shm && mount -t tmpfs -o ro tmpfs {tmp_path / 'data'}"
    done = run([*mounted(command), *DOCTOR, "--json"], tmp_path)
    assert done.returncode == 0
    assert [level(done.stdout, name) for name in ("shared memory", "recordings")] == ["warning", "warning"]


def test_without_proc_it_says_so(tmp_path: Path) -> None:
    done = run([*mounted("mount -t tmpfs tmpfs /proc"), *DOCTOR, "--json"], tmp_path)
    assert (done.returncode, level(done.stdout, "inspection")) == (1, "error")
    assert json.loads(done.stdout)["start_methods"] == {}


def test_for_another_user(tmp_path: Path) -> None:
    done = run(as_somebody(tmp_path, *DOCTOR, "--json"), tmp_path)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["rights"]["root"] is False


def test_an_abandoned_run_is_found_and_cleared(tmp_path: Path) -> None:
    made = rundir.create()
    made.let_go()
    done = run([*DOCTOR, "--json"], tmp_path)
    assert json.loads(done.stdout)["runs"]["abandoned"] == [made.run]
    assert not Path(made.path).exists()


@pytest.mark.parametrize("controller", ["pids", pytest.param("memory", marks=THOROUGH)])
def test_limits_of_control_groups_are_read(controller: str, tmp_path: Path) -> None:
    group = Path("/sys/fs/cgroup", controller, f"mppt-{os.getpid()}")
    file = {"memory": "memory.limit_in_bytes", "pids": "pids.max"}[controller]
    try:
        group.mkdir()
        (group / file).write_text(str(1 << 30 if controller == "memory" else 150))
    except OSError:
        pytest.skip("no control groups of our own here")
    try:
        done = run(["sh", "-c", f'echo $$ > {group}/cgroup.procs; exec "$@"', "sh", *DOCTOR, "--json"], tmp_path)
    finally:
        wait_for(lambda: not (group / "cgroup.procs").read_text())
        group.rmdir()
    machine = json.loads(done.stdout)["machine"]
    if controller == "memory":
        assert machine["memory_limit"] == 1 << 30
    else:
        assert (machine["process_limit"], level(done.stdout, "limits")) == (150, "warning")


def test_ended_in_the_middle_it_leaves_nothing(tmp_path: Path) -> None:
    runs = Path(os.environ["XDG_RUNTIME_DIR"])
    with started(DOCTOR, tmp_path) as running:
        wait_for(lambda: list(runs.glob("mpp-*/text/*.t")), 20)
        running.terminate()
        running.communicate(timeout=20)
    janitor.clear_abandoned()  # as the next start does: the next check may just have made its directory
    # the check that every test ends with finds what is left


def test_in_a_terminal_it_fits_and_needs_no_screen(tmp_path: Path) -> None:  # noqa: ARG001  # keeps directories apart
    program = (
        "import sys\nfrom playground.cli import run_command_line\ncode = run_command_line(['doctor'])\n"
        "sys.exit(code or 'textual' in sys.modules)"
    )
    terminal = Terminal(command=[sys.executable, "-c", program], size=(80, 30))
    try:
        assert terminal.ended() == 0
        text = terminal.written.decode()
    finally:
        terminal.close()
    told = text.rpartition("\r")[0].partition("mp-playground ")[2]
    assert "\x1b[1;32m✓ \x1b[0m" in told
    assert "xterm-256color, 80 x 30" in told
    plain = "".join(part.partition("m")[2] if i else part for i, part in enumerate(told.split("\x1b[")))
    assert max(map(len, plain.replace("\r", "").splitlines())) <= 80
