"""The timeline on the screen: keys and mouse that change what is shown, and lines that write only what changed."""

import pytest
from rich.console import Console
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate

from playground.findings import Findings
from playground.replay import Replay
from playground.tui.screens.help import HelpScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets import fast
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.timeline import Timeline
from tests.recordings import DEADLOCK
from tests.ui.driving import Driven, driven, replay_of, view_of
from tests.ui.screen import Screen
from tests.unit.rows import MS, Run

SIZE = (140, 40)


async def at_the_end(app: Driven) -> Replay:
    replay = replay_of(app)
    if replay.playing:
        await app.press("space")
    await app.press("end")
    return replay


def replay_in_memory(run: Run) -> Replay:
    history = run.history()
    return Replay.of_run(history, Findings(history), None)


def written(app: Driven, *, full: bool) -> str:
    """What the compositor would write to a terminal now."""
    compositor = app.app.screen._compositor
    update = compositor.render_update(full=full)
    assert isinstance(update, LayoutUpdate | ChopsUpdate)
    return update.render_segments(Console(color_system="truecolor", force_terminal=True, legacy_windows=False))


async def test_lines_that_write_only_what_changed_leave_the_screen_that_whole_lines_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert fast.works(), "Textual composes in another way now: see playground/tui/widgets/fast.py"
    async with driven(Replay(DEADLOCK), size=SIZE) as app:
        replay = await at_the_end(app)
        stage = app.app.screen
        assert isinstance(stage, StageScreen)
        compositor = stage._compositor
        app.app.notify("a message over the panels")
        await app.shows("a message over the panels")
        panels = [panel for panel in stage.query(Panel) if panel.display and panel.size]
        monkeypatch.setattr(fast, "paint", lambda _: None)  # it is done here
        screen = Screen(*SIZE)
        screen.write(written(app, full=True))
        lengths = []
        for share in (2, 3, 5, 4, 7, 9, 6, 10):
            # two frames before one paint: nothing may be lost in between
            for instant in (replay.history.until * share // 10 - 3 * MS, replay.history.until * share // 10):
                replay.seek(instant)
                stage._show()
            compositor.update_widgets(stage._dirty_widgets)
            partial = written(app, full=False)
            lengths.append(len(partial))
            screen.write(partial)
            with monkeypatch.context() as whole:
                whole.setattr(fast, "works", lambda: False)
                expected = Screen(*SIZE)
                expected.write(written(app, full=True))
            for region in [panel.content_region for panel in panels]:
                for y in range(region.y, region.bottom):
                    columns = slice(region.x, region.right)
                    assert screen.cells[y][columns] == expected.cells[y][columns], (share, y)
        assert min(lengths) < len(written(app, full=True)) / 4


async def test_zoom_pan_follow_and_cursor_by_key() -> None:
    async with driven(Replay(DEADLOCK), size=SIZE) as app:
        await at_the_end(app)
        timeline = app.app.screen.query_one(Timeline)
        whole = timeline.window
        await app.press("plus", "plus")
        await app.until(lambda: timeline.window <= whole // 3)
        await app.press("less_than_sign")
        await app.shows("f follow")
        stretch = view_of(app).stretch
        assert stretch is not None
        await app.press("plus")
        await app.until(lambda: timeline.window <= whole // 7)
        await app.press("greater_than_sign", "left_parenthesis", "left_parenthesis")
        await app.shows("join A")
        cursor = view_of(app).cursor
        assert cursor is not None
        await app.press("right_parenthesis")
        assert (view_of(app).cursor or 0) > cursor
        await app.shows("main waits for A to end", "so far")
        await app.press("f")
        assert (view_of(app).stretch, view_of(app).cursor) == (None, None)
        await app.press("f", "f", "f")
        await app.shows("where the run stands already")
        assert len(app.app._notifications) == 1


async def test_the_mouse_reads_measures_zooms_and_pans() -> None:
    async with driven(Replay(DEADLOCK), size=SIZE) as app:
        await at_the_end(app)
        timeline = app.app.screen.query_one(Timeline)
        assert timeline._plan is not None
        await app.pilot.hover(Timeline, offset=(71, 3 + timeline._plan.rows))
        await app.shows("A waits for second", "held by B", "so far")
        await app.press("left_parenthesis")  # the cursor is seen though the mouse lies there
        await app.shows("main waits for A to end")
        await app.press("escape")
        await app.until(lambda: view_of(app).cursor is None)
        await app.pilot.mouse_down(Timeline, offset=(30, 5))
        await app.pilot.hover(Timeline, offset=(50, 5))
        await app.pilot.mouse_up(Timeline, offset=(50, 5))
        await app.shows(" events", " ms from ")
        axis = timeline._plan.axis_row + 1
        await app.pilot.mouse_down(Timeline, offset=(50, axis))
        await app.pilot.hover(Timeline, offset=(30, axis))
        await app.pilot.mouse_up(Timeline, offset=(30, axis))
        await app.until(lambda: view_of(app).stretch is not None)
        await app.pilot.click(Timeline, offset=(3, axis))
        await app.until(lambda: view_of(app).stretch is None)


async def test_many_lanes_scroll_whichever_is_selected_and_ended_ones_fold_away() -> None:
    run = Run()
    for number in range(60):
        run.process(f"worker-{number:02}")
    for number in range(1, 45):
        run.ended(10 + number, number, 0)
    run.row(100, 0, 1)
    async with driven(replay_in_memory(run), size=(100, 30)) as app:
        await at_the_end(app)
        await app.shows("44 ended · E shows them", "worker-45", "▼6")
        assert "worker-07" not in app.text
        await app.press("E")
        await app.shows("worker-07", "▼")
        await app.press("pagedown", "pagedown")
        await app.until(lambda: "worker-25" in app.text and "worker-00" not in app.text)
        await app.press("down")
        await app.shows("▌worker-01")


async def test_keys_may_come_faster_than_frames() -> None:
    async with driven(Replay(DEADLOCK), size=SIZE) as app:
        await at_the_end(app)
        for key in ("plus", "plus", "plus", "down", "down"):
            app.app.simulate_key(key)
        await app.until(lambda: (view_of(app).zoom, view_of(app).selected) == (3, 2))


async def test_links_are_drawn_where_they_happen() -> None:
    async with driven(Replay(DEADLOCK), size=SIZE) as app:
        await at_the_end(app)
        await app.press("w")
        await app.shows("●", "▼")


async def test_a_replay_at_its_start_shows_the_lanes_that_will_come() -> None:
    async with driven(Replay(DEADLOCK), size=SIZE) as app:
        await at_the_end(app)
        await app.press("home")
        await app.shows("main", " A ", " B ", "╵0.0 s")


async def test_plain_characters_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MP_PLAYGROUND_ASCII", "1")
    monkeypatch.setattr("playground.tui.widgets.colours._palettes", {})
    async with driven(Replay(DEADLOCK), size=SIZE) as app:
        await at_the_end(app)
        await app.shows("====", "^^^^")
        assert [line for line in app.text.splitlines() if not line.isascii()] == []


def click_at_once(app: Driven, x: int, y: int) -> None:
    """What the terminal says of a click, without waiting for anything."""
    for kind in (events.MouseDown, events.MouseUp):
        app.app.post_message(kind(None, x, y, 0, 0, 1, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y))


async def test_clicks_and_keys_keep_their_order_however_quickly_they_come() -> None:
    async with driven(Replay(DEADLOCK), size=SIZE) as app:
        await at_the_end(app)
        timeline = app.app.screen.query_one(Timeline)
        assert timeline._plan is not None
        x, y = timeline.content_region.offset
        y += next(row for row in range(timeline.size.height) if timeline._plan.lane_at(row) == 2)
        app.app.post_message(events.Key("question_mark", "?"))
        click_at_once(app, x + 1, y)
        await app.until(lambda: isinstance(app.app.screen, HelpScreen) and app.app._turn is None)
        await app.press("escape")
        assert view_of(app).selected == 0
        click_at_once(app, x + 1, y)
        app.app.post_message(events.Key("up", None))
        await app.until(lambda: view_of(app).selected == 1)
