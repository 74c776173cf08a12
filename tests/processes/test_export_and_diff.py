"""The commands that export a recording and compare two, as a person types them."""

import json
from pathlib import Path

from playground.history import RunInfo
from playground.probe import layout
from playground.recording import directory
from tests.processes.commands import playground
from tests.recordings import DEADLOCK
from tests.unit import recordings
from tests.unit.rows import Run


def recorded(path: Path, *order: str) -> Path:
    run = Run()
    a = run.process("A", role="main")
    for t, (name, number) in enumerate(zip(order, map(run.resource, order), strict=True), 1):
        assert name
        run.row(t, a, layout.ACQUIRED, number)
    run.ended(50, a, len(order))
    run.row(60, a, layout.RUN_ENDED)
    info = RunInfo("topic/name", "Title", {"variant": order[0]}, (), "fork", "", "name.py")
    recordings.write(path, [run.batch()], info=info)
    return path


def test_the_last_recording_goes_to_stdout_or_to_a_file(tmp_path: Path) -> None:
    directory().mkdir(parents=True)
    (directory() / "a.mpr.jsonl").write_bytes(DEADLOCK.read_bytes())
    done = playground("export", "--to", "json", "-o", "-", "last")
    replayed = playground("replay", "--headless", "--json", "a.mpr.jsonl")
    assert (done.returncode, done.stderr, replayed.returncode) == (0, "", 0)
    assert done.stdout == replayed.stdout
    target = tmp_path / "x.html"
    done = playground("export", "-o", str(target), "last")
    assert (done.returncode, done.stdout) == (0, "")
    assert "it contains source of the main file, all output" in done.stderr
    assert "deadlock of 2" in target.read_text()
    done = playground("export", "--to", "perfetto", "--at", "1", "last")
    assert (done.returncode, done.stderr) == (2, "mp-playground: --at goes with svg, not with perfetto\n")


def test_the_difference_of_two_recordings_and_of_a_summary(tmp_path: Path) -> None:
    one = recorded(tmp_path / "one.mpr.jsonl", "first", "second")
    other = recorded(tmp_path / "other.mpr.jsonl", "first", "third", "second")
    done = playground("diff", str(one), str(other))
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("process A  exit code  2 ", "A after 1 event in common", "- takes `second`", "+ takes `third`"):
        assert words in done.stdout, done.stdout
    summary = tmp_path / "one.json"
    summary.write_text(playground("replay", "--headless", "--json", str(one)).stdout)
    found = json.loads(playground("diff", "--json", str(summary), str(other)).stdout)
    rows = {(row["name"], row["what"]): (row["one"], row["other"]) for row in found["rows"] if row["differs"]}
    assert rows[("A", "exit code")] == (2, 3)
    assert rows[("third", "")] == (None, "there")
    assert found["divergences"] == []
    summary.write_text('{"format": 1, "scenario": 7}')
    done = playground("diff", str(summary), str(other))
    assert done.returncode == 2
    assert "neither a recording nor a summary: Expected `str`, got `int` - at `$.scenario`" in done.stderr
