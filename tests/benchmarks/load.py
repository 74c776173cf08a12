"""``python -m tests.benchmarks.load [--size WxH] [--seconds S] PROGRAM [ARGS...]``: the screen under a program's load.

Watches the program in a real pseudo-terminal that is read all the time, and types: space freezes the view and lets it
go on. Prints how long ticks, frames and answers to keys take, what the screen costs, and its memory.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.watching import cpu_s, read_for, until
from tests.ui.terminal import Terminal

_WATCHED = """
import sys, time
from playground import live
from playground.tui.screens import stage

def timed(owner, name, file):
    plain = getattr(owner, name)
    def call(self, *args, **kwargs):
        used = time.thread_time()
        began = time.perf_counter()
        try:
            return plain(self, *args, **kwargs)
        finally:
            file.write(f"{name} {began} {time.perf_counter() - began} {time.thread_time() - used}\\n")
    setattr(owner, name, call)

file = open(sys.argv.pop(1), "w", buffering=1)
timed(live.LiveRun, "tick", file)
timed(stage.StageScreen, "_frame", file)
from playground.__main__ import main
sys.exit(main())
"""
_SETTLED_S = 2.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load")
    parser.add_argument("--size", default="160x45", help="columns x lines")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to watch")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    columns, _, lines = options.size.partition("x")
    with tempfile.TemporaryDirectory(prefix="mpp-data-") as data:
        os.environ["MP_PLAYGROUND_DATA"] = data
        _watch(Path(data, "times"), (int(columns), int(lines)), options.seconds, options.program)


def _watch(times: Path, size: tuple[int, int], seconds: float, program: Sequence[str]) -> None:
    began = time.perf_counter()
    command = (sys.executable, "-c", _WATCHED, str(times), "run", *program)
    terminal = Terminal(size=size, command=command)
    until(terminal, began, b"LIVE", seen=0)
    print(f"first paint of the stage {time.perf_counter() - began:6.2f} s")
    read_for(terminal, _SETTLED_S)
    before, begin = cpu_s(terminal), time.perf_counter()
    answers: list[float] = []
    while time.perf_counter() - begin < seconds:
        for text in (b"FROZEN", b"LIVE"):
            seen, typed = len(terminal.read()), time.perf_counter()
            terminal.type(" ")
            answers.append(until(terminal, typed, text, seen=seen) / 1000)
            read_for(terminal, 0.3)
    end = time.perf_counter()
    share = (cpu_s(terminal) - before) / (end - begin)
    resident = int(Path(f"/proc/{terminal.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    dropped = b"dropped" in terminal.written
    began = time.perf_counter()
    terminal.type("Q")
    terminal.ended()
    print(f"end of all by Q          {time.perf_counter() - began:6.2f} s")
    terminal.close()
    measured = [line.split() for line in times.read_text().splitlines()]
    for name, title in (("tick", "tick"), ("_frame", "frame, the tick in it")):
        took = [float(each[2]) for each in measured if each[0] == name and begin <= float(each[1]) <= end]
        used = statistics.mean([float(each[3]) for each in measured if each[0] == name] or [0.0])
        print(f"{title:25}{_figures(took)}  {len(took) / (end - begin):5.1f} a second, {used * 1e3:.1f} ms of CPU each")
    print(f"{'key to paint':25}{_figures(answers)}")
    print(f"CPU of the screen {share * 100:5.1f} % of a core, {resident / 1e6:.0f} MB", "events dropped" * dropped)


def _figures(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "-"
    cuts = statistics.quantiles(seconds, n=20)
    return f"p50 {cuts[9] * 1e3:7.1f} ms  p95 {cuts[18] * 1e3:7.1f} ms  max {max(seconds) * 1e3:7.1f} ms"


if __name__ == "__main__":
    main()
