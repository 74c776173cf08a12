"""The debugger on the stage: a child that stands at a breakpoint is answered by typing."""

import os
from pathlib import Path

import pytest
from textual.widgets import Select

from playground.live import LiveRun, RunOptions
from playground.replay import Replay
from playground.target import file_target, scenario_target
from playground.tui.screens.beside import BesideScreen
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.widgets.debugger import Answer, Debugger
from playground.tui.widgets.form import Form
from playground.tui.widgets.panel import Panel
from tests.ui.driving import driven, live, stage_of
from tests.ui.terminal import Terminal

PROGRAM = """
import multiprocessing as mp

def work(n):
    x = n * 111
    breakpoint()
    print("done", n, flush=True)

if __name__ == "__main__":
    mp.set_start_method("fork")
    workers = [mp.Process(target=work, args=(n,), name=f"worker-{n}") for n in (1, 2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
"""


def run_of(directory: Path, program: str = PROGRAM) -> LiveRun:
    path = directory / "program.py"
    path.write_text(program)
    return LiveRun(file_target(str(path), (), None), RunOptions(keep=False, debug=True))


async def test_a_child_is_debugged_and_the_run_finishes(tmp_path: Path) -> None:
    async with driven(run_of(tmp_path)) as app:
        await app.shows("stand at breakpoints: g goes", "2 in the debugger (g)", "breakpoint at program.py", "▪▪▪")
        await app.press("g", *"p x", "enter")
        selected = stage_of(app)._view.selected
        number = stage_of(app).face.history.name(selected)[-1]
        await app.shows("(Pdb) p x", number * 3)
        await app.press("up")
        assert app.app.screen.query(Answer).first().value == "p x"
        await app.press("down", "c", "enter")
        await app.shows(f"worker-{number} goes on", "1 in the debugger (g)")
        assert isinstance(app.app.focused, Answer)
        await app.press("enter")  # goes to the next who waits
        await app.until(lambda: stage_of(app)._view.selected not in (0, selected))
        await app.press("c", "enter")
        await app.shows("■ REPLAY", "finished", "leave the debugger of worker-1", "leave the debugger of worker-2")
        await app.until(lambda: isinstance(app.app.focused, Panel))  # keys are commands again
        assert isinstance(stage_of(app).face, Replay)


async def test_letters_are_typed_until_escape_and_leaving_at_a_breakpoint_leaves_nothing(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    async with driven(run) as app:
        await app.shows("2 in the debugger")
        await app.press("g", *"qKt ")
        assert app.app.screen.query(Answer).first().value == "qKt "
        assert stage_of(app).face.live
        await app.press("escape")
        assert isinstance(app.app.focused, Debugger)
        await app.press("enter")
        assert isinstance(app.app.focused, Answer)
        await app.press("escape", "q")
        await app.shows("Processes are still alive. End them and leave?")
        await app.press("y")
        await app.until(lambda: run.ended)
    assert not any(os.path.exists(f"/proc/{process.definition.pid}") for process in run.history.processes)
    assert "done 1" not in [line.text for line in run.history.lines]
    assert os.listdir(os.environ["XDG_RUNTIME_DIR"]) == []


async def test_runs_beside_each_other_do_not_wait_for_a_debugger_that_is_not_there() -> None:
    run = LiveRun(scenario_target("debugging_a_child", {}), RunOptions(keep=False, debug=True))
    async with driven(run) as app:
        await app.shows("1 in the debugger")
        await app.press("b")
        await app.shows("End them and start both variants?")
        await app.press("y")
        await app.until(lambda: isinstance(app.app.screen, BesideScreen))
        screen = app.app.screen
        assert isinstance(screen, BesideScreen)
        await app.until(lambda: all(isinstance(face, Replay) for face in screen.faces))


@pytest.mark.thorough
def test_killing_the_playground_at_a_breakpoint_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    terminal = Terminal("run", "--debug", "--no-record", str(path))
    terminal.shows("in the debugger")
    terminal.process.kill()  # what outlives the test fails it
    terminal.close()


async def test_the_lesson_dies_at_first_and_is_opened_by_running_it_again() -> None:
    async with driven(live("debugging_a_child", upto=6)) as app:
        await app.shows("worker ended by bdb.BdbQuit", "run it again with the debugger (D here", "■ REPLAY")
        assert "Debugger" not in app.text
        await app.press("D")
        await app.shows("worker stands at a breakpoint (debugging_a_child.py:", "Debugger")
        await app.press("g", *"p total * 111", "enter")
        await app.shows(" 666")
        await app.press("c", "enter")
        await app.shows("the worker ended with exit code 0, its work was done")


@pytest.mark.thorough
async def test_the_form_has_a_switch_for_it() -> None:
    async with driven() as app:
        await app.press("slash", *"S32", "enter")
        await app.until(lambda: app.app.screen.query("#debugger"))
        assert not app.app.screen.query_one(Form).debugs
        app.app.screen.query_one("#debugger", Select).value = "on"
        assert isinstance(app.app.screen, GalleryScreen)
        app.app.screen.action_run()
        await app.shows("worker stands at a breakpoint")
