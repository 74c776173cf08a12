"""How editors are told a line, and what is said when there is none."""

from pathlib import Path

import pytest

from playground.errors import PlaygroundError
from playground.tui.editor import command


@pytest.fixture
def bin_(tmp_path: Path) -> str:
    """A directory with programs of these names."""
    for name in ("vim", "nano", "emacs", "less", "kak", "hx", "code", "micro"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("vim", ["vim", "+7", "/x/-a.py"]),
        ("nano", ["nano", "+7", "/x/-a.py"]),
        ("emacs -nw", ["emacs", "-nw", "+7", "/x/-a.py"]),
        ("less", ["less", "+7", "/x/-a.py"]),
        ("kak", ["kak", "+7", "/x/-a.py"]),
        ("hx", ["hx", "/x/-a.py:7"]),
        ("micro", ["micro", "/x/-a.py:7"]),
        ("code -w", ["code", "-w", "-g", "/x/-a.py:7"]),
    ],
)
def test_each_editor_gets_the_line_in_its_own_way(bin_: str, editor: str, words: list[str]) -> None:
    assert command("/x/-a.py", 7, {"EDITOR": editor, "PATH": bin_}) == words


def test_visual_comes_first(bin_: str) -> None:
    assert command("a.py", 1, {"VISUAL": "vim", "EDITOR": "nano", "PATH": bin_})[0] == "vim"


@pytest.mark.parametrize(
    ("editor", "said"), [("", "no editor is known"), ("vim 'x", "is no command"), ("nosuch", "is not found")]
)
def test_without_an_editor_it_says_what_to_do(bin_: str, editor: str, said: str) -> None:
    with pytest.raises(PlaygroundError, match=f"{said}.*set EDITOR or VISUAL"):
        command("a.py", 1, {"EDITOR": editor, "PATH": bin_})
