"""The program's output: bytes as they come, for passing on, and lines for the log."""

import fcntl
import os
import select
from collections.abc import Iterable
from contextlib import suppress

PATIENCE_NS = 200_000_000
"""How long the beginning of a line may wait for its end before it is shown as it is."""
MAX_LINE = 8192
MOST_LINES, MOST_BYTES = 400, 1 << 16
"""So much of one stream is kept of one reading; of a flood, only its beginning and its end."""
_CHUNK = 65536
_MOST = 1 << 20


def _is_open(pipe: int) -> bool:
    return pipe >= 0


class Output:
    """The two pipes of a run; ``take`` gives the bytes, ``read`` the lines of the same bytes."""

    def __init__(self, stdout: int, stderr: int) -> None:
        self._pipes = {"stdout": stdout, "stderr": stderr}
        self._poll = select.poll()
        for pipe in filter(_is_open, (stdout, stderr)):
            self._poll.register(pipe, select.POLLIN)
            with suppress(OSError):  # where there is no such call, or the limit of the user's pipes is reached
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _MOST)
        self._partial = {"stdout": b"", "stderr": b""}
        self._since = {"stdout": 0, "stderr": 0}
        self._raw: list[tuple[str, bytes]] = []
        self.passing_on = False
        """Whether the bytes are kept for ``take``."""
        self.paused = False
        """Whether the program has to wait with more output."""

    def take(self) -> list[tuple[str, bytes]]:
        """Stream and bytes since the last call, in the order in which they were read."""
        raw, self._raw = self._raw, []
        return raw

    @property
    def waits(self) -> bool:
        """Whether there is something to be read."""
        return any(events & select.POLLIN for _, events in self._poll.poll(0))

    def refuse(self, stream: str) -> None:
        """Take no more of a stream: whoever still writes to it gets EPIPE."""
        null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        os.dup2(null, self._pipes[stream], inheritable=False)
        os.close(null)

    def read(self, now: int, *, final: bool = False) -> list[tuple[str, str]]:
        """Stream and text of each line that has come."""
        lines: list[tuple[str, str]] = []
        for stream, pipe in self._pipes.items():
            data = b"" if self.paused and not final else _available(pipe)
            if data and self.passing_on:
                self._raw.append((stream, data))
            lines += [(stream, line) for line in self._split(stream, data, now, final=final)]
        return lines

    def _split(self, stream: str, data: bytes, now: int, *, final: bool) -> list[str]:
        if data:
            if not self._partial[stream]:
                self._since[stream] = now
            self._partial[stream] += data
        whole, _, rest = self._partial[stream].rpartition(b"\n")
        found = whole.split(b"\n") if whole or _ else []
        if rest and (final or len(rest) > MAX_LINE or now - self._since[stream] > PATIENCE_NS):
            found, rest = [*found, rest], b""
        self._partial[stream] = rest
        return [line[:MAX_LINE].decode("utf-8", "replace").rstrip("\r") for line in _without_middle(found)]


def _without_middle(lines: list[bytes]) -> list[bytes]:
    """All lines, or of too many the first and the last ones and in between how many there were."""
    first, last = _fitting(lines), _fitting(reversed(lines))
    if first + last >= len(lines):
        return lines
    return [*lines[:first], b"(%d more lines at once, not kept)" % (len(lines) - first - last), *lines[-last:]]


def _fitting(lines: Iterable[bytes]) -> int:
    """How many lines fit into half of what is kept, one at least."""
    size = count = 0
    for line in lines:
        size += min(len(line), MAX_LINE)
        if count >= MOST_LINES // 2 or (size > MOST_BYTES // 2 and count):
            break
        count += 1
    return count


def _available(pipe: int) -> bytes:
    """What can be read without waiting, at most a megabyte and a bit."""
    chunks: list[bytes] = []
    while len(chunks) * _CHUNK < _MOST:
        try:
            chunk = os.read(pipe, _CHUNK)
        except (BlockingIOError, OSError):
            break
        if not chunk:
            break
        chunks.append(chunk)
    return b"".join(chunks)
