"""Where a replay stands in its run: how it is played, the whole run as a bar with its marks, the time. Pure."""

from enum import Enum
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from playground.history import Mark, Nanoseconds
from playground.replay import Replay
from playground.tui.moment import Moment
from playground.tui.render.findings import TONES
from playground.tui.render.line import Line
from playground.tui.render.marks import sign_of, tone_of
from playground.tui.render.palette import Palette
from playground.tui.render.times import clock

_LEFT, _LEFT_LOW, _RIGHT, _RIGHT_LOW = 28, 18, 13, 23
_GRAVEST = ("said", "ends", "actions", "partings", "findings", "bookmarks")
"""Marks on one cell: the last of these is seen."""
_SEVERITIES = tuple(TONES)


class Button(Enum):
    """What a click at the left does."""

    PLAY = "play or pause"
    SLOWER = "play slower"
    FASTER = "play faster"
    TURN = "turn the direction"
    KIND = "go to another kind of marks"
    GAPS = "skip the time in which nothing happens, or play it"
    SECTION = "begin a section, end it, or play everything again"


class _Place(NamedTuple):
    button: Button
    x: int
    y: int
    width: int


_PLACES = (
    _Place(Button.PLAY, 0, 0, 5),
    _Place(Button.SLOWER, 6, 0, 3),
    _Place(Button.FASTER, 15, 0, 3),
    _Place(Button.TURN, 19, 0, 8),
    _Place(Button.KIND, 0, 1, 14),
    _Place(Button.GAPS, 15, 1, 7),
    _Place(Button.SECTION, 23, 1, 4),
)


def button_at(x: int, y: int, height: int) -> Button | None:
    """The button under a cell of the transport."""
    places = _PLACES if height > 1 else _PLACES[:1]
    return next((each.button for each in places if each.y == y and each.x <= x < each.x + each.width), None)


def transport(moment: Moment, width: int, height: int, palette: Palette) -> list[Strip]:
    """Two lines where there is room: marks over the bar; else one, with the marks on the bar."""
    replay = moment.face
    if not isinstance(replay, Replay):
        return []
    cells = bar_cells(width, height)
    bar, signs = _bar(replay, cells, palette), _signs(replay, cells, palette)
    head = place(replay.playhead - replay.history.since, _length(replay), cells)
    if height > 1:
        signs.setdefault(head, ("▼", palette.style(palette.accent, bold=True)))
        over = [signs.get(x, (" ", palette.style())) for x in range(cells)]
        rows = (_how(replay, palette), over, _at(replay, palette)), (_which(replay, palette), bar, _of(replay, palette))
    else:
        bar = [signs.get(x, each) if x != head else each for x, each in enumerate(bar)]
        at = Line().add(f" {clock(replay.playhead)} / {_end(replay)} ", palette.style(palette.muted))
        rows = ((_how_low(replay, palette), bar, at),)  # type: ignore[assignment]
    return [_row(*row, width, palette) for row in rows]


def _row(left: Line, middle: list[tuple[str, Style]], right: Line, width: int, palette: Palette) -> Strip:
    line = left.extend(middle)
    line.segments += right.segments
    line.width += right.width
    return line.strip(width, palette.style())


# --- At the left ----------------------------------------------------------------------------------------


def _sign(replay: Replay) -> str:
    return "‖" if replay.playing else "►" if replay.direction > 0 else "◄"


def _how(replay: Replay, palette: Palette) -> Line:
    """``►   ◂ 1/4x ▸   ← back``."""
    arrow, quiet = palette.style(palette.accent, bold=True), palette.style(palette.muted)
    line = Line().add(f"  {_sign(replay)}  ", palette.style(palette.ground, palette.accent, bold=True))
    line.reach(7, quiet).add("◂", arrow)
    line.add(f"{speed(replay.speed):^7}", palette.style(palette.text, bold=replay.speed != 1)).add("▸", arrow)
    line.reach(19, quiet)
    if replay.direction > 0:
        line.add("→ on", quiet)
    else:
        line.add("← back", palette.style(palette.warning, bold=True))
    return line.reach(_LEFT, quiet)


def _which(replay: Replay, palette: Palette) -> Line:
    """Which marks ``[`` and ``]`` go to, whether gaps are skipped, whether a section is played again and again."""
    on, off = palette.style(palette.accent, bold=True), palette.style(palette.faint)
    line = Line().add(" [ ] ", palette.style(palette.muted))
    line.column(
        "all marks" if replay.kind == "all" else replay.kind,
        10,
        palette.style(palette.muted) if replay.kind == "all" else on,
    )
    line.add("no gaps" if replay.skips_gaps else "gaps", on if replay.skips_gaps else off).reach(23, off)
    begun = replay.section is not None
    text = "A–B" if not begun or (replay.section and replay.section[1] is not None) else "A–…"
    style = palette.style(palette.good, bold=True) if begun else off
    return line.add(text, style).reach(_LEFT, off)


def _how_low(replay: Replay, palette: Palette) -> Line:
    """The same in 18 cells."""
    line = Line().add(f"  {_sign(replay)}  ", palette.style(palette.ground, palette.accent, bold=True))
    back = "" if replay.direction > 0 else "← "
    flags = " no gaps" if replay.skips_gaps else " A–B" if replay.section is not None else ""
    tone = palette.muted if replay.direction > 0 else palette.warning
    return line.column(f" {back}{speed(replay.speed)}{flags}", _LEFT_LOW - 5, palette.style(tone))


def speed(factor: float) -> str:
    """``4x``, ``1/4x``."""
    return f"{factor:g}x" if factor >= 1 else f"1/{1 / factor:.0f}x"


# --- At the right -----------------------------------------------------------------------------------------


def _at(replay: Replay, palette: Palette) -> Line:
    return Line().add(f"   {clock(replay.playhead)} ", palette.style(palette.text, bold=True))


def _of(replay: Replay, palette: Palette) -> Line:
    return Line().add(f" / {_end(replay)} ", palette.style(palette.muted))


def _end(replay: Replay) -> str:
    """When the run ends; while the recording is read, how much of it is."""
    share = replay.share_read
    return clock(replay.until) if share >= 1 else f"{share * 100:.0f} % read"


# --- The bar -----------------------------------------------------------------------------------------------


def _bar(replay: Replay, cells: int, palette: Palette) -> list[tuple[str, Style]]:
    """What is played before and after the playhead, the section, and what is not read yet."""
    since, length = replay.history.since, _length(replay)
    head = place(replay.playhead - since, length, cells)
    read = place(replay.history.until - since, length, cells) if replay.share_read < 1 else cells
    played, coming = palette.style(palette.accent), palette.style(palette.faint)
    bar = [("━", played) if x <= head else ("─" if x <= read else "┄", coming) for x in range(cells)]
    if replay.section is not None:
        begin, end = replay.section
        first = place(begin - since, length, cells)
        last = place((begin if end is None else end) - since, length, cells)
        style = palette.style(palette.good, bold=True)
        bar[first : last + 1] = [("━" if x <= head else "═", style) for x in range(first, last + 1)]
        bar[last] = bar[last] if end is None else ("┤", style)
        bar[first] = ("├", style)
    bar[head] = ("●", palette.style(palette.accent, bold=True))
    return bar


def _signs(replay: Replay, cells: int, palette: Palette) -> dict[int, tuple[str, Style]]:
    """Cell to the gravest mark on it; those that are not gone to are pale."""
    since, length = replay.history.since, _length(replay)
    gravest: dict[int, Mark] = {}

    def rank(mark: Mark) -> tuple[bool, int, int]:
        return replay.kind in ("all", mark.kind), _GRAVEST.index(mark.kind), -_SEVERITIES.index(mark.severity)

    for mark in replay.marks:
        x = place(mark.time - since, length, cells)
        if x not in gravest or rank(mark) > rank(gravest[x]):
            gravest[x] = mark
    shown = {}
    for x, mark in gravest.items():
        colour, wanted = getattr(palette, tone_of(mark)), replay.kind in ("all", mark.kind)
        shown[x] = (sign_of(mark), palette.style(colour if wanted else palette.fade(colour), bold=wanted))
    return shown


def _length(replay: Replay) -> Nanoseconds:
    return replay.until - replay.history.since


def bar_cells(width: int, height: int) -> int:
    """Cells of the bar in a transport of that size."""
    return max(4, width - (_LEFT + _RIGHT if height > 1 else _LEFT_LOW + _RIGHT_LOW))


def place(at_ns: int, until_ns: int, cells: int) -> int:
    """Cell of an instant on the bar."""
    return min(max(at_ns * (cells - 1) // max(until_ns, 1), 0), cells - 1)


def instant(x: int, until_ns: int, width: int, height: int) -> int | None:
    """Instant under a cell of the transport, None left of its bar."""
    cells = bar_cells(width, height)
    at = x - (_LEFT if height > 1 else _LEFT_LOW)
    return None if at < 0 else min(at, cells - 1) * until_ns // max(cells - 1, 1)
