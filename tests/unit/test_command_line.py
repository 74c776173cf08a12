"""What of a command line is ours and what is the program's; a command is found in the module of its name."""

from pathlib import Path

import click
import pytest

import playground.cli
from playground.cli.commands import commands
from playground.cli.run import command


@pytest.mark.parametrize(
    ("words", "target"),
    [
        (["--headless", "x.py", "--timeout", "9"], ("x.py", "--timeout", "9")),
        (["-p", "x.py", "--timeout=9", "y.py", "--json"], ("y.py", "--json")),
        (["--record", "-m", "-m", "json.tool", "--help"], ("-m", "json.tool", "--help")),
        (["--detail", "--", "-odd.py", "--", "-p"], ("-odd.py", "--", "-p")),
    ],
)
def test_everything_from_the_program_on_is_its_own(words: list[str], target: tuple[str, ...]) -> None:
    assert command.make_context("run", words).params["target"] == target


def test_the_commands_are_the_modules_that_hold_one() -> None:
    context = click.Context(commands)
    folder = Path(playground.cli.__file__).parent
    holding = {path.stem for path in folder.glob("*.py") if "\ndef command(" in path.read_text(encoding="utf-8")}
    assert holding == {*commands.list_commands(context)}
    found = {name: commands.get_command(context, name) for name in holding}
    assert {name: each.name for name, each in found.items() if each is not None} == {name: name for name in holding}
