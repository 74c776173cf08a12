"""The file in which a person's choices are kept."""

import json
import os
from pathlib import Path

import pytest

from playground import settings
from playground.settings import Settings


@pytest.fixture
def file() -> Path:
    """Where the settings are, in this test's own place."""
    settings.path().parent.mkdir(parents=True)
    return settings.path()


def test_without_a_file_everything_is_as_usual_and_none_is_made() -> None:
    loaded = settings.load()
    assert (loaded.settings, loaded.problem) == (Settings(), "")
    assert not settings.path().parent.exists()


def test_what_is_kept_is_found_again_beside_what_somebody_else_wrote(file: Path) -> None:
    file.write_text('{"theme": "dracula", "of another version": [1]}')
    mine, other = settings.load(), settings.load()
    assert mine.save(pane="source", hidden=("waits",), speed=4.0) == ""
    assert other.save(order="name") == ""
    again = settings.load().settings
    assert again == Settings(theme="dracula", pane="source", hidden=("waits",), speed=4.0, order="name")
    assert json.loads(file.read_text())["of another version"] == [1]
    assert os.listdir(file.parent) == ["settings.json"]


BAD = {
    "no JSON": "{not json",
    "a list": "[]",
    "a number": "3",
    "a null byte": "\x00",
    "too deep": '{"theme": ' * 5000,
    "two values": '{"theme": "x"} rest',
    "too large": " " * (8 << 20) + "{}",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_told_of_and_left_alone(file: Path, text: str) -> None:
    file.write_text(text)
    loaded = settings.load()
    assert loaded.settings == Settings()
    assert "is not a JSON object" in loaded.problem
    assert "\n" not in loaded.problem
    assert loaded.save(theme="dracula") == ""
    assert loaded.settings.theme == "dracula"
    assert file.read_text() == text


def test_values_of_the_wrong_kind_are_named_and_the_others_taken(file: Path) -> None:
    file.write_text('{"theme": 7, "hidden": ["a", 1], "speed": true, "pane": "findings", "hint_seen": 1}')
    loaded = settings.load()
    assert loaded.settings == Settings(pane="findings")
    assert "hidden, hint_seen, speed, theme has a value of the wrong kind" in loaded.problem
    loaded.save(order="pid")
    assert json.loads(file.read_text())["theme"] == 7


def test_what_is_no_ordinary_file_is_not_opened(file: Path) -> None:
    os.mkfifo(file)
    loaded = settings.load()
    assert "it is no ordinary file; nothing is kept" in loaded.problem
    assert loaded.save(theme="nord") == ""


def test_an_empty_file_is_none(file: Path) -> None:
    file.write_text("")
    assert settings.load().problem == ""


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text("{}")
    file.symlink_to(real)
    settings.load().save(theme="nord")
    assert file.is_symlink()
    assert json.loads(real.read_text()) == {"theme": "nord"}


def test_what_cannot_be_written_is_said(file: Path) -> None:
    loaded = settings.load()
    file.mkdir()
    assert "settings are not kept" in loaded.save(theme="nord")
