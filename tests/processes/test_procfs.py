"""What the kernel says of a process that waits, for every kind of call; each in a real process."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.probe import layout
from playground.procfs import Scene, Standing
from playground.procfs.calls import Call
from playground.procfs.scene import SOMEBODY_OUTSIDE
from tests.conftest import wait_for

PRELUDE = """
import ctypes, fcntl, multiprocessing as mp, os, select, signal, socket, subprocess, tempfile, threading, time
def child(call):
    pid = os.fork()
    if pid == 0:
        call()
        os._exit(0)
    return pid
"""


def _itself(scene: Scene, call: Call, pid: int) -> bool:
    return scene.wakers(call.things[0]) == {pid}


def _itself_or_outside(scene: Scene, call: Call, pid: int) -> bool:
    return scene.wakers(call.things[0]) == {pid, 0}


def _anybody(_scene: Scene, _call: Call, _pid: int) -> bool:
    return True


def _outside(scene: Scene, call: Call, _pid: int) -> bool:
    return scene.wakers(call.things[0]) == {0}


def _unknown(scene: Scene, call: Call, _pid: int) -> bool:
    return scene.wakers(call.things[0]) is None


def _both_things(_scene: Scene, call: Call, _pid: int) -> bool:
    return len(call.things) == 2


Check = Callable[[Scene, Call, int], bool]
KINDS: dict[str, tuple[str, int, bool, Check]] = {
    "lock": ("l = mp.Lock(); l.acquire(); l.acquire()", layout.OP_SEMAPHORE, False, _itself),
    "lock_timed": ("l = mp.Lock(); l.acquire(); l.acquire(timeout=60)", layout.OP_SEMAPHORE, True, _itself),
    "condition": ("c = mp.Condition(); c.acquire(); c.wait()", layout.OP_SEMAPHORE, False, _itself),
    "thread_lock": ("l = threading.Lock(); l.acquire(); l.acquire()", layout.OP_THREAD, False, _itself),
    "thread_lock_timed": ("l = threading.Lock(); l.acquire(); l.acquire(timeout=60)", layout.OP_THREAD, True, _itself),
    "pipe_read": ("r, w = os.pipe(); os.read(r, 1)", layout.OP_READ, False, _itself),
    "fifo_read": (
        "n = tempfile.mktemp(); os.mkfifo(n); f = os.open(n, os.O_RDWR); os.unlink(n); os.read(f, 1)",
        layout.OP_READ,
        False,
        _itself_or_outside,
    ),
    "pipe_write": ("r, w = os.pipe(); os.write(w, bytes(1 << 20))", layout.OP_WRITE, False, _itself),
    "recv": ("a, b = mp.Pipe(); a.recv()", layout.OP_SOCKET, False, _itself),
    "send": ("a, b = mp.Pipe(); a.send_bytes(bytes(1 << 22))", layout.OP_SOCKET, False, _itself),
    "queue_get": ("q = mp.Queue(); q.get()", layout.OP_READ, False, _itself),
    "tcp_accept": ("s = socket.create_server(('127.0.0.1', 0)); s.accept()", layout.OP_ACCEPT, False, _outside),
    "tcp_recv": (
        "s = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(s.getsockname());"
        " d = s.accept()[0]; d.recv(1)",
        layout.OP_SOCKET,
        False,
        _itself,
    ),
    "udp_recv": (
        "s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0)); s.recv(1)",
        layout.OP_SOCKET,
        False,
        _unknown,
    ),
    "poll": (
        "r, w = os.pipe(); q, v = os.pipe(); p = select.poll(); p.register(r); p.register(q); p.poll()",
        layout.OP_SELECT,
        False,
        _both_things,
    ),
    "poll_timed": (
        "r, w = os.pipe(); p = select.poll(); p.register(r); p.poll(60000)",
        layout.OP_SELECT,
        True,
        _itself,
    ),
    "select": (
        "r, w = os.pipe(); q, v = os.pipe(); select.select([r, q], [], [])",
        layout.OP_SELECT,
        False,
        _both_things,
    ),
    "select_timed": ("r, w = os.pipe(); select.select([r], [], [], 60)", layout.OP_SELECT, True, _itself),
    "epoll": ("r, w = os.pipe(); p = select.epoll(); p.register(r, 1); p.poll()", layout.OP_SELECT, False, _itself),
    "sleep": ("time.sleep(60)", layout.OP_SLEEP, True, _anybody),
    "waitpid": ("os.waitpid(child(lambda: time.sleep(60)), 0)", layout.OP_CHILD, False, _outside),
    "wait": ("child(lambda: time.sleep(60)); os.wait()", layout.OP_CHILD, False, _unknown),
    "flock": (
        "n = tempfile.NamedTemporaryFile().name; a = open(n, 'w'); b = open(n, 'w'); os.unlink(n);"
        " fcntl.flock(a, fcntl.LOCK_EX); fcntl.flock(b, fcntl.LOCK_EX)",
        layout.OP_FILE_LOCK,
        False,
        _itself,
    ),
    "sigwait": ("signal.sigwait([signal.SIGUSR1])", layout.OP_PAUSE, False, _unknown),
    "pause": ("signal.pause()", layout.OP_PAUSE, False, _unknown),
    "terminal": ("import pty; m, s = pty.openpty(); os.read(s, 1)", layout.OP_READ, False, _outside),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_waiting_process_is_recognised(kind: str) -> None:
    program, operation, timed, check = KINDS[kind]
    process = subprocess.Popen([sys.executable, "-c", PRELUDE + program])
    try:
        scene, standing = _wait_until(process, operation)
        call = standing.calls[process.pid]
        assert (call.operation, call.timed) == (operation, timed)
        assert check(scene, call, process.pid), [(thing, scene.wakers(thing)) for thing in call.things]
    finally:
        subprocess.run(["pkill", "-KILL", "-P", str(process.pid)], check=False)
        process.kill()
        process.wait()


def _wait_until(process: subprocess.Popen[bytes], operation: int) -> tuple[Scene, Standing]:
    """Look until the process sleeps in a call of that kind."""
    deadline, calls = time.monotonic() + 20, {}
    while time.monotonic() < deadline and process.poll() is None:
        scene = Scene([process.pid])
        for standing in scene.standing([process.pid]):
            calls = standing.calls
            if calls and calls[process.pid].operation == operation:
                return scene, standing
        time.sleep(0.01)
    pytest.fail(f"the process never came to wait so: {process.poll()} {calls}")


def test_who_runs_does_not_stand_still() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            assert not Scene([process.pid]).standing([process.pid])
        finally:
            process.kill()


def test_the_other_end_in_another_process_is_found() -> None:
    """A child reads what only its parent, which sleeps, could write."""
    program = PRELUDE + (
        "r, w = os.pipe(); reader = child(lambda: (os.close(w), os.read(r, 1)));"
        " os.close(r); print(reader, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        reader = int(process.stdout.readline())
        try:
            deadline = time.monotonic() + 20
            found: set[int] | None = None
            while time.monotonic() < deadline and found is None:
                scene = Scene([process.pid, reader])
                for standing in scene.standing([reader]):
                    call = standing.calls[reader]
                    found = scene.wakers(call.things[0]) if call.operation == layout.OP_READ else None
            assert found == {process.pid}
        finally:
            process.kill()


def test_who_moves_between_the_steps_of_a_look_does_not_stand_still(tmp_path: Path) -> None:
    """A reader sleeps throughout; another one is woken once and sleeps again, in the same call."""
    ways = [tmp_path / "one", tmp_path / "other"]
    for way in ways:
        os.mkfifo(way)
    program = "import os, sys\nend = os.open(sys.argv[1], os.O_RDWR)\nwhile True: os.read(end, 1)"
    readers = [subprocess.Popen([sys.executable, "-c", program, str(way)]) for way in ways]
    pids = [reader.pid for reader in readers]
    try:
        wait_for(lambda: {each.pid for each in _reading(Scene(pids).standing(pids))} == set(pids))
        scene = Scene(pids)
        for _ in scene.steps(pids):
            pass
        end = os.open(ways[1], os.O_WRONLY)
        os.write(end, b"x")
        wait_for(lambda: _reading(Scene([pids[1]]).standing([pids[1]])))
        os.close(end)
        with ways[0].open("wb") as writer, subprocess.Popen(["sleep", "60"], stdout=writer) as newcomer:
            try:
                standing = scene.stood([*pids, newcomer.pid])
                assert [each.pid for each in standing] == pids[:1]
                (thing,) = standing[0].calls[pids[0]].things
                assert scene.wakers(thing) == {pids[0], newcomer.pid, SOMEBODY_OUTSIDE}
            finally:
                newcomer.kill()
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()


def _reading(standing: list[Standing]) -> list[Standing]:
    return [each for each in standing if each.calls and each.calls[each.pid].operation == layout.OP_READ]


OF_ANOTHER_USER = """
import ctypes, multiprocessing as mp, os, time
from playground.procfs import Scene
NOBODY = 65534
def become_nobody():
    os.setgroups([]); os.setgid(NOBODY); os.setuid(NOBODY)
    ctypes.CDLL(None).prctl(4, 1)  # it may be looked at by its user again
lock = mp.Lock(); lock.acquire()
waiter = os.fork()
if waiter == 0:
    become_nobody(); lock.acquire()
    os._exit(0)
time.sleep(0.3)
above = os.getpid()
looker = os.fork()
if looker == 0:
    become_nobody()
    scene = Scene([waiter], bystanders=[above])
    (standing,) = scene.standing([waiter])
    print(sorted(scene.wakers(standing.calls[waiter].things[0])), waiter, flush=True)
    os._exit(0)
os.waitpid(looker, 0); lock.release(); os.waitpid(waiter, 0)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_what_a_relative_has_of_whom_we_may_not_know_is_not_left_out() -> None:
    done = subprocess.run([sys.executable, "-c", OF_ANOTHER_USER], capture_output=True, text=True, timeout=20)
    wakers, waiter = done.stdout.rsplit(maxsplit=1)
    assert wakers == f"[0, {waiter}]", done.stderr
