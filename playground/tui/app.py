"""The app: a door to its screens, and the terminal's signals."""

import asyncio
import signal
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType

from playground.live import LiveRun
from playground.replay import Replay
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.screens.too_small import TooSmallScreen
from playground.tui.theme import DARK, LIGHT

SMALLEST = (60, 15)


class PlaygroundApp(App[int]):
    """The gallery, or the stage of one run that was named on the command line."""

    TITLE = "mp-playground"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "show_help_panel", "Help"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, start: LiveRun | Replay | None = None) -> None:
        super().__init__()
        self.start = start

    def on_mount(self) -> None:
        """Show the first screen and listen to the signals that would leave a broken terminal."""
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            asyncio.get_running_loop().add_signal_handler(number, self.exit, None, 128 + number)
        if self.start is None:
            self.push_screen(GalleryScreen())
        else:
            self.push_screen(StageScreen(self.start), lambda _: self.exit(self._code()))

    def _code(self) -> int:
        return self.start.exitcode if isinstance(self.start, LiveRun) else 0

    def on_resize(self, event: events.Resize) -> None:
        """Say so when the terminal is too small, and go on when it has grown."""
        small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        showing = isinstance(self.screen, TooSmallScreen)
        if small and not showing:
            self.push_screen(TooSmallScreen())
        elif showing and not small:
            self.pop_screen()

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        """Leave, and end what runs."""
        for screen in self.screen_stack:
            if isinstance(screen, StageScreen):
                screen.face.close()
        super().exit(result, return_code, message)


def run(start: LiveRun | Replay | None) -> int:
    """Show the screens until the person leaves; returns the command's exit code."""
    app = PlaygroundApp(start)
    try:
        result = app.run()
    finally:
        if start is not None:
            start.close()
    return result if result is not None else app.return_code or 0
