"""The app: a door to its screens, and the terminal's signals."""

import asyncio
import gc
import os
import signal
import termios
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.widgets import HelpPanel

from playground.observed import Observed
from playground.replay import Replay
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.screens.too_small import TooSmallScreen
from playground.tui.theme import DARK, HIGH_CONTRAST, LIGHT
from playground.warden.client import Warden

SMALLEST = (60, 15)


class PlaygroundApp(App[int]):
    """The gallery, or the stage of one run that was named on the command line."""

    TITLE = "mp-playground"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "toggle_help", "Help"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, start: Observed | Replay | Warden) -> None:
        """Show a run, or the gallery with a warden in waiting for its first run."""
        super().__init__()
        self.start = start

    def on_mount(self) -> None:
        """Show the first screen and listen to the signals that would leave a broken terminal."""
        for theme in (DARK, LIGHT, HIGH_CONTRAST):
            self.register_theme(theme)
        self.theme = DARK.name
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            asyncio.get_running_loop().add_signal_handler(number, self._leave_by_signal, number)
        if isinstance(self.start, Warden):
            self.push_screen(GalleryScreen(self.start))
        else:
            self.push_screen(StageScreen(self.start), lambda _: self.exit())
        self.call_after_refresh(_collect_garbage_again)

    def _leave_by_signal(self, number: int) -> None:
        """Leave as on quitting; when the terminal is gone there is nothing to restore, and writing to it may hang."""
        self.exit(None, 128 + number)
        if not _has_terminal():
            os._exit(128 + number)

    def action_toggle_help(self) -> None:
        """Show the keys that work here, or hide them."""
        if self.screen.query(HelpPanel):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()

    async def action_quit(self) -> None:
        """Quit; ask first while processes live."""
        if isinstance(self.screen, StageScreen):
            self.screen.when_nothing_lives("End them and quit?", self.exit)
        else:
            self.exit()

    def on_resize(self, event: events.Resize) -> None:
        """Say so when the terminal is too small, and go on when it has grown."""
        small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        showing = isinstance(self.screen, TooSmallScreen)
        if small and not showing:
            self.push_screen(TooSmallScreen())
        elif showing and not small:
            self.pop_screen()

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        """Leave, and end what runs; the result is the exit code of the run that was named, if any."""
        for screen in self.screen_stack:
            if isinstance(screen, StageScreen):
                screen.face.close()
        if result is None and isinstance(self.start, Observed):
            result = self.start.exitcode
        super().exit(result, return_code, message)


def _has_terminal() -> bool:
    try:
        termios.tcgetattr(0)
    except termios.error:
        return False
    return True


def _collect_garbage_again() -> None:
    """What was imported stays: let the collector pass over it, and work from the first picture on."""
    gc.freeze()
    gc.enable()


def run(start: Observed | Replay | Warden) -> int:
    """Show the screens until the person leaves; returns the command's exit code."""
    app = PlaygroundApp(start)
    try:
        result = app.run()
    finally:
        if not isinstance(start, Warden):
            start.close()
    return app.return_code or result or 0
