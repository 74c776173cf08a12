"""Small and large terminals, light themes, no colour: nothing breaks and nothing is missing."""

import pytest
from textual.app import App
from textual.screen import Screen

from playground.replay import Replay
from playground.tui.app import PlaygroundApp
from playground.tui.render.palette import palette_of
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.banner import Banner
from tests.recordings import DEADLOCK
from tests.ui.driving import driven


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36), (200, 60)])
async def test_stage_fits(size: tuple[int, int]) -> None:
    async with driven(Replay(DEADLOCK), size=size) as app:
        await app.press("end")
        await app.shows("Timeline", "main", "second", "deadlock of 2")
        assert all(len(line) == size[0] for line in app.text.splitlines())


async def test_the_first_picture_of_a_stage_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures: list[str] = []

    def note(app: PlaygroundApp, screen: Screen[object], update: object) -> None:
        if isinstance(screen, StageScreen) and update is not None:
            pictures.append("\n".join(strip.text for strip in screen._compositor.render_strips()))
        App._display(app, screen, update)  # type: ignore[arg-type]  # Textual's own

    monkeypatch.setattr(PlaygroundApp, "_display", note)
    async with driven(Replay(DEADLOCK), size=(160, 45)) as app:
        await app.shows("Timeline")
    for words in ("two_locks_deadlock", "REPLAY", "main", "NAME", "nobody waits", " Log "):
        assert words in pictures[0]


async def test_a_second_reader_comes_when_there_is_room_and_shows_what_there_is() -> None:
    async with driven(Replay(DEADLOCK), size=(120, 40)) as app:
        await app.press("end")
        await app.shows("deadlock of 2")
        assert app.text.count(" Findings 1 ") == 1
        banner = app.app.screen.query_one(Banner)
        await app.pilot.resize_terminal(80, 40)
        await app.until(lambda: banner.size.height == 4)
        await app.pilot.resize_terminal(200, 60)
        await app.until(lambda: banner.size.height == 2)
        await app.until(lambda: app.text.count(" Findings 1 ") == 2)
        await app.shows("run(main")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 60)])
async def test_gallery_fits(size: tuple[int, int]) -> None:
    async with driven(size=size) as app:
        await app.shows("Hello from several", "Lesson")


async def test_too_small_says_so_and_goes_on_when_there_is_room() -> None:
    async with driven(Replay(DEADLOCK), size=(40, 10)) as app:
        await app.shows("too small", "60 columns and 15 rows")
        await app.pilot.resize_terminal(100, 30)
        await app.shows("Timeline")
        await app.pilot.resize_terminal(1, 1)
        await app.pilot.resize_terminal(100, 30)
        await app.shows("Timeline")


async def test_narrow_screens_keep_processes_and_waits_in_reach() -> None:
    async with driven(Replay(DEADLOCK), size=(80, 24)) as app:
        await app.press("end")
        await app.press(*["p"] * 5)
        await app.shows("╭─▶ A ─ second ─▶ B")
        await app.press("p")
        await app.shows("WAITS FOR", "second ◂ B")


async def test_a_screen_that_has_grown_names_no_pane_that_has_come_beside_the_reader() -> None:
    async with driven(Replay(DEADLOCK), size=(100, 30)) as app:
        await app.press("end")
        await app.shows("Resources   Waits")
        await app.pilot.resize_terminal(160, 45)
        await app.until(lambda: "─ Waits ─" in app.text and "Resources   Waits" not in app.text)


@pytest.mark.parametrize("theme", ["playground-light", "textual-light", "ansi-dark", "dracula"])
async def test_other_themes(theme: str) -> None:
    async with driven(Replay(DEADLOCK)) as app:
        app.app.theme = theme
        await app.press("end")
        await app.shows("╭─▶ A ─ second ─▶ B")


async def test_without_colour_the_glyphs_tell_the_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driven(Replay(DEADLOCK)) as app:
        await app.press("end")
        await app.shows("━━━", "····", "▔▔▔")
        assert app.app.no_color


def test_light_and_dark_paints_differ() -> None:
    dark, light = palette_of({}, dark=True, plain=False), palette_of({}, dark=False, plain=False)
    assert dark.ground != light.ground
    assert dark.paint(2) != light.paint(2)
