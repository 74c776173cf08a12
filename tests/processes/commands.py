"""The command line as a person uses it, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def playground(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``mp-playground`` with these arguments to its end."""
    command = [sys.executable, "-m", "playground", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, stdin=subprocess.DEVNULL)


def within(limit_s: float) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Give a way to run any command in a directory to its end, with variables beside our own."""

    def run(command: Sequence[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run
