"""Real recordings, damaged in many ways: what is shown was written, in the order in which it was written."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.history import COLUMNS, Batch, Definition
from playground.probe import layout
from playground.recording import Opened, RecordingError, open_recording
from playground.replay import Replay
from playground.tui.moment import moment_of
from playground.tui.render import counters, header, processes, scale, transport, waits
from playground.tui.render.palette import palette_of
from playground.tui.render.plan import plan
from playground.tui.render.timeline import Drawing, Pointer
from playground.tui.view import View
from playground.tui.widgets.findings import Findings
from playground.tui.widgets.log import Log
from tests.chaos.part import Part, Trial
from tests.unit.recordings import HEADER, PROCESS, write_lines

SCENARIOS = ("basics/hello", "synchronisation/two_locks_deadlock", "sharing/lost_update", "pools/pool_map")
OLD = Path(__file__).parents[1] / "recordings" / "deadlock.mpr.jsonl"
"""Of format version 1.0."""
SHOWN_EVERY = 50
"""So often what is left is made into a history with findings, a summary and a picture."""
_SLOW_S = 5.0
_PALETTE = palette_of({}, dark=True, plain=True)


@dataclass(frozen=True, slots=True)
class Whole:
    """A recording as it was written."""

    name: str
    data: bytes
    opened: Opened


def recordings(directory: Path) -> list[Whole]:
    """Run scenarios and record them."""
    paths = []
    for scenario in SCENARIOS:
        path = directory / f"{scenario.replace('/', '-')}.mpr.jsonl"
        command = [sys.executable, "-m", "playground", "run", "--headless", "--timeout", "3", "--record", str(path)]
        subprocess.run(
            [*command, scenario],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=60,
            env={**os.environ, "MP_PLAYGROUND_DATA": str(directory)},
        )
        paths.append(path)
    return [*map(whole, paths), whole(OLD)]


def whole(path: Path) -> Whole:
    """A recording that nothing has happened to."""
    opened = open_recording(path)
    assert not opened.notices
    return Whole(path.name.partition(".")[0], path.read_bytes(), opened)


# --- Damage ---------------------------------------------------------------------------------------------


def _cut(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    return data[: dice.randrange(len(data))]


def _flip(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(dice.choice([1, 1, 1, 5])):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def _overwrite(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    start, size = dice.randrange(len(data)), dice.choice([1, 16, 512, 4096])
    filler = dice.choice([bytes(size), dice.randbytes(size), b"9" * size, b"[" * size])
    return data[:start] + filler + data[start + size :]


def _piece(data: bytes, dice: random.Random) -> tuple[int, int]:
    """Where a piece begins and ends: between any bytes, between lines, or between parts with a checkpoint each."""
    how = dice.randrange(3)
    if how == 0:
        places = [dice.randrange(len(data) + 1) for _ in range(2)]
    else:
        lines, ends, at = data.splitlines(keepends=True), [0], 0
        for line in lines:
            at += len(line)
            if how == 1 or line.startswith(b'["C"'):
                ends.append(at)
        places = [dice.choice(ends) for _ in range(2)]
    return min(places), max(places)


def _double(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    start, end = _piece(data, dice)
    return data[:end] + data[start:end] + data[end:]


def _leave_out(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    start, end = _piece(data, dice)
    return data[:start] + data[end:]


def _splice(data: bytes, dice: random.Random, other: bytes) -> bytes:
    return data[: _piece(data, dice)[1]] + other[_piece(other, dice)[0] :]


def _garbage(data: bytes, dice: random.Random, _other: bytes) -> bytes:
    tails = (
        dice.randbytes(300),
        b'["C",0,0,0]\n',
        b"[" * 3000,
        b'{"summary":{"verdict":"fine"}}\n',
        b"\n",
        b"\0" * 4096,
    )
    return data + dice.choice(tails)


DAMAGE: dict[str, Callable[[bytes, random.Random, bytes], bytes]] = {
    "cut": _cut,
    "flipped": _flip,
    "overwritten": _overwrite,
    "part doubled": _double,
    "part left out": _leave_out,
    "spliced": _splice,
    "garbage behind": _garbage,
}
_NEEDS_CHAIN = frozenset({"part doubled", "part left out", "spliced"})
"""What a recording of version 1.0 does not notice when it falls between its parts."""


# --- Judgement ------------------------------------------------------------------------------------------


def problem_of(path: Path, data: bytes, truth: Whole) -> str:
    """What is wrong with what a damaged file shows; "" when nothing is."""
    path.write_bytes(data)
    try:
        shown = open_recording(path)
    except RecordingError as refused:
        return "" if str(refused).count("\n") == 0 else "refused in more than one line"
    except Exception as error:
        return f"raised {error!r}"
    return contradiction(shown, truth.opened)


def contradiction(shown: Opened, truth: Opened) -> str:
    """What is shown that was not written."""
    if shown.info != truth.info:
        return "another header"
    if shown.summary not in (None, truth.summary):
        return "another summary"
    if not _is_start_of(shown.batch, truth.batch):
        return "rows or definitions that were not written so"
    if len(shown.batch) < len(truth.batch) and not shown.notices:
        whole_groups = shown.summary is None
        return "" if whole_groups else "less than all, without a word"
    return ""


def _is_start_of(shown: Batch, truth: Batch) -> bool:
    definitions: list[Definition] = truth.definitions[: len(shown.definitions)]
    columns = all(getattr(shown, name) == getattr(truth, name)[: len(shown)] for name in COLUMNS)
    return shown.definitions == definitions and columns


def show(path: Path) -> str:
    """Make all of what is shown of a recording; what went wrong, "" when nothing did."""
    try:
        replay = Replay(path)
    except RecordingError:
        return ""
    try:
        summary: dict[str, Any] = replay.summary
        for t in (0, replay.history.until // 2, replay.history.until):
            replay.seek(t)
            _picture(replay)
    except Exception as error:
        return f"showing it raised {error!r}"
    return "" if "verdict" in summary else "no summary"


def _picture(replay: Replay) -> None:
    """Every panel of the screen, at the playhead."""
    moment = moment_of(replay, View())
    for draw in (header.header, transport.transport, processes.draw, waits.draw):
        draw(moment, 100, 20, _PALETTE)
    for panel in (Log("log"), Findings("findings")):
        panel.draw(moment, 100, 20, _PALETTE)
    lanes = plan(moment, 20, None, 0)
    stretch = scale.view(moment.at, moment.until, 100 - lanes.names, live=False, since_ns=moment.since)
    Drawing(_PALETTE).rows(moment, stretch, lanes, Pointer())
    counters.Drawing(_PALETTE).strips(moment, 100, 20)


# --- Content that no run would write, confirmed by checkpoints that are right ---------------------------------------

HOSTILE: dict[str, Callable[[], list[Any]]] = {
    "a negative pid": lambda: [["P", 0, -1, -7, -1, "a", "fork", False, "child"], [5, 0, 1, layout.REAPED, 0, 0, -9]],
    "pids that meet": lambda: (
        [["P", i, 100, 7, 100, "a", "fork", False, "child"] for i in range(50)]
        + [[5, i, 1, layout.BEGAN, 0, 0, 100] for i in range(50)]
    ),
    "times that go back": lambda: [PROCESS, *([-t, 0, 1, layout.BEGAN, 0, 0, 0] for t in range(1000))],
    "times at the limit": lambda: [PROCESS, [0, 0, 1, 1, 0, 0, 0], [(1 << 63) - 1, 0, 1, layout.REAPED, 0, 0, 0]],
    "indexes that meet": lambda: [
        PROCESS,
        *(["R", 1, kind, "x", -5, 9, -1, "i"] for kind in ("lock", "queue", "pool")),
        *([t, 0, t % 5000, t % 130, 1, -1, -t] for t in range(20_000)),
    ],
    "indexes at the limits": lambda: [
        PROCESS,
        *([t, 0, dice, t % 130, dice, dice, dice] for t in range(300) for dice in (-(1 << 63), (1 << 63) - 1)),
    ],
    "a million processes": lambda: [
        b"".join(b'["P",%d,%d,7,1,"p","fork",false,"child"]\n' % (i, i) for i in range(1_000_000))[:-1]
    ],
    "a million threads, things and sites": lambda: [
        PROCESS,
        b"".join(
            b'["T",0,%d,"t",5]\n["R",%d,"lock","l",0,0,1,"i"]\n["S",%d,"f",3,"g"]\n' % (i, i, i) for i in range(333_333)
        )[:-1],
    ],
    "names of 1 MB": lambda: [
        ["P", 0, 100, 7, 1, "x" * 1_000_000, "fork", False, "main"],
        *(["N", i, "\x1b]0;" + "y" * 1_000_000] for i in range(1, 20)),
        *([i, 0, 1, layout.STDOUT, 0, 0, i] for i in range(1, 20)),
    ],
    "nested 100,000 deep": lambda: [PROCESS, b"[" * 100_000 + b"]" * 100_000],
    "an integer of 5,000 digits": lambda: [PROCESS, b"[" + b"9" * 5000 + b",0,1,1,0,0,0]"],
    "not a number": lambda: [PROCESS, b"[NaN,0,1,1,0,0,0]", b"[Infinity,0,1,1,0,0,0]"],
    "half a character": lambda: [PROCESS, b'["N",1,"\\ud83d"]', [5, 0, 1, layout.STDOUT, 0, 0, 1]],
}
_HOSTILE_S, _HOSTILE_MB = 60, 1500


def hostile(what: str, path: Path) -> Trial:
    """Have it replayed by the command, whose time and memory are measured."""
    write_lines(path, [HEADER], HOSTILE[what]())
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "playground", "replay", "--headless", "--json", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    watch = threading.Timer(_HOSTILE_S, process.kill)
    watch.start()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.cancel()
    seconds, megabytes = time.monotonic() - began, used.ru_maxrss >> 10
    fine = process.returncode in (0, 2) and "Traceback" not in said and "\x1b" not in said
    if fine and megabytes <= _HOSTILE_MB:
        return Trial(what, "", seconds)
    return Trial(what, f"exit code {process.returncode}, {megabytes} MB: {said[-300:]}", seconds)


def trials(count: int, seed: int) -> Iterator[Trial]:
    """Every kind of damage in turn, of every recording in turn."""
    with tempfile.TemporaryDirectory(prefix="damaged-") as directory:
        sound = recordings(Path(directory))
        path = Path(directory, "damaged.mpr.jsonl")
        for number in range(count):
            kind = list(DAMAGE)[number % len(DAMAGE)]
            candidates = sound[:-1] if kind in _NEEDS_CHAIN else sound
            truth = candidates[number // len(DAMAGE) % len(candidates)]
            dice = random.Random(seed * count + number)
            data = DAMAGE[kind](truth.data, dice, dice.choice(candidates).data)
            began = time.monotonic()
            problem = problem_of(path, data, truth)
            if not problem and number % SHOWN_EVERY == 0:
                problem = show(path)
            seconds = time.monotonic() - began
            if problem:
                shutil.copy(path, Path(tempfile.gettempdir(), f"damaged-{seed}-{number}.mpr.jsonl"))
            slow = f"took {seconds:.1f} s" if seconds > _SLOW_S else ""
            yield Trial(kind, (problem and f"{problem} (of {truth.name}, number {number})") or slow, seconds)
        for what in HOSTILE:
            yield hostile(what, path)


PART = Part("no damage to a recording is taken for what was recorded", 30_000, trials)
