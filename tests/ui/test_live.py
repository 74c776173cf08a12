"""The stage while processes live: what is seen and what keys do to real processes."""

import os
import signal

from playground.history import State
from playground.live import LiveRun, RunOptions
from playground.replay import Replay
from playground.target import Target
from playground.tui.screens.gallery import GalleryScreen
from playground.tui.screens.stage import StageScreen
from playground.tui.widgets.reader import Reader
from playground.warden import kernel
from tests.ui.driving import Driven, driven, live, run_of


async def select(app: Driven, name: str) -> None:
    """Go down to the process of that name."""
    await app.until(lambda: f" {name} " in app.text)
    screen = app.app.screen
    assert isinstance(screen, StageScreen)
    history = screen.face.history
    for _ in range(40):
        if history.name(screen._view.selected) == name:
            return
        await app.press("down")
    raise AssertionError(f"{name} cannot be selected")


async def test_a_deadlock_appears_as_a_ring_with_its_sentence_and_its_advice() -> None:
    async with driven(live("two_locks_deadlock", hold_ms=80)) as app:
        await app.shows("✗ deadlock", "╭─▶ A ─ second ─▶ B ─ first ─╮")
        await app.shows("deadlock of 2: A waits for second", "→ Take first and second in the same order")
        await app.shows("second ◂ B", "first ◂ A", "1 finding")


async def test_a_start_that_is_cut_off_is_shown(unexecutable: str) -> None:
    run = LiveRun(Target("program", "", (unexecutable,)), RunOptions(keep=False))
    async with driven(run) as app:
        await app.until(lambda: len(kernel.below(run._warden.pid)) == 2)
        foster, _ = kernel.below(run._warden.pid)
        os.kill(foster, signal.SIGKILL)
        await app.shows("cannot start", "killed;", "failed")


async def test_killing_the_holder_shows_who_is_now_stuck() -> None:
    async with driven(live("two_locks_deadlock", hold_ms=80)) as app:
        await app.shows("✗ deadlock")
        reader = app.app.screen.query(Reader).first(Reader)
        await app.until(lambda: reader.chosen == "findings")
        await app.press(*["p"] * 4)
        await app.until(lambda: reader.chosen == "log")
        await select(app, "A")
        await app.press("K")
        await app.shows("✗ SIGKILL", "first is lost: A ended (SIGKILL) while holding it", "A (dead: SIGKILL)")
        await app.shows("▾ kill A")
        assert reader.chosen == "log", "another error as grave as the first took away what the person turned to"


async def test_suspend_and_resume() -> None:
    async with driven(live("hello", processes=1, nap_ms=60_000)) as app:
        await select(app, "greeter-1")
        await app.press("s")
        await app.shows("suspended", "▾ suspend greeter-1")
        child = run_of(app).history.processes[1]
        with open(f"/proc/{child.definition.pid}/stat") as file:
            assert file.read().rpartition(")")[2].split()[0] == "T"
        await app.press("s")
        await app.until(lambda: child.lane.state != State.SUSPENDED)


async def test_terminate() -> None:
    async with driven(live("hello", processes=1, nap_ms=60_000)) as app:
        await select(app, "greeter-1")
        await app.press("t")
        await app.shows("✗ SIGTERM")


async def test_spawn_starts_one_more_like_the_selected_one() -> None:
    async with driven(live("hello", processes=1, nap_ms=60_000)) as app:
        await select(app, "greeter-1")
        await app.press("n")
        await app.shows("greeter-1+1", "▾ spawn one like greeter-1")
        first, more = run_of(app).history.processes[1:3]
        assert first.definition.pid != more.definition.pid
        assert os.path.exists(f"/proc/{more.definition.pid}")


async def test_what_cannot_be_spawned_is_said() -> None:
    async with driven(live("hello", processes=1, nap_ms=60_000)) as app:
        await app.shows("greeter-1")
        await app.press("n")
        await app.shows("main cannot be started once more")


async def test_the_main_process_is_killed_only_after_a_question() -> None:
    async with driven(live("hello", processes=1, nap_ms=60_000), size=(80, 24)) as app:
        await app.shows("greeter-1")
        run = run_of(app)
        await app.press("e", "K")  # what is notified does not cover what is asked
        await app.shows("it can be exported", "Send SIGKILL to the main process?   y: yes   n: no")
        await app.press("n")
        await app.until(lambda: "Send SIGKILL" not in app.text)
        assert run.live
        await app.press("K", "y")
        await app.until(lambda: run.history.processes[0].ended is not None)
        assert run.history.processes[0].exitcode == -9


async def test_freezing_stops_the_view_and_not_the_run() -> None:
    async with driven(live("hello", processes=1, nap_ms=60_000)) as app:
        await app.shows("greeter-1")
        run = run_of(app)
        await app.press("space")
        await app.shows("‖ FROZEN")
        until = run.history.until
        await app.until(lambda: run.history.until > until + 100_000_000)
        await app.press("space")
        await app.shows("● LIVE")


async def test_leaving_asks_while_processes_live_and_ends_them() -> None:
    async with driven() as app:
        await app.press("slash", *"deadlock", "enter", "enter")
        await app.until(lambda: isinstance(app.app.screen, StageScreen))
        await app.shows("● LIVE", "main")
        run = run_of(app)
        await app.press("q")
        await app.shows("End them and leave?")
        await app.press("escape")
        assert run.live
        focused = app.app.focused
        await app.press("q", "R")
        await app.shows("End them and start again?")
        await app.press("n")
        assert app.app.focused is focused, "no to the second of two questions left nothing with the focus"
        await app.press("q", "y")
        await app.until(lambda: isinstance(app.app.screen, GalleryScreen))
        assert not any(os.path.exists(f"/proc/{p.definition.pid}") for p in run.history.processes)


async def test_an_ended_run_is_its_own_replay() -> None:
    async with driven(live("hello", processes=2, nap_ms=100)) as app:
        await app.shows("✓ 2 of 2 said hello", "■ REPLAY")
        screen = app.app.screen
        assert isinstance(screen, StageScreen)
        replay = screen.face
        assert isinstance(replay, Replay)
        assert replay.playhead == replay.history.until
        await app.press("home")
        assert replay.playhead == 0
        await app.press("R")
        await app.until(lambda: screen.face is not replay)


async def test_a_wrong_result_is_not_praised() -> None:
    async with driven(live("daemon_shutdown", work_ms=200)) as app:
        await app.shows("! boss ended with exit code 0", "the server's cleanup did not run", "0 of 1")
    async with driven(live("daemon_shutdown", work_ms=200, variant="fixed")) as app:
        await app.shows("✓ boss ended with exit code 0", "the server's cleanup ran", "1 of 1")


async def test_lost_updates_are_counted_on_the_screen() -> None:
    async with driven(live("lost_update", rounds=20, gap_ms=1)) as app:
        await app.shows("✗ lost update", "of 80")
        await app.shows("■ REPLAY", "Hold one lock over the read and the write")


async def test_the_semaphore_counters_show_the_limit() -> None:
    async with driven(live("semaphore_throttle", stay_ms=4000)) as app:
        await app.shows("turnstile", "5 limit 3", "turnstile ◂ 5 holders")
