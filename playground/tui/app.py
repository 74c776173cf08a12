"""The app: a door to its screens."""

import gc
from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import HelpPanel

from playground.observed import Observed
from playground.replay import Replay
from playground.terminal.keeper import Keeper
from playground.terminal.leaving import Leaving
from playground.tui.guarded import GuardedApp
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.screens.too_small import TooSmallScreen
from playground.tui.theme import DARK, LIGHT
from playground.warden.client import Warden

SMALLEST = (60, 15)


class PlaygroundApp(GuardedApp):
    """The gallery, or the stage of one run that was named on the command line."""

    TITLE = "mp-playground"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "toggle_help", "Help"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, start: Observed | Replay | Warden, leaving: Leaving | None = None) -> None:
        """Show a run, or the gallery with a warden in waiting for its first run."""
        super().__init__(leaving)
        self.start = start

    def on_mount(self) -> None:
        """Show the first screen."""
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name
        if isinstance(self.start, Warden):
            self.push_screen(GalleryScreen(self.start))
        else:
            self.push_screen(StageScreen(self.start), lambda _: self.exit())
        self.call_after_refresh(_collect_garbage_again)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Whatever a key does is in the palette too."""
        yield from super().get_system_commands(screen)
        for key, (node, binding, enabled, tooltip) in screen.active_bindings.items():
            if enabled and binding.description and not binding.system:
                does = partial(self.run_action, binding.action, node)
                yield SystemCommand(binding.description, tooltip or f"as the key {key}", does)

    def action_help_quit(self) -> None:
        """Say that ctrl+c does nothing here, and which keys do what may have been meant."""
        live = isinstance(self.screen, StageScreen) and self.screen.face.live
        sends = "i sends it to the program, " if live else ""
        self.notify(f"ctrl+c does nothing here: {sends}ctrl+q quits", markup=False)

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

    def end_runs(self) -> None:
        """End the processes of every stage."""
        for screen in self.screen_stack:
            if isinstance(screen, StageScreen):
                screen.face.close()

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        """Leave; the result is the exit code of the run that was named, if any."""
        self.end_runs()
        if result is None and isinstance(self.start, Observed):
            result = self.start.exitcode
        super().exit(result, return_code, message)


def _collect_garbage_again() -> None:
    """What was imported stays: let the collector pass over it, and work from the first picture on."""
    gc.freeze()
    gc.enable()


def run(start: Observed | Replay | Warden, keeper: Keeper) -> int:
    """Show the screens until the person leaves; returns the command's exit code."""
    try:
        return PlaygroundApp(start, Leaving(keeper)).show()
    finally:
        keeper.close()
        if not isinstance(start, Warden):
            start.close()
