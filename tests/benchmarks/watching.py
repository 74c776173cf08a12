"""Watching the app in a pseudo-terminal: until it shows something, for a while, and what it costs meanwhile."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.ui.terminal import Terminal

_PATIENCE_S = 30.0


@contextmanager
def own_place(place: str) -> Iterator[None]:
    """Keep what the app keeps in a directory, its settings and recordings."""
    names = ("MP_PLAYGROUND_CONFIG", "MP_PLAYGROUND_DATA")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ.update(dict.fromkeys(names, place))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def until(terminal: Terminal, began: float, *texts: bytes, seen: int | None = None) -> float:
    """Read until all the texts have come after the ``seen`` first bytes; milliseconds since ``began``."""
    seen = len(terminal.written) if seen is None else seen
    while not all(text in terminal.read()[seen:] for text in texts):
        if time.perf_counter() - began > _PATIENCE_S:
            raise SystemExit(f"{texts} did not come within {_PATIENCE_S:g} s")
        time.sleep(0.0005)
    return (time.perf_counter() - began) * 1000


def read_for(terminal: Terminal, seconds: float) -> None:
    """Read all that comes, as a terminal does."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        terminal.read()
        time.sleep(0.004)


def cpu_s(terminal: Terminal) -> float:
    """CPU time that the app has taken."""
    with open(f"/proc/{terminal.process.pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share(terminal: Terminal, seconds: float) -> float:
    """Per cent of a core that it takes for a while."""
    before, began = cpu_s(terminal), time.perf_counter()
    read_for(terminal, seconds)
    return (cpu_s(terminal) - before) / (time.perf_counter() - began) * 100
