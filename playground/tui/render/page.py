"""A page of facts: labels at the left, pieces of text beside them that flow into as many lines as they need."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from playground.tui.render.line import Line, chunks
from playground.tui.render.palette import Palette

_INDENT = 11


class Piece(NamedTuple):
    """Text that stays on one line where it can."""

    text: str
    style: Style
    joined: bool = False
    """Whether it stands right beside the piece before, without a gap."""


class Page:
    """Lines being put together."""

    def __init__(self, width: int, palette: Palette) -> None:
        self.width, self.palette = width, palette
        self.lines: list[Line] = []
        self.plain, self.muted = palette.style(), palette.style(palette.muted)
        self.strong = palette.style(bold=True)
        self._label = palette.style(palette.accent)

    @property
    def room(self) -> int:
        """Cells beside the labels."""
        return self.width - min(_INDENT, self.width // 3)

    def fact(self, label: str, pieces: Iterable[Piece]) -> None:
        """Add pieces beside a label; nothing when there are none."""
        line = Line().column(f" {label}", self.width - self.room, self._label)
        indent = line.width
        together = [piece for piece in pieces if piece.text]
        for i, piece in enumerate(together):
            gap = 0 if piece.joined else 2 if line.width > indent else 0
            if line.width > indent and line.width + gap + _length(together, i) > self.width:
                self.lines.append(line)
                line, gap = Line().add(" " * indent, self.plain), 0
            parts = chunks(piece.text, self.width - indent)
            line.add(" " * gap, self.plain).add(parts[0], piece.style)
            for part in parts[1:]:
                self.lines.append(line)
                line = Line().add(" " * indent, self.plain).add(part, piece.style)
        if together:
            self.lines.append(line)

    def facts(self, label: str, lines: Iterable[Iterable[Piece]]) -> None:
        """Add lines of pieces under one label."""
        for i, pieces in enumerate(lines):
            self.fact(label if i == 0 else "", pieces)

    def blank(self) -> None:
        """Add an empty line."""
        self.lines.append(Line())

    def strips(self) -> list[Strip]:
        """All lines, each of exactly the width."""
        return [line.strip(self.width, self.plain) for line in self.lines]


def _length(pieces: Sequence[Piece], first: int) -> int:
    """Cells of a piece with what is joined to it."""
    joined = takewhile(lambda piece: piece.joined, pieces[first + 1 :])
    return cell_len(pieces[first].text) + sum(cell_len(piece.text) for piece in joined)
