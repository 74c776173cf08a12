"""The export screen: a file by three keys, with its place told; nothing overwritten, nothing half made."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from playground.replay import Replay
from playground.tui.screens.export import ExportScreen
from tests.ui.driving import Driven, driven
from tests.unit.trace_format import check

DEADLOCK = Path(__file__).parents[1] / "recordings" / "deadlock.mpr.jsonl"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory with a short name and a recording in it, where the playground was started."""
    with tempfile.TemporaryDirectory(prefix="mpx-", dir="/tmp") as name:
        monkeypatch.chdir(name)
        shutil.copy(DEADLOCK, "a.mpr.jsonl")
        yield Path(name)
        monkeypatch.undo()


async def opened(app: Driven) -> None:
    await app.press("e")
    await app.until(lambda: isinstance(app.app.screen, ExportScreen))
    await app.shows("Export a.mpr.jsonl", "a.html", "It will contain source of the main file, all output")


async def test_files_are_made_and_their_places_told_and_none_is_overwritten_unasked(here: Path) -> None:
    (here / "a.trace.json").write_text("mine")
    async with driven(Replay(Path("a.mpr.jsonl"))) as app:
        await opened(app)
        await app.press("enter")
        await app.shows(f"✓ {here}/a.html")
        assert "deadlock of 2" in (here / "a.html").read_text()
        await app.press("down", "enter")
        await app.shows("exists already: Enter again overwrites it", "no source, no output")
        assert (here / "a.trace.json").read_text() == "mine"
        await app.press("enter")
        await app.shows(f"✓ {here}/a.trace.json")
        check((here / "a.trace.json").read_text())


async def test_what_fails_is_told_in_a_line_and_what_is_called_off_leaves_nothing(here: Path) -> None:
    async with driven(Replay(Path("a.mpr.jsonl"))) as app:
        await opened(app)
        field = app.app.screen.query_one(Input)
        field.value = "x/y.html"
        await app.press("enter")
        await app.shows("cannot write", "No such file or directory")
        await app.press("up")
        field.value = "film.cast"
        await app.press("enter", "escape")
        await app.shows("called off")
        assert [path.name for path in here.iterdir()] == ["a.mpr.jsonl"]
        await app.press("escape")
        await app.until(lambda: not isinstance(app.app.screen, ExportScreen))
