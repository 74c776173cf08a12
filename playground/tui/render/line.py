"""One line of cells being put together: the builder that every drawing uses."""

from collections.abc import Iterable

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from playground.tui.render.palette import Palette

_LEAST_CUT = 4
"""Lines of fewer cells have no room for an ellipsis."""
_SHORT = 6
"""Names of fewer cells keep their begin instead."""


class Line:
    """Pieces of styled text from left to right."""

    __slots__ = ("segments", "width")

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.width = 0

    def add(self, text: str, style: Style) -> "Line":
        """Append text as it is."""
        if text:
            self.segments.append(Segment(text, style))
            self.width += width_of(text)
        return self

    def join(self, other: "Line") -> "Line":
        """Append another line."""
        self.segments += other.segments
        self.width += other.width
        return self

    def extend(self, cells: Iterable[tuple[str, Style]]) -> "Line":
        """Append single characters of one cell each; neighbours of the same style become one piece."""
        run: list[str] = []
        running: Style | None = None
        for character, style in cells:
            if style is not running:
                self._flush(run, running)
                run, running = [], style
            run.append(character)
        self._flush(run, running)
        return self

    def _flush(self, run: list[str], style: Style | None) -> None:
        if run:
            self.segments.append(Segment("".join(run), style))
            self.width += len(run)

    def column(self, text: str, width: int, style: Style, *, right: bool = False) -> "Line":
        """Append text fitted into exactly ``width`` cells."""
        return self.add(fitted(text, width, right=right), style) if width > 0 else self

    def named(self, text: str, width: int, style: Style, names: Style | None) -> "Line":
        """Append a sentence in exactly ``width`` cells, what stands between backticks as ``sentence`` does it."""
        end = self.width + width
        return self.join(sentence(text, width, style, names, most=1)[0]).reach(end, style)

    def reach(self, width: int, style: Style) -> "Line":
        """Pad with blanks up to ``width`` cells."""
        return self.add(" " * (width - self.width), style) if self.width < width else self

    def strip(self, width: int, style: Style) -> Strip:
        """Finish: exactly ``width`` cells, padded in ``style``; letters that are cut off end in an ellipsis."""
        self.reach(width, style)
        strip = Strip(self.segments, self.width)
        if self.width == width:
            return strip
        if width < _LEAST_CUT or strip.crop(width).text.isspace():
            return strip.crop(0, width)
        kept = list(strip.crop(0, width - 1))
        return Strip([*kept, Segment("…", kept[-1].style)], width)


def differing(before: Strip, after: Strip) -> list[tuple[int, int]]:
    """Where a line differs from another: the first cell, and how many; nothing where it is the same all over."""
    if before is after:
        return []
    width = after.cell_length
    if before.cell_length != width:
        return [(0, width)]
    old, new = list(before), list(after)
    if old == new:
        return []
    first, last = 0, 1
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    while last <= min(len(old), len(new)) - first and old[-last] == new[-last]:
        last += 1
    left = sum(width_of(segment.text) for segment in new[:first])
    right = sum(width_of(segment.text) for segment in new[len(new) - last + 1 :])
    return [(left, width - left - right)]


def width_of(text: str) -> int:
    """How many cells a text takes."""
    return len(text) if text.isascii() and text.isprintable() else cell_len(text)


def remark(text: str, width: int, palette: Palette) -> Strip:
    """Give a line that says why there is nothing to show."""
    return Line().add(f" {text}", palette.style(palette.muted)).strip(width, palette.style())


def remarks(text: str, width: int, palette: Palette) -> list[Strip]:
    """Give the same on as many lines as it needs."""
    return [remark(line, width, palette) for line in wrapped(text, width - 2)]


def narrow(text: str) -> str:
    """Give ``text`` with a dot for every character that is not exactly one cell wide."""
    return text if text.isascii() else "".join(c if cell_len(c) == 1 else "·" for c in text)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text at blanks into lines of at most ``width`` cells where its words allow that."""
    lines, line = [], ""
    for word in text.split():
        if line and cell_len(line) + 1 + cell_len(word) > max(8, width):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def shortened(lines: list[str], most: int) -> list[str]:
    """Give the first ``most`` lines; an ellipsis says that there were more."""
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]


def sentence(text: str, width: int, style: Style, names: Style | None, most: int = 0) -> list[Line]:
    """A text on lines of at most ``width`` cells, at ``most`` so many if given, an ellipsis behind what was cut.

    What stands between backticks has the style of ``names``, without them; without that style all stays as it is.
    """
    lines = wrapped(text, width)
    if most and (len(lines) > most or width_of(lines[-1]) > width):
        last = min(most, len(lines)) - 1
        lines = [*lines[:last], fitted(" ".join(lines[last : last + 2]), width)]
    if names is None or text.count("`") % 2:
        return [Line().add(line, style) for line in lines]
    told, between = [], False
    for line in lines:
        built = Line()
        for i, piece in enumerate(line.split("`")):
            between ^= i > 0
            built.add(piece, names if between else style)
        told.append(built)
    return told


def chunks(text: str, width: int) -> list[str]:
    """Cut a text into pieces of at most ``width`` cells, at a blank where one is near the edge; blanks are kept."""
    pieces, width = [], max(width, 2)
    while cell_len(text) > width:
        piece = chop_cells(text, width)[0]
        blank = piece.rfind(" ", len(piece) // 2)
        cut = blank + 1 if blank > 0 else max(len(piece), 1)
        pieces.append(text[:cut].rstrip())
        text = text[cut:]
    return [*pieces, text]


def middle_out(text: str, width: int) -> str:
    """Give a name in at most ``width`` cells: its middle goes, since names of many differ at their ends."""
    if cell_len(text) <= width or width < _SHORT or not text.isascii():
        return text
    tail = width // 2
    return f"{text[: width - tail - 1]}…{text[-tail:]}"


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """Give ``text`` in exactly ``width`` cells; what is cut ends in an ellipsis."""
    length = width_of(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else set_cell_size(text, width)
    blanks = " " * (width - length)
    return blanks + text if right else text + blanks
