"""The screen's end of the debuggers, talked to by whoever finds its socket."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.debugger import Debugger


@pytest.fixture
def directory() -> Iterator[str]:
    """A short path, as an address of a socket must be."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        yield path


@pytest.fixture
def debugger(directory: str) -> Iterator[Debugger]:
    debugger = Debugger(directory)
    yield debugger
    debugger.close()


def caller(directory: str, said: bytes) -> socket.socket:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.connect(str(Path(directory, "debug")))
    link.sendall(said)
    return link


@pytest.mark.parametrize("greeting", [b"hello\n", b"1 2\n", b"\xff\xfe\n", b"1 2 3 4\n", b"7" * 200])
def test_who_does_not_say_who_it_is_is_left_alone(directory: str, debugger: Debugger, greeting: bytes) -> None:
    with caller(directory, greeting) as link:
        assert debugger.look() == []
        assert link.recv(1) == b""


def test_words_may_come_in_any_pieces(directory: str, debugger: Debugger) -> None:
    with caller(directory, b"10 2") as link:
        assert debugger.look() == []
        for piece in (b"0 1", b"\n> a\xe2", b"\x96\xb8\n(P", b"db) "):
            link.sendall(piece)
            debugger.look()
        session = debugger.of(10, 20)
        assert session is not None
        assert (list(session.lines), session.prompt, debugger.breaks) == (["> a▸"], "(Pdb) ", 1)
        session.answer("p 1")
        assert link.recv(100) == b"p 1\n"
    assert debugger.look() == [session]
    assert not session.open
    session.answer("nobody hears this")
    assert list(session.lines) == ["> a▸", "(Pdb) p 1"]


def test_an_open_session_is_shown_before_one_that_is_over(directory: str, debugger: Debugger) -> None:
    caller(directory, b"10 20 1\nfirst\n").close()
    with caller(directory, b"10 20 2\nsecond\n"):
        debugger.look()
        debugger.look()
        shown = debugger.of(10, 20)
        assert shown is not None
        assert (shown.thread, [each.thread for each in debugger.open]) == (2, [2])
