"""The command line as a person uses it, in a process of its own."""

import subprocess
import sys


def playground(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``mp-playground`` with these arguments to its end."""
    command = [sys.executable, "-m", "playground", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, stdin=subprocess.DEVNULL)
