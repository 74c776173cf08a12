"""What an update of the process table and of the log costs, beside Textual's own widgets. CPU time, milliseconds."""

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.coordinate import Coordinate
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import DataTable, RichLog

from playground.history import Batch, History, LogLine
from playground.tui.render import log, processes
from playground.tui.render.palette import Palette
from tests.benchmarks.figure import Figure, Part, Times, times
from tests.benchmarks.stage import definitions, rows
from tests.unit.moments import moment
from tests.unit.rows import INFO

PROCESSES, LINES, SIZE = 500, 20, (110, 40)
SECOND = 1_000_000_000
W = TypeVar("W", bound=Widget)


def figures(rounds: int) -> Iterator[Figure]:
    """Ours, and theirs."""
    rounds = max(rounds, 2)
    table, told = _table(rounds), _log(rounds)
    yield Figure(f"process table of {PROCESSES}, new figures", table[0], "ms", 7.0, spread=table[1])
    theirs = asyncio.run(_theirs(DataTable(), _fill, _change, rounds))
    yield Figure(f"the same {PROCESSES} in a DataTable", theirs[0], "ms", spread=theirs[1])
    yield Figure(f"{LINES} new lines of the log", told[0], "ms", 2.0, spread=told[1])
    theirs = asyncio.run(_theirs(RichLog(), lambda _: None, _write, rounds))
    yield Figure(f"the same {LINES} in a RichLog", theirs[0], "ms", spread=theirs[1])


def _timed(call: Callable[[int], object], rounds: int) -> Times:
    found = []
    for turn in range(rounds + 1):
        began = time.thread_time()
        call(turn)
        found.append((time.thread_time() - began) * 1000)
    return times(found[1:])


def _table(rounds: int) -> Times:
    history, palette = History(INFO), Palette()
    history.append(Batch(definitions(PROCESSES)))
    history.append(rows(PROCESSES, 10_000, 1))

    def draw(turn: int) -> None:
        history.until = SECOND + turn * SECOND // 30
        processes.draw(moment(history), *SIZE, palette)

    return _timed(draw, rounds)


def _log(rounds: int) -> Times:
    history, palette = History(INFO), Palette()
    history.append(Batch(definitions(8)))

    def draw(turn: int) -> None:
        for number in range(LINES):
            line = LogLine(turn * SECOND + number, number % 8, "stdout", f"line {number} of turn {turn}: done")
            history.say(line)
            log.draw(line, history, SIZE[0], palette, chosen=False, later=False, words="")

    return _timed(draw, rounds)


# --- Textual's own ---------------------------------------------------------------------------------------


class _Bare(App[None]):
    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget

    def compose(self) -> ComposeResult:
        yield self._widget


async def _theirs(widget: W, fill: Callable[[W], None], change: Callable[[W, int], None], rounds: int) -> Times:
    async with _Bare(widget).run_test(size=SIZE) as pilot:
        fill(widget)
        await pilot.pause()
        return times([await _update(pilot, partial(change, widget, turn)) for turn in range(rounds)])


async def _update(pilot: Pilot[None], change: Callable[[], None]) -> float:
    began = time.thread_time()
    change()
    await pilot.pause()
    return (time.thread_time() - began) * 1000


def _fill(table: "DataTable[str]") -> None:
    table.add_columns("name", "state", "for", "pid", "cpu", "rss")
    for number in range(PROCESSES):
        table.add_row(f"lane-{number:03}", "waiting", "0.0 s", str(1000 + number), "0%", "12M")


def _change(table: "DataTable[str]", turn: int) -> None:
    for number in range(PROCESSES):
        for column in (1, 2, 4):
            table.update_cell_at(Coordinate(number, column), f"{turn}.{number}")


def _write(widget: RichLog, turn: int) -> None:
    for number in range(LINES):
        widget.write(f"line {number} of turn {turn}: done")


PART = Part("Tables and the log", figures)
