"""One entry of the log: when, from whom, what; wrapped, coloured by its stream and level."""

from collections.abc import Iterator
from functools import lru_cache

from rich.style import Style
from textual.strip import Strip

from playground.history import History, LogLine
from playground.tui.lines import belongs_to, level_of
from playground.tui.render.line import Line, chunks
from playground.tui.render.palette import Palette, blend
from playground.tui.render.times import clock

_TONES = {
    "stderr": "warning",
    "raised": "bad",
    "report": "accent",
    "action": "accent",
    "mark": "accent",
    "notice": "warning",
}
_SIGNS = {
    "stdout": " ",
    "stderr": "!",
    "raised": "✗",
    "report": "▸",
    "action": "▾",
    "mark": "▾",
    "notice": "!",
    "log": "·",
}
_LEVELS = {"DEBUG": "muted", "INFO": "text", "WARNING": "warning", "ERROR": "bad", "CRITICAL": "bad"}
"""First word of a record of the logging module to its tone."""
_CLOCK = 8
_LONGEST_NAME = 12
_ROOM_FOR_NAMES = 48
_LATER = 0.45
"""How much of its colour is left of what has yet to come."""


def rows(line: LogLine, history: History, width: int) -> int:
    """How many rows an entry takes."""
    return len(_parts(line.text, _room(history, width)))


def draw(
    line: LogLine, history: History, width: int, palette: Palette, *, chosen: bool, later: bool, words: str
) -> list[Strip]:
    """All rows of an entry; ``words`` stand out in it, what comes ``later`` than the instant shown is pale."""
    ground = palette.selected if chosen else palette.ground
    colour = getattr(palette, _tone(line))
    muted = palette.muted
    if later:
        colour, muted = blend(palette.ground, colour, _LATER), blend(palette.ground, muted, _LATER)
    tone, quiet = palette.style(colour, ground), palette.style(muted, ground)
    names = _names(history, width)
    strips = []
    for i, part in enumerate(_parts(line.text, _room(history, width))):
        row = Line().add("▌" if chosen else " ", palette.style(palette.accent, ground))
        row.add(f"{clock(line.time)[3:] if i == 0 else '':6} ", quiet)
        row.column(_who(history, line) if i == 0 else "", names, quiet).add(" " if names else "", quiet)
        row.add(f"{_SIGNS.get(line.stream, ' ') if i == 0 else ' '} ", tone)
        for text, style in _pieces(part, words, tone, palette):
            row.add(text, style)
        strips.append(row.strip(width, palette.style(None, ground)))
    return strips


def _who(history: History, line: LogLine) -> str:
    """The process by name; of output only the stream is known."""
    process = belongs_to(history, line)
    return line.stream if process is None else history.name(process)


def _names(history: History, width: int) -> int:
    """Cells for the names of processes; none where there is no room for them."""
    if width < _ROOM_FOR_NAMES:
        return 0
    return min(max(history.longest_name, len("stdout")), _LONGEST_NAME)


def _room(history: History, width: int) -> int:
    names = _names(history, width)
    return width - _CLOCK - 2 - (names + 1 if names else 0) - 1


@lru_cache(4096)
def _parts(text: str, room: int) -> list[str]:
    return [part for line in text.splitlines() or [""] for part in chunks(line.expandtabs(4), room)]


def _pieces(text: str, words: str, tone: Style, palette: Palette) -> Iterator[tuple[str, Style]]:
    """The text with every place that has the words in a style of their own."""
    low, sought = text.lower(), words.lower()
    begin = 0
    while sought and len(low) == len(text) and (at := low.find(sought, begin)) >= 0:
        yield text[begin:at], tone
        yield text[at : at + len(sought)], palette.style(palette.ground, palette.warning, bold=True)
        begin = at + len(sought)
    yield text[begin:], tone


def _tone(line: LogLine) -> str:
    if line.stream == "log":
        return _LEVELS.get(level_of(line), "text")
    return _TONES.get(line.stream, "text")
