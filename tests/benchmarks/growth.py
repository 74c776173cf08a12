"""Whether what an event costs depends on how many there were before it."""

import time
from array import array
from collections.abc import Iterator

from playground.findings import Findings
from playground.history import COLUMNS, Batch, History
from tests.benchmarks.figure import Figure, Part, times
from tests.benchmarks.stage import definitions, rows
from tests.unit.rows import INFO

_PIECE = 2000
_EARLY, _LATE = 100_000, 5_000_000


def figures(_rounds: int) -> Iterator[Figure]:
    """Nanoseconds of CPU time for an event, among the first and among the five-millionth."""
    history = History(INFO)
    findings = Findings(history)
    history.append(Batch(definitions(64)))
    loop = rows(64, 50_000, 4)
    early: list[float] = []
    late: list[float] = []
    turn = 0
    while history.events < _LATE:
        for piece in pieces(loop, turn):
            began = time.thread_time_ns()
            findings.take(piece)
            cost = (time.thread_time_ns() - began) / len(piece)
            if history.events < _EARLY:
                early.append(cost)
            elif history.events > _LATE - 5 * _EARLY:
                late.append(cost)
        turn += 1
    first, last = times(early), times(late)
    yield Figure("one event at 5,000,000", last[0], "ns", 1.3, "at 100,000", first[0], last[1])


def pieces(loop: Batch, turn: int) -> Iterator[Batch]:
    """The same rows again in small batches, so many times later."""
    later = turn * (loop.time[-1] + 1)
    for at in range(0, len(loop.time), _PIECE):
        piece = Batch()
        piece.time = array("q", [time + later for time in loop.time[at : at + _PIECE]])
        for name in COLUMNS[1:]:
            setattr(piece, name, getattr(loop, name)[at : at + _PIECE])
        piece.until = piece.time[-1]
        yield piece


PART = Part("Growth", figures)
