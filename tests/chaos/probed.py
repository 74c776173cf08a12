"""A program under the probe, without a warden: its journals are collected here, step by step, while it runs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playground.collector import Collector
from playground.history import Batch, RunInfo
from playground.probe import layout
from playground.probe.entry import ProbeConfig, environment

LIMIT_S = 120.0
INFO = RunInfo("chaos", "", {}, (), "", "", "")


class ProbedProgram:
    """Started at once, in a session of its own; every batch of what it has recorded goes to ``take``."""

    def __init__(
        self, directory: Path, script: str, *arguments: str, take: Callable[[Batch], None], reserve: int = 0
    ) -> None:
        journals = directory / "shared"
        fallback, text = directory / "journals", directory / "text"
        for each in (journals, fallback, text, directory / "tmp"):
            each.mkdir(exist_ok=True)
        path = directory / "program.py"
        path.write_text(script)
        config = ProbeConfig("7e577e57", str(journals), str(fallback), str(text), str(directory), reserve)
        self.journals, self._give = journals, take
        self.missing = 0
        """How many events were dropped, lost or not looked at one by one."""
        self._origin = time.monotonic_ns()
        self.collector = Collector((journals, fallback), text, self._origin)
        self.collector.most_rows = self.collector.far_behind = 1 << 60  # whatever was recorded is looked at
        self.process = subprocess.Popen(
            [sys.executable, str(path), *arguments],
            env={**os.environ, **environment(config)},
            cwd=directory,
            start_new_session=True,
        )

    def drain(self, *, final: bool = False) -> None:
        """Collect; ``final`` when no process of it lives any more."""
        if final:
            self._take(self.collector.drain(0))  # finds the journals that nobody has seen yet
            for journal in self.collector.journals.values():
                journal.dead = True
        self._take(self.collector.drain(time.monotonic_ns() - self._origin, final=final))

    def _take(self, batch: Batch) -> None:
        for kind, value in zip(batch.kind, batch.value, strict=True):
            if kind == layout.LOST:
                self.missing += value
            elif kind == layout.DROPPED and not value & layout.KIND_MASK:
                self.missing += value >> layout.DROPPED_COUNT
        self._give(batch)

    def drain_until(self, condition: Callable[[], bool], pause_s: float = 0.002) -> None:
        """Collect again and again until the condition holds; raises TimeoutError."""
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {LIMIT_S:.0f} s")
            self.drain()
            time.sleep(pause_s)

    def ended(self) -> bool:
        """Whether the program's main process has ended."""
        return self.process.poll() is not None

    def end(self) -> None:
        """End whatever of it is still there."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
