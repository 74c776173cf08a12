"""Scenarios of the user's own: found, described in a process of their own, and harmless when they are broken."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from playground import kept, target
from playground.catalogue import discovery, yours
from playground.errors import PlaygroundError
from playground.scenario import Scenario
from playground.warden import kernel
from tests.conftest import wait_for

GOOD = '''
"""# One of mine

What *I* teach.
"""
from typing import Annotated, Literal
from playground.scenario import Range, report, run, scenario

@scenario(covers=["X1"], expect=lambda values: {"total": values["n"] * 2}, outcomes={"broken": "stuck"})
def main(variant: Literal["broken", "fixed"] = "broken", n: Annotated[int, Range(1, 9), "how many"] = 3) -> None:
    report("done")
'''


@pytest.fixture
def write() -> Callable[[str, str], Path]:
    """Put a file into the user's folder."""

    def write(name: str, text: str) -> Path:
        path = yours.folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip())
        return path

    return write


Write = Callable[[str, str], Path]


def only() -> Scenario:
    (one,) = yours.describe_all()
    return one


def test_files_are_found_by_topic_and_described_as_ours_are(write: Write) -> None:
    path = write("mine.py", GOOD)
    write("pools/other.py", GOOD)
    write("_no.py", GOOD)
    write("notes.txt", GOOD)
    mine, other = sorted(yours.describe_all(), key=lambda each: each.name, reverse=True)
    assert (mine.name, other.name, mine.problem, other.problem) == ("yours/mine", "pools/other", "", "")
    assert (mine.title, mine.lesson, mine.covers) == ("One of mine", "What *I* teach.", ("X1",))
    assert mine.parse({"n": "9"}) == {"variant": "broken", "n": 9}
    assert (mine.variants, mine.outcome({"variant": "broken"})) == (("broken", "fixed"), "stuck")
    assert mine.command == (str(path),)
    assert mine.expect({"variant": "fixed", "n": 4}) == {"total": 8}
    known = discovery.with_own([mine, other])
    assert known[-1] == mine
    assert known.index(other) == max(i for i, each in enumerate(known) if each.topic == "pools")


def test_a_scenario_is_told_from_a_program_without_running_it() -> None:
    assert yours.is_scenario(dedent(GOOD))
    assert yours.is_scenario(dedent(GOOD).replace("@scenario", "@playground.scenario.scenario"))
    for other in ("def main(): pass", "main = 3", "def main(:", "\x00", "@scenario\ndef main(): pass", "(" * 9000):
        assert not yours.is_scenario(other)


BROKEN = {
    "a slip of the pen": ("def main(:\n    pass\n", "SyntaxError: invalid syntax, line 1"),
    "no such module": ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all', line 1"),
    "an error": ("x = 1\n1 / 0\n", "ZeroDivisionError: division by zero, line 2"),
    "it leaves": ("import sys\nsys.exit(3)\n", "SystemExit: 3, line 2"),
    "it kills itself": ("import os\nos._exit(7)\n", "its import ended the interpreter, with 7"),
    "no scenario": ("def main(): pass\n", "it has no function main with the decorator"),
    "no default": (GOOD.replace("main(variant", "main(*, m: int, variant"), "the parameter m of main needs a default"),
    "no type": (GOOD.replace('Annotated[int, Range(1, 9), "how many"]', "object"), "has to be an int, float, bool"),
    "a default out of range": (GOOD.replace("= 3)", "= 30)"), "n=30: n takes a whole number from 1 to 9"),
    "a name that none can type": (GOOD.replace("n: Ann", "größe: Ann"), "größe of main is typed on the command line"),
}


@pytest.mark.parametrize(("text", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_one_is_told_in_one_line_and_cannot_be_run(write: Write, text: str, says: str) -> None:
    write("broken.py", text)
    one = only()
    assert says in one.problem
    assert "\n" not in one.problem
    assert (one.name, one.title, one.parameters) == ("yours/broken", "broken", ())
    with pytest.raises(PlaygroundError, match="yours/broken cannot be run: "):
        target.target_of(one, {})
    assert "broken" not in sys.modules


def test_what_goes_to_the_screen_is_made_safe(write: Write) -> None:
    write("loud.py", GOOD.replace("One of mine", "One \\x1b[31mof").replace("What", "\\x07What"))
    write("wrong.py", 'print("\\x1b[2J")\nraise ValueError("\\x1b[31mred\\nand more")\n')
    loud, wrong = yours.describe_all()
    shown = f"{loud.title}{loud.lesson}{wrong.problem}{wrong.lesson}"
    assert "One ␛[31mof" in shown
    assert "␛[31mred and more" in wrong.problem
    assert not set(shown) & set("\x1b\x07")


def test_an_import_that_does_not_end_is_stopped_with_all_that_it_started(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(yours, "_LIMIT_S", 1.5)
    program = (
        "import subprocess, sys\nopen({!r}, 'w').write(str(subprocess.Popen(['sleep', '60']).pid))\nwhile True: pass\n"
    )
    write("endless.py", program.format(str(tmp_path / "pid")))
    assert only().problem == "its import does not end: it was stopped after 1.5 s"
    pid = int((tmp_path / "pid").read_text())
    wait_for(lambda: (process := kernel.read(pid)) is None or not process.alive)


def test_a_file_that_has_not_changed_is_not_imported_again(write: Write, tmp_path: Path) -> None:
    count = tmp_path / "count"
    path = write("mine.py", f"open({str(count)!r}, 'a').write('.')\n{GOOD.lstrip()}")
    first = only()
    assert only() == first or only().title == first.title
    assert count.read_text() == "."
    path.write_text(path.read_text().replace("One of mine", "Another of mine"))
    os.utime(path, ns=(1, 1))
    assert count.read_text() == "."
    only()
    assert count.read_text() == ".."
    (kept.data_directory() / "described.json").write_text("{damaged")
    assert only().problem == ""
    assert count.read_text() == "..."


def test_one_with_a_name_of_ours_is_shown_as_broken(write: Write) -> None:
    write("basics/hello.py", GOOD)
    same = {each.name: each.problem for each in discovery.with_own(yours.describe_all()) if "basics/hello" in each.name}
    assert same == {"basics/hello": "", "basics/hello.py": discovery._TAKEN}
    assert discovery.find("basics/hello").module == "scenarios.basics.hello"


def test_packages_offer_some_by_entry_points(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "acme" / "pools"
    package.mkdir(parents=True)
    (tmp_path / "acme" / "__init__.py").write_text("raise SystemExit('nobody imports this to look')")
    for name in ("__init__.py", "good.py", "_private.py"):
        (package / name).write_text(GOOD.lstrip() if name == "good.py" else "")
    info = tmp_path / "acme-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{yours.GROUP}]\nall = acme.pools\ngone = acme.nowhere\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    places = {place.name: place.module for place in yours.places()}
    assert places == {"pools/good": "acme.pools.good", "yours/gone": "acme.nowhere"}
    assert "acme" not in sys.modules


def test_a_scenario_of_the_users_is_found_by_name(write: Write) -> None:
    write("mine.py", GOOD)
    assert discovery.find("mine").name == discovery.find("yours/mine").name == "yours/mine"
    with pytest.raises(discovery.UnknownScenario, match="did you mean yours/mine"):
        discovery.find("yours/mien")
