"""What a run takes in memory: per event that is kept, and for those that are kept no longer."""

import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figure import Figure, Part, times

_PROGRAM = """
import gc, os, sys
from playground.findings import Findings
from playground.history import Batch, History
from tests.benchmarks.growth import pieces
from tests.benchmarks.stage import definitions, rows
from tests.unit.rows import INFO

def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

kept, steps = int(sys.argv[1]), int(sys.argv[2])
history = History(INFO, kept) if kept else History(INFO)
findings = Findings(history)
history.append(Batch(definitions(64)))
loop, marks = rows(64, 50_000, 4), []
for turn in range(steps):
    for piece in pieces(loop, turn):
        findings.take(piece)
    marks.append((history.events, resident()))
print(*(number for mark in marks for number in mark))
"""


def figures(rounds: int) -> Iterator[Figure]:
    """Bytes per event, with all kept, and then with most of them gone."""
    grown = [_slope(0, 4) for _ in range(min(max(rounds // 3, 2), 4))]
    flat = [_slope(200_000, 8) for _ in range(min(max(rounds // 3, 2), 4))]
    yield Figure("memory per event that is kept", times(grown).median, "bytes", 60, spread=times(grown).spread)
    yield Figure("memory per event that is gone", times(flat).median, "bytes", 1.0)


def _slope(kept: int, steps: int) -> float:
    """Bytes that an event adds, over the last half of the steps."""
    command = [sys.executable, "-c", _PROGRAM, str(kept), str(steps)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    marks = [(int(events), int(held)) for events, held in zip(said[::2], said[1::2], strict=True)]
    (events, held), (last_events, last_held) = marks[len(marks) // 2 - 1], marks[-1]
    return (last_held - held) / (last_events - events)


PART = Part("What a run takes in memory", figures)
