"""Pictures as plain text: the glyphs, then in letters the colour of each and of the ground behind it."""

import os
from collections.abc import Iterable, Sequence
from difflib import unified_diff
from pathlib import Path

import pytest
from rich.style import Style
from textual.strip import Strip

from playground.tui.render.palette import HOLDING, Paint, Palette

KEPT = Path(__file__).parent / "pictures"
RENEW = "RENEW_PICTURES"
_NAMED = {
    "t": "text",
    "m": "muted",
    "f": "faint",
    "a": "accent",
    "g": "good",
    "w": "warning",
    "b": "bad",
    "h": "held",
    "s": "selected",
    "x": "alarm",
    "q": "question",
    "v": "verdict",
    "o": "on_banner",
}
_PAINTS = {
    "R": Paint.RUNNING,
    "L": Paint.LOCK,
    "C": Paint.CHANNEL,
    "J": Paint.JOIN,
    "Z": Paint.SLEEP,
    "U": Paint.SUSPENDED,
    "S": Paint.STARTING,
}


def told(strips: Iterable[Strip], palette: Palette) -> str:
    """Blocks of glyphs, colours, what is bold, and grounds; a block that would say nothing is left out."""
    cells = [[(glyph, segment.style or Style()) for segment in strip for glyph in segment.text] for strip in strips]
    letters = _Letters(palette)
    glyphs = ["".join(glyph for glyph, _ in row) for row in cells]
    colours = ["".join(" " if glyph == " " else letters.colour(style) for glyph, style in row) for row in cells]
    bold = ["".join("+" if style.bold and glyph != " " else " " for glyph, style in row) for row in cells]
    grounds = ["".join(letters.ground(style) for _, style in row) for row in cells]
    blocks = [("", glyphs), ("colours", colours), ("bold", bold), ("grounds", grounds)]
    wanted = [(name, rows) for name, rows in blocks if any(row.strip(" .") for row in rows)]
    return "\n".join([*(_block(name, rows) for name, rows in wanted), *letters.legend(), ""])


def glyphs_of(strips: Iterable[Strip]) -> str:
    """The glyphs alone."""
    return _block("", [strip.text for strip in strips]) + "\n"


def compare(name: str, picture: str) -> None:
    """Fail with what differs from the picture that is kept; write it when ``RENEW_PICTURES`` is set."""
    path = KEPT / f"{name}.txt"
    if os.environ.get(RENEW):
        path.write_text(picture, encoding="utf-8")
        pytest.skip("written anew: look at what git says of it")
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if picture != before:
        lines = unified_diff(before.splitlines(), picture.splitlines(), "kept", "drawn", n=1, lineterm="")
        how = f"{name} is drawn otherwise; if that is right: {RENEW}=1 pytest tests/ui/test_pictures.py"
        pytest.fail("\n".join([how, *lines]), pytrace=False)


def _block(name: str, rows: Sequence[str]) -> str:
    return "\n".join([f"--- {name}" if name else "---", *(f"|{row.rstrip()}" for row in rows)])


class _Letters:
    """A letter for each colour; those that have no name get figures, which the legend explains."""

    def __init__(self, palette: Palette) -> None:
        named = {palette.paint(paint): letter for letter, paint in _PAINTS.items()}
        named[palette.paint(Paint.RUNNING | HOLDING)] = "H"
        named[palette.under(Paint.LOCK | HOLDING)] = "T"
        named[palette.ground] = "_"
        named |= {getattr(palette, name): letter for letter, name in reversed(_NAMED.items())}
        self._named = {colour.lower(): letter for colour, letter in named.items()}
        self._ground = palette.ground.lower()
        self._others: dict[str, str] = {}

    def colour(self, style: Style) -> str:
        colour = _hex(style, "color")
        return self._named.get(colour) or self._other(colour)

    def ground(self, style: Style) -> str:
        colour = _hex(style, "bgcolor")
        return "." if colour == self._ground else self._named.get(colour) or self._other(colour)

    def _other(self, colour: str) -> str:
        return self._others.setdefault(colour, "0123456789@#$%&*?!=~"[min(len(self._others), 19)])

    def legend(self) -> list[str]:
        return [f"{letter} {colour}" for colour, letter in self._others.items()]


def _hex(style: Style, what: str) -> str:
    colour = getattr(style, what)
    return colour.get_truecolor().hex.lower() if colour is not None else "none"
