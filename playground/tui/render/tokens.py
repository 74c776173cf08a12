"""A line as one token per cell: what lanes are drawn with, so that a frame can tell which cells changed."""

from collections.abc import Sequence
from typing import TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Token: TypeAlias = tuple[str, Style]
"""What stands in a cell; "" in the second cell of a wide character."""


def tokens(text: str, style: Style) -> list[Token]:
    """A text as tokens, one for each of its cells."""
    if text.isascii():
        return [(character, style) for character in text]
    found: list[Token] = []
    for character in text:
        width = cell_len(character)
        found += [(character, style), ("", style)][:width]
    return found


def strip_of(row: Sequence[Token]) -> Strip:
    """The line as Textual has it: neighbours of one style become one segment."""
    return Strip(segments(row), len(row))


def segments(row: Sequence[Token]) -> list[Segment]:
    """The segments of a line."""
    found: list[Segment] = []
    run: list[str] = []
    running: Style | None = None
    for character, style in row:
        if style is not running:
            if run:
                found.append(Segment("".join(run), running))
            run, running = [], style
        run.append(character)
    if run:
        found.append(Segment("".join(run), running))
    return found


def changed(before: Sequence[Token], after: Sequence[Token]) -> tuple[int, int] | None:
    """First cell that differs and the one after the last; None when nothing does."""
    if before == after:
        return None
    if len(before) != len(after):
        return 0, len(after)
    first = next(x for x, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    while first > 0 and not after[first][0]:  # the first half of a wide character
        first -= 1
    last = len(after)
    while before[last - 1] == after[last - 1]:
        last -= 1
    while last < len(after) and not after[last][0]:
        last += 1
    return first, last
