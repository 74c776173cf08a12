"""The export screen: a file by three keys, with its place told; nothing overwritten, nothing half made."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from playground.replay import Replay
from playground.tui.screens.export import ExportScreen
from tests.recordings import DEADLOCK
from tests.ui.driving import driven
from tests.unit.trace_format import check


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory with a short name and a recording in it, where the playground was started."""
    with tempfile.TemporaryDirectory(prefix="mpx-", dir="/tmp") as name:
        monkeypatch.chdir(name)
        shutil.copy(DEADLOCK, "a.mpr.jsonl")
        yield Path(name)
        monkeypatch.undo()


async def test_what_is_made_is_told_with_its_place_and_what_is_not_with_its_reason(here: Path) -> None:
    (here / "a.trace.json").write_text("mine")
    async with driven(Replay(Path("a.mpr.jsonl"))) as app:
        await app.press("e")
        await app.until(lambda: isinstance(app.app.screen, ExportScreen))
        await app.shows("Export a.mpr.jsonl", "a.html", "It will contain source of the main file, all output")
        await app.press("down", "enter")
        await app.shows("exists already: Enter again overwrites it", "no source, no output")
        assert (here / "a.trace.json").read_text() == "mine"
        await app.press("enter")
        await app.shows(f"✓ {here}/a.trace.json")
        check((here / "a.trace.json").read_text())
        field = app.app.screen.query_one(Input)
        field.value = "x/y.json"
        await app.press("enter")
        await app.shows("cannot write", "No such file or directory")
        await app.press("up", "up")
        field.value = "film.cast"
        await app.press("enter", "escape")
        await app.shows("called off")
        assert sorted(path.name for path in here.iterdir()) == ["a.mpr.jsonl", "a.trace.json"]
        await app.press("escape")
        await app.until(lambda: not isinstance(app.app.screen, ExportScreen))
