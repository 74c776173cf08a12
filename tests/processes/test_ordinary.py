"""Ordinary correct programs: whatever is found in them is a false alarm."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.processes.commands import playground
from tests.processes.thorough import first_of_each

PROGRAMS = sorted((Path(__file__).parent / "ordinary").glob("*.py"))
METHODS = ("fork", "spawn", "forkserver")
RUNS = first_of_each((path.stem, method) for path in PROGRAMS for method in METHODS)


@pytest.mark.parametrize(("name", "method"), RUNS)
def test_nothing_is_found_in_a_correct_program(name: str, method: str) -> None:
    path = Path(__file__).parent / "ordinary" / f"{name}.py"
    done = playground("check", "--json", "--fail-on", "warning", "--timeout", "60", str(path), method)
    assert done.stdout, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    found = [finding for finding in summary["findings"] if finding["severity"] != "info"]
    assert (summary["outcome"], found) == ("finished", [])
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) >= 1, "the program says what it got"
