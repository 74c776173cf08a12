"""A run of yesterday, as a person goes about it: what went wrong, why, how it is mended, and a file that says so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from playground.recording import Writer, directory, open_recording
from playground.replay import Replay
from playground.tui.screens.beside import BesideScreen
from playground.tui.screens.export import ExportScreen
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.recordings import RecordingsScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.recordings import Recordings
from tests.ui.driving import driven

DEADLOCK = Path(__file__).parents[1] / "recordings" / "deadlock.mpr.jsonl"


@pytest.fixture
def of_yesterday() -> None:
    """The recording of a deadlock that happened a day ago."""
    directory().mkdir(parents=True)
    opened, path = open_recording(DEADLOCK), directory() / "a.mpr.jsonl"
    began = datetime.now(UTC) - timedelta(days=1)
    knobs = {"variant": "broken", "hold_ms": 20}
    writer = Writer(path, replace(opened.info, started_at=began.isoformat(), parameters=knobs))
    writer.append(opened.batch)
    writer.finish(opened.summary or {})


@pytest.mark.usefixtures("of_yesterday")
async def test_from_a_run_of_yesterday_to_a_file_that_explains_it(tmp_path: Path) -> None:
    async with driven(size=(160, 45)) as app:
        await app.press("r")
        await app.until(lambda: isinstance(app.app.screen, RecordingsScreen))
        await app.until(lambda: app.app.screen.query_one(Recordings).ready)
        await app.shows("yesterday", "stuck", "deadlock of 2")
        await app.press("enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        screen = app.app.screen
        assert isinstance(screen, StageScreen)
        replay = screen.face
        assert isinstance(replay, Replay)

        await app.press("W", *"found deadlock", "enter")  # the instant at which it went wrong
        wrong = replay.findings.all[0].at
        await app.until(lambda: replay.playhead == wrong)
        await app.press("comma")
        assert replay.playhead == max(at for at in replay.history.instants if at < wrong)
        await app.press("full_stop", "full_stop")
        assert replay.playhead > wrong
        await app.press("r", "space")  # backwards, over the same instant
        await app.until(lambda: replay.playhead < wrong)
        await app.press("space", "r", "right_square_bracket")
        assert replay.playhead == wrong
        await app.press("m", *"my note", "enter")

        await app.press("b")  # the fixed variant, which nobody has recorded
        await app.shows("The fixed variant is not recorded. Run it now beside this recording?")
        await app.press("y")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        beside = app.app.screen
        assert isinstance(beside, BesideScreen)
        await app.until(lambda: beside._together is not None and beside._compared is not None)
        assert dict(beside.faces[1].info.parameters) == {"variant": "fixed", "hold_ms": 20}
        assert beside.faces[1].history.outcome == "finished"
        await app.shows("Where they part", "1 broken", "2 fixed", "takes second")

        await app.press("e")  # one file for a colleague
        await app.until(lambda: isinstance(app.app.screen, ExportScreen))
        await app.shows("what tells it from")
        app.app.screen.query_one(Input).value = str(tmp_path / "why.html")
        await app.press("enter")
        await app.shows("✓")
        await app.press("escape", "q")
        await app.until(lambda: app.app.screen is screen)
        await app.press("q", "q")
        await app.until(lambda: isinstance(app.app.screen, GalleryScreen))
    page = (tmp_path / "why.html").read_text()
    for words in (
        "deadlock of 2",
        "What to do:",
        "my note",
        "Compared with fixed",
        "two_locks_deadlock.py:29",
    ):
        assert words in page, words
