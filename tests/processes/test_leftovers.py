"""Nothing is left behind, whoever is killed; the long form is in tests/chaos."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.leftovers import finish, start, why_not

FORKING = "import os, time\nfor _ in range(20): os.fork() or time.sleep(60)\ntime.sleep(60)\n"
SEVERAL = (
    [
        ("plain-forkserver", "Q"),
        ("everything-fork", "KILL playground"),
        ("stubborn", "TERM"),
        ("daemon-exec", "KILL playground+warden"),
    ],
    [
        ("everything-spawn", "KILL warden"),
        ("tracker-killed", "terminal hangs up"),
        ("host-exits", "KILL foster"),
        ("bomb", "KILL warden+foster"),
    ],
    [
        ("daemon", "STOP warden, then KILL playground"),
        ("plain-spawn", "KILL playground+warden+foster+host"),
        ("stubborn", "STOP host, then Q"),
        ("bomb", "Q"),
    ],
)
"""Four at a time."""


@pytest.fixture(scope="module")
def _worlds() -> None:
    if problem := why_not():
        pytest.skip(f"no worlds of their own here: {problem}")


@pytest.mark.usefixtures("_worlds")
@pytest.mark.parametrize("several", SEVERAL, ids=str)
def test_nothing_is_left(several: list[tuple[str, str]]) -> None:
    started = [start(kind, way) for kind, way in several]
    assert [problem for each in started if (problem := finish(each).problem)] == []


def test_a_frozen_run_that_nobody_can_look_at_is_ended_and_says_who_forked(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(FORKING)
    command = [sys.executable, "-m", "playground", "check", "--max-processes", "8", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "processes, limit 8 (--max-processes); main (pid " in done.stderr
    assert "forked most; so the run was ended" in done.stderr
