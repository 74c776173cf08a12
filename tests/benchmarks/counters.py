"""``python -m tests.benchmarks.counters``: what an update of the counters costs, with few points and with a million.

Eight values in a panel of 110x40 cells, each with so many points in 60 s. CPU time of this process, in milliseconds.
"""

import statistics
import time
from array import array
from collections.abc import Callable

from playground.history import Counter, History
from playground.tui.moment import Moment
from playground.tui.render.counters import Drawing
from playground.tui.render.palette import Palette
from tests.unit.moments import moment
from tests.unit.rows import INFO

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
PLOTS, SIZE, ROUNDS = 8, (110, 40), 30
POINTS = (1_000, 1_000_000)


def main() -> None:
    """Measure and print."""
    for points in POINTS:
        history, drawing = made_up(points), Drawing(Palette())
        history.until = MINUTE // 2
        first = cost(drawing, moment(history))
        others = f"{_median(drawing, history, _later)}, another stretch {_median(drawing, history, _elsewhere)}"
        print(f"{points:9,} points: first {first:.1f} ms, then {others}")


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


def _median(drawing: Drawing, history: History, next_moment: Callable[[History, int], Moment]) -> str:
    return f"{statistics.median(cost(drawing, next_moment(history, turn)) for turn in range(ROUNDS)):.2f} ms"


if __name__ == "__main__":
    main()
