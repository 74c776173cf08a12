"""Lanes as cells, kept from frame to frame: only what is new since the last one costs anything."""

from array import array
from bisect import bisect_left, bisect_right
from itertools import pairwise

from msgspec import Struct, field

from playground.history import History, Lane, Nanoseconds, Process, State
from playground.probe import layout
from playground.tui.render.cells import Ink, cell_of
from playground.tui.render.palette import HOLDING, Paint
from playground.tui.render.scale import BUCKETS, Scale
from playground.tui.render.tokens import Token

_WAITS = {
    **dict.fromkeys((layout.OP_PUT, layout.OP_GET, layout.OP_SEND, layout.OP_RECV, layout.OP_FLUSH), Paint.CHANNEL),
    **dict.fromkeys((layout.OP_POLL, layout.OP_CALL, layout.OP_ACCEPT, layout.OP_SUBMIT), Paint.CHANNEL),
    **dict.fromkeys((layout.OP_READ, layout.OP_WRITE, layout.OP_SOCKET, layout.OP_SELECT), Paint.CHANNEL),
    **dict.fromkeys((layout.OP_JOIN, layout.OP_RESULT, layout.OP_CHILD), Paint.JOIN),
    **dict.fromkeys((layout.OP_PAUSE, layout.OP_SYSTEM), Paint.SLEEP),
    **dict.fromkeys((layout.OP_EVENT, layout.OP_BARRIER, layout.OP_NOTIFY), Paint.SIGNAL),
    layout.OP_DEBUG: Paint.PERSON,
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
_OPERATIONS = 128
PAINTS = bytes(
    _WAITS.get(operation, Paint.LOCK) if state == State.WAITING else _PAINT[state]
    for state in State
    for operation in range(_OPERATIONS)
)
"""The paint of a state and an operation, at ``state * 128 + operation``; waits by what is waited for."""
_SINGLE = tuple(bytes((paint,)) for paint in range(256))
_DENSE = 4
"""From so many segments in a bucket on, they are not looked up for each."""
_HELD = bytes([0, *(paint | HOLDING for paint in range(1, 256))])


def paint_of(lane: Lane, segment: int) -> int:
    """The paint of a segment of a lane."""
    return PAINTS[lane.states[segment] * _OPERATIONS + lane.operations[segment]]


class Kept(Struct):
    """A lane on a scale, as far as it was known at the last frame."""

    buckets: bytearray
    """Paints of the eighths of cells; 0 where nothing is known."""
    tokens: list[Token]
    """The cells as they are drawn before the playhead."""
    lower: list[Token]
    """What stands below them where lanes are thick, as far as somebody asked for it."""
    lowered: int = 0
    """So many cells of ``lower`` are final."""
    known: int = 0
    """So many buckets are final."""
    last: tuple[int, int] = (0, 0)
    """Start and paint of the latest segment: what is being waited for may become clear later."""
    began: Nanoseconds | None = None
    paints: set[int] = field(default_factory=set)
    """All paints that are in it, and perhaps some that were."""


class Lanes:
    """The lanes of one history in one palette."""

    def __init__(self, ink: Ink) -> None:
        self.ink = ink
        self._scale: Scale | None = None
        self._history: History | None = None
        self._kept: dict[int, Kept] = {}

    def show(self, history: History, scale: Scale) -> None:
        """Turn to a stretch of time; what is known of it already is kept."""
        if history is not self._history:
            self._history, self._kept = history, {}
        before, self._scale = self._scale, scale
        if before == scale or before is None:
            return
        moved = scale.moved(before)
        if moved is not None and 0 < moved < scale.width:
            for kept in self._kept.values():
                _move(kept, moved, self.ink)
        else:
            self._kept = {}

    def lane(self, process: Process, until: Nanoseconds, index: int) -> Kept:
        """The cells of a process's lane, up to an instant."""
        assert self._scale is not None
        scale = self._scale
        kept = self._kept.get(index)
        lane = process.lane
        if kept is None or not _still_true(kept, process):
            kept = self._kept[index] = Kept(bytearray(scale.width * BUCKETS), *_blank(self.ink, scale.width))
        upto = place(scale, until)
        if upto > kept.known:
            _fill(kept, process, scale, kept.known, upto)
            self._draw(kept, kept.known // BUCKETS, -(-upto // BUCKETS))
            kept.known = upto
        segment = len(lane.starts) - 1
        kept.last, kept.began = (lane.starts[segment], paint_of(lane, segment)), process.began
        return kept

    def lower(self, kept: Kept) -> list[Token]:
        """What stands below the cells of a lane."""
        buckets = bytes(kept.buckets)
        for x in range(kept.lowered, -(-kept.known // BUCKETS)):
            kept.lower[x] = self.ink.lower(cell_of(buckets[x * BUCKETS : (x + 1) * BUCKETS]))
        kept.lowered = kept.known // BUCKETS
        return kept.lower

    def _draw(self, kept: Kept, first: int, last: int) -> None:
        buckets, ink = bytes(kept.buckets), self.ink
        kept.paints.update(buckets[first * BUCKETS : last * BUCKETS])
        for x in range(first, last):
            kept.tokens[x] = ink.token(cell_of(buckets[x * BUCKETS : (x + 1) * BUCKETS]))


def _blank(ink: Ink, cells: int) -> tuple[list[Token], list[Token]]:
    cell = cell_of(bytes(BUCKETS))
    return [ink.token(cell)] * cells, [ink.lower(cell)] * cells


def _move(kept: Kept, cells: int, ink: Ink) -> None:
    kept.buckets = kept.buckets[cells * BUCKETS :] + bytearray(cells * BUCKETS)
    blank = _blank(ink, cells)
    kept.tokens, kept.lower = kept.tokens[cells:] + blank[0], kept.lower[cells:] + blank[1]
    kept.known, kept.lowered = max(kept.known - cells * BUCKETS, 0), max(kept.lowered - cells, 0)
    kept.paints = set(kept.buckets)


def _still_true(kept: Kept, process: Process) -> bool:
    """Whether nothing that was drawn has turned out to be otherwise."""
    if kept.known == 0:
        return True
    start, paint = kept.last
    lane = process.lane
    segment = lane.index_at(start)
    return kept.began == process.began and segment >= 0 and paint_of(lane, segment) == paint


def place(scale: Scale, at: Nanoseconds) -> int:
    """The bucket of an instant, kept within the window."""
    return min(max(scale.bucket(at), 0), scale.width * BUCKETS)


def _fill(kept: Kept, process: Process, scale: Scale, first: int, last: int) -> None:
    """Paint the buckets from one to another."""
    lane, buckets = process.lane, kept.buckets
    states, operations = lane.states, lane.operations
    for left, right, i in stretches(lane.starts, scale, first, last):
        buckets[left:right] = _SINGLE[PAINTS[states[i] * _OPERATIONS + operations[i]]] * (right - left)
    if process.ended is not None:
        gone = last if process.reaped is None else place(scale, process.reaped)
        left, right = max(place(scale, process.ended), first), min(gone, last)
        if right > left:
            buckets[left:right] = _SINGLE[Paint.ZOMBIE] * (right - left)
    counts = lane.holding_counts
    for left, right, i in stretches(lane.holding_starts, scale, first, last):
        if counts[i]:
            buckets[left:right] = buckets[left:right].translate(_HELD)


def stretches(starts: "array[int]", scale: Scale, first: int, last: int) -> list[tuple[int, int, int]]:
    """First bucket, the one after the last, and number of every segment that fills a bucket between two.

    A bucket has the segment of the instant at its end. Where there are more segments than buckets only those
    are looked up that buckets end in, and where there are very many, those that halves of cells end in.
    """
    per_cell, origin, zero = scale.per_cell, scale.first * BUCKETS, scale.zero
    begin = max(bisect_right(starts, (origin + first) * per_cell // BUCKETS + zero) - 1, 0)
    end = bisect_left(starts, -(-(origin + last) * per_cell // BUCKETS) + zero)
    if end - begin > 2 * (last - first):
        stride = BUCKETS // 2 if end - begin > _DENSE * (last - first) else 1
        return _sampled(starts, scale, range(first, last, stride), (begin, end))
    edges = [min(max(scale.bucket(starts[i]), first), last) for i in range(begin, end)] + [last]
    return [(left, right, i) for i, (left, right) in enumerate(pairwise(edges), begin) if right > left]


def _sampled(
    starts: "array[int]", scale: Scale, buckets: range, segments: tuple[int, int]
) -> list[tuple[int, int, int]]:
    per_cell, origin, step = scale.per_cell, scale.first * BUCKETS, buckets.step
    zero = scale.zero
    at, end = segments
    found = []
    for bucket in buckets:
        upto = min(bucket + step, buckets.stop)
        at = bisect_left(starts, -(-(origin + upto) * per_cell // BUCKETS) + zero, at, end)
        if at > 0:
            at -= 1
            found.append((bucket, upto, at))
    return found
