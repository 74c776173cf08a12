"""The screen of recordings: found, named, kept, deleted, opened and compared, as a person does it."""

import os
import time
from pathlib import Path

import pytest

from playground.recording import Bookmark, Notes, directory, read_notes
from playground.recording.notes import notes_path
from playground.tui.screens.beside import BesideScreen
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.recordings import RecordingsScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.differences import Partings
from playground.tui.widgets.recordings import Recordings
from playground.tui.widgets.timeline import Timeline
from tests.ui.driving import Driven, driven, live
from tests.unit.pairs import BROKEN, FIXED, PARTS_AT, put
from tests.unit.rows import MS


@pytest.fixture
def pair() -> tuple[Path, Path]:
    """A recording of either variant; the broken one is the newer."""
    paths = put(directory(), "b", BROKEN, "broken", verdict="lost 1 of 2"), put(directory(), "f", FIXED, "fixed")
    before = time.time() - 100
    os.utime(paths[1], (before, before))
    return paths


def shelf(app: Driven) -> Recordings:
    return app.app.screen.query_one(Recordings)


def chosen(app: Driven) -> Path:
    volume = shelf(app).chosen
    assert volume is not None
    return volume.path


async def opened(app: Driven) -> Recordings:
    await app.press("r")
    await app.until(lambda: isinstance(app.app.screen, RecordingsScreen) and shelf(app).ready)
    return shelf(app)


async def test_without_recordings_it_says_what_to_do() -> None:
    async with driven() as app:
        await opened(app)
        await app.shows("Nothing is recorded so far", "mp-playground run FILE.py")
        await app.press("enter", "delete", "c", "b", "q")
        await app.until(lambda: isinstance(app.app.screen, GalleryScreen))


async def test_they_are_found_named_kept_and_deleted(pair: tuple[Path, Path]) -> None:
    (directory() / "foreign.mpr.jsonl").write_text("somebody else's")
    async with driven(size=(130, 40)) as app:
        listed = await opened(app)
        await app.shows("locks broken", "locks fixed", "lost 1 of 2", "not readable as a recording")
        await app.press("slash", *"st", "enter", "n")
        await app.press(*"[b]", "enter")
        await app.shows("[b]", "1 of 3")
        assert read_notes(pair[0]).title == "[b]"
        await app.press("asterisk")
        await app.shows("is kept for good", "1 kept", "KEPT")
        assert read_notes(pair[0]) == Notes("[b]", keep=True)
        await app.press("escape", "delete")
        await app.shows("Delete [b] for good? It is kept.")
        await app.press("n")
        assert pair[0].exists()
        await app.press("V", "delete")
        await app.shows("3 picked", "1 of them kept")
        await app.press("y")
        await app.shows("3 recordings deleted", "Nothing is recorded so far")
        assert list(directory().iterdir()) == []
        assert listed.picked == set()


async def test_one_is_opened_a_damaged_one_refused_and_damaged_notes_left_alone(pair: tuple[Path, Path]) -> None:
    (directory() / "foreign.mpr.jsonl").write_text("somebody else's")
    notes_path(pair[1]).write_text("{mine")
    async with driven(size=(130, 40)) as app:
        listed = await opened(app)
        listed.go_to(directory() / "foreign.mpr.jsonl")
        await app.press("enter")
        await app.until(lambda: any("is not a recording" in said.message for said in app.app._notifications))
        listed.go_to(pair[1])
        await app.press("asterisk")
        await app.shows("notes damaged")
        await app.until(lambda: "is damaged" in " ".join(app.text.replace("│", " ").split()))  # the path may wrap
        assert notes_path(pair[1]).read_text() == "{mine"
        await app.press("enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.shows("REPLAY", "variant fixed")
        await app.press("q")
        await app.until(lambda: isinstance(app.app.screen, RecordingsScreen))
        assert chosen(app) == pair[1]


async def test_a_click_chooses_and_one_on_a_title_orders(pair: tuple[Path, Path]) -> None:
    async with driven(size=(130, 40)) as app:
        listed = await opened(app)
        await app.pilot.click(listed, offset=(4, 0))
        first = [volume.path for volume in listed.shown]
        assert first == [pair[0], pair[1]]
        await app.pilot.click(listed, offset=(4, 0))
        assert [volume.path for volume in listed.shown] == [pair[1], pair[0]]
        await app.pilot.click(listed, offset=(4, 2))
        assert chosen(app) == pair[0]
        await app.pilot.click(listed, offset=(4, 1), control=True)
        assert listed.picked == {pair[1]}
        await app.pilot.click(listed, offset=(4, 1), times=2)
        await app.until(lambda: isinstance(app.app.screen, StageScreen))


async def test_both_variants_are_compared_by_one_key_and_parted_together(pair: tuple[Path, Path]) -> None:
    async with driven(size=(160, 45)) as app:
        await opened(app)
        await app.press("b")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        screen = app.app.screen
        assert isinstance(screen, BesideScreen)
        assert [getattr(face, "path", None) for face in screen.faces] == list(pair)
        await app.shows("Where they part  1", "takes first", "takes second", "parameter variant", "≠")
        screen.query_one(Partings).focus()
        await app.press("enter")
        assert tuple(face.playhead for face in screen.faces) == PARTS_AT
        assert [view.selected for view in screen._views] == [1, 1]
        await app.press("full_stop")
        assert tuple(face.playhead for face in screen.faces) == (20_000_000, 40_000_000)
        await app.press("plus", "plus", "greater_than_sign")
        one, other = (view.stretch for view in screen._views)
        assert one is not None
        assert other == (one[0] + 20_000_000, one[1] + 20_000_000)
        columns = {(timeline._scale.first, timeline._scale.per_cell) for timeline in screen.query(Timeline)}  # type: ignore[union-attr]  # drawn
        assert len(columns) == 1
        await app.press("U", "home")
        assert tuple(face.playhead for face in screen.faces) == (0, 0)
        await app.press("u", "tab", "tab", "tab")
        await app.press("c")
        await app.shows("Counters" if screen.faces[0].history.counters else "Waits")
        await app.press("q")
        await app.until(lambda: isinstance(app.app.screen, RecordingsScreen))


async def test_from_a_replay_the_other_variant_comes_beside_it_where_each_is_asked_and_noted_on(
    pair: tuple[Path, Path],
) -> None:
    async with driven(size=(160, 45)) as app:
        listed = await opened(app)
        listed.go_to(pair[0])
        await app.press("enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.press("b")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        screen = app.app.screen
        assert isinstance(screen, BesideScreen)
        assert [getattr(face, "path", None) for face in screen.faces] == list(pair)
        await app.shows("Where they part  1")
        await app.press("home", "W", *"A takes first", "enter")
        assert [face.playhead for face in screen.faces] == [PARTS_AT[0]] * 2
        await app.shows("1 of 1, in 1 broken")
        screen.query(Timeline)[1].focus()
        await app.press("n")
        await app.shows("1 of 1, in 2 fixed")
        assert [face.playhead for face in screen.faces] == [40 * MS] * 2
        await app.press("m", *"here", "enter", "M")
        await app.shows("Marks: all", "in 2 fixed", "here")
        await app.press("escape")
        assert [read_notes(path).bookmarks for path in pair] == [(), (Bookmark(40 * MS, "here"),)]
        await app.press("down", "home", "right_curly_bracket")
        assert [face.playhead for face in screen.faces] == [PARTS_AT[1]] * 2, "the first of A, in the second"
        await app.press("q")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))


async def test_two_that_are_pointed_out_are_compared_and_aligned_by_hand(pair: tuple[Path, Path]) -> None:
    async with driven(size=(80, 24)) as app:
        await opened(app)
        await app.press("c")
        await app.shows("with which?")
        await app.press("end" if chosen(app) == pair[0] else "home", "c")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        screen = app.app.screen
        assert isinstance(screen, BesideScreen)
        await app.shows("Where they part  1")
        await app.press("p")
        await app.shows("What differs")
        await app.press("u", "home")
        screen.query("Timeline").last().focus()
        await app.press("end")
        assert [face.playhead for face in screen.faces] == [0, screen.faces[1].history.until]
        screen.faces[1].set_speed(1 / 64)  # type: ignore[attr-defined]  # a replay
        await app.press("space", "u")
        assert not any(replay.playing for replay in screen._replays)
        await app.press("u", "end", "u")
        assert screen._together is not None
        assert screen._together.leads == (screen.faces[1].history.until, 0)
        await app.press("comma")
        assert screen.faces[0].playhead == 0
        assert screen.faces[1].playhead < screen.faces[1].history.until


async def test_a_run_that_goes_on_is_compared_with_a_recording_and_goes_on(pair: tuple[Path, Path]) -> None:  # noqa: ARG001  # are there
    run = live("two_locks_deadlock", hold_ms=50)
    async with driven(run, size=(150, 45)) as app:
        await app.shows("LIVE", "✗ deadlock")
        await app.press("c")
        await app.until(lambda: isinstance(app.app.screen, RecordingsScreen) and shelf(app).ready)
        await app.shows("Compare two_locks_deadlock with")
        shelf(app).go_to(directory() / "f.mpr.jsonl")
        await app.press("enter")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        screen = app.app.screen
        assert isinstance(screen, BesideScreen)
        await app.shows("● LIVE", "Where they part so far")
        before = run.playhead
        await app.until(lambda: run.playhead > before)
        assert screen.faces[1].playhead == screen.faces[1].history.until
        await app.press("ctrl+q")
        await app.shows("End them and quit?")  # though it is another screen's run
        await app.press("n", "q")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        assert run.live
        now = run.playhead
        await app.until(lambda: run.playhead > now)
