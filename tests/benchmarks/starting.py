"""How fast the screens come, in a real pseudo-terminal of 160x45 that is read all the time."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.figure import Figure, Part, in_turn
from tests.benchmarks.watching import own_place, read_for, share, until
from tests.ui.terminal import Terminal

SIZE = (160, 45)
SETTLED_S, WATCHED_S = 3.0, 4.0
BARE_APP = "from textual.app import App; from textual.widgets import Static\n"
BARE_APP += "class A(App):\n    def compose(self):\n        yield Static('painted')\nA().run()"


def figures(rounds: int) -> Iterator[Figure]:
    """From the start of the process to the first paint, from Enter to the first event; then the cost of watching."""
    with _own_data():
        bare, gallery, stage = in_turn(rounds, _bare_app, _gallery, _stage)
        yield Figure("gallery to its first paint", gallery[0], "ms", 1.35, "bare Textual app", bare[0], gallery[1])
        yield Figure("stage to its first paint", stage[0], "ms", 1.25, "bare Textual app", bare[0], stage[1])
        python, event = in_turn(rounds, _interpreter, _first_event)
        yield Figure("Enter to the first event", event[0], "ms", 5.0, "python -c pass", python[0], event[1])
        cpu = in_turn(max(rounds // 3, 2), _cpu)[0]
        yield Figure("a real scenario that is still: CPU", cpu[0], "% of a core", 1.0, spread=cpu[1])


@contextmanager
def _own_data() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="mpp-data-") as data, own_place(data):
        yield


def _interpreter() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return (time.perf_counter() - began) * 1000


def _bare_app() -> float:
    began = time.perf_counter()
    terminal = Terminal(size=SIZE, command=[sys.executable, "-c", BARE_APP])
    took = until(terminal, began, b"painted")
    terminal.close()
    return took


def _gallery() -> float:
    began = time.perf_counter()
    terminal = Terminal(size=SIZE)
    took = until(terminal, began, b"Hello from several processes")
    terminal.type("q")
    terminal.ended()
    terminal.close()
    return took


def _stage() -> float:
    began = time.perf_counter()
    terminal = Terminal("run", "-p", "nap_ms=9000", "basics/hello", size=SIZE)
    took = until(terminal, began, b"LIVE", b"Timeline")
    terminal.type("Q")
    terminal.ended()
    terminal.close()
    return took


def _first_event() -> float:
    """From the key to the lane of the main process, which its first event makes."""
    terminal = Terminal(size=SIZE)
    until(terminal, time.perf_counter(), b"Hello from several processes", b"how many greet")
    time.sleep(0.5)  # a person reads first; the warden in waiting has long been up
    began = time.perf_counter()
    terminal.type("\r")
    took = until(terminal, began, b"LIVE", b"main")
    terminal.type("Q")
    terminal.ended()
    terminal.close()
    return took


def _cpu() -> float:
    terminal = Terminal("run", "-p", "stay_ms=9000", "semaphore_throttle", size=SIZE)
    terminal.shows("turnstile")
    read_for(terminal, SETTLED_S)
    found = share(terminal, WATCHED_S)
    terminal.type("Q")
    terminal.ended()
    terminal.close()
    return found


PART = Part("How fast the screens come", figures)
