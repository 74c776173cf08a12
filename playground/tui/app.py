"""The app: a door to its screens."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.theme import Theme

from playground import settings
from playground.pace import collect_garbage_seldom
from playground.terminal.keeper import Keeper
from playground.terminal.leaving import Leaving
from playground.tui import opening
from playground.tui.in_turn import InTurnApp
from playground.tui.render.glyphs import PlainGlyphs, ascii_only
from playground.tui.screens.run_screen import RunScreen
from playground.tui.screens.too_small import TooSmallScreen
from playground.tui.theme import TITLES
from playground.warden.client import Warden

if TYPE_CHECKING:
    from playground.face import Face

SMALLEST = (60, 15)
_ON_KEYS = {"⏎": "Enter", "esc": "Esc", "del": "Del", "insert": "Ins", "home": "Home", "end": "End"}


class PlaygroundApp(InTurnApp):
    """The gallery, or the stage of one run that was named on the command line."""

    TITLE = "mp-playground"
    CSS = """
    .contrast Panel, .contrast Frame { border: round $foreground 70%; border-title-color: $foreground;
        border-subtitle-color: $foreground; }
    .contrast Panel:focus, .contrast Frame:focus-within { border: round $text-primary; }
    .contrast Frame Panel, .contrast Frame Panel:focus, .contrast .bare { border: none; }
    ToastRack { margin-bottom: 4; }
    Toast { padding: 0 1; }
    CommandPalette > Vertical { max-width: 110; margin-top: 1; }
    CommandPalette SearchIcon { display: none; }
    CommandPalette #--input, CommandPalette #--input.--list-visible { border: round $text-primary; padding: 0 1; }
    CommandPalette CommandInput { border: none; height: 1; }
    CommandPalette CommandList { border: none; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", tooltip="All keys that work now"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, start: "Face | Warden | None", leaving: Leaving | None = None) -> None:
        """Show a run, or the gallery, with a warden in waiting for its first run if there is one."""
        self._ascii = [PlainGlyphs()] if ascii_only() else []
        self._kept = settings.load()
        super().__init__(leaving, self._kept.settings.theme)
        self.start = start

    def get_key_display(self, binding: Binding) -> str:
        """As it stands on the key, and in the texts: ``Enter``, ``F9``."""
        shown = super().get_key_display(binding)
        return _ON_KEYS.get(shown, shown.upper() if binding.key[1:].isdigit() else shown)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Those of the app, and plain glyphs on a terminal that has no others."""
        return [*super().get_line_filters(), *self._ascii]

    def on_mount(self) -> None:
        """Show the first screen, in a moment: what is painted until the app has begun is lost."""
        self.call_later(self._open)
        self.call_after_refresh(self.theme_changed_signal.subscribe, self, self._keep_theme)  # from now on it is chosen
        self.call_after_refresh(collect_garbage_seldom)  # from the first picture on

    def _open(self) -> None:
        if self.start is None or isinstance(self.start, Warden):
            self.push_screen(opening.gallery(self.start, self._kept))
        else:
            self.push_screen(opening.stage(self.start, self._kept), lambda _: self.exit())
        self._fit(self.size)

    def action_help_quit(self) -> None:
        """Say that ctrl+c does nothing here, and which keys do what may have been meant."""
        live = isinstance(self.screen, RunScreen) and any(face.live for face in self.screen.faces)
        sends = "i sends it to the program, " if live else ""
        self.notify(f"ctrl+c does nothing here: {sends}ctrl+q quits", markup=False)

    def _keep_theme(self, theme: Theme) -> None:
        if problem := self._kept.save(theme=theme.name):
            self.notify(problem, severity="warning", markup=False)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Whatever a key does, and what has no key: panels, panes, themes, a picture."""
        yield from opening.commands(self, screen)
        for name, title in TITLES.items():
            yield SystemCommand(f"Theme: {title}", "remembered", partial(setattr, self, "theme", name))
        yield SystemCommand("Theme: another one", "choose from all that there are", self.action_change_theme)
        yield SystemCommand("Picture", "save what is on the screen as an SVG file", self._save_picture)

    def _save_picture(self) -> None:
        self.set_timer(0.1, self.deliver_screenshot)

    def action_help(self) -> None:
        """Show the keys that work here."""
        self.push_screen(opening.keys(self, self.screen))

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
        if len(self.screen_stack) > 1:  # else the first screen is still to come
            self._fit(event.size)

    def _fit(self, size: Size) -> None:
        small = size.width < SMALLEST[0] or size.height < SMALLEST[1]
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
        if result is None and self.start is not None and not isinstance(self.start, Warden):
            result = self.start.exitcode
        super().exit(result, return_code, message)


def run(start: "Face | Warden | None", keeper: Keeper) -> int:
    """Show the screens until the person leaves; returns the command's exit code."""
    try:
        return PlaygroundApp(start, Leaving(keeper)).show()
    finally:
        keeper.close()
        if start is not None and not isinstance(start, Warden):
            start.close()
