"""A smoke run of the benchmarks: they measure something; whether budgets are kept is for a quiet machine to say."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_few_rounds_give_figures_and_write_them_down(tmp_path: Path) -> None:
    told, tables = tmp_path / "figures.json", tmp_path / "tables.md"
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks",
        "--rounds",
        "2",
        "--json",
        str(told),
        "--markdown",
        str(tables),
    ]
    done = subprocess.run([*command, "events", "sampling", "tables"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    parts = json.loads(told.read_text())["parts"]
    assert list(parts) == ["events", "sampling", "tables"]
    assert all(figure["measured"] > 0 for figures in parts.values() for figure in figures)
    assert done.stdout.count("kept") + done.stdout.count("MISSED") == tables.read_text().count("| kept |") + (
        tables.read_text().count("**missed**")
    )
