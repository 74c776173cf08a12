"""Every binding is pressed by a test, and those that no other test presses by these."""

import ast
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from textual.widgets import Input, OptionList, SelectionList, TabbedContent

from playground.live import LiveRun
from playground.probe import layout
from playground.recording import directory
from playground.replay import Replay
from playground.tui.screens.beside import BesideScreen
from playground.tui.screens.export import ExportScreen
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.help import HelpScreen
from playground.tui.screens.marks import MarksScreen
from playground.tui.screens.recordings import RecordingsScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.screens.too_small import TooSmallScreen
from playground.tui.view import ViewChanged
from playground.tui.widgets.details import Details
from playground.tui.widgets.differences import Figures, Partings, Sheet
from playground.tui.widgets.findings import Findings
from playground.tui.widgets.form import Form
from playground.tui.widgets.lesson import Lesson
from playground.tui.widgets.log import Log
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.recordings import Recordings
from playground.tui.widgets.resources import Resources
from playground.tui.widgets.source import Source
from tests.ui.bindings import ELSEWHERE, PRESSED, all_bindings
from tests.ui.driving import Driven, driven, live
from tests.ui.histories import replay_of, stock
from tests.unit.pairs import put
from tests.unit.rows import Run

HERE = Path(__file__).parent


def reader_of(app: Driven) -> Reader:
    return app.app.screen.query(Reader).first(Reader)


# --- All of them --------------------------------------------------------------------------------------


def test_every_binding_is_pressed_by_a_test() -> None:
    claimed = [name for names in PRESSED.values() for name in names]
    assert all_bindings() - {*claimed, *ELSEWHERE} == set(), "press them, and say in tests/ui/bindings.py where"
    assert {*claimed, *ELSEWHERE} - all_bindings() == set(), "there are no such bindings"


def test_tests_that_press_bindings_are_there() -> None:
    there = {f"{path.stem}.{name}" for path in HERE.glob("test_*.py") for name in _tests_in(path)}
    assert {*PRESSED, *ELSEWHERE.values()} - there == set()


def _tests_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


# --- On the stage of a replay ---------------------------------------------------------------------------


async def test_tenths_marks_and_parts_of_the_window() -> None:
    async with driven(replay_of(stock(), 900), size=(120, 30)) as app:
        stage = app.app.screen
        assert isinstance(stage, StageScreen)
        replay = stage.face
        assert isinstance(replay, Replay)
        replay.playing = False
        for tenth in (1, 2, 4, 7, 9):
            await app.press(str(tenth))
            assert replay.playhead == replay.history.until * tenth // 10
        await app.press("home", "L")
        assert replay.playhead > 0
        await app.press("end", "left_square_bracket")
        assert replay.playhead == max(mark.time for mark in replay.history.marks)
        await app.press("underscore")
        await app.until(lambda: stage._view.zoom == -1)
        await app.press("d")
        await app.until(lambda: reader_of(app).chosen == "details")
        await app.press("question_mark")
        await app.until(lambda: isinstance(app.app.screen, HelpScreen))
        await app.press("escape", "M")
        await app.until(lambda: isinstance(app.app.screen, MarksScreen))
        listed = app.app.screen
        before = listed.query_one(OptionList).option_count
        await app.press("tab")
        await app.until(lambda: listed.query_one(OptionList).option_count < before)
        await app.press("escape")
        await app.pilot.resize_terminal(40, 10)
        await app.until(lambda: isinstance(app.app.screen, TooSmallScreen))
        await app.press("q")
        await app.until(lambda: not app.app.is_running)


async def test_panes_are_walked_through_by_key() -> None:
    async with driven(replay_of(stock(), 900), size=(120, 30)) as app:
        stage = app.app.screen
        assert isinstance(stage, StageScreen)
        assert isinstance(stage.face, Replay)
        stage.face.playing = False
        await app.press("end")
        await app.shows("balance")
        reader = reader_of(app)
        await _read(app, "Log")
        entries = app.app.screen.query(Log).first()
        await app.press("home")
        assert entries._chosen == 0
        await app.press("down")
        assert entries._chosen == 1
        await app.press("end")
        assert entries._chosen is None
        await app.press("right")
        assert reader.chosen == "findings"
        await app.press("left")
        assert reader.chosen == "log"
        await _read(app, "Findings")
        found = app.app.screen.query(Findings).first()
        first = found.chosen
        await app.press("down")
        assert found.chosen != first
        await app.press("up")
        assert found.chosen == first
        await app.press("pagedown", "pagedown")
        below = found._top or 0
        await app.press("pageup")
        assert (found._top or 0) < below
        await _read(app, "Resources")
        table = app.app.screen.query(Resources).first()
        marked = table.chosen
        await app.press("down")
        assert table.chosen != marked
        await app.press("up")
        assert table.chosen == marked
        await app.press("enter")
        facts = app.app.screen.query(Details).first()
        await app.until(lambda: facts.has_focus and facts._places)
        line = next(place for place, (_, found) in enumerate(facts._places) if len(found) > 1)
        await app.press(*["down"] * line, "right")
        assert (facts._place, facts._along) == (line, 1)
        await app.press("left")
        assert facts._along == 0
        await app.press("down", "down", "down")  # the maker
        await _read(app, "Source")
        text = app.app.screen.query(Source).first()
        await app.press("down", "down")
        assert text._top == 2
        await app.press("up")
        assert text._top == 1
        stage.on_view_changed(ViewChanged(selected=1))
        await app.press("pagedown", "enter")
        assert text._top is not None
        assert text._top < 7 <= text._top + text.size.height


async def _read(app: Driven, title: str) -> None:
    """Give a pane the keys."""
    reader = reader_of(app)
    reader.show_pane(title, focus=True)
    await app.until(lambda: app.app.screen.query_one(f"#{reader.chosen}").has_focus)


# --- In the gallery and among recordings ------------------------------------------------------------------


async def test_the_gallery_is_walked_through_and_left_by_key() -> None:
    async with driven(size=(110, 30)) as app:
        gallery = app.app.screen
        assert isinstance(gallery, GalleryScreen)
        await app.shows("Hello from several")
        tabs = gallery.query(TabbedContent).first()
        await app.press("s")
        await app.until(lambda: tabs.active == "source-tab")
        await app.press("l")
        await app.until(lambda: tabs.active == "lesson-tab")
        fields = list(gallery.query_one(Form).query(Input))
        fields[0].focus()
        await app.press("down")
        await app.until(lambda: fields[1].has_focus)
        await app.press("up")
        await app.until(lambda: fields[0].has_focus)
        gallery.query_one(Lesson).focus()
        await app.press("enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.press("q", "y")
        await app.until(lambda: app.app.screen is gallery)
        await app.press("q")
        await app.until(lambda: not app.app.is_running)


def parting(*orders: Sequence[str]) -> Run:
    """Two processes that take locks in an order each."""
    run = Run()
    processes = [run.process(name) for name in "AB"]
    locks = {name: run.resource(name) for name in sorted(orders[0])}
    for number in range(len(locks)):
        for process, order in zip(processes, orders, strict=True):
            run.row(10 + 10 * number, process, layout.ACQUIRED, locks[order[number]])
    run.row(900, processes[0], layout.RUN_ENDED)
    return run


async def test_recordings_are_walked_through_and_what_differs_is_scrolled() -> None:
    put(directory(), "b", parting(("first", "second"), ("first", "second")), "broken")
    put(directory(), "f", parting(("second", "first"), ("second", "first")), "fixed")
    async with driven(size=(100, 26)) as app:
        await app.press("r")
        await app.until(lambda: isinstance(app.app.screen, RecordingsScreen) and app.app.screen.query(Recordings))
        shelf = app.app.screen.query_one(Recordings)
        await app.until(lambda: shelf.ready)
        places = []
        for key in ("end", "up", "down", "home", "pagedown", "pageup"):
            await app.press(key)
            places.append(shelf._place)
        assert places == [1, 0, 1, 0, 1, 0]
        await app.press("r")
        assert shelf._turned
        await app.press("O")
        assert not shelf._turned
        before = shelf._order
        await app.press("O")
        assert shelf._order != before
        await app.press("v")
        assert len(shelf.picked) == 1
        (directory() / "b.mpr.jsonl").rename(directory() / "c.mpr.jsonl")
        await app.press("f5")
        await app.until(lambda: {volume.path.name[0] for volume in shelf.shown} == {"c", "f"})
        await app.press("e")
        await app.until(lambda: isinstance(app.app.screen, ExportScreen))
        await app.press("escape")
        await app.press("slash", "escape")
        await app.until(lambda: shelf.has_focus)
        await app.press("b")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen) and app.app.screen.query(Figures))
        parted, figures = app.app.screen.query_one(Partings), app.app.screen.query_one(Figures)
        await app.until(lambda: parted.compared is not None and len(parted.compared.partings) == 2)
        parted.focus()
        await app.press("down")
        assert parted._chosen == 1
        await app.press("up")
        assert parted._chosen == 0
        await app.press("p")
        figures.focus()
        await app.pilot.resize_terminal(70, 15)
        await app.until(lambda: 0 < figures.size.height < len(figures._lines))
        for key, back in (("down", "up"), ("pagedown", "pageup")):
            await app.press(key)
            assert _top(figures) > 0
            await app.press(back)
            assert _top(figures) == 0
        await app.press("ctrl+q")
        await app.until(lambda: not app.app.is_running)


def _top(sheet: Sheet) -> int:
    return sheet._top


# --- Live -------------------------------------------------------------------------------------------------


async def test_dialogs_and_views_of_a_live_run_answer_their_keys() -> None:
    run: LiveRun = live("two_locks_deadlock", hold_ms=80)
    async with driven(run, size=(110, 30)) as app:
        await app.shows("✗ deadlock of 2")
        stage = app.app.screen
        assert isinstance(stage, StageScreen)
        await app.press("L")
        await app.until(lambda: stage._view.stretch is not None)
        on = stage._view.stretch
        await app.press("H")
        await app.until(lambda: stage._view.stretch not in (None, on))
        await app.press("f9")
        await app.until(lambda: app.app.screen is not stage)
        listed = app.app.screen.query_one(OptionList)
        first = listed.highlighted or 0
        await app.press("down")
        assert listed.highlighted == first + 1
        await app.press("up", "escape")
        assert listed.highlighted == first
        await app.until(lambda: app.app.screen is stage)
        await app.press("a")
        await app.until(lambda: app.app.screen is not stage)
        cores = app.app.screen.query_one(SelectionList)
        await app.press("n", "a")
        assert len(cores.selected) == len(os.sched_getaffinity(0))
        await app.press("escape")
        await app.until(lambda: app.app.screen is stage)
        pid, before = run.history.processes[0].definition.pid, os.getpriority(os.PRIO_PROCESS, 0)
        await app.press("f7")
        may = os.geteuid() == 0
        await app.until(lambda: os.getpriority(os.PRIO_PROCESS, pid) == before - 1 if may else "permi" in app.text)
        await app.press("P")
        await app.until(lambda: app.app.screen is not stage)
        await app.press("ctrl+r")
        await app.shows("End them and start again?")
        await app.press("n")
        assert run.live
