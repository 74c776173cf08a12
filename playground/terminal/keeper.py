"""The app's side of the guard: starts it, and tells it whether the terminal is taken."""

import os
import signal
import subprocess
import sys
import termios
from contextlib import suppress

from playground.terminal import guard
from playground.warden.client import is_no_run

_GOODBYE_S = 1.0


class Keeper:
    """Knows what stdin's terminal was like before, and keeps a guard that gives it back when we cannot.

    To be made while the terminal is still as it was; raises OSError when there is none or no process can be started.
    """

    def __init__(self) -> None:
        self.taken = False
        try:
            self.before = termios.tcgetattr(0)
        except termios.error as error:
            raise OSError(*error.args) from None
        characters = [each if isinstance(each, int) else each[0] for each in self.before[6]]
        settings = ",".join(str(number) for number in (*self.before[:6], *characters))
        reader, self._lifeline = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._lifeline, False)
        try:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, str(reader), settings],
                stdout=subprocess.DEVNULL,
                pass_fds=[reader],
                start_new_session=True,
            )
        except OSError:
            os.close(self._lifeline)
            raise
        finally:
            os.close(reader)
        is_no_run(self._guard.pid)

    def take(self) -> None:
        """The terminal is ours from now on."""
        self.taken = True
        self._say(guard.TAKEN)

    def give_back(self) -> None:
        """The terminal is again as it was: somebody else may have it."""
        self._say(guard.GIVEN_BACK)
        self.taken = False

    def _say(self, word: bytes) -> None:
        with suppress(OSError):  # the guard may have been killed; then we go on without
            os.write(self._lifeline, word)

    def leave(self, code: int) -> None:
        """End this process at once, with everything that still writes to the terminal; from whichever thread."""
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])  # we may be in the background
        if self.taken:
            screen, null = guard.open_screen(), os.open(os.devnull, os.O_WRONLY)
            for descriptor in (1, 2):
                os.dup2(null, descriptor)
            guard.restore(screen, self.before)
            self.give_back()
        os._exit(code)

    def close(self) -> None:
        """Send the guard away."""
        os.close(self._lifeline)
        try:
            self._guard.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
