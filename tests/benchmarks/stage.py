"""``python -m tests.benchmarks.stage``: what the stage costs while many processes tell many events.

The real app in a real pseudo-terminal; the rows are made up beforehand, and go through the real history and the real
detectors as fast as a clock lets them. Every figure is of the app's own process. ``taking`` is history and
detectors, ``drawing`` the widgets' own work, ``painting`` Textual's composing and writing: CPU time of a frame, so
that what else the machine does is not in it. From key to paint it is real time.
"""

import argparse
import contextlib
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from array import array
from pathlib import Path

from playground.findings import Findings
from playground.history import (
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
from tests.ui.terminal import Terminal

SECOND = 1_000_000_000
CASES = [(lanes, rate, (160, 48)) for lanes in (8, 64, 256) for rate in (1_000, 50_000)] + [(256, 50_000, (300, 80))]
WATCHED_S = 6.0
KEYS = 24
_COLUMNS = ("time", "process", "thread", "kind", "resource", "site", "value")


class MadeUp:
    """A run of that many processes that take locks, put and get items and sleep, so many events a second."""

    live = True
    playhead: Nanoseconds = 0

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
        upto = self._taken
        while upto < len(self._rows.time) and self._rows.time[upto] <= now:
            upto += 1
        batch = Batch(self._definitions, until=now)
        for name in _COLUMNS:
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
    """Each process goes round: wait for a lock, hold it, give it back, put or get, sleep, go on."""
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
    for name, column in zip(_COLUMNS, zip(*made, strict=True), strict=True):
        setattr(batch, name, array("q", column))
    return batch


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
            before = time.thread_time()
            result = plain(self, *arguments, **named)
            times[kind].append((time.thread_time() - before) * 1000)
            if kind == "painting":
                times["at"].append(time.monotonic())
            return result

        setattr(owner, name, measured)

    if idle:
        face.stop_after(SECOND)
    timed(MadeUp, "tick", "taking")
    timed(StageScreen, "_frame", "frame")
    timed(Screen, "_compositor_refresh", "painting")
    app.run(face, Keeper())  # type: ignore[arg-type]
    report.write_text(json.dumps(times))


# --- Outside ---------------------------------------------------------------------------------------------


def measure(lanes: int, rate: int, size: tuple[int, int], *, idle: bool = False) -> dict[str, float]:
    """Watch one case."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place, "report")
        command = [sys.executable, "-m", "tests.benchmarks.stage", "--inside", str(lanes), str(rate), str(report)]
        terminal = Terminal(*(["--idle"] if idle else []), size=size, command=command)
        terminal.shows("lane-000")
        _read_for(terminal, 1.5)
        ticks, written, began = _ticks(terminal.process.pid), len(terminal.read()), time.perf_counter()
        _read_for(terminal, WATCHED_S)
        took = time.perf_counter() - began
        kilobytes = (len(terminal.read()) - written) / took / 1000
        cpu = (_ticks(terminal.process.pid) - ticks) / os.sysconf("SC_CLK_TCK") / took * 100
        waits = [_key(terminal, n) for n in range(1, min(KEYS, lanes - 1))]
        terminal.type("Q")
        terminal.ended()
        terminal.close()
        told = json.loads(report.read_text())
    return {"cpu": cpu, "KB/s": kilobytes, **_figures(told, waits)}


def _figures(told: dict[str, list[float]], waits: list[float]) -> dict[str, float]:
    frames, taking, painting = (told[name][10:] or [0.0] for name in ("frame", "taking", "painting"))
    painting = [each for each in painting if each > 0.1] or [0.0]
    at = told["at"][10:]
    drawing = [f - t for f, t in zip(frames, taking, strict=False)] or [0.0]
    waits = sorted(waits) or [0.0]
    return {
        "paints": len(painting) / (at[-1] - at[0]) if len(at) > 1 else 0.0,
        "taking": statistics.median(taking),
        "drawing": statistics.median(drawing),
        "painting": statistics.median(painting),
        "worst": max(painting),
        "key p50": statistics.median(waits),
        "key p95": waits[int(len(waits) * 0.95)],
    }


def _key(terminal: Terminal, lane: int) -> float:
    """Milliseconds from the key to the name of the next process as the selected one."""
    _read_for(terminal, 0.15 + random.random() / 20)
    seen = len(terminal.read())
    name = re.compile(rb"\x1b\[(?:0;)?1;[0-9;]*m\s*lane-%03d" % lane)
    began = time.perf_counter()
    terminal.type("j")
    while not name.search(terminal.read(), seen):
        time.sleep(0.0005)
        if time.perf_counter() - began > 5:
            return 5000.0
    return (time.perf_counter() - began) * 1000


def _read_for(terminal: Terminal, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        terminal.read()
        time.sleep(0.004)


def _ticks(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def main() -> None:
    """Measure and print."""
    options = _options()
    if options.inside:
        lanes, rate, report = options.inside
        inside(int(lanes), int(rate), Path(report), idle=options.idle)
        return
    cases = [case for case in CASES if not options.lanes or case[0] in options.lanes]
    print(
        "lanes  events/s     size    CPU %    KB/s  paints/s  taking  drawing  painting   worst  key p50  key p95  (ms)"
    )
    for lanes, rate, size in cases:
        _print(lanes, rate, size, measure(lanes, rate, size))
    _print(64, 0, (160, 48), measure(64, 1000, (160, 48), idle=True))


def _print(lanes: int, rate: int, size: tuple[int, int], f: dict[str, float]) -> None:
    print(
        f"{lanes:5}{rate:10}{size[0]:>6}x{size[1]:<3}{f['cpu']:8.1f}{f['KB/s']:8.0f}{f['paints']:10.1f}{f['taking']:8.2f}"
        f"{f['drawing']:9.2f}{f['painting']:10.2f}{f['worst']:8.1f}{f['key p50']:9.1f}{f['key p95']:9.1f}",
        flush=True,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stage", description="what the stage costs")
    parser.add_argument("--lanes", type=int, action="append", help="only the cases with so many processes")
    parser.add_argument("--inside", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--idle", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
