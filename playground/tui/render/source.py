"""The program's text, with every process on the line it was last seen on."""

from functools import lru_cache
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render.line import Line, remark
from playground.tui.render.palette import Palette

_MARGIN = 16
_NARROW_MARGIN = 10
_COLOURS: tuple[tuple[Any, str], ...] = (
    (Comment, "muted"),
    (String, "good"),
    (Number, "warning"),
    (Operator.Word, "accent"),
    (Keyword, "accent"),
    (Name.Builtin, "accent"),
    (Name.Decorator, "warning"),
)
Piece = tuple[str, str]
"""Text and the name of its colour in the palette."""


def standing(moment: Moment) -> dict[int, list[str]]:
    """Line number to the names of the live processes that were last seen on it."""
    history = moment.history
    found: dict[int, list[str]] = {}
    for state in moment.states:
        site = history.sites.get(state.site)
        if site is not None and not state.state.final and site.file == history.info.source_file:
            found.setdefault(site.line, []).append(history.name(state.index))
    return found


def line_of_selected(moment: Moment) -> int:
    """Number of the line on which the selected process stands; 0 when it is unknown."""
    history = moment.history
    sites = [history.sites.get(state.site) for state in moment.states if state.index == moment.selected]
    return next((site.line for site in sites if site is not None and site.file == history.info.source_file), 0)


def draw(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:  # noqa: ARG001  # as all drawings
    """All lines with their numbers; names of processes stand in the margin, the selected one's line is bright."""
    source = moment.history.info.source
    if not source:
        return [remark("no source known", width, palette)]
    here = standing(moment)
    margin = 0 if not here else _MARGIN if width >= 4 * _MARGIN else _NARROW_MARGIN
    lines = list(_plain(source, margin, width, palette))
    bright = line_of_selected(moment)
    for number, names in here.items():
        if 0 < number <= len(lines):
            tone = palette.selected if number == bright else palette.ground
            who = f"{', '.join(names)} ▸"
            lines[number - 1] = _line(number, coloured(source)[number - 1], who, margin, tone, palette).strip(
                width, palette.style(None, tone)
            )
    return lines


@lru_cache(16)
def _plain(source: str, margin: int, width: int, palette: Palette) -> tuple[Strip, ...]:
    lines = (_line(i, pieces, "", margin, palette.ground, palette) for i, pieces in enumerate(coloured(source), 1))
    return tuple(line.strip(width, palette.style()) for line in lines)


def _line(number: int, pieces: list[Piece], who: str, margin: int, ground: str, palette: Palette) -> Line:
    line = Line().column(who, margin, palette.style(palette.warning, ground, bold=True), right=True)
    line.add(f" {number:>4}  ", palette.style(palette.faint, ground))
    for text, colour in pieces:
        line.add(text, palette.style(getattr(palette, colour), ground))
    return line


@lru_cache(16)
def coloured(source: str) -> list[list[Piece]]:
    """Lines of Python source as pieces of one colour each."""
    lines: list[list[Piece]] = [[]]
    for kind, text in PythonLexer(stripnl=False, tabsize=4).get_tokens(source):
        colour = _colour(kind)
        for i, part in enumerate(text.split("\n")):
            if i:
                lines.append([])
            if part:
                lines[-1].append((part, colour))
    return lines[:-1] if not lines[-1] else lines


def _colour(kind: object) -> str:
    return next((colour for family, colour in _COLOURS if kind in family), "text")
