"""The app: a door to its screens."""

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen
from textual.theme import Theme

from playground import settings
from playground.observed import Observed
from playground.pace import collect_garbage_seldom
from playground.replay import Replay
from playground.terminal.keeper import Keeper
from playground.terminal.leaving import Leaving
from playground.tui import deeds
from playground.tui.guarded import GuardedApp
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.help import HelpScreen
from playground.tui.screens.run_screen import RunScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.screens.too_small import TooSmallScreen
from playground.tui.theme import DARK, HIGH_CONTRAST, THEMES, TITLES
from playground.tui.widgets.board import Board
from playground.warden.client import Warden

SMALLEST = (60, 15)


class PlaygroundApp(GuardedApp):
    """The gallery, or the stage of one run that was named on the command line."""

    TITLE = "mp-playground"
    CSS = """
    .contrast Panel, .contrast Frame { border: round $foreground 70%; }
    .contrast Panel:focus, .contrast Frame:focus-within { border: round $accent; }
    .contrast Frame Panel, .contrast .bare { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", tooltip="All keys that work now"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, start: Observed | Replay | Warden | None, leaving: Leaving | None = None) -> None:
        """Show a run, or the gallery, with a warden in waiting for its first run if there is one."""
        super().__init__(leaving)
        self.start = start
        self._kept = settings.load()

    def on_mount(self) -> None:
        """Show the first screen."""
        for theme in THEMES:
            self.register_theme(theme)
        wanted = self._kept.settings.theme
        self.theme = wanted if wanted in self.available_themes else DARK.name
        self._mark_contrast()
        if self.start is None or isinstance(self.start, Warden):
            self.push_screen(GalleryScreen(self.start, self._kept))
        else:
            self.push_screen(StageScreen(self.start, self._kept), lambda _: self.exit())
        self.call_after_refresh(self.theme_changed_signal.subscribe, self, self._keep_theme)  # from now on it is chosen
        self.call_after_refresh(collect_garbage_seldom)  # from the first picture on

    def action_help_quit(self) -> None:
        """Say that ctrl+c does nothing here, and which keys do what may have been meant."""
        live = isinstance(self.screen, RunScreen) and any(face.live for face in self.screen.faces)
        sends = "i sends it to the program, " if live else ""
        self.notify(f"ctrl+c does nothing here: {sends}ctrl+q quits", markup=False)

    def _keep_theme(self, theme: Theme) -> None:
        self._mark_contrast()
        if problem := self._kept.save(theme=theme.name):
            self.notify(problem, severity="warning", markup=False)

    def _mark_contrast(self) -> None:
        self.set_class(self.theme == HIGH_CONTRAST.name, "contrast")

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Whatever a key does, and what has no key: panels, panes, themes, a picture."""
        yield from deeds.commands(self, screen)
        for board in screen.query(Board):
            yield from board.choices()
        for name, title in TITLES.items():
            yield SystemCommand(f"Theme: {title}", "remembered", partial(setattr, self, "theme", name))
        yield SystemCommand("Theme: another one", "choose from all that there are", self.action_change_theme)
        yield SystemCommand("Picture", "save what is on the screen as an SVG file", self._save_picture)

    def _save_picture(self) -> None:
        self.set_timer(0.1, self.deliver_screenshot)

    def action_help(self) -> None:
        """Show the keys that work here."""
        self.push_screen(HelpScreen(deeds.by_place(self, self.screen)))

    async def action_quit(self) -> None:
        """Quit; ask first while processes live."""
        if isinstance(self.screen, ModalScreen):
            await self.pop_screen()
        if isinstance(self.screen, RunScreen):
            below = (screen for screen in self.screen_stack[:-1] if isinstance(screen, RunScreen))
            alive = any(screen.ends_processes for screen in below)
            self.screen.when_nothing_lives("End them and quit?", self.exit, elsewhere=alive)
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
            if isinstance(screen, RunScreen):
                screen.end_now()

    def exit(self, result: int | None = None, return_code: int = 0, message: Any = None) -> None:
        """Leave; the result is the exit code of the run that was named, if any."""
        self.end_runs()
        if result is None and isinstance(self.start, Observed):
            result = self.start.exitcode
        super().exit(result, return_code, message)


def run(start: Observed | Replay | Warden | None, keeper: Keeper) -> int:
    """Show the screens until the person leaves; returns the command's exit code."""
    try:
        return PlaygroundApp(start, Leaving(keeper)).show()
    finally:
        keeper.close()
        if isinstance(start, Observed | Replay):
            start.close()
