"""Two runs beside each other: on one clock while they live, with one playhead afterwards."""

import os
from collections.abc import Sequence

from playground import settings
from playground.live import LiveRun
from playground.replay import Replay
from playground.tui import deeds
from playground.tui.screens.beside import BesideScreen
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.banner import Banner
from playground.tui.widgets.question import Question
from playground.tui.widgets.side import Side
from playground.tui.widgets.timeline import Timeline
from tests.recordings import DEADLOCK
from tests.ui.driving import Driven, driven, live


def beside(app: Driven) -> BesideScreen:
    screen = app.app.screen
    assert isinstance(screen, BesideScreen)
    return screen


def scales(app: Driven) -> list[object]:
    """What each timeline shows: its first column and the length of one."""
    found = [timeline._scale for timeline in app.app.screen.query(Timeline)]
    return [(scale.first, scale.per_cell) if scale is not None else None for scale in found]


def playheads(app: Driven) -> list[int]:
    return [face.playhead for face in beside(app).faces]


def selected(app: Driven) -> list[str]:
    """The name of the selected process of each side."""
    screen = beside(app)
    return [face.history.name(view.selected) for face, view in zip(screen.faces, screen._views, strict=True)]


def pids(runs: Sequence[LiveRun]) -> list[int]:
    return [process.definition.pid for run in runs for process in run.history.processes]


async def test_a_deadlock_and_its_cure_beside_each_other_from_the_gallery() -> None:
    async with driven(size=(160, 45)) as app:
        await app.press("slash", *"deadlock", "enter", "b")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        runs = [face for face in beside(app).faces if isinstance(face, LiveRun)]
        assert [run.target.parameters["variant"] for run in runs] == ["broken", "fixed"]
        assert runs[0]._origin == runs[1]._origin
        await app.shows("✗ deadlock of 2", "✓ 2 of 2 took both locks", "variant broken", "variant fixed", "■ ENDED")
        await app.until(lambda: len(set(scales(app))) == 1)
        sides = beside(app).query(Side)
        await app.until(lambda: len({side.query_one(Timeline).region.y for side in sides}) == 1)
        assert len({side.query_one(Banner).region.height for side in sides}) == 1
        await app.press("plus", "down")
        assert [view.zoom for view in beside(app)._views] == [1, 1]
        assert len(set(selected(app))) == 1
        await app.press("q")
        await app.shows("End them and leave?")
        await app.press("y")
        await app.until(lambda: isinstance(app.app.screen, GalleryScreen))
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids(runs))


async def test_from_the_stage_both_are_replayed_with_one_playhead_and_q_leads_back() -> None:
    async with driven(live("lost_update", rounds=3, gap_ms=1), size=(100, 40)) as app:
        await app.shows("■ REPLAY")
        await app.press("b")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        screen = beside(app)
        await app.until(lambda: screen._together is not None)
        sides = list(screen.query(Side))
        assert sides[0].region.bottom <= sides[1].region.y, "one above the other where there is little room"
        await app.pilot.resize_terminal(100, 35)
        await app.until(lambda: {side.size.height for side in sides} == {16, 17})
        await app.until(lambda: len({side.has_class("low") for side in sides}) == 1)
        until = [face.history.until for face in screen.faces]
        assert playheads(app) == until
        await app.press("home")
        assert playheads(app) == [0, 0]
        await app.press("5")
        half = max(until) // 2
        assert playheads(app) == [min(half, each) for each in until]
        await app.press("full_stop")
        following = min(at for face in screen.faces for at in face.history.instants if at > half)
        assert screen._together is not None
        assert screen._together.playhead == following
        await app.press("home", "space")
        await app.until(lambda: all(playheads(app)))
        await app.press("q")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))


async def test_keys_act_on_the_side_that_has_the_focus() -> None:
    async with driven(live("two_locks_deadlock", hold_ms=9000), size=(160, 45)) as app:
        await app.shows("sleeping")
        await app.press("b")
        await app.shows("End them and start both variants?")
        await app.press("y")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        screen = beside(app)
        await app.until(lambda: all(len(face.history.processes) == 3 for face in screen.faces))
        screen.query(Timeline)[1].focus()
        await app.press("down", "K")
        second = screen.faces[1].history.processes[1]
        await app.until(lambda: second.exitcode == -9)
        assert screen.faces[0].history.processes[1].ended is None
        assert not screen.query_one(Question).display
        await app.press("R")
        await app.shows("End them and start both again?")
        await app.press("y")
        await app.until(lambda: second not in screen.faces[1].history.processes)
        await app.until(lambda: len(screen.faces[1].history.processes) > 1 and screen.faces[1].live)


async def test_two_recordings_are_played_beside_each_other() -> None:
    replays = [Replay(DEADLOCK), Replay(DEADLOCK)]
    async with driven(Replay(DEADLOCK), size=(160, 45)) as app:
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        app.app.push_screen(BesideScreen(replays, ["before", "after"], settings.load()))
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        await app.shows("before ", " after ", "space Play")
        await app.press("full_stop", "home", "right_square_bracket")  # a step ends the play
        marks = {mark.time for replay in replays for mark in replay.marks}
        first = min(at for at in marks if at > 0)
        assert playheads(app) == [min(first, replay.history.until) for replay in replays]
        offered = {deed.action for deed in deeds.deeds(app.app, app.app.screen)}
        assert offered & {"again", "spawn", "pick", "send('SIGKILL')"} == set()
