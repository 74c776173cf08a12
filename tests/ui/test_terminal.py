"""The command in a real terminal: what it leaves in it, and what it leaves running, however it ends."""

import os
import random
import signal
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.replay import Replay
from playground.warden import kernel, rundir
from tests.chaos import terminals
from tests.conftest import wait_for
from tests.recordings import DEADLOCK
from tests.ui.driving import driven
from tests.ui.escapes import Escapes
from tests.ui.screen import Screen
from tests.ui.terminal import Terminal

NOTICES_INTERRUPTS = """
import multiprocessing as mp, signal, time
def note(name):
    signal.signal(signal.SIGINT, lambda *_: print(name, "interrupted", flush=True))
    print(name, "listens", flush=True)
    while True: time.sleep(30)
if __name__ == "__main__":
    mp.Process(target=note, args=("child",), daemon=True).start()
    note("main")
"""


@pytest.fixture
def stuck() -> Iterator[Terminal]:
    """A deadlock on the screen."""
    terminal = Terminal("run", "-p", "hold_ms=50", "two_locks_deadlock")
    terminal.shows("deadlock")
    yield terminal
    terminal.close()


def test_quitting_restores_the_terminal_and_ends_the_run(stuck: Terminal) -> None:
    stuck.type("Q")
    assert stuck.ended() == 130
    escapes = Escapes().feed(stuck.written)
    assert (escapes.dirty, escapes.alien) == ([], [])
    assert termios.tcgetattr(stuck.slave) == stuck.before


def frames(text: str) -> list[str]:
    """The boxes on a screen."""
    return ["".join(each if each in "╭╮╰╯│─" else " " for each in line).rstrip() for line in text.splitlines()]


async def test_a_screen_is_laid_out_as_it_is_where_tests_drive_it() -> None:
    async with driven(Replay(DEADLOCK)) as app:
        await app.press("end")
        await app.shows("deadlock of 2", "A ─ second ─▶ B")
        expected = frames(app.text)
    terminal = Terminal("replay", str(DEADLOCK), size=(140, 40))
    terminal.shows("REPLAY")
    terminal.type("\x1b[F")

    def is_so() -> bool:
        screen = Screen(140, 40)
        screen.write(terminal.read().decode(errors="ignore"))  # the last character may be half there
        return frames("\n".join("".join(cell for cell, _ in line) for line in screen.cells)) == expected

    wait_for(is_so)
    terminal.type("q")
    terminal.ended()
    terminal.close()


def test_enter_that_was_pressed_before_the_terminal_was_ours_is_enter(tmp_path: Path) -> None:
    terminal = Terminal(MP_PLAYGROUND_DATA=str(tmp_path), MP_PLAYGROUND_CONFIG=str(tmp_path))
    terminal.shows("Hello from several processes")
    terminal.press("\n", "LIVE")  # what a terminal that is nobody's makes of it
    terminal.type("Q")
    terminal.ended()
    terminal.close()


@pytest.mark.parametrize("way", ["KILL", "TERM", "QUIT", "HUP", "hang-up", "^Z, fg, q", "STOP, fg, q"])
def test_however_it_ends_the_terminal_is_as_it_was(way: str) -> None:
    assert terminals.trial(way, "live", random.Random(way)).problem == ""
    if way == "KILL":  # a directory that was being made just then is removed by a run that begins later
        for base in (os.environ["XDG_RUNTIME_DIR"], rundir.SHM):
            for unfinished in Path(base).glob(".mpp-*"):
                os.utime(unfinished, (0, 0))
        list(rundir.abandoned())


@pytest.mark.parametrize("way", ["busy + TERM", "task", "thread"])
def test_what_goes_wrong_in_the_app_ends_it(way: str) -> None:
    assert terminals.trial(way, "replay", random.Random(way)).problem == ""


@pytest.mark.thorough
@pytest.mark.parametrize("start", terminals.STARTS)
@pytest.mark.parametrize("way", terminals.WAYS)
def test_every_way_to_end(way: str, start: str) -> None:
    assert terminals.trial(way, start, random.Random(way)).problem == ""


def test_modes_are_followed_as_a_terminal_follows_them() -> None:
    escapes = Escapes().feed(b"\x1b[?1049h\x1b[?25l\x1b[>1u\x1b[1;38;2;1;2;3mtext\x1b[?10")
    assert escapes.dirty == ["mode 25", "mode 1049", "keyboard", "look 1;38;2;1;2;3", r"'\x1b[?10'"]
    assert escapes.feed(b"\x18\x1b[<u\x1b[?1049l\x1b[0m\x1b[?25h").dirty == []
    assert escapes.alien == []
    torn = Escapes().feed(b"\x1b[?25l\x1b[38;2;1\r\n[1]+  Stopped\r\n$ \x1b[38;\x1b[0m\x1b[?25h")
    assert (torn.dirty, len(torn.alien)) == ([], 2)
    for told in (
        "\x1b]0;title\x07",
        "\x1b]52;c;AA\x07",
        "\x1b[2J",
        "\x1b[5m",
        "\x9b31m",
        "\u202e",
        "\x07",
        "\x1bP1\x1b\\",
    ):
        assert Escapes().feed(told.encode()).alien != [], told
    assert Escapes().feed(b"\xff").alien != []


def test_ctrl_c_reaches_nobody_and_a_key_sends_it(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(NOTICES_INTERRUPTS)
    terminal = Terminal("run", str(path))
    terminal.shows("main listens")
    terminal.shows("child listens")
    terminal.type("\x03")
    terminal.shows("ctrl+c does nothing here: i sends it")
    assert b"interrupted" not in terminal.read()
    terminal.press("i", "main interrupted")
    terminal.shows("child interrupted")
    assert b"SIGINT (ctrl+c) to the program" in terminal.read()
    terminal.type("Q")
    assert terminal.ended() == 130
    terminal.close()


def test_ctrl_q_asks_while_processes_live(stuck: Terminal) -> None:
    stuck.type("\x11")
    stuck.shows("End them and quit?")
    stuck.type("y")
    assert stuck.ended() == 130


def test_leaving_a_finished_run_gives_the_programs_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import sys\nprint('hello', flush=True)\nsys.exit(7)\n")
    terminal = Terminal("run", str(path))
    terminal.shows("exit 7")
    terminal.type("q")
    assert terminal.ended() == 7
    terminal.close()


def test_in_the_background_it_says_why_nothing_is_drawn() -> None:
    script = (
        "sh",
        "-c",
        'timeout 60 "$@"; exit 3',
        "script",
        sys.executable,
        "-m",
        "playground",
    )  # without job control
    terminal = Terminal("replay", str(DEADLOCK), command=script)
    terminal.shows("timeout --foreground")
    assert Escapes().feed(terminal.read()).dirty == []
    (timeout,) = kernel.children(terminal.process.pid)
    os.kill(timeout, signal.SIGTERM)  # which it hands on
    assert terminal.ended() == 3
    terminal.close()


def test_a_replay_has_no_program_to_interrupt(tmp_path: Path) -> None:  # noqa: ARG001  # keeps the run directories apart
    terminal = Terminal("replay", str(DEADLOCK), size=(80, 24))
    terminal.shows("REPLAY")
    terminal.type("i")
    terminal.shows("This is a replay")
    terminal.type("q")
    assert terminal.ended() == 0
    terminal.close()


def test_a_dumb_terminal_is_refused() -> None:
    terminal = Terminal("run", "hello", TERM="dumb")
    assert terminal.ended() == 2
    assert b"use --headless" in terminal.written
    assert b"\x1b[" not in terminal.written
    terminal.close()


def test_a_tiny_terminal_says_what_it_needs() -> None:
    terminal = Terminal(size=(40, 10))
    terminal.shows("too small")
    terminal.type("q")
    assert terminal.ended() == 0
    terminal.close()


def test_a_storm_of_sizes(stuck: Terminal) -> None:
    dice = random.Random(1)
    for size in [(1, 1), *((dice.randint(1, 300), dice.randint(1, 100)) for _ in range(20)), (1, 50), (120, 36)]:
        stuck.resize(*size)
        stuck.read()
    stuck.press("p", "Source")
    os.kill(stuck.process.pid, signal.SIGTERM)
    assert stuck.ended() == 128 + signal.SIGTERM
    assert Escapes().feed(stuck.written).dirty == []


WRITES = """
import multiprocessing as mp, os, sys, time
event = mp.Event()
while not os.path.exists("editing"):
    event.wait(0.05)
for _ in range(5000):
    print("x" * 60)
sys.stdout.flush()
open("written", "w").close()
event.wait()
"""
EDITOR = """#!/bin/sh
trap : INT
kill -INT 0
stty -a > terminal
echo "$@" > arguments
touch editing
while [ ! -e written ]; do sleep 0.02; done
"""


STAYS = """
import multiprocessing as mp, os
def stay(event):
    open("up", "w").write(str(os.getpid()))
    event.wait()
if __name__ == "__main__":
    event = mp.Event()
    mp.Process(target=stay, args=(event,)).start()
    event.wait()
"""
WAITS = """#!/bin/sh
touch editing
while [ ! -e over ]; do sleep 0.02; done
touch edited
"""


def with_editor(place: Path, monkeypatch: pytest.MonkeyPatch, program: str, editor: str) -> Terminal:
    """A program on the stage that stands at an event, with an editor of the test's to be opened by ``o``."""
    monkeypatch.chdir(place)
    Path("program.py").write_text(program)
    Path("editor").write_text(editor)
    Path("editor").chmod(0o755)
    root = str(Path(__file__).parents[2])
    return Terminal("run", "--no-record", "program.py", EDITOR=f"{place}/editor", PYTHONPATH=root)


def test_an_editor_is_no_part_of_a_run_that_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = with_editor(tmp_path, monkeypatch, STAYS, WAITS)
    try:
        terminal.shows(" event ")
        terminal.type("o")
        wait_for(lambda: terminal.read() and Path("editing").exists() and Path("up").read_text(), 20)
        child = int(Path("up").read_text())
        children = kernel.children(terminal.process.pid)
        (warden,) = (pid for pid in children if b"playground.warden" in kernel.command_line(pid))
        (foster,) = kernel.children(warden)
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in (warden, foster):
                os.kill(pid, number)
        wait_for(lambda: kernel.read(child) is None, 20)
        Path("over").touch()
        wait_for(lambda: Path("edited").exists(), 20)
        wait_for(lambda: not os.listdir(os.environ["XDG_RUNTIME_DIR"]), 20)  # the run's directory is gone
    finally:
        terminal.close()


def test_an_editor_has_the_terminal_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = with_editor(tmp_path, monkeypatch, WRITES, EDITOR)
    try:
        terminal.shows(" event ")  # main has said where it is
        terminal.type("o")
        wait_for(lambda: terminal.read() and Path("written").exists(), 20)  # more than a pipe holds: somebody reads it
        assert Path("arguments").read_text() == f"+5 {tmp_path}/program.py\n"
        assert " icanon" in Path("terminal").read_text()
        terminal.type("Q")
        assert terminal.ended() == 130
        assert termios.tcgetattr(terminal.slave) == terminal.before
    finally:
        terminal.close()
