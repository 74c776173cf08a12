"""Giving a terminal back as it was; and the guard, a process that does so when the app could not.

The guard is started by this file's path, before the screen is imported, in a session of its own. It hears by a pipe
whether the app has taken the terminal or given it back. The end of the pipe is the end of the app, SIGKILL included.
"""

import os
import select
import signal
import sys
import termios
import time

TAKEN, GIVEN_BACK = b"t", b"g"
"""What the app says on the pipe."""

RESET = (
    b"\x18"  # ends a sequence that was cut in its middle
    b"\x1b[?2026l"  # show what is drawn
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    b"\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # focus, paste, size
    b"\x1b[<u"  # keyboard; before the alternate screen is left, since each screen has its own
    b"\x1b[?7h\x1b[?1049l\x1b[0m\x1b[?25h"  # wrap, screen, colours, cursor
)

_PATIENCE_S = 2.0
"""How long a terminal that takes nothing is waited for."""
_LINE_EDITORS_FLAGS = termios.ISIG | termios.ICANON | termios.ECHO
"""The app has all of them off; a shell's line editor keeps signals on."""


def open_screen() -> int:
    """A descriptor of the terminal at stderr, to which writing never blocks where it can be opened anew."""
    try:
        return os.open("/proc/self/fd/2", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # it belongs to another user, or has hung up
        return os.dup(2)


def restore(screen: int, before: list[object]) -> None:
    """Give the terminal back: its modes by ``screen``, and stdin's settings, which were ``before``.

    Settings that are not the app's are left alone: a shell has taken the terminal back by itself. May take two
    seconds; SIGALRM ends the process when it takes longer.
    """
    signal.alarm(int(2 * _PATIENCE_S))
    try:
        _write(screen, RESET)
        if not termios.tcgetattr(0)[3] & _LINE_EDITORS_FLAGS:
            termios.tcsetattr(0, termios.TCSANOW, before)  # type: ignore[arg-type]  # its numbers may come as such
            termios.tcflush(0, termios.TCIFLUSH)
    except (OSError, termios.error):  # it has hung up
        pass
    signal.alarm(0)


def _write(screen: int, data: bytes) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    ready = select.poll()
    ready.register(screen, select.POLLOUT)
    while data and (left := deadline - time.monotonic()) > 0:
        ready.poll(left * 1000)  # where the descriptor may block, it does not while there is room
        try:
            data = data[os.write(screen, data) :]
        except BlockingIOError:
            continue


def _main(lifeline: int, before: list[object]) -> None:
    """Wait for the app's end, and give the terminal back if the app did not."""
    for number in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGPIPE"):
        signal.signal(getattr(signal, number), signal.SIG_IGN)
    last = GIVEN_BACK
    while words := os.read(lifeline, 64):
        last = words[-1:]
    if last == TAKEN:
        restore(open_screen(), before)


if __name__ == "__main__":
    _settings = [int(word) for word in sys.argv[2].split(",")]
    _main(int(sys.argv[1]), [*_settings[:6], _settings[6:]])
