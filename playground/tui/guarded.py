"""An app that ends as it should: on signals, on failures of its own, and it comes back after a stop."""

import asyncio
import os
import termios
import threading
from contextvars import copy_context
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from playground.terminal.leaving import Leaving
from playground.text import clean
from playground.tui.crash import tell
from playground.tui.driver import TerminalDriver
from playground.tui.themed import ThemedApp


class GuardedApp(ThemedApp):
    """Without ``leaving`` it listens to no signals, as tests have it that drive it without a terminal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "Stop, and back to the shell", show=False),
    ]

    def __init__(self, leaving: Leaving | None, theme: str) -> None:
        driver = partial(TerminalDriver, leaving) if leaving is not None else None
        super().__init__(theme, driver_class=driver)  # it is called as a class would be
        self._leaving = leaving

    def notify(self, message: str, **how: Any) -> None:
        """Show a message as it is: it may hold what a program said, and is no markup. Said again it is there once."""
        text = clean(message)
        for shown in [each for each in self._notifications if each.message == text]:  # a key may be held down
            self._unnotify(shown, refresh=False)
        super().notify(text, **{**how, "markup": False})

    def end_runs(self) -> None:
        """End all processes; called when the app leaves because it has failed."""

    def on_mount(self) -> None:
        """Listen to what ends the app from outside, and to what fails in it."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(repaint=True, layout=True))
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._task_failed)
        if self._leaving is not None:
            soon = partial(loop.call_soon_threadsafe, context=copy_context())
            self._leaving.ask = partial(soon, self._leave_by_signal)
            threading.excepthook = partial(soon, self._thread_failed)

    def _leave_by_signal(self, code: int) -> None:
        """Leave as on quitting; when the terminal is gone there is nothing to restore, and writing to it may hang."""
        assert self._leaving is not None
        self._leaving.heard.set()
        self.exit(None, code)
        self._leaving.cleaned.set()
        if not _has_terminal():
            os._exit(code)

    def _task_failed(self, _: object, context: dict[str, Any]) -> None:
        """Leave because of what nobody caught in a task or a callback."""
        if isinstance(error := context.get("exception"), Exception):
            self._handle_exception(error)

    def _thread_failed(self, failed: threading.ExceptHookArgs) -> None:
        if isinstance(failed.exc_value, Exception):
            self._handle_exception(failed.exc_value)

    def _handle_exception(self, error: Exception) -> None:
        """Leave because of what nobody caught; screens that are left half built fail now and then, which is no news."""
        if self._exit:
            self._close_messages_no_wait()
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave, as Textual asks for when nobody caught an exception."""
        self.end_runs()
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Show nothing: Textual would show local variables with what the program put into them."""
        self._exit_renderables.clear()

    def show(self) -> int:
        """Run until it ends; returns the exit code. What it failed by is told on stderr."""
        try:
            result = self.run()
        finally:
            threading.excepthook = threading.__excepthook__
            if self._leaving is not None:
                self._leaving.close()
        if self._exception is not None:
            tell(self._exception)
        return self.return_code or result or 0


def _has_terminal() -> bool:
    try:
        termios.tcgetattr(0)
    except termios.error:
        return False
    return True
