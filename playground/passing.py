"""The program's output on its way to our own streams: byte for byte, and never in the way of the run."""

import os
import select
import time
from collections.abc import Callable

from playground.output import Output

_AT_ONCE = select.PIPE_BUF
"""A pipe that is ready takes so much without making us wait."""
_MOST_KEPT = 1 << 20
"""So much may wait for a slow reader; then the program has to wait, as it would without us."""
_PATIENCE_S = 0.05


class Passing:
    """Writes what ``output`` takes from the program to stdout and stderr; with JSON all of it to stderr.

    Where our own reader has gone or there is no room, the program's stream is closed too: it gets the same error.
    """

    def __init__(self, output: Output, *, as_json: bool) -> None:
        output.passing_on = True
        self._output = output
        self._to = {"stdout": 2 if as_json else 1, "stderr": 2}
        self._kept: list[tuple[str, memoryview]] = []
        self.problem = ""
        """Why output could not be written, if it was not the reader who had gone."""

    def on(self) -> None:
        """Write what can be written without waiting."""
        self._kept += [(stream, memoryview(data)) for stream, data in self._output.take()]
        while self._kept and self._write(0):
            pass
        self._output.paused = sum(len(data) for _, data in self._kept) > _MOST_KEPT

    def meanwhile(self, seconds: float) -> None:
        """Wait, and go on writing as our reader makes room."""
        deadline = time.monotonic() + seconds
        while self._kept and (left := deadline - time.monotonic()) > 0:
            self._write(left)
        if not self._kept:
            time.sleep(max(deadline - time.monotonic(), 0))

    def rest(self, given_up: Callable[[], bool]) -> None:
        """Write all that is left, however slow the reader, until ``given_up``."""
        self.on()
        while self._kept and not given_up():
            self._write(_PATIENCE_S)

    def _write(self, patience_s: float) -> bool:
        """Write a piece of what has been kept for longest; False when its stream is not ready."""
        stream, data = self._kept[0]
        fd = self._to[stream]
        try:
            if not select.select([], [fd], [], patience_s)[1]:
                return False
            written = os.write(fd, data[:_AT_ONCE])
        except BlockingIOError:
            return False
        except OSError as error:
            self._give_up(fd, error)
            return True
        self._kept[0] = (stream, data[written:])
        if written == len(data):
            del self._kept[0]
        return True

    def _give_up(self, fd: int, error: OSError) -> None:
        if not isinstance(error, BrokenPipeError):
            self.problem = f"the program's output could not be written: {error.strerror}"
        for stream in (each for each, to in self._to.items() if to == fd):
            self._output.refuse(stream)
            self._kept = [each for each in self._kept if each[0] != stream]
