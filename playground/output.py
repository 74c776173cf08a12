"""The program's output: bytes as they come, for passing on, and lines for the log."""

import os

PATIENCE_NS = 200_000_000
"""How long the beginning of a line may wait for its end before it is shown as it is."""
MAX_LINE = 8192
MOST_LINES = 400
"""So many lines of one stream are kept of one reading; of a flood, only its beginning and its end."""
_CHUNK = 65536


class Output:
    """The two pipes of a run; ``take`` gives the bytes, ``read`` the lines of the same bytes."""

    def __init__(self, stdout: int, stderr: int) -> None:
        self._pipes = {"stdout": stdout, "stderr": stderr}
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
        more = len(found) - MOST_LINES
        if more > 0:
            found[MOST_LINES // 2 : -MOST_LINES // 2] = [b"(%d more lines at once, not kept)" % more]
        return [line[:MAX_LINE].decode("utf-8", "replace").rstrip("\r") for line in found]


def _available(pipe: int) -> bytes:
    """What can be read without waiting, at most a megabyte."""
    data = b""
    while len(data) < 1 << 20:
        try:
            chunk = os.read(pipe, _CHUNK)
        except (BlockingIOError, OSError):
            break
        if not chunk:
            break
        data += chunk
    return data
