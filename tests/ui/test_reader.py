"""What there is to read on the stage: log, findings, source; and finding one's way: help, palette, settings, panels."""

import json
import re
import sys
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.command import CommandPalette

from playground import settings
from playground.live import LiveRun, RunOptions
from playground.probe import layout
from playground.replay import Replay
from playground.target import file_target
from playground.tui import deeds
from playground.tui.screens.help import HelpScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.board import Board
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.reader import Reader
from tests.recordings import DEADLOCK
from tests.ui.driving import Driven, driven, live, paused, stage_of
from tests.unit.recordings import write
from tests.unit.rows import MS, Run


@pytest.fixture
def talkative(tmp_path: Path) -> Path:
    """A recording in which A says forty things, one of them as a warning, and main one at the end."""
    run = Run()
    main, a = run.process("main", role="main"), run.process("A")
    for t in range(1, 41):
        level = "WARNING" if t == 20 else "INFO"
        run.row(t * 10, a, layout.LOGGED, value=run.text(f"{level} app: thing {t}"))
    run.row(500, main, layout.ACTION, value=run.text("kill A"))
    path = tmp_path / "talk.mpr.jsonl"
    write(path, [run.batch()])
    return path


def reader_of(app: Driven) -> Reader:
    return app.app.screen.query(Reader).first(Reader)


async def to_the_log(app: Driven) -> None:
    """Go to the end, and give the log the keys."""
    await paused(app)
    await app.press("end")
    await app.shows("kill A")
    reader_of(app).show_pane("Log", focus=True)
    await app.until(lambda: app.app.screen.query_one("#log").has_focus)


# --- Log ----------------------------------------------------------------------------------------------


async def test_a_line_of_the_log_leads_to_its_instant_and_process(talkative: Path) -> None:
    async with driven(Replay(talkative)) as app:
        await to_the_log(app)
        await app.press("up", "up", "up")
        await app.press("enter")
        stage = stage_of(app)
        await app.until(lambda: (stage.face.playhead, stage._view.selected) == (390 * MS, 1))
        await app.shows("thing 40")  # what came later is still there to go to


async def test_the_log_is_filtered_and_says_so(talkative: Path) -> None:
    async with driven(Replay(talkative)) as app:
        await to_the_log(app)
        await app.press("v", "v")
        await app.shows("WARNING and graver", "thing 20")
        assert "thing 40" not in app.text
        await app.press("v", "v", "w")
        await app.shows("only main", "kill A")
        assert "thing 40" not in app.text
        await app.press("w", "f", "f")
        await app.shows("log records", "thing 40")
        assert "▾ kill A" not in app.text.split("Log ")[-1]


async def test_the_log_is_searched(talkative: Path) -> None:
    async with driven(Replay(talkative)) as app:
        await to_the_log(app)
        await app.press("ctrl+f", *"thing 2", "enter")
        await app.shows("“thing 2” 11 of 11", "thing 29")
        await app.press("f4", "f4")
        await app.shows("9 of 11", "▌00.270 A")
        await app.press("f3")
        await app.shows("10 of 11", "▌00.280 A")
        await app.press("escape")
        await app.until(lambda: "of 11" not in app.text)
        assert isinstance(app.app.screen, StageScreen)


TALKS = """
import sys, time
for n in range(10_000):
    print("line", n, flush=True)
    time.sleep(0.02)
"""


def chosen_and_new(app: Driven) -> tuple[str, str]:
    """The line that is chosen, and how many have come below it."""
    found = re.search(r"↓ \d+ new", app.text)
    return next(
        line for line in app.text.splitlines() if "▌" in line and "line " in line
    ), found.group() if found else ""


async def test_a_live_log_stays_where_one_has_gone_and_counts_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "talks.py"
    path.write_text(TALKS)
    async with driven(LiveRun(file_target(str(path), [], None), RunOptions(keep=False))) as app:
        await app.shows("line 20")
        reader_of(app).show_pane("Log", focus=True)
        await app.press(*["up"] * 3)
        await app.until(lambda: " new" in app.text)
        before = chosen_and_new(app)
        await app.until(lambda: chosen_and_new(app)[1] != before[1])
        assert chosen_and_new(app)[0] == before[0]
        await app.press("end")
        await app.until(lambda: " new" not in app.text)


# --- Findings and source ------------------------------------------------------------------------------


async def test_a_finding_is_copied_and_leads_to_its_instant() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        replay = await paused(app)
        await app.press("end")
        await app.shows("1 finding")
        await app.press("y")
        await app.shows("Copied: ✗ deadlock")
        assert app.app.clipboard.startswith("✗ deadlock, at 0.496 s\ndeadlock of 2: A waits for `second`")
        assert "  >   29 |         with other:" in app.app.clipboard
        reader_of(app).show_pane("Findings", focus=True)
        await app.press("enter")
        await app.until(lambda: replay.playhead == replay.findings.all[0].at)


async def test_a_finding_of_a_live_run_leads_to_its_process_and_line() -> None:
    async with driven(live("two_locks_deadlock", hold_ms=50)) as app:
        await app.shows("1 finding", "Findings 1")
        reader_of(app).show_pane("Findings", focus=True)
        await app.press("enter")
        await app.until(lambda: (stage_of(app)._view.selected, reader_of(app).chosen) == (1, "source"))
        await app.shows("A, B ▸", "◂ deadlock")


async def test_no_path_of_a_recording_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    async with driven(Replay(DEADLOCK)) as app:
        await paused(app)
        await app.press("o")
        await app.shows("No path out of a recording is opened")


TWO_FILES = "import multiprocessing as mp, other\nif __name__ == '__main__':\n    other.wait(mp.Event())\n"


async def test_the_source_goes_to_the_file_in_which_the_process_stands(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("def wait(event):\n    event.wait(60)  # here it stands\n")
    path = tmp_path / "program.py"
    path.write_text(TWO_FILES)
    async with driven(LiveRun(file_target(str(path), [], None), RunOptions(keep=False))) as app:
        reader_of(app).show_pane("Source", focus=True)
        await app.shows("main ▸", "here it stands", "other.py")


# --- Finding one's way --------------------------------------------------------------------------------


def all_bindings(app: Driven) -> set[str]:
    """Descriptions of everything that our own classes on the screen bind and that works now."""
    found = set()
    for node in [*app.app.screen.walk_children(with_self=True), app.app]:
        for kind in type(node).__mro__:
            if kind.__module__.startswith("playground.tui") and node.display:
                for binding in Binding.make_bindings(vars(kind).get("BINDINGS", [])):
                    name = binding.action.partition("(")[0]
                    if "." in name or node.check_action(name, ()):
                        found.add(binding.tooltip or binding.description)
    return found - {""}


@pytest.mark.parametrize("is_live", [True, False])
async def test_all_that_keys_do_is_in_the_palette_and_in_the_help(is_live: bool) -> None:
    async with driven(live("two_locks_deadlock") if is_live else Replay(DEADLOCK), size=(80, 24)) as app:
        await app.shows("main")
        bound = all_bindings(app)
        assert len(bound) > 20
        assert ("Kill the selected process (SIGKILL)" in bound) == is_live
        assert ("Play or pause" in bound) != is_live
        told = {command.title for command in app.app.get_system_commands(app.app.screen)}
        assert bound <= told
        helped = {text for lines in deeds.by_place(app.app, app.app.screen).values() for _, text in lines}
        assert bound <= helped
        if is_live:
            return
        await app.press("question_mark")
        await app.until(lambda: isinstance(app.app.screen, HelpScreen))
        await app.shows("Keys that work now", "The run")
        assert all(len(line) == 80 for line in app.text.splitlines())
        await app.press("escape", "ctrl+p")
        await app.until(lambda: isinstance(app.app.screen, CommandPalette))
        await app.press(*"alone", "enter")
        await app.until(lambda: app.app.screen.query_one(Board).alone)


async def test_the_line_of_keys_has_help_however_narrow_it_is() -> None:
    async with driven(live("two_locks_deadlock"), size=(60, 15)) as app:
        await app.shows("main", "? Help", "^p palette", "n Spawn")


async def test_panels_are_hidden_shown_and_remembered() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        await paused(app)
        await app.press("tab", "x")
        await app.until(lambda: "STATE" not in app.text)
        stage_of(app).query_one("#waits").focus()
        await app.press("x", "O")
        await app.until(lambda: "─ Waits" not in app.text)
        reader_of(app).choose("source")
        app.app.theme = "playground-contrast"
        await app.press("equals_sign")
        await app.until(lambda: settings.load().settings.theme == "playground-contrast")
    kept = settings.load().settings
    assert (kept.hidden, kept.order, kept.pane, kept.speed) == (("processes", "waits"), "tree", "source", 2.0)
    async with driven(Replay(DEADLOCK)) as app:
        replay = await paused(app)
        await app.shows("process.join()")
        assert (app.app.theme, replay.speed) == ("playground-contrast", 2.0)
        source = app.app.screen.query_one("#reader #source", Panel)
        source.focus()
        await app.until(lambda: source.has_focus)
        assert source.styles.border_top[0] == "", "the reader has a border for all of its panes"
        assert "STATE" not in app.text
        await app.press("X")
        await app.shows("STATE", "─ Waits")


async def test_the_last_panel_stays() -> None:
    async with driven(Replay(DEADLOCK), size=(80, 24)) as app:
        await paused(app)
        await app.press("x", "x")
        await app.shows("This is the last panel")


async def test_bad_settings_are_told_of_once_and_left_alone() -> None:
    settings.path().parent.mkdir(parents=True)
    settings.path().write_text("{theme: dark}")
    async with driven(Replay(DEADLOCK)) as app:
        await app.shows("JSON", "object;", "mended")
        app.app.theme = "dracula"
    assert settings.path().read_text() == "{theme: dark}"


async def test_settings_of_another_version_do_no_harm() -> None:
    settings.path().parent.mkdir(parents=True)
    wrong = {"theme": "no-such", "pane": "no-such", "order": "no-such", "hidden": ["no-such"], "speed": -1e5}
    settings.path().write_text(json.dumps(wrong))
    async with driven(Replay(DEADLOCK)) as app:
        await app.shows("Timeline")
        assert json.loads(settings.path().read_text()) == wrong
        await app.press("O")
        await app.shows("Timeline", "Processes", "Log", "processes by tree")


async def test_titles_that_do_not_fit_are_turned_to() -> None:
    async with driven(Replay(DEADLOCK), size=(62, 20)) as app:
        await paused(app)
        reader_of(app).styles.width = 40
        await app.shows("Log   Findings", "›")  # noqa: RUF001  # as it is drawn
        await app.press(*["p"] * 6)
        await app.shows("‹", "Processes ", "WAITS FOR")  # noqa: RUF001  # the same


async def test_a_wide_screen_has_two_readers() -> None:
    async with driven(Replay(DEADLOCK), size=(300, 80)) as app:
        await app.press("end")
        await app.shows("process.join()", "no output so far")
        assert not settings.path().exists()  # nobody has chosen anything
        assert all(len(line) == 300 for line in app.text.splitlines())


async def test_a_click_on_a_title_shows_the_panel_alone_and_all_again() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        await paused(app)
        await app.press("end")
        await app.shows("deadlock of 2")  # the banner is there: nothing moves any more
        waits = stage_of(app).query_one("#waits")
        await app.pilot.click(waits, offset=(3, 0))
        await app.until(lambda: "Timeline" not in app.text)
        await app.pilot.click(waits, offset=(3, 0))
        await app.shows("Timeline")


@pytest.mark.thorough
async def test_a_slow_start_is_told_of(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text(f'#!/bin/sh\nsleep 3\nexec {sys.executable} "$@"\n')
    slow.chmod(0o755)
    path = tmp_path / "program.py"
    path.write_text("print('here')\n")
    async with driven(LiveRun(file_target(str(path), [], str(slow)), RunOptions(keep=False))) as app:
        await app.shows("starting slow program.py …")
        await app.shows("here")


STUBBORN = """
import multiprocessing as mp, signal, time
def work():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
if __name__ == "__main__":
    for _ in range(12):
        mp.Process(target=work).start()
    print("all there", flush=True)
"""


async def test_ending_takes_place_beside_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "stubborn.py"
    path.write_text(STUBBORN)
    run = LiveRun(file_target(str(path), [], None), RunOptions(keep=False))
    async with driven(run) as app:
        await app.shows("all there")
        stage = stage_of(app)
        await app.press("q", "y")
        await app.until(lambda: stage._ending is not None or run.ended)
        await app.until(lambda: run.ended and not app.app.is_running)
        assert not any(Path(f"/proc/{p.definition.pid}").exists() for p in run.history.processes)
