"""The command in a pseudo-terminal, ended in every way, at any moment: what it leaves in the terminal and running."""

import contextlib
import os
import random
import signal
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

from playground.warden import kernel
from tests.chaos.part import Part, Trial
from tests.ui.escapes import Escapes
from tests.ui.failing import WAYS as FAILURES
from tests.ui.terminal import Terminal

RECORDING = str(Path(__file__).parents[1] / "recordings" / "deadlock.mpr.jsonl")
STARTS: dict[str, tuple[str, ...]] = {
    "gallery": (),
    "live": ("run", "-p", "hold_ms=50", "two_locks_deadlock"),
    "replay": ("replay", RECORDING),
}
SHELL = ("bash", "--norc", "--noprofile", "--noediting", "-i")
LIMIT_S = 20.0
STARTED_S = 1.5
"""Moments lie within so many seconds from the start of the process: about half of them before the first picture."""
SIGNALS = ("KILL", "TERM", "QUIT", "HUP", "INT", "SEGV", "ABRT")
ENDING_SIGNALS = ("TERM", "QUIT", "HUP", "INT")
"""Those after which the command ends by itself."""


class Trouble(Exception):
    """Something did not come to hold in time, or was not as it should be."""


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for something; raises Trouble."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > deadline:
            raise Trouble(f"not {what} within {LIMIT_S:g} s")
        time.sleep(0.002)


def pause(terminal: Terminal, seconds: float) -> None:
    """Let some time pass, reading what is written."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        terminal.read()
        time.sleep(0.002)


class Ended:
    """One command in a terminal, and how it is ended; ``leave`` returns when the app must be about to end."""

    def __init__(self, way: str, start: str, dice: random.Random) -> None:
        self.way, self.start, self.dice = way, start, dice
        self.codes: set[int] = set()
        """Exit codes that would be right; any when empty."""
        self.says = b""
        """What must be told after the screen is gone."""
        if way.startswith(("^Z", "STOP")):
            self.terminal = Terminal(command=SHELL, PS1="$ ")
        elif (failure := way.partition(" + ")[0]) in FAILURES:
            command = (sys.executable, "-m", "tests.ui.failing", failure, f"{dice.random() / 2:.3f}")
            self.terminal = Terminal(*STARTS[start], command=command)
        else:
            self.terminal = Terminal(*STARTS[start])

    def leave(self) -> None:
        """Make it end; raises Trouble."""
        failure, _, name = self.way.partition(" + ")
        if failure in {"busy", "blocked"}:
            self._shown()
            pause(self.terminal, 0.6)
            self._signal(name)
            self.codes = {128 + signal.Signals[f"SIG{name}"]} if name != "KILL" else {-signal.SIGKILL}
        elif failure in FAILURES:
            self._failed(failure)
        elif self.way in SIGNALS:
            pause(self.terminal, self.dice.random() * STARTED_S)
            self._signal(self.way)
            number = signal.Signals[f"SIG{self.way}"]
            self.codes = {-number, 128 + number} if self.way in ENDING_SIGNALS else {-number}
        else:
            self.OTHERS[self.way](self)

    def _signal(self, name: str) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.terminal.process.send_signal(signal.Signals[f"SIG{name}"])

    def _shown(self) -> None:
        if self.start == "gallery":
            self._until_written("Hello from several")
        else:
            self._until_written("REPLAY" if self.start == "replay" else "LIVE")

    def _until_written(self, text: str, since: int = 0) -> None:
        until(lambda: text.encode() in self.terminal.read()[since:], f"shown: {text!r}")

    def _failed(self, failure: str) -> None:
        if failure in {"os._exit", "segfault", "abort"}:
            self.codes = {{"os._exit": 3, "segfault": -signal.SIGSEGV, "abort": -signal.SIGABRT}[failure]}
        else:
            self.codes, self.says = {1}, b"its screen has failed"

    def _hang_up(self) -> None:
        pause(self.terminal, self.dice.random() * STARTED_S)
        os.close(self.terminal.slave)
        os.close(self.terminal.master)

    def _group(self) -> None:
        pause(self.terminal, self.dice.random() * STARTED_S)
        os.killpg(self.terminal.process.pid, signal.SIGKILL)

    def _without_guard(self) -> None:
        self._shown()
        guards = [pid for pid in kernel.below(self.terminal.process.pid) if b"terminal/guard.py" in _command(pid)]
        if len(guards) != 1:
            raise Trouble(f"{len(guards)} guards")
        os.kill(guards[0], signal.SIGKILL)
        self.terminal.type("Q" if self.start == "live" else "q")
        self.codes = {130 if self.start == "live" else 0}

    def _in_shell(self) -> int:
        """Start it in the shell, wait for its screen; returns its pid."""
        arguments = " ".join(STARTS[self.start])
        self.terminal.type(f"{sys.executable} -m playground {arguments}\n")
        self._shown()
        shell = self.terminal.process.pid
        return next(each.pid for each in kernel.everything() if each.ppid == shell)

    def _stopped(self, how: str) -> int:
        pid = self._in_shell()
        if how == "^Z":
            self.terminal.type("\x1a")
        else:
            os.kill(pid, signal.SIGSTOP)
        self._until_written("Stopped")
        return pid

    def _stopped_then(self, how: str, *numbers: signal.Signals) -> None:
        pid = self._stopped(how)
        for number in numbers:
            os.kill(pid, number)
        until(lambda: self.terminal.read() and _gone(pid), "ended")
        self._leave_shell()

    def _resumed(self, how: str) -> None:
        """Go back to the screen, which must be drawn anew, and quit there."""
        pid = self._stopped(how)
        since = len(self.terminal.written)
        self.terminal.type("fg\n")
        self._until_written("\x1b[?1049h", since)
        since = self.terminal.written.rindex(b"\x1b[?1049h")
        self._until_written("Hello from several" if self.start == "gallery" else "Timeline", since)
        self.terminal.type("Q" if self.start == "live" else "q")
        until(lambda: self.terminal.read() and _gone(pid), "ended")
        self._leave_shell()

    def _leave_shell(self) -> None:
        since = len(self.terminal.written)
        self.terminal.type("echo in-${PS1:+the}-shell\n")
        self._until_written("in-the-shell", since)
        self.terminal.type("exit\n")

    OTHERS: ClassVar[dict[str, Callable[["Ended"], None]]] = {
        "hang-up": _hang_up,
        "KILL its group": _group,
        "KILL guard, q": _without_guard,
        "^Z, KILL": lambda self: self._stopped_then("^Z", signal.SIGKILL),
        "^Z, TERM, CONT": lambda self: self._stopped_then("^Z", signal.SIGTERM, signal.SIGCONT),
        "^Z, fg, q": lambda self: self._resumed("^Z"),
        "STOP, KILL": lambda self: self._stopped_then("STOP", signal.SIGKILL),
        "STOP, TERM, CONT": lambda self: self._stopped_then("STOP", signal.SIGTERM, signal.SIGCONT),
        "STOP, fg, q": lambda self: self._resumed("STOP"),
    }

    def over(self) -> bool:
        """Whether the command has ended; what it writes is read."""
        if self.way != "hang-up":
            self.terminal.read()
        return self.terminal.process.poll() is not None

    def found(self) -> str:
        """What is wrong with the terminal now; "" when it is as it was."""
        if self.way == "hang-up":
            return ""
        dirty = Escapes().feed(self.terminal.read()).dirty
        settings = termios.tcgetattr(self.terminal.slave)
        return ", ".join([*(each[:60] for each in dirty), *([] if settings == self.terminal.before else ["settings"])])

    def wrong(self) -> str:
        """What is wrong with what it said, and with its exit code."""
        code = self.terminal.process.returncode
        if self.codes and code not in self.codes and b"\x1b[?1049h" in self.terminal.written:
            return f"exit code {code}"
        if self.says and self.says not in self.terminal.written.rpartition(b"\x1b[?1049l")[2]:
            return "nothing said"
        return ""


def _command(pid: int) -> bytes:
    return kernel.command_line(pid)


def _gone(pid: int) -> bool:
    process = kernel.read(pid)
    return process is None or not process.alive


WAYS = (
    *(*SIGNALS, *Ended.OTHERS),
    *(each for each in FAILURES if each not in {"busy", "blocked"}),
    *(f"{how} + {name}" for how in ("busy", "blocked") for name in (*ENDING_SIGNALS[:3], "KILL")),
)


def trial(way: str, start: str, dice: random.Random) -> Trial:
    """End one command in one way, and look at what is left; seconds are from then to all being clean."""
    kernel.become_subreaper()
    known = {process.pid for process in kernel.descendants({os.getpid()})}
    ended = Ended(way, start, dice)
    problem, seconds = "", None
    try:
        ended.leave()
        began = time.monotonic()
        until(ended.over, "ended")
        with contextlib.suppress(Trouble):
            until(lambda: not ended.found() and not _left(known), "clean")
        seconds = time.monotonic() - began
        problem = ", ".join(filter(None, [ended.found(), *_left(known), ended.wrong()]))
    except Trouble as trouble:
        problem = f"{trouble}; {ended.found()}"
    finally:
        ended.terminal.close()
        for process in kernel.descendants({os.getpid()}, skip=known):
            kernel.send_all([process], signal.SIGKILL)
    return Trial(way, f"{start}: {problem}" if problem else "", seconds)


def _left(known: set[int]) -> list[str]:
    """Processes that were not there before; those that have ended are reaped."""
    for process in list(kernel.everything()):
        if process.ppid == os.getpid() and process.pid not in known and not process.alive:
            os.waitpid(process.pid, os.WNOHANG)
    return [f"{each.pid} {each.name}" for each in kernel.descendants({os.getpid()}, skip=known)]


def trials(count: int, seed: int) -> Iterator[Trial]:
    """End gallery, live run and replay in every way in turn."""
    with tempfile.TemporaryDirectory(prefix="mppt-") as directory:
        os.environ["MP_PLAYGROUND_DATA"] = os.environ["XDG_RUNTIME_DIR"] = directory
        for number in range(count):
            way = WAYS[number // len(STARTS) % len(WAYS)]
            yield trial(way, list(STARTS)[number % len(STARTS)], random.Random(seed + number))


PART = Part("0 dirty terminals, however the screen ends", 3 * len(WAYS) * 2, trials)
