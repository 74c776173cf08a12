"""The stage without a terminal: for pictures and films of a recording."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.strip import Strip

from playground.history import Nanoseconds
from playground.replay import Replay
from playground.settings import Settings, SettingsFile
from playground.tui.guarded import GuardedApp
from playground.tui.screens.stage import StageScreen
from playground.tui.theme import DARK, LIGHT

_ROUNDS = 4
"""So often every widget answers what it was sent: a new layout makes new sizes, and those new drawings."""


class Studio(GuardedApp):
    """Shows one replay; what the person has chosen for screens is neither used nor changed."""

    TITLE = "mp-playground"

    def __init__(self, replay: Replay, *, light: bool) -> None:
        super().__init__(None, LIGHT.name if light else DARK.name)
        self._replay = replay

    def on_mount(self) -> None:
        """Show the stage."""
        kept = SettingsFile(Path(), Settings(theme=self.theme), readable=False)
        self.push_screen(StageScreen(self._replay, kept))


class Camera:
    """Sees what the stage shows."""

    def __init__(self, app: Studio, replay: Replay, settle: Callable[[], Awaitable[None]]) -> None:
        self._app, self._replay, self._settle = app, replay, settle

    async def show(self, at: Nanoseconds | None = None) -> None:
        """Go to an instant, or let the playhead be where it is, and draw all of it."""
        if at is not None:
            self._replay.playing = False
            self._replay.seek(at)
        self._replay.tick()
        stage = self._app.screen
        assert isinstance(stage, StageScreen)
        stage.hand_down(all_of_it=True)
        await self._settle()

    def picture(self, title: str) -> str:
        """What is shown, as SVG."""
        return self._app.export_screenshot(title=title)

    def lines(self) -> list[Strip]:
        """What is shown, line by line."""
        # the compositor is private to Textual, and the only thing that knows the whole screen
        return self._app.screen._compositor.render_strips()


@asynccontextmanager
async def studio(replay: Replay, size: tuple[int, int], *, light: bool) -> AsyncIterator[Camera]:
    """The stage of a replay at a size in columns and rows."""
    app = Studio(replay, light=light)
    async with app.run_test(size=size) as pilot:

        async def settle() -> None:
            for _ in range(_ROUNDS):
                await pilot.pause(0)

        await settle()
        yield Camera(app, replay, settle)
        app.exit()
