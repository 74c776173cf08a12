"""What an update of the counters costs, with few points and with a million; beside plotext.

Eight values in a panel of 110x40 cells, each with so many points in 60 s. CPU time of this process, in milliseconds.
"""

import importlib
import importlib.util
import time
from array import array
from collections.abc import Callable, Iterator
from typing import Any

from playground.history import Counter, History
from playground.tui.moment import Moment
from playground.tui.render.counters import Drawing
from playground.tui.render.palette import Palette
from tests.benchmarks.figure import Figure, Part, Times, times
from tests.unit.moments import moment
from tests.unit.rows import INFO

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
PLOTS, SIZE, ROUNDS = 8, (110, 40), 30
POINTS = (1_000, 1_000_000)


def figures(_rounds: int) -> Iterator[Figure]:
    """The next update, and one of another stretch of time."""
    for points in POINTS:
        history, drawing = made_up(points), Drawing(Palette())
        history.until = MINUTE // 2
        cost(drawing, moment(history))
        later, elsewhere = _times(drawing, history, _later), _times(drawing, history, _elsewhere)
        yield Figure(f"{PLOTS} counters of {points:,} points", later[0], "ms", 5.0, spread=later[1])
        yield Figure(f"the same {PLOTS}, another stretch", elsewhere[0], "ms", None, spread=elsewhere[1])
    if importlib.util.find_spec("plotext") is not None:
        theirs = times([_plotext() for _ in range(5)])
        yield Figure(f"{PLOTS} counters of {POINTS[0]:,} points in plotext", theirs[0], "ms", spread=theirs[1])


def _plotext() -> float:
    plotext: Any = importlib.import_module("plotext")
    began = time.process_time()
    for _ in range(PLOTS):
        plotext.clear_figure()
        plotext.plotsize(SIZE[0], SIZE[1] // PLOTS)
        plotext.plot(range(POINTS[0]), [float(k * 7919 % 50) for k in range(POINTS[0])])
        plotext.build()
    return (time.process_time() - began) * 1000


def made_up(points: int) -> History:
    """A history of values with so many points each."""
    history = History(INFO)
    for place in range(PLOTS):
        counter = Counter(f"value{place}", place + 1, "value")
        counter.times = array("q", range(0, MINUTE, MINUTE // points))
        counter.values = array("d", [float((k * 7919 * (place + 1) >> 4) % 50) for k in range(points)])
        counter.writers = array("i", bytes(4 * points))
        counter.first, counter.lowest, counter.highest = 0.0, 0.0, 49.0
        history.counters.append(counter)
    return history


def cost(drawing: Drawing, shown: Moment) -> float:
    """Milliseconds that drawing a moment takes."""
    began = time.process_time()
    drawing.strips(shown, *SIZE)
    return (time.process_time() - began) * 1000


def _later(history: History, turn: int) -> Moment:
    history.until = MINUTE // 2 + turn * SECOND // 5
    return moment(history)


def _elsewhere(history: History, turn: int) -> Moment:
    return moment(history, stretch=(turn * SECOND // 4, MINUTE // 2 + turn * SECOND // 3))


def _times(drawing: Drawing, history: History, next_moment: Callable[[History, int], Moment]) -> Times:
    return times([cost(drawing, next_moment(history, turn)) for turn in range(ROUNDS)])


PART = Part("Counters", figures)
