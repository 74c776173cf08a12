"""The screen's end of the debuggers in a run's processes: what they said, and the lines that the person answers with.

Each process, or thread, that stands at a breakpoint connects to a socket in the run's directory (see
``probe/debugging.py``) and speaks ``pdb`` over it. Nothing here blocks, and what was said is kept for as long as
the run is: it is in no recording.
"""

import codecs
import os
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import TypeAlias

from msgspec import Struct, field

from playground.probe.entry import DEBUG_SOCKET
from playground.text import clean

MOST_LINES, _LONGEST = 2000, 2000
"""So many lines of a session, and characters of a line, are kept."""
_MOST_SESSIONS = 200
"""So many that are over are kept."""
_BACKLOG = 1024
_CHUNK, _CHUNKS = 65536, 16
_LONGEST_GREETING = 100

_DECODER = codecs.getincrementaldecoder("utf-8")

Speaker: TypeAlias = tuple[int, int, int]
"""Pid, start and number of the thread."""


class Session(Struct):
    """What one thread's debugger said, over one breakpoint after the other."""

    pid: int
    start: int
    thread: int
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_LINES))
    """Ready to be shown; the answers too."""
    prompt: str = ""
    """What was said last and is no whole line."""
    changes: int = 0
    """How often something was added."""
    left: bool = False
    """Whether the last breakpoint was left after a command, and not by an end at the prompt."""
    _link: socket.socket | None = None
    _decoder: codecs.IncrementalDecoder = field(default_factory=lambda: _DECODER("replace"))

    @property
    def open(self) -> bool:
        """Whether the thread stands at a breakpoint, or goes on from there step by step."""
        return self._link is not None

    def answer(self, line: str) -> None:
        """Send a command; nothing happens when it is over."""
        if self._link is None:
            return
        self._add(f"{line}\n")
        data = f"{line}\n".encode("utf-8", "replace")
        with suppress(OSError):  # it has ended in this moment, as will be seen
            self._link.sendall(data)

    def hear(self) -> bool:
        """Take in what was said; True when something was, or when it is over."""
        heard = False
        for _ in range(_CHUNKS):
            if self._link is None:
                break
            try:
                data = self._link.recv(_CHUNK)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            heard = True
            if data:
                self._add(self._decoder.decode(data))
            else:
                self.hang_up()
        return heard

    def connect(self, link: socket.socket, said: bytes) -> None:
        """Go on over a new connection, over which something has been said."""
        self.hang_up()
        self._link = link
        self._decoder.reset()
        self._add(self._decoder.decode(said))

    def hang_up(self) -> None:
        """End the connection; what was said stays."""
        if self._link is not None:
            self._link.close()
            self._link = None
            self.left = not self.prompt
            if self.prompt:
                self._add("\n")
            self.changes += 1

    def _add(self, text: str) -> None:
        *whole, rest = (self.prompt + text).split("\n")
        self.lines.extend(clean(line.expandtabs(4), _LONGEST) for line in whole)
        self.prompt = clean(rest.expandtabs(4), _LONGEST)
        self.changes += 1


class Debugger:
    """All sessions of a run."""

    def __init__(self, directory: str) -> None:
        """Listen in the run's directory; raises OSError."""
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._coming: dict[socket.socket, bytes] = {}
        """Who has connected and not yet said who it is, and what came so far."""
        self.sessions: dict[Speaker, Session] = {}
        self.breaks = 0
        """How many times somebody has come to a breakpoint."""
        self.changes = 0
        """How often there was something new."""
        try:
            self._listener.bind(os.path.join(directory, DEBUG_SOCKET))
            self._listener.listen(_BACKLOG)
            self._listener.setblocking(False)
        except OSError:
            self._listener.close()
            raise

    def look(self) -> list[Session]:
        """Take in what is new; the sessions that have changed."""
        for link in self._accepted():
            self._coming[link] = b""
        changed = [session for session in self.sessions.values() if session.hear()]
        changed += self._greeted()
        self.changes += len(changed)
        return changed

    def of(self, pid: int, start: int) -> Session | None:
        """The session of a process: an open one, of its main thread if that has one, before one that is over."""
        own = [each for each in self.sessions.values() if (each.pid, each.start) == (pid, start)]
        return min(own, key=lambda each: (not each.open, each.thread), default=None)

    @property
    def open(self) -> list[Session]:
        """Those that go on."""
        return [session for session in self.sessions.values() if session.open]

    def close(self) -> None:
        """Leave all of them; a program that still lives goes on."""
        self._listener.close()
        for link in self._coming:
            link.close()
        self._coming.clear()
        for session in self.sessions.values():
            session.hang_up()

    def _accepted(self) -> Iterator[socket.socket]:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:  # nobody, or no descriptor left for now
                return
            link.setblocking(False)
            yield link

    def _greeted(self) -> Iterator[Session]:
        """Sessions of those who have said who they are; others who say something else are left alone."""
        for link, before in list(self._coming.items()):
            try:
                data = link.recv(_CHUNK)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            greeting, found, said = (before + data).partition(b"\n")
            speaker = _speaker(greeting) if found else None
            if speaker is not None:
                del self._coming[link]
                yield self._begin(speaker, link, said)
            elif found or not data or len(greeting) > _LONGEST_GREETING:
                del self._coming[link]
                link.close()
            else:
                self._coming[link] = greeting

    def _begin(self, speaker: Speaker, link: socket.socket, said: bytes) -> Session:
        session = self.sessions.pop(speaker, None) or Session(*speaker)
        over = [key for key, each in self.sessions.items() if not each.open]
        for key in over[: max(len(over) - _MOST_SESSIONS, 0)]:
            del self.sessions[key]
        self.sessions[speaker] = session
        session.connect(link, said)
        self.breaks += 1
        return session


def _speaker(greeting: bytes) -> Speaker | None:
    try:
        pid, start, thread = map(int, greeting.split())
    except ValueError:
        return None
    return pid, start, thread
