"""A scenario in a file of the user's: from ``new`` over ``run`` to the list and the board, as ours are."""

import json
import os
import sys
from pathlib import Path

import pytest

from playground.catalogue import yours
from tests.processes.commands import playground, within

run = within(60)
COMMAND = [sys.executable, "-m", "playground"]
QUICK = ("-p", "gap_ms=5", "-p", "times=10")


def test_what_new_writes_runs_at_once_and_is_a_scenario_like_ours(tmp_path: Path) -> None:
    made = run([*COMMAND, "new", "my_race"], tmp_path)
    assert (made.returncode, "mp-playground run my_race.py" in made.stdout) == (0, True), made.stderr
    told = {}
    for variant in ("broken", "fixed"):
        knobs = (*QUICK, "-p", f"variant={variant}")
        done = run([*COMMAND, "run", "--headless", "--json", *knobs, "my_race.py"], tmp_path)
        told[variant] = json.loads(done.stdout)
    assert told["broken"]["scenario"] == "my_race.py"
    assert told["fixed"]["parameters"] == {"variant": "fixed", "workers": 3, "times": 10, "gap_ms": 5.0}
    assert told["fixed"]["verdict"] == "counted 30 of 30"
    assert told["broken"]["verdict"].startswith("lost ")
    plain = run([sys.executable, "my_race.py", "times=1", "variant=fixed"], tmp_path)
    assert (plain.stdout, plain.stderr) == ("counted 3 of 3\n", "")
    wrong = run([*COMMAND, "run", "--headless", "-p", "times=0", "my_race.py"], tmp_path)
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "mp-playground: times=0: times takes a whole number from 1 to 1000\n",
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("there", "there.py is there already, and stays as it is"),
        ("queue", "would hide Python's own module queue"),
        ("a-b", "'a-b' cannot be imported"),
        ("no/such/place", "cannot write no/such/place.py: No such file or directory"),
        ("\x1b[2J", r"'\x1b[2J' cannot be imported"),
    ],
)
def test_new_refuses_in_one_line(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "there.py").write_text("mine")
    done = run([*COMMAND, "new", name], tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr
    assert os.listdir(tmp_path) == ["there.py"]
    assert (tmp_path / "there.py").read_text() == "mine"


def test_ones_own_are_listed_run_by_name_and_stand_on_the_board(tmp_path: Path) -> None:
    folder = yours.folder()
    folder.mkdir(parents=True)
    assert run([*COMMAND, "new", str(folder / "my_race")], tmp_path).returncode == 0
    (folder / "slip.py").write_text("def main(:\n")
    listed = json.loads(playground("list", "--json").stdout)
    mine = {each["name"]: each for each in listed if each["topic"] == "yours"}
    assert [parameter["name"] for parameter in mine["yours/my_race"]["parameters"]] == [
        *("variant", "workers", "times", "gap_ms"),
    ]
    assert mine["yours/slip"]["problem"].startswith("SyntaxError: ")
    done = playground("run", "--headless", *QUICK, "my_race")
    assert done.returncode == 0, done.stderr
    board = json.loads(playground("board", "--json").stdout)
    assert (board["run"], board["of"]) == (1, len(listed))
    assert [(each["name"], each["variant"]) for each in board["verdicts"]] == [("yours/my_race", "broken")]
    assert board["verdicts"][0]["verdict"].startswith("lost ")
    wrong = playground("run", "--headless", "slip")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert wrong.stderr.startswith("mp-playground: yours/slip cannot be run: SyntaxError: ")


def test_a_run_that_is_not_kept_does_not_count() -> None:
    assert playground("run", "--headless", "--no-record", "-p", "nap_ms=0", "hello").returncode == 0
    assert json.loads(playground("board", "--json").stdout)["run"] == 0
