"""The command in a real terminal: what it leaves in it, and what it leaves running, however it ends."""

import os
import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import wait_for
from tests.ui.terminal import Terminal

DEADLOCK = Path(__file__).parents[1] / "recordings" / "deadlock.mpr.jsonl"
ALTERNATE_OFF, CURSOR_ON, MOUSE_OFF = b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"


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
    for sequence in (ALTERNATE_OFF, CURSOR_ON, MOUSE_OFF):
        assert sequence in stuck.written
    assert termios.tcgetattr(stuck.slave) == stuck.before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_signals_restore_the_terminal_and_end_the_run(stuck: Terminal, number: signal.Signals) -> None:
    stuck.process.send_signal(number)
    assert stuck.ended() == 128 + number
    assert ALTERNATE_OFF in stuck.written
    assert termios.tcgetattr(stuck.slave) == stuck.before


def test_ctrl_q_asks_while_processes_live(stuck: Terminal) -> None:
    stuck.type("\x11")
    stuck.shows("End them and quit?")
    stuck.type("y")
    assert stuck.ended() == 130


def test_a_killed_playground_leaves_nothing_running(stuck: Terminal) -> None:
    stuck.process.kill()
    assert stuck.ended() == -signal.SIGKILL  # the check that every test ends with finds what is left


def test_a_closed_terminal_ends_everything(stuck: Terminal) -> None:
    os.close(stuck.slave)
    os.close(stuck.master)
    assert stuck.process.wait(20) != 0


def test_leaving_a_finished_run_gives_the_programs_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import sys\nprint('hello', flush=True)\nsys.exit(7)\n")
    terminal = Terminal("run", str(path))
    terminal.shows("exit 7")
    terminal.type("q")
    assert terminal.ended() == 7
    terminal.close()


def test_a_replay_in_a_terminal(tmp_path: Path) -> None:  # noqa: ARG001  # keeps the run directories apart
    terminal = Terminal("replay", str(DEADLOCK), size=(80, 24))
    terminal.shows("REPLAY")
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


def test_an_editor_has_the_terminal_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("program.py").write_text(WRITES)
    Path("editor").write_text(EDITOR)
    Path("editor").chmod(0o755)
    root = str(Path(__file__).parents[2])
    terminal = Terminal("run", "--no-record", "program.py", EDITOR=f"{tmp_path}/editor", PYTHONPATH=root)
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
