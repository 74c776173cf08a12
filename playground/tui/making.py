"""An export that goes on in a process of its own, so that the screen stays quick and the export can be called off."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from playground.text import clean
from playground.warden.client import is_no_run

_PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop(1)); from playground.__main__ import main; main()"
_ROOT = str(Path(__file__).parents[2])
_LEAVE_S = 3.0


class Making:
    """Runs ``mp-playground export`` with these arguments; to be looked at now and then."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Start it; raises OSError."""
        self.share = 0.0
        """How much of it is done."""
        self._said = ""
        self._since = time.monotonic()
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        self._reader = reader
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, _ROOT, "export", "--progress", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=writer,
            )
        except OSError:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        is_no_run(self._process.pid)

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._since

    def look(self) -> bool:
        """Read what it says; True when it has ended."""
        ended = self._process.poll() is not None
        with suppress(BlockingIOError):
            while self._reader >= 0 and (data := os.read(self._reader, 65536)):
                self._said += data.decode(errors="replace")
        lines = self._said.splitlines(keepends=True)
        self._said = "".join(line for line in lines if not self._is_progress(line))
        if ended:
            self._close()
        return ended

    def _is_progress(self, line: str) -> bool:
        if not line.endswith("\n"):
            return False
        try:
            self.share = float(line)
        except ValueError:
            return False
        return True

    @property
    def problem(self) -> str:
        """Why it failed, in one line; "" when it did not."""
        code = self._process.returncode
        if not code:
            return ""
        lines = self._said.splitlines() or [f"the export ended with {code}"]
        return clean(lines[-1].removeprefix("mp-playground: "), 600)

    def stop(self) -> None:
        """Call it off; nothing of it stays."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_LEAVE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._close()

    def _close(self) -> None:
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1
