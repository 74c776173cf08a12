"""The timeline: one lane per process, sub-cell exact, with what is waited for written into long waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.strip import Strip

from playground.history import History, Nanoseconds, State
from playground.history.told import exit_text
from playground.probe import layout
from playground.tui.render.cells import BUCKETS, Ink, cell_of
from playground.tui.render.line import Line
from playground.tui.render.palette import HOLDING, Paint, Palette
from playground.tui.render.times import span

LABEL = 16
_CHANNEL = {layout.OP_PUT, layout.OP_GET, layout.OP_SEND, layout.OP_RECV, layout.OP_FLUSH, layout.OP_POLL}
_JOIN = {layout.OP_JOIN, layout.OP_RESULT}
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


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time on screen, and the instant up to which it is known."""

    start: Nanoseconds
    end: Nanoseconds
    playhead: Nanoseconds


def paint_of(state: int, operation: int) -> int:
    """The paint of a state; waits by what is waited for."""
    if state != State.WAITING:
        return _PAINT[State(state)]
    return Paint.CHANNEL if operation in _CHANNEL else Paint.JOIN if operation in _JOIN else Paint.LOCK


def buckets_of(history: History, index: int, window: Window, count: int) -> bytearray:
    """A lane cut into equal stretches of time, each with the paint that came last in it."""
    lane = history.processes[index].lane
    buckets = bytearray(count)
    length = max(1, window.end - window.start)

    def place(t: Nanoseconds) -> int:
        return min(max((t - window.start) * count // length, 0), count)

    known = place(window.playhead)
    first = max(0, lane.index_at(window.start))
    for i in range(first, len(lane.starts)):
        if lane.starts[i] > min(window.end, window.playhead):
            break
        end = lane.starts[i + 1] if i + 1 < len(lane.starts) else window.playhead
        left, right = place(lane.starts[i]), min(place(end), known)
        if right > left:
            buckets[left:right] = bytes([paint_of(lane.states[i], lane.operations[i])]) * (right - left)
    _tint_holding(buckets, history, index, place, known)
    return buckets


def _tint_holding(buckets: bytearray, history: History, index: int, place: object, known: int) -> None:
    lane = history.processes[index].lane
    starts, counts = lane.holding_starts, lane.holding_counts
    for i, held in enumerate(counts):
        if held:
            left = place(starts[i])  # type: ignore[operator]  # the caller's own function
            right = place(starts[i + 1]) if i + 1 < len(starts) else known  # type: ignore[operator]
            for j in range(left, min(right, known)):
                if buckets[j]:
                    buckets[j] |= HOLDING


def lane_strip(history: History, index: int, window: Window, width: int, ink: Ink, *, selected: bool) -> Strip:
    """One process's line: its name, then its lane."""
    palette = ink.palette
    line = Line()
    ground = palette.selected if selected else palette.ground
    name = history.name(index)
    line.add("▌" if selected else " ", palette.style(palette.accent, ground))
    line.column(name, LABEL - 2, palette.style(palette.text, ground, bold=selected)).add(
        " ", palette.style(None, ground)
    )
    cells = max(1, width - LABEL)
    buckets = buckets_of(history, index, window, cells * BUCKETS)
    text = _labels(history, index, window, cells)
    for x in range(cells):
        glyph, colour, under = ink[cell_of(bytes(buckets[x * BUCKETS : (x + 1) * BUCKETS]))]
        letter, tone = text.get(x, ("", ""))
        style = palette.style(tone or colour, under, bold=bool(letter))
        line.add(letter or glyph, style)
    return line.strip(width, palette.style())


def _labels(history: History, index: int, window: Window, cells: int) -> dict[int, tuple[str, str]]:
    """Letters over the lane: what a long wait is for, and how the process ended."""
    found: dict[int, tuple[str, str]] = {}
    process = history.processes[index]
    per_cell = max(1, (window.end - window.start) // cells)
    for spans in process.waits.values():
        for wait in spans[-40:]:
            end = min(wait.until if wait.until is not None else window.playhead, window.playhead)
            name = history.resource_name(wait.resource) if wait.thread == 1 else ""
            left, right = (wait.since - window.start) // per_cell + 1, (end - window.start) // per_cell
            left = max(left, 0)
            if name and right - left > len(name) + 2 and left < cells:
                for i, letter in enumerate(f" {name} "):
                    if left + i < cells:
                        found[left + i] = (letter, "#FFFFFF")
    if process.ended is not None and process.ended <= window.playhead:
        bad = process.exitcode not in (0, None)
        at = (process.ended - window.start) // per_cell + 1
        for i, letter in enumerate(("✗ " if bad else "■ ") + exit_text(process.exitcode)):
            if 0 <= at + i < cells:
                found[at + i] = (letter, "#FF6B5E" if bad else "#8E97A5")
    return found


def axis_strip(window: Window, width: int, palette: Palette) -> Strip:
    """The time axis: a tick about every fourteen cells."""
    cells = max(1, width - LABEL)
    line = Line().add(" " * LABEL, palette.style())
    step = _nice(max(1, (window.end - window.start) * 14 // cells))
    text = [" "] * cells
    t = -(-window.start // step) * step
    while t < window.end:
        x = (t - window.start) * cells // max(1, window.end - window.start)
        for i, letter in enumerate("╵" + span(t)):
            if x + i < cells:
                text[x + i] = letter
        t += step
    return line.add("".join(text), palette.style(palette.muted)).strip(width, palette.style())


def _nice(length: int) -> int:
    base = 1
    while base * 10 <= length:
        base *= 10
    return next(base * f for f in (1, 2, 5, 10) if base * f >= length)


def marks_strip(
    history: History, finding_times: Sequence[Nanoseconds], window: Window, width: int, palette: Palette
) -> Strip:
    """User actions and findings over the lanes, and the playhead."""
    cells = max(1, width - LABEL)
    length = max(1, window.end - window.start)
    marks: dict[int, tuple[str, str]] = {}
    for mark in history.marks:
        if mark.kind in {"action", "mark", "death"} and window.start <= mark.time <= min(window.end, window.playhead):
            marks[(mark.time - window.start) * cells // length] = ("▾", palette.warning)
    for t in finding_times:
        if window.start <= t <= min(window.end, window.playhead):
            marks[(t - window.start) * cells // length] = ("✖", palette.bad)
    marks.setdefault(min(cells - 1, (window.playhead - window.start) * cells // length), ("▼", palette.accent))
    line = Line().add(" " * LABEL, palette.style())
    for x in range(cells):
        glyph, colour = marks.get(x, (" ", palette.muted))
        line.add(glyph, palette.style(colour, bold=True))
    return line.strip(width, palette.style())
