"""Waits, tables and details on the stage: keys and clicks go where they say."""

from pathlib import Path

import pytest

from playground.live import LiveRun, RunOptions
from playground.replay import Replay
from playground.target import file_target
from playground.tui.render.links import Target, links
from playground.tui.widgets.details import Details
from playground.tui.widgets.panel import Panel
from playground.tui.widgets.processes import Processes
from playground.tui.widgets.reader import Reader
from playground.tui.widgets.waits import Waits
from tests.recordings import DEADLOCK
from tests.ui.driving import Driven, driven, replay_of, stage_of, view_of
from tests.unit.rows import MS

PROGRAM = """
import multiprocessing as mp, os, time
def work():
    os.nice(3)
    time.sleep(60)
if __name__ == "__main__":
    mp.set_start_method("fork")
    for i in range(24):
        mp.Process(target=work, name=f"worker-{i}", daemon=True).start()
    print("all started", flush=True)
    time.sleep(60)
"""


def named(app: Driven) -> str:
    return stage_of(app).face.history.name(view_of(app).selected)


async def click_on(app: Driven, panel: Panel, target: Target) -> None:
    """Click the first piece of a panel that leads there."""
    for y, strip in enumerate(panel._strips):
        for link in links(strip):
            if link.target == target:
                x, y = link.start + panel.content_region.x - panel.region.x, y + panel.content_region.y - panel.region.y
                await app.pilot.click(panel, offset=(x, y))
                return
    pytest.fail(f"no {target} in\n{app.text}")


async def test_names_in_the_waits_lead_to_processes_and_resources_by_mouse_and_by_key() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        replay = replay_of(app)
        replay.playing = False
        replay.seek(200 * MS)
        await app.shows("main ─ join ─▶ A")  # the only line as yet, which nobody has marked
        await app.press("end")
        await app.shows("╭─▶ A ─ second ─▶ B")
        waits = app.app.screen.query_one("#waits", Waits)
        await click_on(app, waits, Target("process", 2))
        await app.until(lambda: named(app) == "B")
        assert waits._target == Target("process", 2), "what was clicked is marked"
        await click_on(app, waits, Target("resource", 2))
        await app.shows(" second  lock", "held by   B")
        waits.focus()
        await app.press("down", "enter")
        await app.until(lambda: named(app) == "A")
        await app.press("right", "enter")
        await app.until(lambda: view_of(app).resource == 2 and isinstance(app.app.focused, Details))
        await app.press("escape", "up", "enter")
        await app.until(lambda: (named(app), view_of(app).resource) == ("A", 0))


async def test_enter_on_a_process_goes_to_its_details_and_on_from_there() -> None:
    async with driven(Replay(DEADLOCK), size=(160, 45)) as app:
        await app.press("end", "down", "enter")
        await app.shows("waits for second", "to end by B  has it since", "which is a circle: nobody can")
        assert app.app.focused is app.app.screen.query(Details).first()
        await app.press(*["down"] * 2, "enter")
        await app.until(lambda: named(app) == "B")
        await app.shows("waits for first")
        await app.press("z")
        await app.until(lambda: "Processes" not in app.text)
        await app.press("escape", "escape")
        await app.until(lambda: app.app.focused is app.app.screen.query_one("#timeline"))


async def test_a_click_on_a_title_orders_and_on_a_row_selects_and_resources_have_a_table_too() -> None:
    async with driven(Replay(DEADLOCK), size=(180, 45)) as app:
        await app.press("end")
        await app.shows("second ◂ B")
        table = app.app.screen.query_one("#processes", Processes)
        await app.pilot.click(table, offset=(3, 1))
        await app.shows("NAME▾")
        assert view_of(app).order == "name"
        await app.pilot.click(table, offset=(3, 1))
        await app.shows("TREE▾", "├─ A")
        await app.pilot.click(table, offset=(3, 4))
        await app.until(lambda: named(app) == "B")
        await app.pilot.click(table, offset=(3, 1))
        await app.until(lambda: view_of(app).order == "start")
        await app.press("u")
        await app.shows("HELD BY", "MADE AT", "first", "second", "100%")
        await app.press("O")
        assert view_of(app).resource_order == "name"
        await app.press("down", "enter")
        await app.shows(" second  lock", "waited by A")


async def test_many_processes_scroll_filter_and_tell_their_stack(tmp_path: Path) -> None:
    path = tmp_path / "many.py"
    path.write_text(PROGRAM)
    async with driven(LiveRun(file_target(str(path), [], None), RunOptions()), size=(200, 30)) as app:
        await app.shows("all started", "worker-7", " NI")
        table = app.app.screen.query_one("#processes", Processes)
        await app.until(lambda: len(table.keys) == 25)
        before = table.first
        table.scroll_rows(9)
        assert (table.first, named(app)) == (before + 9, "main")
        await app.press("down")
        assert table.first <= 1
        await app.press("slash", *"-17", "enter")
        await app.shows("/ -17", "1 shown, 24 hidden", "Processes  1 of 25")
        await app.until(lambda: named(app) == "worker-17")
        await app.press("enter")
        await app.shows("daemon", "nice 3", "f takes it")
        app.app.screen.query_one("#timeline").focus()
        await app.press("less_than_sign")
        await app.shows("f follow")
        assert "f Stack" not in app.text
        await app.press("f")
        await app.shows("f Stack")
        await app.press("f")
        await app.shows("stack     at", "told by Python")
        assert isinstance(app.app.focused, Details)
        await app.press("f", "escape")
        await app.until(lambda: len(table.keys) == 25)


async def test_words_that_nobody_has_say_so_and_escape_shows_all() -> None:
    async with driven(Replay(DEADLOCK), size=(80, 24)) as app:
        await app.press("end", "slash", *"quit")
        await app.shows("0 shown, 3 hidden")
        await app.press("backspace", "escape")
        await app.shows("▌main")
        await app.press("slash", *"waiting", "down")
        await app.until(lambda: (view_of(app).words, named(app)) == ("waiting", "A"))
        await app.press("escape")
        await app.until(lambda: not view_of(app).words)
        await app.press("escape")
        await app.shows("q leaves the playground", "▌A")


async def test_details_that_are_asked_for_come_though_the_reader_was_hidden() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        reader = app.app.screen.query(Reader).first()
        await app.press("d", "x")
        await app.until(lambda: not reader.is_on_screen)
        await app.press("d")
        await app.until(lambda: reader.is_on_screen and isinstance(app.app.focused, Details))


async def test_what_is_reported_is_said_once_though_it_is_printed_too(tmp_path: Path) -> None:
    path = tmp_path / "alone.py"
    path.write_text('from playground.scenario import report\nprint("first")\nreport("counted 3")\n')
    async with driven(LiveRun(file_target(str(path), (), None), RunOptions(keep=False)), size=(160, 45)) as app:
        await app.press("d")
        await app.shows("REPLAY", "said", "counted 3", "exit 0")
        said = [each.text for each in app.app.screen.query_one("#details", Panel)._strips]
        assert sum("counted 3" in line for line in said) == 1
