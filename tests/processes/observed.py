"""Runs a program through the command line and gives back its summary and, from the recording, its history."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.history import History
from playground.probe import layout
from playground.recording import open_recording

COMMAND = [sys.executable, "-m", "playground", "run", "--headless", "--json"]


@dataclass(slots=True)
class Observed:
    """One run: what the playground says of it, and every row."""

    summary: dict[str, Any]
    history: History
    stderr: str
    """The program's output of both streams, and what the playground says beside its summary."""

    def process(self, name: str) -> dict[str, Any]:
        """A process's part of the summary."""
        (found,) = (each for each in self.summary["processes"] if each["name"] == name)
        return dict(found)

    def counter(self, name: str) -> dict[str, Any]:
        """A counter's part of the summary."""
        (found,) = (each for each in self.summary["counters"] if each["name"] == name)
        return dict(found)

    def lines(self, stream: str) -> list[tuple[str, str]]:
        """Process and text of each line of a stream."""
        return [(self.history.name(line.process), line.text) for line in self.history.lines if line.stream == stream]

    def rows(self, *kinds: int) -> list[tuple[str, str, int]]:
        """Process, kind and value of the rows of these kinds."""
        h = self.history
        return [
            (h.name(p), layout.NAMES[k], v) for p, k, v in zip(h.process, h.kind, h.value, strict=True) if k in kinds
        ]

    @property
    def findings(self) -> list[tuple[str, str]]:
        """Severity and text of each finding."""
        return [(each["severity"], each["text"]) for each in self.summary["findings"]]


def observe(directory: Path, script: str, *arguments: str, options: tuple[str, ...] = ()) -> Observed:
    """Run a script's text in a directory; what it takes is limited, so that a hang fails the test."""
    path, recording = directory / "program.py", directory / "run.mpr.jsonl"
    path.write_text(script)
    command = [*COMMAND, "--timeout", "40", "--record", str(recording), *options, str(path), *arguments]
    done = subprocess.run(
        command, cwd=directory, env=dict(os.environ), capture_output=True, text=True, timeout=80, check=False
    )
    opened = open_recording(recording)
    history = History(opened.info)
    history.append(opened.batch)
    return Observed(json.loads(done.stdout), history, done.stderr)
