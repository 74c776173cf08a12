"""``python -m tests.benchmarks.recordings [--rows N] [--rounds N]``: what opening and replaying a large one costs.

The yardstick is ``msgspec`` decoding the same lines alone, in a process of its own: with the garbage collector as
Python has it, which is what a program that does only that pays, and without. The run is that of
``tests/unit/long_run.py``: locks, a value, a queue, a process of its own every 476 rows. Times are CPU time, so that
what else the machine does is not in them, and medians of the rounds; exits with 1 over budget.
"""

import argparse
import asyncio
import gc
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playground.pace import collect_garbage_seldom
from playground.recording import Writer
from playground.replay import Replay
from playground.settings import load
from playground.tui.app import PlaygroundApp
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.transport import Transport
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
BYTES_PER_ROW, FIRST_PAINT, WHOLE, SEEK_MS = 40.0, 3.0, 8.0, 30.0


def main() -> int:
    """Measure and print; 1 when a budget is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.recordings")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mpp-recordings-") as place:
        os.environ["MP_PLAYGROUND_CONFIG"] = os.environ["MP_PLAYGROUND_DATA"] = place
        path = Path(place, "long.mpr.jsonl")
        rows, wrote = written(path, options.rows)
        size = path.stat().st_size
        print(f"{rows:,} rows, {size / 1e6:.1f} MB; written in {wrote:.2f} s")
        alone = statistics.median(decoding(path) for _ in range(options.rounds))
        bare = statistics.median(decoding(path, collecting=False) for _ in range(options.rounds))
        print(f"msgspec alone                      {alone:7.2f} s   (without garbage collection {bare:.2f} s)")
        opened = [asyncio.run(opening(path)) for _ in range(options.rounds)]
        first, whole, told = (statistics.median(column) for column in zip(*opened, strict=True))
        at_once = statistics.median(indexing(path) for _ in range(options.rounds))
        seeks = asyncio.run(seeking(path))
    kept = [
        _row("bytes of a row", size / rows, BYTES_PER_ROW, "", ""),
        _row("first paint of the stage", first / alone, FIRST_PAINT, "x", f"{first:.2f} s, {first / bare:.1f}x bare"),
        _row("all of it, by the screen", whole / alone, WHOLE, "x", f"{whole:.2f} s, progress seen {told:.0f} times"),
        _row("all of it, at once", at_once / alone, WHOLE, "x", f"{at_once:.2f} s, {at_once / bare:.1f}x bare"),
        _row("seek and full redraw, p95", statistics.quantiles(seeks, n=20)[18], SEEK_MS, " ms", _spread(seeks)),
    ]
    return 0 if all(kept) else 1


def _row(title: str, figure: float, most: float, unit: str, more: str) -> bool:
    kept = figure <= most
    print(f"{title:30}{figure:8.2f}{unit:3}  at most {most:g}{unit:3} {'kept  ' if kept else 'MISSED'}  {more}")
    return kept


def _spread(seeks: list[float]) -> str:
    return f"p50 {statistics.median(seeks):.1f} ms, worst {max(seeks):.1f} ms, of {len(seeks)}"


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


if __name__ == "__main__":
    sys.exit(main())
