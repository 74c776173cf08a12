"""``python -m tests.benchmarks.screen``: how fast the screens come, and what they cost while a scenario runs.

In a real pseudo-terminal of 160x45 that is read all the time. Prints medians; the machine's speed is in them, so
that they are to be compared with the bare interpreter and the bare Textual app measured in the same run.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from tests.ui.terminal import Terminal

ROUNDS = 5
SIZE = (160, 45)
WATCHED_S = 4.0
BARE_APP = "from textual.app import App; from textual.widgets import Static\n"
BARE_APP += "class A(App):\n    def compose(self):\n        yield Static('painted')\nA().run()"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="mpp-data-") as data:
        os.environ["MP_PLAYGROUND_DATA"] = data
        print(f"bare interpreter to its end          {_median(_interpreter) * 1000:7.0f} ms")
        print(f"bare Textual app to its first paint  {_median(_bare_app) * 1000:7.0f} ms")
        print(f"gallery to its first paint           {_median(_gallery) * 1000:7.0f} ms")
        print(f"Enter to the first event on screen   {_median(_first_event) * 1000:7.0f} ms")
        print(f"CPU of the UI, semaphore scenario    {_median(_cpu):7.1f} % of a core")


def _median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(ROUNDS))


def _interpreter() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return time.perf_counter() - began


def _until(terminal: Terminal, began: float, *texts: bytes) -> float:
    seen = len(terminal.written)
    while not all(text in terminal.read()[seen:] for text in texts):
        time.sleep(0.0005)
    return time.perf_counter() - began


def _bare_app() -> float:
    began = time.perf_counter()
    terminal = Terminal(size=SIZE, command=[sys.executable, "-c", BARE_APP])
    took = _until(terminal, began, b"painted")
    terminal.close()
    return took


def _gallery() -> float:
    began = time.perf_counter()
    terminal = Terminal(size=SIZE)
    took = _until(terminal, began, b"Hello from several processes")
    terminal.type("q")
    terminal.ended()
    terminal.close()
    return took


def _first_event() -> float:
    """From the key to the lane of the main process, which its first event makes."""
    terminal = Terminal(size=SIZE)
    _until(terminal, 0, b"Hello from several processes", b"how many greet")
    time.sleep(0.5)  # a person reads first; the warden in waiting has long been up
    began = time.perf_counter()
    terminal.type("\r")
    took = _until(terminal, began, b"LIVE", b"main")
    terminal.type("Q")
    terminal.ended()
    terminal.close()
    return took


def _cpu() -> float:
    terminal = Terminal("run", "-p", "stay_ms=9000", "semaphore_throttle", size=SIZE)
    terminal.shows("turnstile")
    before, began = _ticks(terminal.process.pid), time.perf_counter()
    while time.perf_counter() - began < WATCHED_S:
        terminal.read()
        time.sleep(0.005)
    share = (_ticks(terminal.process.pid) - before) / os.sysconf("SC_CLK_TCK") / (time.perf_counter() - began)
    terminal.type("Q")
    terminal.ended()
    terminal.close()
    return share * 100


def _ticks(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()
