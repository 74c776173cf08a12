"""A pseudo-terminal with the command in it."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence

from tests.conftest import wait_for


class Terminal:
    """A pseudo-terminal with the command in it, and everything it wrote."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (120, 36),
        command: Sequence[str] = (sys.executable, "-m", "playground"),
        **environment: str,
    ) -> None:
        self.master, self.slave = pty.openpty()
        self.resize(*size)
        self.before = termios.tcgetattr(self.slave)
        self.written = bytearray()
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0) and None,
            env={**_without_a_size(os.environ), "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
        )

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self) -> bytearray:
        """Everything written so far."""
        while select.select([self.master], [], [], 0)[0]:
            with contextlib.suppress(OSError):
                self.written += os.read(self.master, 65536)
                continue
            break
        return self.written

    def shows(self, text: str) -> None:
        """Wait for a text on the screen that is written in one piece."""
        wait_for(lambda: text.encode() in self.read(), 30)

    def settles(self) -> None:
        """Wait until a picture has been written since now."""
        seen = len(self.read())
        wait_for(lambda: len(self.read()) > seen, 20)

    def type(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def press(self, key: str, until: str, since: int | None = None) -> None:
        """Press a key until a text comes: a screen that is just changing may not have heard it the first time.

        Without ``since`` the text has to come from now on.
        """
        since, deadline = len(self.read()) if since is None else since, time.monotonic() + 60
        while until.encode() not in self.read()[since:]:
            assert time.monotonic() < deadline, f"{key!r} does not bring {until!r}"
            self.type(key)
            end = time.monotonic() + 2
            while until.encode() not in self.read()[since:] and time.monotonic() < end:
                select.select([self.master], [], [], 0.05)

    def ended(self) -> int:
        """Exit code, once it has ended."""

        def gone() -> bool:
            self.read()
            return self.process.poll() is not None

        wait_for(gone, 30)
        self.read()
        return int(self.process.returncode)

    def close(self) -> None:
        """Let go of the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _without_a_size(environment: Mapping[str, str]) -> dict[str, str]:
    """What is tested is told by the terminal how large it is, not by the variables of whoever runs the tests."""
    return {name: value for name, value in environment.items() if name not in {"COLUMNS", "LINES"}}
