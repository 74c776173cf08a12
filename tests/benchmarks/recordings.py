"""What a large recording costs to write, to open and to replay.

The yardstick is ``msgspec`` decoding the same lines alone, in a process of its own: with the garbage collector as
Python has it, which is what a program that does only that pays, and without. The run is that of
``tests/unit/long_run.py``: locks, a value, a queue, a process of its own every 476 rows. Times are CPU time, so that
what else the machine does is not in them, and medians of the rounds.
"""

import asyncio
import gc
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playground.pace import collect_garbage_seldom
from playground.recording import Writer
from playground.replay import Replay
from playground.settings import load
from playground.tui.app import PlaygroundApp
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.transport import Transport
from tests.benchmarks.figure import Figure, Part, in_turn, times
from tests.benchmarks.watching import own_place
from tests.unit import long_run

SIZE = (160, 45)
SEEKS = 200
_DECODES = """
import gc, sys, time, msgspec
data = open(sys.argv[1], "rb").read()
getattr(gc, sys.argv[2])()
began = time.process_time()
lines = msgspec.json.Decoder().decode_lines(data)
print(time.process_time() - began)
"""
_ROWS = 1_000_000


def figures(rounds: int) -> Iterator[Figure]:
    """Write a recording of a million rows, open it in both ways, and go to and fro in it."""
    rounds = max(min(rounds, 3), 2)
    with tempfile.TemporaryDirectory(prefix="mpp-recordings-") as place, own_place(place):
        path = Path(place, "long.mpr.jsonl")
        rows, wrote = written(path, _ROWS)
        yield Figure("writing it, CPU time", rows / wrote, "rows/s", 5_000_000, at_least=True)
        yield Figure("a row on disk", path.stat().st_size / rows, "bytes", 40)
        alone, bare = in_turn(rounds, lambda: decoding(path), lambda: decoding(path, collecting=False))
        opened = [asyncio.run(opening(path)) for _ in range(rounds)]
        first, whole, _ = (times(column) for column in zip(*opened, strict=True))
        at_once = times([indexing(path) for _ in range(rounds)])
        yield Figure("first paint of the stage", first[0], "s", 3.0, "msgspec alone", alone[0], first[1])
        yield Figure("all of it, by the screen", whole[0], "s", 8.0, "msgspec alone", alone[0], whole[1])
        yield Figure("all of it, at once", at_once[0], "s", 8.0, "msgspec alone", alone[0], at_once[1])
        yield Figure("the same, beside msgspec without gc", at_once[0], "s", None, "msgspec alone", bare[0])
        seeks = asyncio.run(seeking(path))
        yield Figure(
            "seek and full redraw, p95", statistics.quantiles(seeks, n=20)[18], "ms", 30, spread=times(seeks)[1]
        )
        yield Figure("seek and full redraw, median", statistics.median(seeks), "ms")


def written(path: Path, rows: int) -> tuple[int, float]:
    """A recording of at least so many rows; how many, and how long the writer took."""
    batches = list(long_run.batches(-(-rows // long_run.ROWS_PER_CYCLE)))
    began = time.process_time()
    writer = Writer(path, long_run.INFO)
    for batch in batches:
        writer.append(batch)
    writer.finish({"outcome": "finished"})
    return sum(map(len, batches)), time.process_time() - began


def decoding(path: Path, *, collecting: bool = True) -> float:
    """Seconds in which msgspec turns the file's bytes into lists, in a process that has nothing else."""
    command = [sys.executable, "-c", _DECODES, str(path), "enable" if collecting else "disable"]
    return float(subprocess.check_output(command))


def indexing(path: Path) -> float:
    """Seconds until history and findings have all of it, without a screen."""
    gc.collect()
    began = time.process_time()
    Replay(path)
    return time.process_time() - began


async def opening(path: Path) -> tuple[float, float, int]:
    """Seconds to the first picture of the stage and until all is read, and how often it was seen how much that is."""
    gc.collect()
    app = PlaygroundApp(Replay(_small(path)))
    async with app.run_test(size=SIZE):
        collect_garbage_seldom()
        began = time.process_time()
        replay = Replay(path, at_once=False)
        screen = StageScreen(replay, load())
        app.push_screen(screen)
        while not (app.screen is screen and "REPLAY" in _text(screen)):
            await asyncio.sleep(0.002)
        first = time.process_time() - began
        replay.playing = False
        seen = {""}
        while replay.share_read < 1:
            await asyncio.sleep(0.02)
            seen.add(" ".join(screen.query_one(Transport).render_line(1).text.split()[-3:]))
        whole = time.process_time() - began
        app.exit()
    return first, whole, sum("% read" in each for each in seen)


async def seeking(path: Path) -> list[float]:
    """Milliseconds of going somewhere and drawing every cell of the screen anew."""
    dice, took = random.Random(5), []
    replay = Replay(path)
    app = PlaygroundApp(replay)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.3)
        replay.playing = False
        screen = app.screen
        assert isinstance(screen, StageScreen)
        collect_garbage_seldom()
        for _ in range(SEEKS):
            at = dice.randrange(replay.history.since, replay.history.until)
            await pilot.pause()
            began = time.process_time()
            replay.seek(at)
            screen._show()
            _text(screen)
            took.append((time.process_time() - began) * 1000)
        app.exit()
    return took


def _small(path: Path) -> Path:
    """A recording of a few rows, for the screen that is there before."""
    small = path.with_name("small.mpr.jsonl")
    if not small.exists():
        written(small, 1)
    return small


def _text(screen: StageScreen) -> str:
    # the compositor is private to Textual, and the only thing that knows the whole screen
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


PART = Part("A recording of a million rows", figures)
