"""The stage of a recording: playing, stepping, seeking by key and by mouse."""

from pathlib import Path

import pytest

from playground.errors import PlaygroundError
from playground.replay import Replay
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.transport import Transport
from tests.ui.driving import Driven, driven

DEADLOCK = Path(__file__).parents[1] / "recordings" / "deadlock.mpr.jsonl"


def replay_of(app: Driven) -> Replay:
    screen = app.app.screen
    assert isinstance(screen, StageScreen)
    assert isinstance(screen.face, Replay)
    return screen.face


async def paused(app: Driven) -> Replay:
    replay = replay_of(app)
    await app.until(lambda: replay.playhead > 0 and not replay.playing)  # half a second long, it plays to its end
    return replay


async def test_a_recording_plays_at_once_and_shows_what_the_live_screen_showed() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        await app.shows("■ REPLAY", "main", "deadlock")
        await app.press("end")
        await app.shows("╭─▶ A ─ second ─▶ B ─ first ─╮", "second ◂ B", "✗ deadlock")


async def test_steps_visit_events_and_come_back() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        replay = await paused(app)
        await app.press("5")
        before = replay.playhead
        await app.press("full_stop", "full_stop")
        assert replay.playhead in replay.history.time
        assert replay.playhead > before
        await app.press("comma", "comma")
        assert replay.playhead <= before


async def test_tenths_ends_and_parts_of_the_window() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        replay = await paused(app)
        until = replay.history.until
        for key, place in {"3": until * 3 // 10, "home": 0, "end": until}.items():
            await app.press(key)
            assert replay.playhead == place
        await app.press("h")
        back = replay.playhead
        assert 0 < back < until
        await app.press("l")
        assert back < replay.playhead <= until
        await app.press("H")
        assert replay.playhead == 0


async def test_marks_go_to_the_finding() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        replay = await paused(app)
        await app.press("home", "right_square_bracket")
        assert replay.playhead == replay.findings.all[0].at
        await app.shows("1 finding")
        await app.press("comma")
        await app.until(lambda: "1 finding" not in app.text)


async def test_speed_and_direction() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        replay = await paused(app)
        await app.press("equals_sign", "equals_sign")
        assert replay.speed == 4
        await app.shows(" 4x")
        await app.press(*["minus"] * 4)
        await app.shows(" 1/4x")
        await app.press("backspace", "end", "r", "space")
        await app.until(lambda: replay.playhead < replay.history.until)
        assert (replay.speed, replay.direction) == (1, -1)


async def test_the_mouse_seeks_on_the_bar_and_on_a_lane() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        replay = await paused(app)
        await app.pilot.mouse_down(Transport, offset=(60, 0))
        await app.pilot.mouse_up(Transport, offset=(60, 0))
        await app.until(lambda: 0 < replay.playhead < replay.history.until)
        first = replay.playhead
        await app.pilot.click("#timeline", offset=(20, 5))
        await app.until(lambda: 0 < replay.playhead < first)
        await app.shows("▌A")


async def test_no_command_reaches_a_process_from_a_replay() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        replay = await paused(app)
        rows = len(replay.history.time)
        await app.press("down", "K", "t", "s", "n")
        assert len(replay.history.time) == rows
        assert "Send SIG" not in app.text


async def test_zoom_and_maximise() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        await paused(app)
        await app.press("end")
        await app.shows("╵0")
        await app.press(*["plus"] * 12)
        await app.until(lambda: "╵0.0" not in app.text)
        await app.press("z")
        await app.until(lambda: "Processes" not in app.text)
        assert app.app.screen.query_one("#timeline").size.width < 140
        await app.press("z")
        await app.shows("Processes")


async def test_the_source_shows_who_stands_where() -> None:
    async with driven(Replay(DEADLOCK), size=(180, 50)) as app:
        await paused(app)
        await app.press("end", "p", "p", "down")
        await app.shows("A, B ▸", "with other:")
        await app.press("up")
        await app.shows("main ▸", "process.join()")


def test_a_damaged_recording_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.mpr.jsonl"
    path.write_text("nothing")
    with pytest.raises(PlaygroundError, match="is not a recording"):
        Replay(path)
