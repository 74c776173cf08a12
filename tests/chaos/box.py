"""One trial as pid 1 of a private world: ``python -m tests.chaos.box KIND WAY DELAY``; one JSON object on stdout.

Nobody else is here, and the places where names are made are empty at first. So whatever is there in the end is left
behind, however it is called. To be started by ``unshare -p -f -m --mount-proc --kill-child``.
"""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from playground.warden import kernel
from tests.chaos.part import hear_signals

ROOT = Path(__file__).resolve().parents[2]
PLACES = (Path("/dev/shm"), Path("/tmp"), Path("/run"))
RUNTIME, HOME, READY = Path("/run/user"), Path("/tmp/home"), Path("/tmp/ready/all")
RECORDINGS = HOME / "data" / "recordings"
LIMIT_S = 25.0
ONCE_MORE_S = 0.3
"""How often a key is pressed: who is not yet listening does not hear the first one."""
HOPELESS_S = 0.3
"""How long to wait for nobody to clean up, before the next start does."""
NEXT_START = "from playground.warden.client import Warden; warden = Warden(); warden.leave()"


class Way(NamedTuple):
    """A way to end a run: signals, each to some of playground, warden, foster and host, and what is done then."""

    blows: Sequence[tuple[signal.Signals, str]] = ()
    then: str = ""

    @property
    def spares_playground(self) -> bool:
        """Whether the playground goes on."""
        return not self.then and not any("playground" in who for _, who in self.blows)

    @property
    def killed(self) -> str:
        """Who is killed outright."""
        return "+".join(who for signum, who in self.blows if signum == signal.SIGKILL)


def _killed(who: str) -> dict[str, Way]:
    return {f"KILL {who}": Way([(signal.SIGKILL, who)])}


def _then_quit(signum: signal.Signals, who: str) -> dict[str, Way]:
    return {f"{signum.name.removeprefix('SIG')} {who}, then Q": Way([(signum, who)], "Q")}


WAYS: dict[str, Way] = {
    "Q": Way(then="Q"),
    "TERM": Way([(signal.SIGTERM, "playground")]),
    "HUP": Way([(signal.SIGHUP, "playground")]),
    "INT": Way([(signal.SIGINT, "playground")]),
    "terminal hangs up": Way(then="hang up"),
    **_killed("playground"),
    **_killed("warden"),
    **_killed("foster"),
    **_then_quit(signal.SIGKILL, "host"),
    **_killed("playground+host"),
    **_killed("warden+host"),
    **_killed("playground+warden"),
    **_killed("playground+foster"),
    **_killed("warden+foster"),
    **_killed("playground+warden+host"),
    **_killed("playground+warden+foster"),
    **_killed("playground+warden+foster+host"),
    **_then_quit(signal.SIGSTOP, "warden"),
    **_then_quit(signal.SIGSTOP, "foster"),
    **_then_quit(signal.SIGSTOP, "host"),
    "STOP warden, then KILL playground": Way([(signal.SIGSTOP, "warden"), (signal.SIGKILL, "playground")]),
}


class Box:
    """The world of one trial, with the playground in a terminal."""

    def __init__(self, kind: str) -> None:
        self.tree = [Path(sys.prefix), Path(sys.base_prefix), ROOT]
        _make_places(self.tree)
        for directory in (RUNTIME, HOME, READY.parent):
            directory.mkdir(parents=True)
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            "TERM": "xterm-256color",
            "HOME": str(HOME),
            "XDG_RUNTIME_DIR": str(RUNTIME),
            "PYTHONPATH": str(ROOT),
            "MP_PLAYGROUND_DATA": str(HOME / "data"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        program = str(ROOT / "tests" / "chaos" / "nasty.py")
        command = [sys.executable, "-m", "playground", "run", "--max-processes", "64", program, kind, str(READY)]
        self.playground, self.terminal = pty.fork()
        if self.playground == 0:
            os.execve(sys.executable, command, self.environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        os.set_blocking(self.terminal, False)

    def wait(self, condition: Callable[[], object], limit_s: float = LIMIT_S) -> bool:
        """Reap and read the terminal until the condition holds; False when it does not in time."""
        deadline = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._serve()
            time.sleep(0.003)
        return True

    def pids(self, who: str) -> list[int]:
        """Of playground, warden, foster, host: those that are there; several are joined by "+"."""
        line = [self.playground]
        for depth in range(3):
            below = kernel.children(line[-1]) if line[-1] else []
            line.append(next((pid for pid in below if depth or b"playground.warden" in kernel.command_line(pid)), 0))
        named = dict(zip(("playground", "warden", "foster", "host"), line, strict=True))
        return [named[each] for each in who.split("+") if each and named[each]]

    def signal(self, who: str, signum: int) -> None:
        """Signal them in one instant: all are stopped before the first is killed."""
        pids = self.pids(who)
        for number in [signal.SIGSTOP, signum] if len(pids) > 1 else [signum]:
            for pid in pids:
                if number == signal.SIGSTOP and self._starts(pid):
                    continue
                with suppress(ProcessLookupError):
                    os.kill(pid, number)

    def _starts(self, pid: int) -> bool:
        """Whether it is a warden that does not listen yet: nothing is in its care."""
        mine = b"playground.warden" in kernel.command_line(pid)
        return mine and signal.SIGTERM not in kernel.handled_signals(pid)

    def press(self, key: bytes, until: Callable[[], object]) -> bool:
        """Press a key until something holds."""
        pressed_at = 0.0

        def press() -> bool:
            nonlocal pressed_at
            if time.monotonic() - pressed_at > ONCE_MORE_S:
                pressed_at = time.monotonic()
                with suppress(OSError):
                    os.write(self.terminal, key)
            return bool(until())

        return self.wait(press)

    def hang_up(self) -> None:
        """Close the terminal."""
        os.close(self.terminal)
        self.terminal = -1

    def clean(self) -> bool:
        """Whether nothing at all is left."""
        return not any(self.processes()) and not any(self.names())

    def clean_but_playground(self) -> bool:
        """Whether nothing is left but the playground itself, and who guards its terminal."""
        others = (pid for pid in self.processes() if pid != self.playground)
        return all(b"terminal/guard.py" in kernel.command_line(pid) for pid in others) and not any(self.names())

    def processes(self) -> Iterator[int]:
        """Pids of everybody else."""
        return (int(entry) for entry in os.listdir("/proc") if entry.isdecimal() and entry != "1")

    def names(self) -> Iterator[str]:
        """Files in the places that belong neither to the box nor to what the playground keeps."""
        apart = {*self.tree, READY.parent}
        ours = {above for path in (*apart, RUNTIME / "x", RECORDINGS / "x") for above in path.parents}
        for place in PLACES:
            for directory, below, files in os.walk(place):
                here = Path(directory)
                below[:] = [name for name in below if here / name not in apart]
                found = [here / name for name in (*below, *files)]
                yield from (str(path) for path in found if path not in ours and path.parent != RECORDINGS)

    def left(self) -> str:
        """What is left, for people."""
        found = [kernel.read(pid) for pid in self.processes()]
        who = [f"{each.pid} {each.name} {each.state}" for each in found if each is not None]
        return f"processes {who}, names {list(self.names())}" if not self.clean() else ""

    def _serve(self) -> None:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        with suppress(OSError):
            while self.terminal >= 0 and os.read(self.terminal, 65536):
                pass


def _make_places(tree: list[Path]) -> None:
    """Empty places, but for the trees that the trial itself is run from."""
    kept = [path for path in tree if any(place in path.parents for place in PLACES)]
    safe = Path("/mnt")
    _mount("-t", "tmpfs", "tmpfs", str(safe))
    for number, path in enumerate(kept):
        (safe / str(number)).mkdir()
        _mount("--bind", str(path), str(safe / str(number)))
    for place in PLACES:
        _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(place))
    for number, path in enumerate(kept):
        path.mkdir(parents=True, exist_ok=True)
        _mount("--bind", str(safe / str(number)), str(path))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", "-n", *arguments], check=True)


def trial(kind: str, way: Way, delay: float) -> dict[str, object]:
    """What was left behind, "" for nothing; seconds from the event to clean; whether the next start had to clean.

    No seconds for a key that is pressed while the playground starts: it is heard only then.
    """
    box = Box(kind)
    if delay < 0 and not box.wait(READY.exists):
        return {"problem": f"never ready: {box.left()}", "seconds": None, "next_start": False}
    until = time.monotonic() + delay
    box.wait(lambda: time.monotonic() > until)
    if not any(box.pids(who) for _, who in way.blows):  # nobody is there yet who could be hit
        way = Way(then=way.then or "Q")
    nobody_left = set(box.pids("playground+warden+foster")) <= set(box.pids(way.killed))
    began = time.monotonic()
    for signum, who in way.blows:
        box.signal(who, signum)
    if way.then == "hang up":
        box.hang_up()
    seconds = _until_clean(box, way, began, HOPELESS_S if nobody_left else LIMIT_S)
    next_start = nobody_left and not box.clean()
    if next_start:
        environment = {**box.environment, "XDG_RUNTIME_DIR": str(HOME)}
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", NEXT_START], env=environment, check=True, timeout=LIMIT_S)
        seconds = _until_clean(box, way, began, LIMIT_S)
    heard_at_once = delay < 0 or way.then != "Q"
    return {"problem": box.left(), "seconds": seconds if heard_at_once else None, "next_start": next_start}


def _until_clean(box: Box, way: Way, began: float, limit_s: float) -> float:
    if way.then == "Q":
        box.press(b"Q", box.clean)
    elif way.spares_playground:
        box.wait(box.clean_but_playground)
        seconds = time.monotonic() - began
        box.press(b"Q", box.clean)
        return seconds
    else:
        box.wait(box.clean, limit_s)
    return time.monotonic() - began


def main() -> NoReturn:
    """Tell what became of the trial; the end of pid 1 ends everybody else."""
    kind, way, delay = sys.argv[1:]
    hear_signals()
    print(json.dumps(trial(kind, WAYS[way], float(delay))), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
