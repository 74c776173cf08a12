"""Driving the app as a person does: keys in, the text of the screen out."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widget import Widget

from playground.live import LiveRun, RunOptions
from playground.replay import Replay
from playground.target import scenario_target
from playground.tui.app import PlaygroundApp
from playground.tui.screens.stage import StageScreen
from playground.tui.screens.too_small import TooSmallScreen
from playground.tui.view import View
from playground.warden.client import Warden

PATIENCE_S = 20.0


def _holds(condition: Callable[[], object]) -> bool:
    try:
        return bool(condition())
    except NoMatches:
        return False


class Driven:
    """An app under test."""

    def __init__(self, app: PlaygroundApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def text(self) -> str:
        """What the screen shows, line by line."""
        # the compositor is private to Textual, and the only thing that knows the whole screen
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    async def press(self, *keys: str) -> None:
        """Type."""
        await self.pilot.press(*keys)

    async def press_at_once(self, *keys: str) -> None:
        """Type so quickly that all keys are there before the first one is handled."""
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.pilot.pause()

    async def until(
        self,
        condition: Callable[[], object],
        limit_s: float = PATIENCE_S,
        between: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Let the app work until something holds; do something each time that it does not yet.

        A widget that is asked for and is still to be made is no reason to fail.
        """
        deadline = time.monotonic() + limit_s
        while not _holds(condition):
            if time.monotonic() > deadline:
                pytest.fail(f"did not come to hold within {limit_s} s; the screen was\n{self.text}")
            if between is not None:
                await between()
            await asyncio.sleep(0.01)
            await self.pilot.pause()

    async def hovers(self, widget: Widget, cell: Callable[[], tuple[int, int]], until: Callable[[], object]) -> None:
        """Move the mouse over a cell until something holds: a screen that comes to lie above for a moment hides it."""

        async def moved() -> None:
            await self.pilot.hover(widget, offset=cell())

        await self.until(until, between=moved)

    async def shows(self, *words: str, limit_s: float = PATIENCE_S) -> None:
        """Let the app work until the screen shows all the words."""
        await self.until(lambda: all(word in self.text for word in words), limit_s)


@asynccontextmanager
async def driven(start: LiveRun | Replay | None = None, size: tuple[int, int] = (140, 40)) -> AsyncIterator[Driven]:
    """The app on a screen of that size; whatever still runs at the end is ended."""
    app = PlaygroundApp(start or Warden())
    if hasattr(asyncio, "eager_task_factory"):  # as Textual does when nobody drives it
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    async with app.run_test(size=size, notifications=True) as pilot:
        driven = Driven(app, pilot)
        try:
            await driven.until(lambda: app.focused is not None or isinstance(app.screen, TooSmallScreen))
            yield driven
        finally:
            app.exit()


def live(name: str, **knobs: object) -> LiveRun:
    """A run of a scenario that has just been started."""
    return LiveRun(scenario_target(name, {key: str(value) for key, value in knobs.items()}), RunOptions())


def stage_of(app: Driven) -> StageScreen:
    """The stage, which must be what is shown."""
    screen = app.app.screen
    assert isinstance(screen, StageScreen)
    return screen


def view_of(app: Driven) -> View:
    """What the person chose on the stage."""
    return stage_of(app)._view


def run_of(app: Driven) -> LiveRun:
    """The live run on the stage."""
    face = stage_of(app).face
    assert isinstance(face, LiveRun)
    return face


def replay_of(app: Driven) -> Replay:
    """The replay on the stage."""
    face = stage_of(app).face
    assert isinstance(face, Replay)
    return face


async def paused(app: Driven) -> Replay:
    """The replay on the stage when it stands; half a second long, it plays to its end."""
    replay = replay_of(app)
    await app.until(lambda: replay.playhead > 0 and not replay.playing)
    return replay
