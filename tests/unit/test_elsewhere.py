"""On other systems what cannot work is refused in one line."""

import sys

import pytest

from playground.cli import run_command_line


@pytest.mark.parametrize(
    ("system", "command"),
    [("darwin", "run x.py"), ("darwin", "check x.py"), ("darwin", "attach 1"), ("darwin", ""), ("win32", "list")],
)
def test_refuses(system: str, command: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert run_command_line(command.split()) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert "on Linux" in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("system", "command"), [("darwin", "list"), ("darwin", "recordings"), ("darwin", "--version"), ("win32", "--help")]
)
def test_works(system: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert run_command_line(command.split()) == 0
