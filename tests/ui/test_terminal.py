"""The command in a real terminal: what it leaves in it, and what it leaves running, however it ends."""

import os
import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

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
