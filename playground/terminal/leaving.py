"""The signals that ask the app to leave, and the end of the terminal: obeyed even while the app is busy or blocked.

The numbers of signals are written to a pipe by Python's own handler in C, whatever the main thread does. A thread
reads them and asks the app; when the app does not hear or does not come to its end, the thread ends the process.
"""

import os
import select
import signal
import threading
from collections.abc import Callable

from playground.terminal.keeper import Keeper

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


class Leaving:
    """Listens from when it is made, in the main thread, until ``close``.

    The app says how to ask it (``ask``, called in another thread), then sets ``heard``, ``cleaned`` when what ran in
    it is ended, and by ``close`` that its screen is gone.
    """

    def __init__(self, keeper: Keeper) -> None:
        self.ask: Callable[[int], object] | None = None
        self.heard, self.cleaned, self._over = threading.Event(), threading.Event(), threading.Event()
        self.asked = False
        """Whether a signal has come."""
        self.keeper = keeper
        self._reader, self._writer = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._writer, False)
        self._before = {number: signal.signal(number, self._came) for number in NUMBERS}
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, name="leaving", daemon=True).start()

    def close(self) -> None:
        """The screen is gone: from here on signals do what they did before."""
        self._over.set()
        signal.set_wakeup_fd(-1)
        os.close(self._writer)  # wakes the thread
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _came(self, _number: int, _frame: object) -> None:
        self.asked = True

    def _watch(self) -> None:
        ready = select.poll()
        ready.register(self._reader, select.POLLIN)
        ready.register(0, 0)  # tells of nothing but a hang-up
        while not self._over.is_set():
            for descriptor, _ in ready.poll():
                came = os.read(self._reader, 64) if descriptor == self._reader else bytes([signal.SIGHUP])
                if number := next((each for each in came if each in NUMBERS), 0):
                    self._leave(128 + number)
                    return
        os.close(self._reader)

    def _leave(self, code: int) -> None:
        """Ask; end the process when one of the steps takes longer than it may, in seconds."""
        try:
            if self.ask is not None:
                self.ask(code)
        except RuntimeError:  # its loop has ended, so it is leaving
            self.heard.set()
        for step, seconds in ((self.heard, 1.0), (self.cleaned, 15.0), (self._over, 3.0)):
            if not step.wait(seconds):
                self.keeper.leave(code)
