"""The stage of a recording: playing, stepping, seeking by key and by mouse."""

from pathlib import Path

import pytest

from playground.errors import PlaygroundError
from playground.history import History
from playground.replay import Replay
from playground.tui.render.times import clock
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.transport import Transport
from tests.recordings import DEADLOCK
from tests.ui.driving import driven, paused
from tests.unit import long_run
from tests.unit.recordings import write


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
        await app.shows("✗ deadlock of 2")  # the bar has its place from now on
        await app.pilot.mouse_down(Transport, offset=(60, 0))
        await app.pilot.mouse_up(Transport, offset=(60, 0))
        await app.until(lambda: 0 < replay.playhead < replay.history.until)
        first = replay.playhead
        await app.pilot.click("#timeline", offset=(20, 6))
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
        timeline = app.app.screen.query_one("#timeline")
        await app.until(lambda: timeline.size.width == 138)
        await app.pilot.resize_terminal(200, 50)  # where there is room for a second reader
        await app.until(lambda: timeline.size.width == 198 and "Source" not in app.text)
        await app.pilot.resize_terminal(140, 40)
        await app.press("slash", "B")  # what is typed is seen, and so are time, keys and what was found
        await app.shows("/ B▏", "1 shown, 2 hidden", "►", "space Play", "✗ deadlock of 2", "REPLAY")
        await app.press("escape", "escape")
        await app.shows("Processes", "─ Waits")
        reader = app.app.screen.query_one("#reader")
        assert await app.pilot.click(reader, offset=(9, 0))  # on its frame
        await app.until(lambda: reader.size.width == 138 and reader.has_focus_within)
        await app.press("x")  # nothing is hidden while one is alone: all come back, and it goes
        await app.until(lambda: not reader.display and timeline.display)
        assert await app.pilot.click("#header", offset=(130, 0))  # "1 finding"
        await app.until(lambda: reader.display and reader.has_focus_within and "deadlock  at" in app.text)
        await app.press("escape", "escape")  # nothing is left that it could mean
        await app.shows("q leaves the playground", "REPLAY")


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


# --- Asking, bookmarks, marks ----------------------------------------------------------------------------


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A recording of one's own, to keep bookmarks beside."""
    path = tmp_path / "mine.mpr.jsonl"
    path.write_bytes(DEADLOCK.read_bytes())
    return path


async def test_a_question_is_answered_and_its_answers_are_walked_through(recording: Path) -> None:
    async with driven(Replay(recording)) as app:
        replay = await paused(app)
        waits = replay.history.processes[1].waits[1].begun()
        await app.press("home", "W")
        await app.shows(" When ", "such as: balance = 40")
        await app.press("z")
        await app.shows("nobody and nothing here is called z; there are main, A, B")
        await app.press("enter")
        await app.shows(" When ", "called z")  # it stays until it is understood
        await app.press("ctrl+u", *"A waits?")
        await app.shows(f"{len(waits)} times, first at")
        await app.press("enter")
        await app.until(lambda: replay.playhead == waits[0])
        await app.shows(f"1 of {len(waits)}")
        await app.press("n")
        assert replay.playhead == waits[1]
        await app.press("n")
        await app.shows("No later answer to: A waits?")
        await app.press("N")
        assert replay.playhead == waits[0]
        await app.press("W", "escape")
        await app.until(lambda: " When " not in app.text.replace("W When", ""))
        assert app.app.focused is app.app.screen.query_one("#timeline")


async def test_bookmarks_are_set_listed_gone_to_changed_and_deleted(recording: Path) -> None:
    async with driven(Replay(recording)) as app:
        replay = await paused(app)
        await app.press("3", "m")
        await app.shows("Bookmark at 00:00.174")
        await app.press("o", "enter", "6", "m", "enter")
        await app.until(lambda: [note for _, note in replay.bookmarks.all] == ["o", ""])
        await app.shows("◆ o", "◆")
        await app.press("M", "home")
        await app.shows("Marks: all, 3", "bookmarks o", "(no note)", "findings")
        await app.press("enter")
        await app.until(lambda: replay.playhead == replay.bookmarks.all[0][0])
        await app.press("M", "shift+tab")
        await app.shows("Marks: bookmarks, 2")
        await app.press("end", "e")
        await app.shows("Bookmark at 00:00.348")
        await app.press("x", "enter")
        await app.until(lambda: replay.bookmarks.all[1][1] == "x")
        await app.press("M", "end", "d")  # of all marks the last is the finding
        await app.shows("Only bookmarks can be changed")
        await app.press("home", "d", "escape")
        await app.until(lambda: [note for _, note in replay.bookmarks.all] == ["x"])
    assert [note for _, note in Replay(recording).bookmarks.all] == ["x"]


async def test_a_section_gaps_and_kinds_of_marks_are_shown_on_the_bar(recording: Path) -> None:
    async with driven(Replay(recording), size=(160, 45)) as app:
        replay = await paused(app)
        await app.press("3", "A", "6", "A", "8", "G", "semicolon")
        await app.shows("├━", "━┤", "no gaps", "[ ] findings")
        assert replay.section == (replay.until * 3 // 10, replay.until * 6 // 10)
        await app.press("A", "G")
        await app.shows("gaps", "[ ] findings")
        await app.until(lambda: replay.section is None and not replay.skips_gaps)


async def test_buttons_of_the_bar_can_be_clicked(recording: Path) -> None:
    async with driven(Replay(recording), size=(160, 45)) as app:
        replay = await paused(app)
        await app.shows("✗ deadlock of 2")
        for x, y, done in (
            (7, 0, lambda: replay.speed == 0.5),
            (15, 0, lambda: replay.speed == 1),
            (20, 0, lambda: replay.direction == -1),
            (3, 1, lambda: replay.kind == "findings"),
            (16, 1, lambda: replay.skips_gaps),
            (24, 1, lambda: replay.section is not None),
            (1, 0, lambda: replay.playing),
        ):
            if x == 1:
                replay.set_speed(1 / 64)
            await app.pilot.click(Transport, offset=(x, y))
            await app.until(done)


async def test_events_of_the_selected_process_are_stepped_to(recording: Path) -> None:
    async with driven(Replay(recording)) as app:
        replay = await paused(app)
        await app.press("down", "home", *["right_curly_bracket"] * 3)
        history = replay.history
        own = [t for t, p in zip(history.happened, history.happened_to, strict=True) if p == 1]
        assert replay.playhead == sorted(set(own))[2]
        await app.press("left_curly_bracket", "left_curly_bracket", "left_curly_bracket")
        await app.shows("There is no earlier event of A")


async def test_a_large_recording_is_shown_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.mpr.jsonl"
    write(path, long_run.batches(230), {"outcome": "finished"}, long_run.INFO)
    replay = Replay(path, at_once=False)
    assert replay.share_read < 1
    async with driven(replay, size=(160, 45)) as app:
        await app.shows("% read", "worker-1")
        await app.press("end")
        await app.until(lambda: replay.share_read == 1)
        await app.until(lambda: replay.playhead == replay.history.until)
        await app.until(lambda: "% read" not in app.text)
        await app.press("home")  # long before most processes began that are forgotten by now
        await app.shows("REPLAY 00:00.000")


async def test_what_was_before_the_window_of_a_long_run_is_one_key_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(History.__init__, "__defaults__", (5_000,))
    path = tmp_path / "long.mpr.jsonl"
    write(path, long_run.batches(60), {"outcome": "finished"}, long_run.INFO)
    replay = Replay(path)
    since = replay.history.since
    async with driven(replay, size=(160, 45)) as app:
        await app.shows(f"B: what was before {clock(since)}")
        stage = app.app.screen
        await app.press("B")
        await app.until(lambda: isinstance(app.app.screen, StageScreen) and app.app.screen is not stage)
        earlier = app.app.screen
        assert isinstance(earlier, StageScreen)
        await app.until(lambda: earlier.face.playhead == since)
        assert earlier.face.history.since < since <= earlier.face.history.until
        await app.shows(f"B: what was before {clock(earlier.face.history.since)}", f"q: what came after {clock(since)}")
        await app.press("comma")
        assert earlier.face.playhead < since
        await app.press("q")
        await app.until(lambda: app.app.screen is stage)
