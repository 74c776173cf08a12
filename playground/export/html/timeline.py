"""The timeline of a report as one SVG: a row for each process, marks above, an axis below. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from playground.export.html.markup import Html, join, tag, void
from playground.export.links import Flow
from playground.findings import Finding
from playground.history import History, Mark, Nanoseconds, Process, State
from playground.history.told import exit_text
from playground.probe import layout
from playground.tui.render.cells import MEANINGS, Ink
from playground.tui.render.lanes import Lanes, stretches
from playground.tui.render.palette import HOLDING, Paint, Palette
from playground.tui.render.scale import BUCKETS, Scale, ticks
from playground.tui.render.times import span

NAMES, WIDTH, AIR = 150, 930, 96
"""Room for names, for the lanes, and at the right for how a process ended."""
LANE, BAR = 44, 14
_CELLS = WIDTH // 5
"""A bucket of time is five eighths of a unit of the drawing."""
MOST_LANES, MOST_FLOWS, MOST_MARKS = 80, 120, 60
_MOST_HOLDS = 2000
_LEAST = 4
"""Stretches of so few buckets are drawn as one with the next of their kind."""
_LETTER = 6.2
"""About how wide a letter of a label is."""
_BARS = {
    Paint.RUNNING: (BAR, ""),
    Paint.STARTING: (BAR, ""),
    Paint.SUSPENDED: (10, "url(#hatch)"),
}
"""Paints that are bars: their height, and a pattern."""
_LINES = {
    Paint.LOCK: (5, None),
    Paint.CHANNEL: (4, "7 3"),
    Paint.SIGNAL: (4, "11 3 3 3"),
    Paint.JOIN: (3.5, "2.5 4"),
    Paint.SLEEP: (1.8, None),
    Paint.GATED: (4, "3 3"),
    Paint.ZOMBIE: (2.5, "1.5 3"),
    Paint.PERSON: (6, "6 3"),
}
"""Paints that are lines: their width, and dashes."""


class _Hold(NamedTuple):
    since: Nanoseconds
    until: Nanoseconds
    name: str


class _Piece(Struct):
    """A stretch of a lane in one paint, in buckets; ``segment`` is the one of the lane that it shows best."""

    left: int
    right: int
    paint: int
    segment: int
    widest: int
    count: int = 1


def scale_of(history: History) -> Scale:
    """The whole of what is known, on the width of the drawings."""
    length = max(history.until - history.since, 1_000_000)
    per_cell = max(-(-length // _CELLS), BUCKETS)
    return Scale(history.since // per_cell, per_cell, _CELLS + 1)


def x_of(scale: Scale, at: Nanoseconds) -> float:
    """Where an instant is, from the left edge of the lanes."""
    return round((at - scale.start) / scale.per_cell * WIDTH / _CELLS, 2)


def axis(scale: Scale, history: History, height: float) -> Html:
    """Ticks with their times, and fine lines up through the drawing."""
    parts = []
    for each in ticks(Scale(scale.first, scale.per_cell, scale.width)):
        x = round(each.x * WIDTH / _CELLS, 2)
        if x <= WIDTH:
            parts.append(void("line", x1=x, y1=0, x2=x, y2=height, class_="grid"))
            parts.append(tag("text", each.label, x=x + 3, y=height + 15, class_="tick"))
    end = x_of(scale, history.until)
    return join(*parts, void("line", x1=end, y1=0, x2=end, y2=height, class_="edge"))


def drawing(
    history: History,
    findings: list[Finding],
    flows: list[Flow],
    bookmarks: Sequence[tuple[Nanoseconds, str]] = (),
) -> Html:
    """The whole timeline; bookmarks are numbered from 1."""
    scale = scale_of(history)
    shown = [i for i, process in history.shown.items() if process.lane.index_at(history.until) >= 0][:MOST_LANES]
    lanes = Lanes(Ink(Palette()))
    lanes.show(history, scale)
    rows, holds = {index: place for place, index in enumerate(shown)}, _holds(history)
    height = len(rows) * LANE
    parts = [axis(scale, history, height)]
    for index, place in rows.items():
        process = history.processes[index]
        buckets = bytes(lanes.lane(process, history.until, index).buckets)
        lane = _lane(history, index, scale, buckets, holds.get(index, []))
        parts.append(tag("g", lane, transform=f"translate(0 {place * LANE})"))
    parts.append(_arrows(history, flows, rows, scale))
    parts.append(_findings(findings, scale, height))
    parts.append(_marks([mark for mark in history.marks if mark.time >= history.since], scale, height))
    numbered = [(n, at, note) for n, (at, note) in enumerate(bookmarks, 1) if history.since <= at <= history.until]
    parts.append(_bookmarks(numbered, scale, height))
    names = [_name(history, index, place) for index, place in rows.items()]
    inner = join(
        tag("g", *names, transform="translate(0 34)"),
        tag("g", *parts, transform=f"translate({NAMES} 34)"),
    )
    return tag(
        "svg",
        _hatch(),
        inner,
        viewBox=f"0 0 {NAMES + WIDTH + AIR} {height + 34 + 24}",
        role="img",
        aria_label="Timeline of the processes",
    )


def used_paints(history: History) -> set[int]:
    """The paints that are anywhere in the timeline."""
    lanes = Lanes(Ink(Palette()))
    lanes.show(history, scale_of(history))
    return set().union(
        *(
            lanes.lane(process, history.until, index).paints
            for index, process in list(history.shown.items())[:MOST_LANES]
        )
    )


def legend(used: set[int]) -> Html:
    """What each kind of bar and line means, of those that are there."""
    plain = {paint & ~HOLDING for paint in used} | {paint for paint in used if paint == Paint.RUNNING | HOLDING}
    items = []
    for paint, meaning in MEANINGS.items():
        if paint in plain:
            sample = tag("svg", _mark_of(paint, 0, 34, 10), viewBox="0 0 34 20", class_="sample", aria_hidden="true")
            items.append(tag("li", sample, meaning))
    return tag("ul", *items, class_="legend")


def _hatch() -> Html:
    lines = void("path", d="M0 6 L6 0 M-1 1 L1 -1 M5 7 L7 5", class_="hatch")
    return tag("defs", tag("pattern", lines, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse"))


# --- One lane ---------------------------------------------------------------------------------------------


def _name(history: History, index: int, place: int) -> Html:
    name = history.name(index)
    short = name if len(name) <= 18 else f"{name[:10]}…{name[-7:]}"
    pid = history.processes[index].definition.pid
    y = place * LANE + 18
    return join(
        tag("text", tag("title", f"{name}, pid {pid}"), short, x=0, y=y, class_="name"),
        tag("text", f"pid {pid}", x=0, y=y + 13, class_="quiet"),
    )


def _lane(history: History, index: int, scale: Scale, buckets: bytes, holds: list[_Hold]) -> Html:
    process = history.processes[index]
    parts: list[Html] = []
    labels: list[Html] = []
    for piece in _pieces(process, scale, buckets):
        x, width = piece.left / BUCKETS * WIDTH / _CELLS, (piece.right - piece.left) / BUCKETS * WIDTH / _CELLS
        told, short = _told(history, index, piece, holds)
        parts.append(tag("g", tag("title", told), _mark_of(piece.paint, x, width, 16), class_="piece"))
        if short and len(short) * _LETTER + 12 < width:
            labels.append(tag("text", short, x=round(x + 6, 2), y=8, class_="label"))
    if process.ended is not None:
        bad = bool(process.exitcode)
        said = f"{'✗' if bad else '■'} {exit_text(process.exitcode)}"
        at = x_of(scale, process.ended)
        y = 8 if process.zombie_at(process.ended) else 20
        parts.append(tag("text", said, x=at + 5, y=y, class_="end bad" if bad else "end"))
    return join(*_held(history, index, scale, holds), *parts, *labels)


def _pieces(process: Process, scale: Scale, buckets: bytes) -> list[_Piece]:
    found: list[_Piece] = []
    for left, right, segment in stretches(process.lane.starts, scale, 0, len(buckets)):
        at = left
        for paint, run in groupby(buckets[left:right]):
            width = len(list(run))
            last = found[-1] if found else None
            alike = last is not None and last.paint == paint and last.right == at
            if last is not None and alike and (width < _LEAST or last.right - last.left < _LEAST):
                last.right, last.count = at + width, last.count + 1
                if width > last.widest:
                    last.segment, last.widest = segment, width
            elif paint:
                found.append(_Piece(at, at + width, paint, segment, width))
            at += width
    return found


def _mark_of(paint: int, x: float, width: float, y: float) -> Html:
    """The bar or line of a paint, around the height ``y``."""
    plain, held = Paint(paint & ~HOLDING), " held" if paint & HOLDING else ""
    x, width = round(x, 2), round(max(width, 0.6), 2)
    ground = [void("rect", x=x, y=y - BAR / 2, width=width, height=BAR, class_="under")] if held else []
    if plain in _BARS:
        tall, pattern = _BARS[plain]
        how = f"fill:{pattern}" if pattern else None
        return void("rect", x=x, y=y - tall / 2, width=width, height=tall, class_=f"b{plain:d}{held}", style=how)
    stroke, dashes = _LINES.get(plain, (2, None))
    line = void(
        "line", x1=x, y1=y, x2=x + width, y2=y, class_=f"l{plain:d}", stroke_width=stroke, stroke_dasharray=dashes
    )
    hit = void("rect", x=x, y=y - BAR / 2, width=width, height=BAR, class_="hit")
    return join(*ground, line, hit)


def _told(history: History, index: int, piece: _Piece, holds: list[_Hold]) -> tuple[str, str]:
    """The words of a stretch: for the pointer, and over it where there is room."""
    process = history.processes[index]
    lane, i, name = process.lane, piece.segment, history.name(index)
    if piece.paint & ~HOLDING == Paint.ZOMBIE:
        return f"{name}: a zombie; it has ended ({exit_text(process.exitcode)}) and nobody has asked how", ""
    start = max(lane.starts[i], history.since)
    end = lane.starts[i + 1] if i + 1 < len(lane.starts) else process.ended or history.until
    state, short = State(lane.states[i]), ""
    what = state.name.lower()
    if state == State.WAITING:
        joined = lane.values[i] if lane.operations[i] == layout.OP_JOIN and not lane.resources[i] else 0
        operation = layout.OPERATIONS[lane.operations[i]]
        target = history.waited_for(lane.resources[i], operation, history.pids.get(joined) if joined else None)
        holders = _holders(history, lane.resources[i], start)
        what = f"waits for {target or 'something'}" + (f" ({operation})" if operation else "")
        what += f", held by {holders}" if holders else ""
        short = f"joins {target}" if joined else f"waits for {target}" if target else ""
    place = history.place(process.site_at(start))
    told = f"{name}: {what}{f', {place}' if place else ''}\nfrom {start / 1e9:.6f} s for {span(end - start)}"
    if piece.paint & HOLDING:
        held = dict.fromkeys(hold.name for hold in holds if hold.since < end and hold.until > start)
        told += f"\nholds {', '.join(held) or 'something'}"
    if piece.count > 1:
        told += f"\nand {piece.count - 1} more stretches that are too short to be drawn apart"
    return told, short


def _holders(history: History, resource: int, at: Nanoseconds) -> str:
    known = history.resources.get(resource)
    return ", ".join(dict.fromkeys(history.name(p) for p, *_ in known.owned_at(at))) if known is not None else ""


def _holds(history: History) -> dict[int, list[_Hold]]:
    """Of each process: what it held when; nothing of what was taken thousands of times."""
    found: dict[int, list[_Hold]] = {}
    for resource in history.known_resources:
        for process, since, until in resource.held_between(history.since, history.until, _MOST_HOLDS):
            until = min(until, history.until, history.processes[process].ended or history.until)
            since = max(since, history.since)
            found.setdefault(process, []).append(_Hold(since, until, resource.definition.name))
    return {process: sorted(holds) for process, holds in found.items()}


def _held(history: History, index: int, scale: Scale, holds: list[_Hold]) -> Iterator[Html]:
    """Below the bar: what is held, from when to when, by name where there is room."""
    free = [0.0, 0.0]
    for hold in holds:
        left, right = x_of(scale, hold.since), x_of(scale, hold.until)
        row = next((row for row, end in enumerate(free) if end <= left), None)
        if row is None:
            continue
        free[row] = max(right, left + 0.8)
        y = 26 + row * 4
        told = f"{history.name(index)} holds {hold.name} from {hold.since / 1e9:.6f} s"
        told += f" for {span(hold.until - hold.since)}"
        bar = void("rect", x=left, y=y, width=max(round(right - left, 2), 0.8), height=2.6, class_="hold")
        fits = len(hold.name) * 5.6 < right - left
        word = [tag("text", hold.name, x=left + 2, y=y + 11, class_="holdname")] if fits else []
        yield tag("g", tag("title", told), bar, *word)


# --- Over the lanes ------------------------------------------------------------------------------------------


def _arrows(history: History, flows: list[Flow], rows: dict[int, int], scale: Scale) -> Html:
    """Who started, let in and fed whom, unless that would be a thicket."""
    drawn = [f for f in flows if f.source[0] in rows and f.target[0] in rows and f.source[0] != f.target[0]]
    drawn = [f for f in drawn if f.left >= history.since]
    if len(drawn) > MOST_FLOWS:
        drawn = [f for f in drawn if f.kind == "start"][:MOST_FLOWS]
    parts = []
    for flow in drawn:
        source, target = rows[flow.source[0]], rows[flow.target[0]]
        y1, y2 = source * LANE + 16, target * LANE + 16 - (7 if target > source else -7)
        x1, x2 = x_of(scale, flow.left), x_of(scale, flow.arrived)
        names = history.name(flow.source[0]), history.name(flow.target[0])
        what = {"start": "starts", "release": "lets in", "item": "feeds"}[flow.kind]
        thing = history.resource_name(flow.resource)
        told = f"{names[0]} {what} {names[1]}{f' ({thing})' if thing else ''} at {flow.arrived / 1e9:.6f} s"
        bend = (y1 + y2) / 2
        path = void("path", d=f"M{x1} {y1} C{x1} {bend} {x2} {bend} {x2} {y2}", class_=f"arrow {flow.kind}")
        head = void("circle", cx=x2, cy=y2, r=2.2, class_=f"head {flow.kind}")
        parts.append(tag("g", tag("title", told), path, head))
    return join(*parts)


def _findings(findings: list[Finding], scale: Scale, height: float) -> Html:
    parts = []
    taken = -1e9
    for finding in sorted(findings, key=lambda each: each.at)[:MOST_MARKS]:
        x, kind = x_of(scale, finding.at), finding.kind.replace("_", " ")
        tone = "bad" if finding.severity == "error" else "warn" if finding.severity == "warning" else "info"
        line = void("line", x1=x, y1=-6, x2=x, y2=height, class_=f"found {tone}")
        sign = tag("text", "✗" if tone == "bad" else "!", x=x, y=-10, class_=f"sign {tone}", text_anchor="middle")
        word = []
        if x - taken > len(kind) * _LETTER + 24:
            right = x > WIDTH - 60
            word = [
                tag(
                    "text",
                    kind,
                    x=x - 9 if right else x + 9,
                    y=-10,
                    class_=f"signword {tone}",
                    text_anchor="end" if right else None,
                )
            ]
            taken = x
        parts.append(tag("g", tag("title", f"{finding.at / 1e9:.6f} s: {finding.text}"), line, sign, *word))
    return join(*parts)


def _marks(marks: list[Mark], scale: Scale, height: float) -> Html:
    """What a person did, and what the program itself marked."""
    parts = []
    for mark in [each for each in marks if each.kind in {"action", "mark"}][:MOST_MARKS]:
        x, said = x_of(scale, mark.time), " ".join(mark.text.split())
        line = void("line", x1=x, y1=-4, x2=x, y2=height, class_="done")
        sign = tag("text", "▾", x=x, y=-22, class_="sign warn", text_anchor="middle")
        parts.append(tag("g", tag("title", f"{mark.time / 1e9:.6f} s: {said}"), line, sign))
    return join(*parts)


def _bookmarks(bookmarks: Sequence[tuple[int, Nanoseconds, str]], scale: Scale, height: float) -> Html:
    """Instants that a person has marked."""
    parts = []
    for number, at, note in bookmarks[:MOST_MARKS]:
        x = x_of(scale, at)
        line = void("line", x1=x, y1=-4, x2=x, y2=height, class_="noted")
        sign = tag("text", f"◆{number}", x=x, y=-22, class_="sign noted", text_anchor="middle")
        parts.append(tag("g", tag("title", f"{at / 1e9:.6f} s: {note}"), line, sign))
    return join(*parts)
