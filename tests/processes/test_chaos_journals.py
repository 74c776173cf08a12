"""Short forms of what ``python -m tests.chaos kills holds damaged faults sizes`` does many times."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from playground.recording import Writer, open_recording
from tests.chaos import damaged, faults, holds, kills, sizes
from tests.processes.thorough import THOROUGH

SOON = {"a negative pid", "indexes at the limits", "nested 100,000 deep", "half a character"}
NTH = {
    ("probe", "fallocate"): 3,
    ("main", "write"): 3,
    ("main", "open"): 1,
    ("warden", "fork"): 1,
    ("warden", "pipe"): 2,
    ("warden", "write"): 1,
}
"""Role and call to which of the calls fails."""
MOUNTS = pytest.mark.skipif(not sizes.can_mount(), reason="no mounts of our own here")


@pytest.mark.parametrize(
    ("how", "method", "count"), [("threads", "fork", 2), ("rolling", "spawn", 2), ("forks", "fork", 1)]
)
def test_a_killed_process_loses_nothing_that_it_had_finished(how: str, method: str, count: int, tmp_path: Path) -> None:
    assert kills.kill_writers(how, method, count, random.Random(1), tmp_path) == []


def test_rows_tell_of_holds_in_their_order(tmp_path: Path) -> None:
    followed = holds.hold("fork", 3000, 1, tmp_path)
    assert followed.problems == []
    assert followed.acquires > 10_000


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> damaged.Whole:
    """A real recording, written again so that its checkpoints are chained."""
    old = open_recording(damaged.OLD)
    path = tmp_path_factory.mktemp("sound") / "a.mpr.jsonl"
    writer = Writer(path, old.info)
    writer.append(old.batch)
    writer.finish(old.summary or {})
    return damaged.whole(path)


@pytest.mark.parametrize("kind", damaged.DAMAGE)
def test_no_damage_is_taken_for_what_was_recorded(kind: str, sound: damaged.Whole, tmp_path: Path) -> None:
    dice, other = random.Random(7), damaged.OLD.read_bytes()
    for number in range(60):
        data = damaged.DAMAGE[kind](sound.data, dice, other)
        assert damaged.problem_of(tmp_path / "damaged.mpr.jsonl", data, sound) == "", number
    assert damaged.show(tmp_path / "damaged.mpr.jsonl") == ""


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(what, marks=() if what in SOON else THOROUGH)
        for what in damaged.HOSTILE
        if "million" not in what  # the long form has these
    ],
)
def test_what_no_run_would_write_is_shown_safely_or_refused(what: str, tmp_path: Path) -> None:
    assert damaged.hostile(what, tmp_path / "hostile.mpr.jsonl").problem == ""


@pytest.fixture(scope="module")
def preloaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that lets calls fail."""
    made = faults.library(tmp_path_factory.mktemp("fault"))
    if made is None:
        pytest.skip("no C compiler here")
    return made


@pytest.mark.parametrize(
    ("fault", "number"),
    [(each, NTH[each.role, each.call]) for each in faults.FAULTS if (each.role, each.call) in NTH],
    ids=lambda each: each.name if isinstance(each, faults.Fault) else str(each),
)
def test_a_call_that_fails_costs_no_more_than_it_must(
    fault: faults.Fault, number: int, preloaded: Path, tmp_path: Path
) -> None:
    assert faults.run_with(fault, number, preloaded, tmp_path) == (True, "")


@MOUNTS
def test_journals_leave_room_in_shared_memory(tmp_path: Path) -> None:
    assert sizes.run(12, 3000, tmp_path)[0] == ""


@MOUNTS
@pytest.mark.parametrize("fill", ["", "head -c 2000000 /dev/zero > small/filler 2>&-;"], ids=["later", "at once"])
def test_a_full_disk_ends_the_recording_and_not_the_run(fill: str, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "program.py").write_text(
        "import multiprocessing, sys\nlock = multiprocessing.Lock()\n"
        "for _ in range(25_000):\n    with lock: pass\nprint('went on')\nsys.exit(5)\n"
    )
    path = tmp_path / "small" / "a.mpr.jsonl"
    inside = f'mount -t tmpfs -o size=1m tmpfs small; {fill} "$@"; code=$?; cp small/*.mpr.jsonl . 2>&-; exit $code'
    command = [sys.executable, "-m", "playground", "run", "--headless", "--record", str(path), "program.py"]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", inside, "sh", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (5, "went on\n"), done.stderr
    (said,) = [line for line in done.stderr.splitlines() if "No space left on device" in line]
    assert str(path) in said
    assert "choose another place by --record" in said
    assert "✗ failed after" in done.stderr
    kept = tmp_path / path.name
    assert ("recorded in" in done.stderr) == kept.exists() == (not fill)
    if kept.exists():
        opened = open_recording(kept)
        assert len(opened.batch) > 1000
        assert (opened.summary, len(opened.notices)) == (None, 1)
