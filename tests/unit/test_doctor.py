"""What facts about a machine mean: each fact that matters, changed one at a time."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from playground.cli import run_command_line
from playground.doctor.check import amount
from playground.doctor.facts import Facts
from playground.doctor.judgement import judge
from playground.doctor.machine import Machine, Python
from playground.doctor.places import Recordings, Runs, SharedMemory
from playground.doctor.rights import Rights
from playground.doctor.terminal import Terminal
from playground.doctor.trials import Trial

GIB = 1 << 30
WELL = Facts(
    Python("1.0", "3.11.7", "CPython", "/bin/python", "/bin/python", "3.11", ""),
    Machine(
        *("linux", "6.1", 4, 4, None, 16 * GIB, 8 * GIB, None, None, 30_000, 1024, None, 0),
        *(True, True, "CLOCK_MONOTONIC", 1e-9, True),
    ),
    Terminal(True, True, True, "xterm", 120, 40, "truecolor", False, True, "C.UTF-8", "utf-8", True),
    SharedMemory(True, True, 8 * GIB, 8 * GIB),
    {"fork": Trial(True, True, True, 0.2, "")},
    Rights(True, False, True, True, True, True, True, True, 0, "/bin/py-spy"),
    Runs("/run/user/1000", "", GIB, 49, ()),
    Recordings("/home/a/recordings", "", GIB, 3, 3 << 20),
)


def changed(part: str, **fields: Any) -> Callable[[], Facts]:
    return lambda: replace(WELL, **{part: replace(getattr(WELL, part), **fields)})


def tried(**fields: Any) -> Callable[[], Facts]:
    return lambda: replace(WELL, start_methods={"fork": replace(WELL.start_methods["fork"], **fields)})


def test_where_everything_is_well_nothing_else_is_said() -> None:
    assert {check.level for check in judge(WELL)} == {"ok"}


@pytest.mark.parametrize(
    ("facts", "name", "level", "says"),
    [
        (changed("python", problem="it is Python 3.9"), "python", "error", "cannot be run: it is Python 3.9"),
        (changed("machine", pidfd=False), "system", "error", "no pidfd"),
        (changed("machine", subreaper=False), "system", "error", "no subreaper"),
        (changed("machine", usable_cores=1), "cores", "warning", "take turns"),
        (changed("machine", cpu_limit=0.5), "cores", "warning", "gives time of 0.5"),
        (changed("machine", process_limit=50), "limits", "warning", "EAGAIN"),
        (changed("machine", user_processes=50), "limits", "warning", "50 processes"),
        (changed("machine", open_files=64), "limits", "warning", "EMFILE"),
        (changed("machine", file_size=1 << 20), "limits", "warning", "1 MiB): recordings end there"),
        (changed("machine", clock_goes_forward=False), "clock", "error", "goes back"),
        (changed("machine", clock_resolution_s=0.01), "clock", "error", "too coarse"),
        (changed("terminal", stdout=False), "terminal", "warning", "none on stdout"),
        (changed("terminal", term="dumb"), "terminal", "warning", "cannot show screens"),
        (changed("terminal", columns=50), "terminal", "warning", "too small"),
        (changed("terminal", glyphs=False, encoding="latin-1"), "signs", "warning", "latin-1 cannot write"),
        (changed("shared_memory", there=False), "shared memory", "error", "/dev/shm is missing"),
        (changed("shared_memory", writable=False), "shared memory", "error", "cannot be written"),
        (changed("shared_memory", size=64 << 20, free=60 << 20), "shared memory", "warning", "SIGBUS"),
        (changed("shared_memory", free=0), "shared memory", "warning", "0 KiB free of 8.0 GiB"),
        (tried(available=False), "fork", "warning", "does not have it"),
        (tried(works=False, problem="OSError: no"), "fork", "error", "failed: OSError: no"),
        (tried(observed=False), "fork", "error", "not observed"),
        (changed("rights", proc=False), "inspection", "error", "/proc is not mounted"),
        (changed("rights", calls=False), "inspection", "warning", "no proof of deadlocks"),
        (changed("rights", memory=False), "inspection", "warning", "raw values"),
        (changed("rights", environment=False), "inspection", "warning", "left by killed runs"),
        (changed("rights", children=False), "inspection", "warning", "children without a probe"),
        (changed("rights", others=False), "attach", "warning", "hidepid"),
        (changed("rights", ptrace_scope=1), "attach", "warning", "root only"),
        (changed("rights", ptrace_scope=2), "attach", "warning", "root only"),
        (changed("rights", ptrace_scope=3, root=True), "attach", "warning", "nobody"),
        (changed("runs", base="", problem="Read-only file system"), "runs", "error", "Read-only file system"),
        (changed("runs", free=0), "runs", "warning", "little for journals"),
        (changed("runs", abandoned=("0123abcd",)), "left over", "warning", "0123abcd"),
        (changed("recordings", problem="Permission denied"), "recordings", "warning", "none can be added"),
        (changed("recordings", free=0), "recordings", "warning", "only 0 KiB free"),
    ],
)
def test_what_is_found_is_judged(facts: Callable[[], Facts], name: str, level: str, says: str) -> None:
    checks = judge(facts())
    (found,) = (check for check in checks if check.level != "ok")
    assert (found.name, found.level) == (name, level)
    assert says in found.text


@pytest.mark.parametrize(
    ("facts", "name", "says"),
    [
        (changed("python", programs="/b/python", programs_version="3.13"), "python", "3.13 programs: /b/python"),
        (changed("machine", memory_limit=GIB), "memory", "beyond 1.0 GiB"),
        (changed("machine", core_size=None), "limits", "core files"),
        (changed("terminal", mouse=False), "terminal", "everything has a key"),
        (changed("terminal", no_color=True), "signs", "NO_COLOR"),
        (changed("rights", schedstat=False), "inspection", "context switches"),
        (changed("rights", py_spy=""), "attach", "without lines of source"),
        (changed("rights", ptrace_scope=1, root=True), "attach", "to all programs"),
    ],
)
def test_what_is_no_harm_is_told_too(facts: Callable[[], Facts], name: str, says: str) -> None:
    (text,) = (check.text for check in judge(facts()) if check.name == name)
    assert says in text
    assert {check.level for check in judge(facts())} == {"ok"}


def test_every_problem_comes_with_what_to_do() -> None:
    bad = replace(WELL, shared_memory=SharedMemory(False, False, 0, 0), runs=replace(WELL.runs, problem="no"))
    assert all(check.advice for check in judge(bad) if check.level == "error")


def test_facts_are_json() -> None:
    assert json.loads(json.dumps(to_builtins(WELL)))["start_methods"]["fork"]["observed"] is True


def test_where_nothing_can_be_run_that_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert run_command_line(["doctor"]) == 1
    assert capsys.readouterr().err == (
        "mp-playground: this is darwin, and runs need Linux; recordings can be replayed here\n"
    )


@pytest.mark.parametrize(("size", "said"), [(0, "0 KiB"), (1 << 20, "1 MiB"), (3 << 29, "1.5 GiB")])
def test_bytes_are_said_as_people_say_them(size: int, said: str) -> None:
    assert amount(size) == said
