"""Textual's driver of the terminal, with what it leaves undone."""

import os
import signal
import time
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

from playground.terminal.leaving import Leaving

_LATE_S = 1.0


class TerminalDriver(LinuxDriver):
    """Says when it takes the terminal and gives it back, and comes back whole after every kind of stop."""

    def __init__(self, leaving: Leaving, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._leaving, self._keeper = leaving, leaving.keeper
        self._put_away = False
        """Whether the terminal is somebody else's while we are stopped."""
        self._expects_to_go_on = False
        """Whether the next SIGCONT ends a stop of our own; it may come late."""
        self.typed_at = 0.0
        """When a key was read last, by the monotonic clock; it may not have come to the screen yet."""

    def process_message(self, message: Message) -> None:
        """Pass on what was typed, and note when that was.

        Enter comes as ctrl+j when it was pressed before the terminal was ours.
        """
        if isinstance(message, Key):
            if message.key == "ctrl+j":
                message = Key("enter", "\r")
            self.typed_at = time.monotonic()
        super().process_message(message)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._keeper.take()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """The terminal is as it was, and nothing is written any more."""
        super().close()
        self._keeper.give_back()

    def write(self, data: str) -> None:
        """Write to the terminal while it is ours."""
        if not self._put_away:
            super().write(data)

    def disable_input(self) -> None:
        """Read no more from the terminal while it is ours."""
        if not self._put_away:
            super().disable_input()

    def stop_application_mode(self) -> None:
        """Give the terminal back, unless that has been done."""
        if not self._put_away:
            super().stop_application_mode()
            self.write("\x1b[0m")  # a picture may have been torn by what a shell wrote in between

    def _disable_mouse_support(self) -> None:
        self.write("\x1b[?1016l")  # Textual turns pixels on where it can, and leaves them so
        super()._disable_mouse_support()

    def _run_input_thread(self) -> None:
        self.run_input_thread()  # what goes wrong is told as of any thread

    # The handlers of signals only ask the loop: the main thread may hold the lock of the queue that is written to.

    def _sigtstp_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop)

    def _sigcont_application(self, *_: object) -> None:
        if not self._expects_to_go_on:
            self._loop.call_soon_threadsafe(self._go_on)
        self._expects_to_go_on = False

    def _stop(self) -> None:
        """Do what ctrl+z does to other programs: stop, together with a wrapper that may have started us."""
        if self._put_away or self._leaving.asked:
            return
        self.suspend_application_mode()
        self._put_away = self._expects_to_go_on = True
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.killpg(0, signal.SIGTSTP)  # nothing happens where no shell could bring us back
        signal.signal(signal.SIGTSTP, handler)
        self._go_on()
        self._loop.call_later(_LATE_S, self._expect_no_more)

    def _expect_no_more(self) -> None:
        self._expects_to_go_on = False

    def _go_on(self) -> None:
        """Take the terminal again, as soon as it is ours; after a stop that we were not asked about, too."""
        while _in_background() and not self._leaving.asked:
            os.kill(os.getpid(), signal.SIGSTOP)
        if self._leaving.asked:
            if _in_background():  # its settings are a shell's: changing them would stop us once more
                self.attrs_before = None
                signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
            return
        if not self._put_away:
            self.suspend_application_mode()
        self._put_away = False
        self._must_signal_resume = True
        self.resume_application_mode()


def _in_background() -> bool:
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False


def typed_at(app: App[Any]) -> float:
    """When a key was read last, by the monotonic clock; 0 where that is not known."""
    return app._driver.typed_at if isinstance(app._driver, TerminalDriver) else 0.0
