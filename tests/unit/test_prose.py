"""Lessons are drawn by ourselves where they are paragraphs, and must look as Markdown does."""

from itertools import groupby

import pytest
from rich.console import Console

from playground.catalogue.discovery import about, discover
from playground.tui.render import prose
from playground.tui.render.prose import drawn
from scenarios import TOPICS

LESSONS = [each.lesson for each in discover()] + [about(topic) for topic in TOPICS]
ODD = (
    "",
    "one",
    "*a*, **b** and `c`; 2 * 3 is 6",
    "snake_case and _this_ and `in_code`",
    "`` a ` b `` and ` c `",
    "**bold with `code` in it**",
    "- a\n- b\n\nc",
    "# head\n\ntext",
    "1. one\n2. two",
    "ends here  \nand goes on",
    "a [link](http://x) & <b>",
    "    indented\n\ntext",
    "***both***, ** no **, **open",
    "a\n---\nb",
    "`a\nb` over the end",
    "> quoted",
    "```\ncode\n```",
)


def lines(what: object, width: int) -> list[list[tuple[str, str]]]:
    """What is drawn: pieces of a line by style, without what cannot be seen at its end."""
    console = Console(width=width, color_system="truecolor", force_terminal=True)
    found = []
    for line in console.render_lines(what, console.options, pad=False):  # type: ignore[arg-type]  # a renderable
        cells = [(letter, str(segment.style or "none")) for segment in line for letter in segment.text]
        while cells and cells[-1][0] == " " and " on " not in cells[-1][1]:
            cells.pop()
        found.append([("".join(c for c, _ in some), style) for style, some in groupby(cells, key=lambda cell: cell[1])])
    return found


@pytest.mark.parametrize("width", [30, 67])
def test_what_we_draw_ourselves_looks_as_markdown_does(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [lines(drawn(text, "#112233", "#445566", dark=True), width) for text in (*LESSONS, *ODD)]
    monkeypatch.setattr(prose, "_paragraphs", lambda *_: None)
    for text, mine in zip((*LESSONS, *ODD), ours, strict=True):
        assert mine == lines(drawn(text, "#112233", "#445566", dark=True), width), text


def test_most_lessons_need_no_more() -> None:
    quick = [text for text in LESSONS if isinstance(drawn(text, "", "", dark=True), prose._Prose)]
    assert len(quick) > 0.8 * len(LESSONS)
