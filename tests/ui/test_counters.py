"""The counters on the stage: chosen by key and mouse, opened, maximised, and on the time of the timeline."""

from playground.replay import Replay
from playground.tui.widgets.board import Board
from playground.tui.widgets.counters import Counters
from playground.tui.widgets.timeline import Timeline
from tests.recordings import DEADLOCK
from tests.ui.driving import driven, live


async def test_a_counter_tells_what_is_lost_and_leads_to_its_details() -> None:
    async with driven(live("sharing/lost_update", workers=2, rounds=10, gap_ms=1), size=(160, 45)) as app:
        await app.shows("REPLAY", "of 20", "lost")
        counters, timeline = app.app.screen.query_one(Counters), app.app.screen.query_one(Timeline)
        assert timeline.stretch is not None
        assert counters.stretch == timeline.stretch
        await app.press("plus", "l")
        await app.until(lambda: counters.stretch == timeline.stretch)
        counters.focus()
        await app.press("down", "up", "enter")
        await app.shows("made", "written 20 times")
        counters.focus()
        await app.press("z")
        await app.shows("20 writes", "value")
        await app.press("z", "f")
        await app.until(lambda: not app.app.screen.query_one(Board).alone)
        plan = counters._drawer.layout
        assert plan is not None
        inside = (plan.names + 2, 3)
        await app.pilot.hover(counters, offset=inside)
        await app.until(lambda: "counter " in str(counters.border_subtitle))
        assert await app.pilot.click(counters, offset=inside)
        replay = app.app.screen.face  # type: ignore[attr-defined]  # the stage's
        await app.until(lambda: replay.playhead < replay.history.until)


async def test_a_wide_screen_says_what_would_be_counted() -> None:
    async with driven(Replay(DEADLOCK), size=(200, 50)) as app:
        await app.press("end")
        await app.shows("No numbers yet")
        await app.pilot.resize_terminal(140, 40)
        await app.until(lambda: "No numbers yet" not in app.text)


async def test_what_was_measured_stands_above_the_plots_which_keep_their_places_for_the_mouse() -> None:
    async with driven(live("models/waiting_and_computing", task_ms=20), size=(160, 45)) as app:
        await app.shows("REPLAY", "processes ▇", " 4 together", "results")
        counters = app.app.screen.query_one(Counters)
        plan = counters._drawer.layout
        assert plan is not None
        assert counters._bars == 10
        await app.pilot.hover(counters, offset=(plan.names + 2, 3))
        assert not counters.border_subtitle
        await app.pilot.hover(counters, offset=(plan.names + 2, 14))
        await app.until(lambda: "results " in str(counters.border_subtitle))
        await app.pilot.resize_terminal(80, 24)
        await app.shows("processes ▇", "… and 4 more")
        await app.pilot.resize_terminal(64, 15)
        await app.shows("serial ", "… and 7 more")
