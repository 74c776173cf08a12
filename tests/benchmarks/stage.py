"""What the stage costs while many processes tell many events.

The real app in a real pseudo-terminal; the rows are made up beforehand, and go through the real history and the real
detectors as fast as a clock lets them. Every figure is of the app's own process. ``taking`` is history and
detectors, ``drawing`` the widgets' own work, ``painting`` Textual's composing and writing: CPU time of a frame, so
that what else the machine does is not in it. From key to paint it is real time.
"""

import json
import os
import random
import re
import select
import statistics
import sys
import tempfile
import time
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from playground.findings import Findings
from playground.history import (
    COLUMNS,
    Batch,
    Definition,
    History,
    Nanoseconds,
    ProcessDefinition,
    ResourceDefinition,
    RunInfo,
    SiteDefinition,
)
from playground.probe import layout
from playground.terminal.keeper import Keeper
from tests.benchmarks.figure import Figure, Part
from tests.benchmarks.watching import read_for, share
from tests.ui.terminal import Terminal

SECOND = 1_000_000_000
CASES = [(lanes, rate, (160, 48)) for lanes in (8, 64, 256) for rate in (1_000, 50_000)] + [(256, 50_000, (300, 80))]
BUDGETS = {
    (64, 50_000, (160, 48)): {
        "CPU": 20.0,
        "to the terminal": 200.0,
        "paint, p50": 4.0,
        "paint, worst": 16.0,
        "key to paint, p50": 10.0,
        "key to paint, p95": 30.0,
    },
    (256, 50_000, (300, 80)): {"CPU": 30.0},
}
FIGURES = {
    "CPU": "% of a core",
    "to the terminal": "KB/s",
    "paints": "/s",
    "taking events in, p50": "ms",
    "drawing, p50": "ms",
    "paint, p50": "ms",
    "paint, worst": "ms",
    "key to paint, p50": "ms",
    "key to paint, p95": "ms",
}
WATCHED_S = 6.0
SLOW_BYTES_S, SLOW_PIECE = 1_000_000, 4096
KEYS = 24


class MadeUp:
    """A run of that many processes that take locks, put and get items and sleep, so many events a second."""

    live = True
    playhead: Nanoseconds = 0
    ends_with_us = stirs = reads_files = False
    exitcode = 0
    debugger = None

    def __init__(self, lanes: int, rate: int, seconds: float) -> None:
        """Make all of its rows at once."""
        self.info = RunInfo("made/up", "Made up", {"lanes": lanes, "rate": rate}, (), "fork", "", "made_up.py")
        self.history = History(self.info)
        self.findings = Findings(self.history)
        self._rows = rows(lanes, rate, seconds)
        self._definitions = definitions(lanes)
        self._taken = 0
        self._origin = 0
        self._stops = 1 << 62

    def stop_after(self, at: Nanoseconds) -> None:
        """Let nothing happen from that instant on."""
        self._stops = at

    def tick(self) -> bool:
        """Take in what is due."""
        self._origin = self._origin or time.monotonic_ns()
        now = time.monotonic_ns() - self._origin
        if now > self._stops:
            return False
        upto = bisect_right(self._rows.time, now, self._taken)
        batch = Batch(self._definitions, until=now)
        for name in COLUMNS:
            setattr(batch, name, getattr(self._rows, name)[self._taken : upto])
        self.history.append(batch)
        self._definitions, self._taken = [], upto
        self.playhead = self.history.until
        self.findings.advance()
        return True

    def close(self) -> None:
        """Nothing is held."""


def definitions(lanes: int) -> list[Definition]:
    """Processes, eight locks, a queue and the lines that they are used in."""
    made: list[Definition] = [
        ProcessDefinition(i, 1000 + i, 7, 999, f"lane-{i:03}", "fork", False, "child" if i else "main")
        for i in range(lanes)
    ]
    made += [ResourceDefinition(i + 1, "lock", f"lock-{i}", 0, 0, 1, "i") for i in range(8)]
    made += [ResourceDefinition(9, "queue", "items", 0, 0, 0, "i")]
    return made + [SiteDefinition(i, "made_up.py", 10 + i, "work") for i in range(1, 9)]


def rows(lanes: int, rate: int, seconds: float) -> Batch:
    """Each process goes round: wait for a lock, hold it, give it back, put or get, sleep, go on.

    At the end everybody gives back what it holds, so that the same rows may follow once more.
    """
    chance = random.Random(7)
    batch, total = Batch(), int(rate * seconds)
    step, owner = [0] * lanes, [0] * 9
    lock = [1 + chance.randrange(8) for _ in range(lanes)]
    queued = False
    made: list[tuple[int, ...]] = [(i, i, 1, layout.BEGAN, 0, 0, 999) for i in range(lanes)]
    for i in range(total):
        at, p = lanes + int(i * SECOND / rate), chance.randrange(lanes)
        s, r = step[p], lock[p]
        if s == 0:
            made.append((at, p, 1, layout.WAITING, r, 1, layout.OP_ACQUIRE))
        elif s == 1 and owner[r]:
            made.append((at, p, 1, layout.TRY_FAILED, 9, 2, 0))
            continue
        elif s == 1:
            owner[r] = p + 1
            made.append((at, p, 1, layout.ACQUIRED, r, 2, 0))
        elif s == 2:
            owner[r] = 0
            made.append((at, p, 1, layout.RELEASING, r, 3, 0))
        elif s == 3:
            queued = not queued
            made.append((at, p, 1, layout.PUTTING if queued else layout.GOT, 9, 4, 0))
        else:
            made.append((at, p, 1, layout.SLEEPING if s == 4 else layout.SLEPT, 0, 5, 1000))
        step[p] = (s + 1) % 6
        if not step[p]:
            lock[p] = 1 + chance.randrange(8)
    made += _ends(step, lock, lanes + int(total * SECOND / rate))
    for name, column in zip(COLUMNS, zip(*made, strict=True), strict=True):
        setattr(batch, name, array("q", column))
    return batch


def _ends(step: list[int], lock: list[int], at: int) -> Iterator[tuple[int, ...]]:
    """What brings everybody to the end of its round: holders first, then those who wait for them, and who sleeps."""
    for p, s in enumerate(step):
        if s == 2:
            yield (at, p, 1, layout.RELEASING, lock[p], 3, 0)
    for p, s in enumerate(step):
        if s == 1:
            yield (at, p, 1, layout.ACQUIRED, lock[p], 2, 0)
            yield (at, p, 1, layout.RELEASING, lock[p], 3, 0)
        elif s == 5:
            yield (at, p, 1, layout.SLEPT, 0, 5, 1000)


# --- Inside the terminal --------------------------------------------------------------------------------


def inside(lanes: int, rate: int, report: Path, *, idle: bool) -> None:
    """Run the app, and write how long its frames took."""
    from playground.tui import app  # before anything of Textual's, as the command does

    # isort: split
    from textual.screen import Screen

    from playground.tui.screens.stage import StageScreen

    face = MadeUp(lanes, rate, WATCHED_S + KEYS * 0.2 + 8)
    times: dict[str, list[float]] = {"taking": [], "frame": [], "painting": [], "at": []}

    def timed(owner: type, name: str, kind: str) -> None:
        plain = getattr(owner, name)

        def measured(self: object, *arguments: object, **named: object) -> object:
            before, painted = time.thread_time(), len(times["painting"])
            result = plain(self, *arguments, **named)
            took = (time.thread_time() - before) * 1000
            if kind == "frame":  # it may paint at once
                took -= sum(times["painting"][painted:])
            times[kind].append(took)
            if kind == "painting":
                times["at"].append(time.monotonic())
            return result

        setattr(owner, name, measured)

    if idle:
        face.stop_after(SECOND)
    timed(MadeUp, "tick", "taking")
    timed(StageScreen, "_frame", "frame")
    timed(Screen, "_compositor_refresh", "painting")
    app.run(face, Keeper())
    report.write_text(json.dumps(times))


# --- Outside ---------------------------------------------------------------------------------------------


class SlowTerminal(Terminal):
    """Takes a megabyte a second, as one on a slow line does."""

    _room, _at = 0.0, 0.0

    def read(self) -> bytearray:
        """Everything that was written and has come through."""
        now = time.perf_counter()
        self._room, self._at = min(self._room + (now - self._at) * SLOW_BYTES_S, SLOW_PIECE), now
        while self._room >= 1 and select.select([self.master], [], [], 0)[0]:
            try:
                piece = os.read(self.master, int(self._room))
            except OSError:
                break
            self.written += piece
            self._room -= len(piece)
        return self.written


def measure(
    lanes: int, rate: int, size: tuple[int, int], *, idle: bool = False, kind: type[Terminal] = Terminal
) -> dict[str, float]:
    """Watch one case."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place, "report")
        command = [sys.executable, "-m", "tests.benchmarks.stage", str(lanes), str(rate), str(report)]
        terminal = kind(*(["--idle"] if idle else []), size=size, command=command)
        terminal.shows("lane-000")
        read_for(terminal, 1.5)
        written, began = len(terminal.read()), time.perf_counter()
        cpu = share(terminal, WATCHED_S)
        kilobytes = (len(terminal.read()) - written) / (time.perf_counter() - began) / 1000
        waits = [_key(terminal, n) for n in range(1, min(KEYS, lanes - 1))]
        terminal.type("Q")
        terminal.ended()
        terminal.close()
        told = json.loads(report.read_text())
    return {"CPU": cpu, "to the terminal": kilobytes, **_figures(told, waits)}


def _figures(told: dict[str, list[float]], waits: list[float]) -> dict[str, float]:
    frames, taking, painting = (told[name][10:] or [0.0] for name in ("frame", "taking", "painting"))
    painting = [each for each in painting if each > 0.1] or [0.0]
    at = told["at"][10:]
    drawing = [f - t for f, t in zip(frames, taking, strict=False)] or [0.0]
    waits = sorted(waits) or [0.0]
    return {
        "paints": len(painting) / (at[-1] - at[0]) if len(at) > 1 else 0.0,
        "taking events in, p50": statistics.median(taking),
        "drawing, p50": statistics.median(drawing),
        "paint, p50": statistics.median(painting),
        "paint, worst": max(painting),
        "frame": statistics.median(drawing) + statistics.median(painting),
        "key to paint, p50": statistics.median(waits),
        "key to paint, p95": waits[int(len(waits) * 0.95)],
    }


def _selected(lane: int) -> re.Pattern[bytes]:
    """The name of a process in bold; where the lanes have scrolled, only the end of it that differs is written."""
    name = f"lane-{lane:03}"
    ends = "|".join(name[cut:] for cut in range(1, len(name)))
    bold = r"\x1b\[(?:0;)?1;[0-9;]*m"
    return re.compile(rf"{bold}\s*{name}|\x1b\[\d+;1?\dH{bold}(?:{ends})[\s\x1b]".encode())


def _key(terminal: Terminal, lane: int) -> float:
    """Milliseconds from the key to the name of the next process as the selected one."""
    read_for(terminal, 0.15 + random.random() / 20)
    seen = len(terminal.read())
    name = _selected(lane)
    began = time.perf_counter()
    terminal.type("j")
    while not name.search(terminal.read(), seen):
        time.sleep(0.0005)
        if time.perf_counter() - began > 5:
            return 5000.0
    return (time.perf_counter() - began) * 1000


# --- The figures -----------------------------------------------------------------------------------------


def figures(_rounds: int) -> Iterator[Figure]:
    """Every case once, some seconds long; then a run that is still. The budgets are the design's."""
    frames: dict[int, float] = {}
    for lanes, rate, size in CASES:
        found = measure(lanes, rate, size)
        case = f"{lanes} lanes, {rate:,} events/s, {size[0]}x{size[1]}: "
        most = BUDGETS.get((lanes, rate, size), {})
        for name, unit in FIGURES.items():
            yield Figure(case + name, found[name], unit, most.get(name))
        if rate == 50_000 and size == CASES[0][2]:
            frames[lanes] = found["frame"]
    slow = measure(64, 50_000, CASES[0][2], kind=SlowTerminal)["key to paint, p95"]
    yield Figure("64 lanes, 50,000 events/s, 1 MB/s to the terminal: key to paint, p95", slow, "ms", 50.0)
    yield Figure("a frame of 256 lanes", frames[256], "ms", 5.0, "of 8", frames[8])
    yield Figure("64 lanes, all still: CPU", measure(64, 1000, CASES[0][2], idle=True)["CPU"], "% of a core", 1.0)


PART = Part("The whole stage", figures)

if __name__ == "__main__":
    inside(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), idle="--idle" in sys.argv)
