"""Messages between a warden and its starter: JSON objects, one a line, over a socket."""

import json
import socket
from typing import Any, TypeAlias

Message: TypeAlias = dict[str, Any]

_CHUNK = 65536


class Channel:
    """One end. Never blocks; what cannot be sent at once is sent by the next ``flush``."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self._socket = end
        self._incoming = b""
        self._outgoing = b""
        self.closed = False
        """The other end is gone."""

    def fileno(self) -> int:
        """Descriptor to wait on."""
        return self._socket.fileno()

    @property
    def pending(self) -> bool:
        """Whether something is still to be sent."""
        return bool(self._outgoing) and not self.closed

    def send(self, message: Message) -> None:
        """Send a message, or keep it for the next flush."""
        self._outgoing += json.dumps(message, separators=(",", ":")).encode() + b"\n"
        self.flush()

    def flush(self) -> None:
        """Send what is still to be sent, as far as the other end takes it."""
        while self._outgoing and not self.closed:
            try:
                sent = self._socket.send(self._outgoing)
            except BlockingIOError:
                return
            except OSError:
                self.closed = True
                return
            self._outgoing = self._outgoing[sent:]

    def receive(self) -> list[Message]:
        """All complete messages that have arrived; sets ``closed`` at the end of the stream."""
        while not self._at_end():
            pass
        *lines, self._incoming = self._incoming.split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """Close this end; the other one sees it."""
        self.closed = True
        self._socket.close()

    def _at_end(self) -> bool:
        """Read a chunk; True when there is nothing more to read by now."""
        if self._socket.fileno() < 0:
            return True
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            self.closed = True
            return True
        self._incoming += data
        return False


def to_text(value: bytes) -> str:
    """Any bytes as a string that JSON keeps exactly."""
    return value.decode("latin-1")


def to_bytes(value: str) -> bytes:
    """Undo ``to_text``."""
    return value.encode("latin-1")
