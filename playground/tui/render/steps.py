"""Counters as columns of a time scale, kept from frame to frame: only what is new since the last one costs anything."""

import math
from bisect import bisect_left
from typing import NamedTuple

from msgspec import Struct

from playground.history import Counter, History, Nanoseconds
from playground.tui.render.scale import Scale

_MOST_KEPT = 400
"""So many counters are kept at most; a run may have made and dropped more."""


class Column(NamedTuple):
    """What a counter did while a column of the scale passed."""

    low: float
    high: float
    enter: float
    """The value at the left edge, or the first one that is known."""
    leave: float


class _Kept(Struct):
    columns: list[Column | None]
    known: int = 0
    """So many columns are over and stay as they are."""


class Steps:
    """The counters of one history on one scale."""

    def __init__(self) -> None:
        self._history: History | None = None
        self._scale: Scale | None = None
        self._kept: dict[Counter, _Kept] = {}

    def show(self, history: History, scale: Scale) -> None:
        """Turn to a stretch of time; what is known of it already is kept."""
        if history is not self._history or len(self._kept) > _MOST_KEPT:
            self._history, self._kept = history, {}
        before, self._scale = self._scale, scale
        if before == scale or before is None:
            return
        moved = scale.moved(before)
        if moved is None or not 0 < moved < scale.width:
            self._kept = {}
            return
        for kept in self._kept.values():
            kept.columns = [*kept.columns[moved:], *[None] * moved]
            kept.known = max(kept.known - moved, 0)

    def columns(self, counter: Counter, until: Nanoseconds) -> list[Column | None]:
        """A column for each of the scale's, None where nothing is known; not to be changed."""
        assert self._scale is not None
        scale = self._scale
        kept = self._kept.get(counter)
        if kept is None:
            kept = self._kept[counter] = _Kept([None] * scale.width)
        begun = min(max(scale.x(until) + 1, 0), scale.width)
        edge, last = scale.first + kept.known, scale.first + begun
        left = bisect_left(counter.times, scale.begin_of(edge))
        for place in range(edge, last):
            right = bisect_left(counter.times, scale.begin_of(place + 1), left)
            kept.columns[place - scale.first] = _column(counter, left, right)
            left = right
        kept.known = min(max(scale.x(until), kept.known), scale.width)
        return kept.columns


def _column(counter: Counter, left: int, right: int) -> Column | None:
    """The column in which the steps from one number up to another fall."""
    if right == 0:
        return None
    first = max(left - 1, 0)
    enter, leave = finite(counter.values[first]), finite(counter.values[right - 1])
    if right - first == 1:
        return Column(enter, enter, enter, enter)
    low, high = counter.extent(first, right)
    return Column(finite(low), finite(high), enter, leave)


def finite(value: float) -> float:
    """A number that can be drawn: the largest for infinity, 0 for what is none."""
    return 0.0 if math.isnan(value) else min(max(float(value), -1e300), 1e300)
