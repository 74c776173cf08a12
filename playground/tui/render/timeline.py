"""The timeline: one lane per process, exact to an eighth of a cell, with what is waited for written into it."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from playground.history import History, Nanoseconds, Process, ProcessState, State
from playground.history.told import exit_text
from playground.probe import layout
from playground.tui.moment import Moment
from playground.tui.render.cells import MEANINGS, Ink, cell_of
from playground.tui.render.line import Line, fitted, narrow
from playground.tui.render.palette import HOLDING, HOLDING_COLOUR, SOLID, Paint, Palette, blend
from playground.tui.render.scale import BUCKETS, Scale, ticks

LABELS = 200
"""So many waits or holds of a lane on screen are looked at for labels; more would not fit."""
_FURNISHED = 8
"""From so many rows on there are marks and a legend too."""
FUTURE = 0.35
"""Strength of the colours of what comes after the playhead."""
_WAITS = {
    **dict.fromkeys((layout.OP_PUT, layout.OP_GET, layout.OP_SEND, layout.OP_RECV, layout.OP_FLUSH), Paint.CHANNEL),
    **dict.fromkeys((layout.OP_POLL, layout.OP_CALL, layout.OP_ACCEPT, layout.OP_SUBMIT), Paint.CHANNEL),
    **dict.fromkeys((layout.OP_READ, layout.OP_WRITE, layout.OP_SOCKET, layout.OP_SELECT), Paint.CHANNEL),
    **dict.fromkeys((layout.OP_JOIN, layout.OP_RESULT, layout.OP_CHILD), Paint.JOIN),
    **dict.fromkeys((layout.OP_PAUSE, layout.OP_SYSTEM), Paint.SLEEP),
    **dict.fromkeys((layout.OP_EVENT, layout.OP_BARRIER, layout.OP_NOTIFY), Paint.SIGNAL),
}
_PAINT = {
    State.CREATED: Paint.STARTING,
    State.STARTING: Paint.STARTING,
    State.RUNNING: Paint.RUNNING,
    State.SLEEPING: Paint.SLEEP,
    State.SUSPENDED: Paint.SUSPENDED,
    State.GATED: Paint.GATED,
    State.EXITED: Paint.NONE,
    State.KILLED: Paint.NONE,
}


class Letter(NamedTuple):
    """A character that stands over the lane, with its colour."""

    character: str
    colour: str


def label_width(moment: Moment) -> int:
    """Cells for the names at the left."""
    longest = max((len(moment.history.name(state.index)) for state in moment.states), default=4)
    return min(max(longest, 6), 18) + 3


def rows_per_lane(moment: Moment, height: int) -> int:
    """3 while all lanes have room for what they hold and some air, 2 without the air, else 1."""
    return next((rows for rows in (3, 2) if rows * len(moment.states) <= lanes_height(height)), 1)


def lanes_height(height: int) -> int:
    """Rows that are left for lanes besides marks, axis and legend; in few rows only the axis stays."""
    return max(1, height - (3 if height >= _FURNISHED else 1))


def marks_height(height: int) -> int:
    """Rows above the lanes."""
    return 1 if height >= _FURNISHED else 0


def first_lane(moment: Moment, height: int) -> int:
    """Place of the topmost lane on screen, so that the selected one can be seen."""
    rows = lanes_height(height) // rows_per_lane(moment, height)
    return max(0, min(moment.row - rows // 2, len(moment.states) - rows))


def draw(moment: Moment, scale: Scale, width: int, height: int, ink: Ink) -> list[Strip]:
    """Marks, lanes, axis and legend, in exactly ``height`` strips of ``width`` cells."""
    palette = ink.palette
    names = width - scale.width
    strips: list[Strip] = []
    used: set[int] = set()
    rows = rows_per_lane(moment, height)
    holds = _holds(moment.history, scale) if rows > 1 else {}
    blank = Strip.blank(width, palette.style())
    room = lanes_height(height)
    for state in moment.states[first_lane(moment, height) :]:
        if len(strips) >= room:
            break
        strips.append(_lane(moment, state, scale, names, ink, used))
        if rows > 1:
            strips.append(_second_row(moment, state, scale, names, holds.get(state.index, []), palette))
        strips += [blank] * (rows - 2)
    strips = strips[:room]
    strips += [blank] * (room - len(strips))
    axis = _axis(scale, names, palette)
    if height < _FURNISHED:
        return [*strips, axis]
    return [_marks(moment, scale, names, palette), *strips, axis, _legend(width, palette, used)]


# --- One lane -----------------------------------------------------------------------------------------


def _name(moment: Moment, state: ProcessState, width: int, palette: Palette) -> Line:
    selected = state.index == moment.selected
    ground = palette.selected if selected else palette.ground
    stuck = state.index in moment.stuck and not state.state.final
    tone = palette.bad if stuck else palette.muted if state.state.final else palette.text
    line = Line().add("▌" if selected else " ", palette.style(palette.accent, ground))
    line.column(moment.history.name(state.index), width - 2, palette.style(tone, ground, bold=selected or stuck))
    return line.add(" ", palette.style())


def _lane(moment: Moment, state: ProcessState, scale: Scale, names: int, ink: Ink, used: set[int]) -> Strip:
    """Name, then the states with labels over them; adds the paints that are in it to ``used``."""
    palette = ink.palette
    line = _name(moment, state, names, palette)
    buckets = lane_buckets(moment, state.index, scale)
    used.update(buckets)
    letters = _letters(moment, state.index, scale, palette)
    head = scale.x(moment.at)
    line.extend(_cells(bytes(buckets), letters, head, show_head=moment.until > moment.at, ink=ink))
    return line.strip(names + scale.width, palette.style())


def _cells(
    buckets: bytes, letters: dict[int, Letter], head: int, *, show_head: bool, ink: Ink
) -> Iterator[tuple[str, Style]]:
    palette = ink.palette
    for x in range(len(buckets) // BUCKETS):
        cell = cell_of(buckets[x * BUCKETS : (x + 1) * BUCKETS])
        glyph, colour, under = ink[cell]
        letter = letters.get(x)
        if show_head and x == head:
            behind = colour if cell.left in SOLID else under
            yield "│", palette.style(palette.accent, blend(behind, palette.ground, 0.5), bold=True)
            continue
        if letter is not None:
            glyph, colour = letter
        if x > head:
            colour, under = blend(palette.ground, colour, FUTURE), blend(palette.ground, under, FUTURE)
        yield glyph, palette.style(colour, under, bold=letter is not None)


def paint_of(state: int, operation: int) -> int:
    """The paint of a state; waits by what is waited for."""
    if state != State.WAITING:
        return _PAINT[State(state)]
    return _WAITS.get(operation, Paint.LOCK)


def lane_buckets(moment: Moment, index: int, scale: Scale) -> bytearray:
    """A lane cut into eighths of cells, each with the paint of the instant at its end; 0 where nothing is known."""
    process = moment.history.processes[index]
    lane = process.lane
    count = scale.width * BUCKETS
    place = _place(scale)
    known = place(moment.until)
    buckets = bytearray(count)
    for left, right, i in _stretches(lane.starts, scale, known):
        buckets[left:right] = bytes([paint_of(lane.states[i], lane.operations[i])]) * (right - left)
    if process.ended is not None:
        gone = place(moment.until if process.reaped is None else process.reaped)
        buckets[place(process.ended) : gone] = bytes([Paint.ZOMBIE]) * max(0, gone - place(process.ended))
    for left, right, i in _stretches(lane.holding_starts, scale, known):
        if lane.holding_counts[i]:
            for j in range(left, right):
                if buckets[j]:
                    buckets[j] |= HOLDING
    return buckets


class _place:
    """Maps an instant to a bucket, clamped to the window."""

    def __init__(self, scale: Scale) -> None:
        self._origin, self._per_cell = scale.first * BUCKETS, scale.per_cell
        self._count = scale.width * BUCKETS

    def __call__(self, at_ns: Nanoseconds) -> int:
        return min(max(at_ns * BUCKETS // self._per_cell - self._origin, 0), self._count)


def _stretches(starts: "array[int]", scale: Scale, known: int) -> Iterator[tuple[int, int, int]]:
    """First bucket, last bucket and segment of every segment that fills a bucket of the window.

    Where there are more segments than buckets only those are looked up that buckets end in.
    """
    place = _place(scale)
    first = max(bisect_right(starts, scale.start) - 1, 0)
    last = bisect_left(starts, scale.end)
    if last - first > 2 * known:
        yield from _sampled(starts, scale, known)
        return
    edges = [place(starts[i]) for i in range(first, last)] + [known]
    for i, (left, right) in enumerate(pairwise(edges), first):
        if right > left:
            yield left, min(right, known), i


def _sampled(starts: "array[int]", scale: Scale, known: int) -> Iterator[tuple[int, int, int]]:
    at = first = 0
    for bucket in range(known):
        end = scale.start + (bucket + 1) * scale.per_cell // BUCKETS
        at = bisect_right(starts, end, first) - 1
        if at >= 0:
            yield bucket, bucket + 1, at
            first = at


def _letters(moment: Moment, index: int, scale: Scale, palette: Palette) -> dict[int, Letter]:
    """What long waits are for, and how the process ended."""
    process = moment.history.processes[index]
    found: dict[int, Letter] = {}
    for text, since, until in _long_waits(moment, process, scale):
        _write(found, text, since, until, scale, palette.text)
    if process.ended is not None and scale.start <= process.ended <= moment.at:
        bad = bool(process.exitcode)
        text = ("✗ " if bad else "■ ") + exit_text(process.exitcode)
        tone = palette.bad if bad else palette.muted
        for x, character in enumerate(text, scale.x(process.ended) + 1):
            found[x] = Letter(character, tone)
    return found


def _long_waits(moment: Moment, process: Process, scale: Scale) -> Iterator[tuple[str, int, int]]:
    """What is waited for, since and until; waits for the same with hardly anything between them are one."""
    text, since, until = "", 0, 0
    for wait in process.waits_between(scale.start, scale.end, LABELS):
        joined = moment.history.pids.get(wait.joined_pid)
        what = moment.history.waited_for(wait.resource, layout.OPERATIONS[wait.operation], joined)
        what = f"join {what}" if joined is not None else what
        if what != text or wait.since - until > 2 * scale.per_cell:
            yield text, since, until
            text, since = what, wait.since
        until = min(wait.until if wait.until is not None else moment.until, moment.until)
    yield text, since, until


def _write(found: dict[int, Letter], text: str, since: int, until: int, scale: Scale, colour: str) -> None:
    """Put a text at the begin of a stretch when there is room for it with some of the stretch left."""
    left, right = max(scale.x(since) + 1, 0), min(scale.x(until), scale.width)
    if text and right - left > len(text) + 2:
        for x, character in enumerate(f" {narrow(text)} ", left):
            found[x] = Letter(character, colour)


# --- The second row: what is held -------------------------------------------------------------------------


_Hold = tuple[str, int, int]


def _holds(history: History, scale: Scale) -> dict[int, list[_Hold]]:
    """Of each process: name, since and until of what it held in the window."""
    found: dict[int, list[_Hold]] = {}
    for resource in history.known_resources:
        for process, since, until in resource.holds_between(scale.start, scale.end, LABELS):
            found.setdefault(process, []).append((resource.definition.name, since, until))
    return found


def _second_row(
    moment: Moment, state: ProcessState, scale: Scale, names: int, holds: list[_Hold], palette: Palette
) -> Strip:
    cells: list[tuple[str, str]] = [(" ", palette.ground)] * scale.width
    process = moment.history.processes[state.index]
    for name, since, until in sorted(holds, key=lambda hold: hold[1]):
        end = min(until, moment.until, process.ended or moment.until)
        left, right = max(scale.x(since), 0), min(scale.x(end), scale.width)
        colour = blend(palette.ground, HOLDING_COLOUR if palette.dark else "#A66F00", 0.85)
        cells[left:right] = [("▔", colour)] * (right - left)
        if right - left > len(name) + 4:
            cells[left + 1 : left + 3 + len(name)] = [(c, colour) for c in f" {narrow(name)} "]
    line = Line().add(" " * names, palette.style())
    head = scale.x(moment.at)
    line.extend(
        (glyph, palette.style(colour if x <= head else blend(palette.ground, colour, FUTURE)))
        for x, (glyph, colour) in enumerate(cells)
    )
    return line.strip(names + scale.width, palette.style())


# --- Marks, axis, legend -----------------------------------------------------------------------------------


def _marks(moment: Moment, scale: Scale, names: int, palette: Palette) -> Strip:
    """What the person did, what the program said, what was found, and the playhead."""
    signs = [
        (scale.x(mark.time), "▾", " ".join(mark.text.split()), palette.warning)
        for mark in moment.history.marks[-LABELS:]
        if mark.kind in {"action", "mark"}
    ]
    signs += [(scale.x(f.at), "✗", f.kind.replace("_", " "), palette.bad) for f in moment.face.findings.all]
    signs = sorted(sign for sign in signs if 0 <= sign[0] < scale.width)
    cells = [(" ", palette.ground)] * scale.width
    ends = [sign[0] for sign in signs[1:]] + [scale.width]
    for (x, glyph, text, colour), end in zip(signs, ends, strict=False):
        room = end - x - 2
        label = f"{glyph} {fitted(narrow(text), room).rstrip()}" if room >= 6 else glyph
        shown = [(c, colour if x <= scale.x(moment.at) else blend(palette.ground, colour, FUTURE)) for c in label]
        cells[x : x + len(shown)] = shown
    head = scale.x(moment.at)
    if 0 <= head < scale.width and cells[head][0] == " ":
        cells[head] = ("▼", palette.accent)
    line = Line().add(" " * names, palette.style())
    line.extend((glyph, palette.style(colour, bold=True)) for glyph, colour in cells[: scale.width])
    return line.strip(names + scale.width, palette.style())


def _axis(scale: Scale, names: int, palette: Palette) -> Strip:
    text = [" "] * scale.width
    for x, label in ticks(scale):
        if 0 <= x < scale.width:
            shown = f"╵{label}"[: scale.width - x]
            text[x : x + len(shown)] = shown
    line = Line().add(" " * names, palette.style()).add("".join(text), palette.style(palette.muted))
    return line.strip(names + scale.width, palette.style())


def _legend(width: int, palette: Palette, used: set[int]) -> Strip:
    """The meaning of the paints that are on screen, as many as fit."""
    line = Line().add(" ", palette.style())
    seen = used | {paint & ~HOLDING for paint in used if paint & ~HOLDING not in SOLID}
    for paint, name in MEANINGS.items():
        if paint in seen and line.width + len(name) + 4 <= width:
            glyph, tone = palette.glyph(paint), palette.paint(paint)
            line.add(glyph * 2, palette.style(tone)).add(f" {name}  ", palette.style(palette.muted))
    return line.strip(width, palette.style())
