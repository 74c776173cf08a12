"""The program's text, with who stands where, what is held since where, and what was found there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from msgspec import Struct, field
from rich.cells import cell_len
from textual.strip import Strip

from playground.excerpt import Place
from playground.findings import Finding
from playground.history import State
from playground.tui.moment import Moment
from playground.tui.render.code import Piece, coloured
from playground.tui.render.findings import SIGNS, TONES
from playground.tui.render.line import Line, fitted, remarks
from playground.tui.render.palette import HOLDING_COLOUR, Palette

MARGIN, _NARROW_MARGIN, _NUMBER = 16, 10, 8


class Note(Struct):
    """What is to be said of one line."""

    standing: list[str] = field(default_factory=list)
    """Processes that were last seen on it and are still there."""
    passed: list[str] = field(default_factory=list)
    """Processes that were last seen on it and run on."""
    held: list[str] = field(default_factory=list)
    """What is held since this line, in words."""
    found: str = ""
    """Severity of what was found here; "" when nothing was."""
    remarks: list[str] = field(default_factory=list)
    """What was found here, in words."""


_NOTHING = Note()


def place_of_selected(moment: Moment) -> tuple[str, int]:
    """File and line of the last event of the selected process; ("", 0) when it is unknown."""
    history = moment.history
    site = next((history.sites.get(s.site) for s in moment.states if s.index == moment.selected), None)
    return (site.file, site.line) if site is not None else ("", 0)


def notes(moment: Moment, file: str, found: Mapping[Finding, list[Place]]) -> dict[int, Note]:
    """Line number to what is to be said of it; ``found`` are findings with the lines that they speak of."""
    made: dict[int, Note] = {}
    for line, name, runs_on in _standing(moment, file):
        note = made.setdefault(line, Note())
        (note.passed if runs_on else note.standing).append(name)
    for line, words in _held(moment, file):
        made.setdefault(line, Note()).held.append(words)
    for finding, places in found.items():
        for place in places:
            if place.file == file:
                note = made.setdefault(place.line, Note())
                if note.found != "error":
                    note.found = finding.severity
                note.remarks.append(finding.kind.replace("_", " "))
    return made


def _standing(moment: Moment, file: str) -> Iterator[tuple[int, str, bool]]:
    history = moment.history
    for state in moment.states:
        site = history.sites.get(state.site)
        if site is not None and site.file == file and not state.state.final:
            yield site.line, history.name(state.index), state.state == State.RUNNING


def _held(moment: Moment, file: str) -> Iterator[tuple[int, str]]:
    history = moment.history
    for resource in sorted({each for state in moment.states for each in state.holding}):
        for process, _, at, _ in history.resources[resource].owned_at(moment.at):
            site = history.sites.get(at)
            if site is not None and site.file == file:
                yield site.line, f"{history.name(process)} holds {history.resource_name(resource)}"


def margin(width: int) -> int:
    """Cells for the names of processes."""
    return MARGIN if width >= 4 * MARGIN else _NARROW_MARGIN


def is_number(x: int, width: int) -> bool:
    """Whether a column is one of the line numbers."""
    return margin(width) <= x < margin(width) + _NUMBER


class Page(Sequence[Strip]):
    """All lines with their numbers and what is said of them; drawn only as far as somebody looks at them."""

    def __init__(self, source: str, said: Mapping[int, Note], bright: int, width: int, palette: Palette) -> None:
        """Line ``bright`` stands out."""
        self._lines = coloured(source)
        self._said, self._bright, self._width, self._palette = said, bright, width, palette

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Strip: ...
    @overload
    def __getitem__(self, index: slice) -> list[Strip]: ...
    def __getitem__(self, index: int | slice) -> Strip | list[Strip]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        number = range(1, len(self) + 1)[index]
        note = self._said.get(number, _NOTHING)
        return _line(number, self._lines[index], note, number == self._bright, self._width, self._palette)


def draw(source: str, said: Mapping[int, Note], bright: int, width: int, palette: Palette) -> Sequence[Strip]:
    """The lines of a text, or why there are none."""
    if not source:
        return remarks("its text is not known here: a replay has only what was recorded", width, palette)
    return Page(source, said, bright, width, palette)


def _line(number: int, pieces: list[Piece], note: Note, bright: bool, width: int, palette: Palette) -> Strip:
    ground = palette.selected if bright else palette.ground
    line = _who(note, margin(width), ground, palette)
    sign, tone = _sign(note, palette)
    line.add(sign, palette.style(tone, ground, bold=True))
    line.add(f"{number:>4}  ", palette.style(tone if note.found else palette.faint, ground))
    for text, colour in pieces:
        line.add(text, palette.style(getattr(palette, colour), ground))
    words = ", ".join(dict.fromkeys([*note.held, *note.remarks]))
    if words and line.width + len(words) + 4 <= width:
        line.add(f"  ◂ {words}", palette.style(tone, ground))
    return line.strip(width, palette.style(None, ground))


def _who(note: Note, cells: int, ground: str, palette: Palette) -> Line:
    """Names in the margin: bright who stands here, dim who has gone on."""
    names = [*note.standing, *note.passed]
    if not names:
        return Line().add(" " * (cells + 1), palette.style(None, ground))
    tone = palette.warning if note.standing else palette.muted
    arrow = "▸" if note.standing else "▹"
    told = ", ".join(names)
    if cell_len(told) > cells - 2 and len(names) > 1:
        told = f"{fitted(names[0], min(cell_len(names[0]), cells - 6))} +{len(names) - 1}"
    line = Line().column(told, cells - 2, palette.style(tone, ground, bold=True), right=True)
    line.add(f" {arrow}", palette.style(tone, ground, bold=True))
    return line.add(" ", palette.style(None, ground))


def _sign(note: Note, palette: Palette) -> tuple[str, str]:
    if note.found:
        return SIGNS[note.found], getattr(palette, TONES[note.found])
    return ("◆", HOLDING_COLOUR if palette.dark else palette.warning) if note.held else (" ", palette.faint)
