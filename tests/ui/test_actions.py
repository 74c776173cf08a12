"""What is done to the processes of a run, to one or to several: real signals, priorities and cores."""

import os
from pathlib import Path

from playground.history import State
from playground.live import LiveRun, RunOptions
from playground.replay import Replay
from playground.target import file_target
from playground.tui import deeds
from playground.tui.screens.cores import Boxes
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.picked import Picked
from playground.tui.widgets.processes import Processes
from tests.ui.driving import Driven, driven, live, run_of, stage_of

ANSWERS = """
import multiprocessing, signal, sys, time

def child():
    signal.signal(signal.SIGUSR1, lambda *_: print("got USR1", flush=True))
    print("ready", *sys.argv[1:], flush=True)
    while True:
        time.sleep(0.05)

if __name__ == "__main__":
    process = multiprocessing.Process(target=child, name="worker")
    process.start()
    process.join()
"""


def pid_of(app: Driven, name: str) -> int:
    history = stage_of(app).face.history
    return next(p.definition.pid for i, p in enumerate(history.processes) if history.name(i) == name)


def nice_of(pid: int) -> list[int]:
    """How nice the kernel says that each thread of a process is."""
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return [int(path.read_text().rpartition(")")[2].split()[16]) for path in stats]


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def actions(face: LiveRun | Replay) -> list[tuple[int, str]]:
    return [(mark.time, mark.text) for mark in face.history.marks if mark.kind == "action"]


def script(folder: Path, *arguments: str) -> LiveRun:
    path = folder / "answers.py"
    path.write_text(ANSWERS)
    return LiveRun(file_target(str(path), arguments, None), RunOptions())


async def test_what_is_done_to_picked_processes_is_done_to_each_asked_once_and_recorded() -> None:
    async with driven(live("two_locks_deadlock", hold_ms=80)) as app:
        await app.shows("✗ deadlock")
        run = run_of(app)
        names = {run.history.name(index): index for index in range(3)}
        picked = sorted((names["A"], names["B"]))
        pids = [run.history.processes[index].definition.pid for index in picked]
        await app.press("down", "v", "v")
        await app.shows("● 2 picked: A, B", "●A")
        await app.press("s")
        await app.until(lambda: [state_of(pid) for pid in pids] == ["T", "T"])
        assert state_of(pid_of(app, "main")) != "T"
        await app.until(lambda: [run.history.processes[i].lane.state for i in picked] == [State.SUSPENDED] * 2)
        await app.press("s")
        await app.until(lambda: "T" not in [state_of(pid) for pid in pids])
        await app.press("K")
        await app.shows("Send SIGKILL to 2 processes?")
        await app.press("n")
        assert all(map(os.path.exists, [f"/proc/{pid}" for pid in pids]))
        await app.press("K", "y")
        await app.until(lambda: [run.history.processes[i].exitcode for i in picked] == [-9, -9])
        await app.until(lambda: "2 picked" not in app.text)
        run.close()
        done = actions(run)
        assert [text for _, text in done] == [
            f"{verb} {name}" for verb in ("suspend", "resume", "kill") for name in ("A", "B")
        ]
        assert run.recording_path is not None
        assert actions(Replay(run.recording_path)) == done


async def test_the_mouse_picks_and_acts_and_the_main_process_is_named_in_the_question() -> None:
    async with driven(live("two_locks_deadlock", hold_ms=80)) as app:
        await app.shows("✗ deadlock of 2", "1 finding", "second ◂ B")
        table = app.app.screen.query_one(Processes)
        await app.pilot.click(table, offset=(5, 3), control=True)
        await app.shows("● 1 picked: A")
        await app.pilot.click("#timeline", offset=(3, 2), control=True)
        await app.shows("● 2 picked: main, A")
        line = app.app.screen.query_one(Picked)
        row = next(text for text in app.text.splitlines() if "2 picked" in text)
        await app.pilot.click(line, offset=(row.index("F8") + 1, 0))
        await app.until(lambda: set(nice_of(pid_of(app, "A"))) == {os.getpriority(os.PRIO_PROCESS, 0) + 1})
        await app.press("t")
        await app.shows("Send SIGTERM to 2 processes, the main process among them?")
        await app.press("n")
        await app.pilot.click(line, offset=(row.index("none") + 1, 0))
        await app.until(lambda: "picked" not in app.text)
        await app.press("V")
        await app.shows("● 3 picked: main, A, B")


async def test_any_signal_is_sent_by_its_name(tmp_path: Path) -> None:
    async with driven(script(tmp_path)) as app:
        await app.shows("worker", "ready")
        await app.press("down", "f9")
        await app.shows("Send a signal to worker", "SIGCHLD", "Hangup")
        await app.press(*"usr1")
        await app.until(lambda: "SIGCHLD" not in app.text)
        await app.press("enter")
        await app.shows("got USR1", "SIGUSR1 worker")


async def test_nice_and_cores_reach_every_thread_and_are_recorded() -> None:
    async with driven(live("two_locks_deadlock", hold_ms=80), size=(200, 50)) as app:
        await app.shows("✗ deadlock")
        pid, before = pid_of(app, "A"), os.getpriority(os.PRIO_PROCESS, 0)
        await app.press("down", "f8", "f8")
        await app.until(lambda: set(nice_of(pid)) == {before + 2})
        await app.until(lambda: actions(run_of(app))[-1][1] == f"nice {before + 2} for A")
        await app.shows(" NI")
        cores = sorted(os.sched_getaffinity(0))
        await app.press("a")
        await app.shows("Cores of A", f"core {cores[0]}")
        await app.press("n", "enter")
        await app.shows("A process needs a core")
        assert "X" not in app.app.screen.query_one(Boxes).render_line(0).text
        await app.press("space")
        assert "X" in app.app.screen.query_one(Boxes).render_line(0).text
        await app.press("enter")
        await app.until(lambda: os.sched_getaffinity(pid) == {cores[0]})
        await app.until(lambda: actions(run_of(app))[-1][1] == f"cores {cores[0]} for A")


async def test_a_run_is_started_again_with_other_parameters() -> None:
    async with driven(live("hello", processes=1, nap_ms=60_000)) as app:
        await app.shows("greeter-1", "sleeping")
        first = run_of(app)
        await app.press("P")
        await app.shows("Run basics/hello again", "nap_ms", "60000")
        await app.press("backspace", "2", "enter")
        await app.shows("Processes are still alive. End them and start again?")
        await app.press("y")
        await app.until(lambda: stage_of(app).face is not first)
        await app.shows("greeter-2")
        assert run_of(app).target.parameters == {**first.target.parameters, "processes": 2}


async def test_a_program_is_started_again_with_other_arguments(tmp_path: Path) -> None:
    async with driven(script(tmp_path, "one two", "three")) as app:
        await app.shows("ready one two three")
        first = run_of(app)
        await app.press("P")
        await app.shows("quoted as in a shell", "'one two' three")
        await app.press("space", "'")
        await app.shows("these are no arguments: a quote is open; close it")
        await app.press("enter")
        assert run_of_or_none(app) is None
        await app.press(*"a b'", "enter", "y")
        await app.until(lambda: run_of_or_none(app) not in {None, first})
        assert run_of(app).target.arguments == ("one two", "three", "a b")
        await app.shows("ready one two three a b")


def run_of_or_none(app: Driven) -> LiveRun | None:
    """The run on the screen; None while a form lies over it."""
    return run_of(app) if isinstance(app.app.screen, StageScreen) else None


async def test_a_replay_takes_no_commands() -> None:
    run = live("hello", processes=1, nap_ms=10)
    async with driven(run) as app:
        await app.shows("■ REPLAY")
        offered = {deed.action for deed in deeds.deeds(app.app, app.app.screen)}
        assert offered & {"signals", "pick", "pick_all", "nice(1)", "cores", "send('SIGKILL')", "spawn"} == set()
        assert "again_with" in offered
        await app.press("v", "a", "f9", "f8")
        assert isinstance(app.app.screen, StageScreen)
        assert "picked" not in app.text


async def test_escape_changes_nothing() -> None:
    async with driven(live("two_locks_deadlock", hold_ms=9000)) as app:
        await app.shows("sleeping")
        for key in ("f9", "a", "P"):
            await app.press(key)
            await app.until(lambda: not isinstance(app.app.screen, StageScreen))
            await app.press("escape")
            await app.until(lambda: isinstance(app.app.screen, StageScreen))
        assert actions(run_of(app)) == []
