"""What an interpreter's command line says: what it runs, how that is called, and whether it can be observed."""

import pytest

from playground.probe.interpreters import behind_options, listens, name_of


@pytest.mark.parametrize(
    ("line", "letters", "program"),
    [
        ("", "", ""),
        ("a.py -x", "", "a.py -x"),
        ("- b", "", "- b"),
        ("-B -u a.py", "Bu", "a.py"),
        ("-Bm tool -v", "B", "-m tool -v"),
        ("-mtool -v", "", "-m tool -v"),
        ("-c 1+1 -I", "", "-c 1+1 -I"),
        ("-W ignore -Wonce -X dev -Xutf8 -sIc pass", "sI", "-c pass"),
        ("--check-hash-based-pycs never -O a.py", "O", "a.py"),
        ("-W", "", ""),
    ],
)
def test_what_is_run_stands_behind_the_options(line: str, letters: str, program: str) -> None:
    assert behind_options(line.split()) == (letters, program.split())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a.py -I -E", True),
        ("-u -m tool", True),
        ("-I a.py", False),
        ("-uE a.py", False),
        ("-S -m tool", False),
        ("-X I -W E a.py", True),
    ],
)
def test_who_ignores_its_environment_is_left_alone(line: str, expected: bool) -> None:
    assert listens(line.split()) is expected


@pytest.mark.parametrize("library", ["multiprocessing.resource_tracker", "one.of.its.own.resource_tracker"])
def test_resource_trackers_are_left_alone(library: str) -> None:
    assert not listens(["-u", "-c", f"from {library} import main; main(5)"])


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([], ""),
        (["/bin/sort", "-r"], "sort"),
        (["echo a | cat"], "echo a | cat"),
        (["/usr/bin/python3", "-B", "/a/b.py", "1"], "python3 b.py"),
        (["python3.13", "-um", "tool", "1"], "python3.13 -m tool"),
        (["python", "-u", "-c", "pass"], "python -c"),
        (["python"], "python"),
        (["/bin/" + "x" * 60], "x" * 40),
    ],
)
def test_a_command_is_called_by_what_it_runs(words: list[str], name: str) -> None:
    assert name_of(words) == name
