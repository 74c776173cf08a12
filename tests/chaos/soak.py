"""Long runs: fifty million rows, as a program of ten hours makes them, through history, findings and recording."""

import json
import subprocess
import sys
from collections.abc import Iterator

from playground.history.known import WINDOW
from tests.chaos.part import Part, Trial

CHECKPOINTS = 20
FULL = WINDOW * 3 // 2
"""From so many rows on the memory is to be flat, but for what is kept of the dead."""
FLAT = 1.15
"""What it may grow to after that."""
KEPT_OF_A_CYCLE = 2200
"""Bytes: each third of a second a process and a lock come and go, and are in the summary for ever."""

_FED = """
import json, resource, sys
from tests.unit.long_run import INFO, ROWS_PER_CYCLE, batches
from playground.findings import Findings
from playground.history import History
from playground.summary import summarise

rows, checkpoints = int(sys.argv[1]), int(sys.argv[2])
findings = Findings(History(INFO))
cycles = max(rows // ROWS_PER_CYCLE // checkpoints, 1)
for checkpoint in range(checkpoints):
    for batch in batches(cycles, checkpoint * cycles):
        findings.take(batch)
    with open("/proc/self/statm") as file:
        resident = int(file.read().split()[1]) * resource.getpagesize()
    print(json.dumps([findings.history.rows, (checkpoint + 1) * cycles, resident]), flush=True)
summary = summarise(findings.history, findings)
print(json.dumps([summary["events"], len(summary["processes"]), summary["counters"][0]["writes"]]))
"""


def trials(count: int, seed: int) -> Iterator[Trial]:
    """A trial for each checkpoint: the memory of the process that is fed, flat once the window is full."""
    del seed
    fed = subprocess.Popen(
        [sys.executable, "-c", _FED, str(count), str(CHECKPOINTS)], stdout=subprocess.PIPE, text=True
    )
    assert fed.stdout is not None
    full = 0
    for number, line in enumerate(fed.stdout):
        if number == CHECKPOINTS:
            yield Trial("what is counted", _miscounted(*json.loads(line)))
            break
        rows, cycles, resident = json.loads(line)
        own = resident - cycles * KEPT_OF_A_CYCLE
        if not full or rows < FULL:
            full = own if rows > WINDOW else 0
        grown = own > FLAT * full > 0
        print(f"  {rows:>12,} rows  {resident / 1e6:7.1f} MB", flush=True)
        yield Trial("memory", f"{own / 1e6:.0f} MB at {rows:,} rows, {full / 1e6:.0f} MB before" if grown else "")
    if fed.wait() != 0:
        yield Trial("memory", f"the process that was fed ended with {fed.returncode}")


def _miscounted(events: int, processes: int, writes: int) -> str:
    from tests.unit.long_run import TURNS, WORKERS

    cycles = processes - WORKERS - 1
    expected = cycles * TURNS * WORKERS
    return "" if writes == expected else f"{writes:,} writes of {expected:,}, {events:,} events"


PART = Part("a long run grows without bound", 50_000_000, trials)
