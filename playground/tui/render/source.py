"""The program's text, with every process on the line it was last seen on."""

from functools import lru_cache

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from textual.strip import Strip

from playground.tui.moment import Moment
from playground.tui.render.line import Line
from playground.tui.render.palette import Palette

_MARGIN = 16
_COLOURS: tuple[tuple[_TokenType, str], ...] = (
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
        return [Line().add(" no source known", palette.style(palette.muted)).strip(width, palette.style())]
    lines = list(_plain(source, width, palette))
    bright = line_of_selected(moment)
    for number, names in standing(moment).items():
        if 0 < number <= len(lines):
            ground = palette.selected if number == bright else palette.ground
            lines[number - 1] = _line(number, coloured(source)[number - 1], names, width, ground, palette)
    return lines


@lru_cache(16)
def _plain(source: str, width: int, palette: Palette) -> tuple[Strip, ...]:
    return tuple(_line(i, pieces, [], width, palette.ground, palette) for i, pieces in enumerate(coloured(source), 1))


def _line(number: int, pieces: list[Piece], names: list[str], width: int, ground: str, palette: Palette) -> Strip:
    who = f"{', '.join(names)} ▸" if names else ""
    line = Line().column(who, _MARGIN, palette.style(palette.warning, ground, bold=True), right=True)
    line.add(f" {number:>4}  ", palette.style(palette.faint, ground))
    for text, colour in pieces:
        line.add(text, palette.style(getattr(palette, colour), ground))
    return line.strip(width, palette.style(None, ground))


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


def _colour(kind: _TokenType) -> str:
    return next((colour for family, colour in _COLOURS if kind in family), "text")
