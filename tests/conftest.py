"""What every test may use, and the check that a test leaves nothing behind."""

import ctypes
import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from playground.warden import kernel

SHM = Path("/dev/shm")
_RUN = 8 * "[0-9a-f]"
OUR_NAMES = (f"sem.mp-{_RUN}-*", f"psm_{_RUN}*", f"mpp-{_RUN}")
"""Names that carry the number of a run; others are not made by us."""

T = TypeVar("T")


def wait_for(condition: Callable[[], T], timeout: float = 10.0) -> T:
    """Return the first true value of the condition; fail when none comes in time."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"not true within {timeout} s: {condition}")
        time.sleep(0.005)
    return value


@pytest.fixture(params=["fork", "spawn", "forkserver"])
def start_method(request: pytest.FixtureRequest) -> str:
    """Each start method in turn."""
    return str(request.param)


@pytest.fixture
def unexecutable(tmp_path: Path) -> Iterator[str]:
    """Path of a program whose execution waits for as long as the test goes on: we hold a lease on the file."""
    path = tmp_path / "program"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    descriptor = os.open(path, os.O_RDONLY)
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # who wants the file is told by a harmless signal
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    yield str(path)
    os.close(descriptor)


@pytest.fixture(scope="session", autouse=True)
def _adopt_orphans() -> None:
    kernel.become_subreaper()


@pytest.fixture(scope="session", autouse=True)
def _own_shared_memory() -> None:
    """Where that is allowed, hide what other test processes and other people make in shared memory, and ours from them.

    What all threads and processes that are started from here see is another /dev/shm.
    """
    library = ctypes.CDLL(None, use_errno=True)
    nothing, everywhere_private = ctypes.c_char_p(None), ctypes.c_ulong(0x44000)
    if library.unshare(0x20000) == 0:  # CLONE_NEWNS
        library.mount(nothing, b"/", nothing, everywhere_private, nothing)
        library.mount(b"tmpfs", b"/dev/shm", b"tmpfs", ctypes.c_ulong(0), b"mode=1777")


@pytest.fixture(autouse=True)
def _leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Give the test its own data, settings and run directories; fail it when processes or names outlive it."""
    runs = Path(tempfile.mkdtemp(prefix="mppt-", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runs))
    monkeypatch.setenv("MP_PLAYGROUND_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MP_PLAYGROUND_CONFIG", str(tmp_path / "config"))
    processes, names = {process.pid for process in _children()}, _names()
    yield
    left = _what_stays(lambda: _left_behind(processes, names, runs))
    for process in kernel.descendants({os.getpid()}, skip=processes):
        if not _is_our_own(process):
            kernel.send_all([process], signal.SIGKILL)
    shutil.rmtree(runs, ignore_errors=True)
    if left:
        pytest.fail(f"left behind: {left}")


def _what_stays(look: Callable[[], list[str]], timeout: float = 5.0) -> list[str]:
    deadline = time.monotonic() + timeout
    while (left := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _left_behind(processes: set[int], names: set[str], runs: Path) -> list[str]:
    _reap_orphans(processes)
    fresh = [f"{process.pid} {process.name}" for process in _children() if process.pid not in processes]
    return [*fresh, *(_names() - names), *(path.name for path in runs.iterdir())]


def _children() -> list[kernel.Process]:
    return [process for process in kernel.descendants({os.getpid()}) if not _is_our_own(process)]


def _reap_orphans(known: set[int]) -> None:
    for process in list(kernel.everything()):
        if process.ppid == os.getpid() and process.pid not in known and not process.alive:
            os.waitpid(process.pid, os.WNOHANG)


def _is_our_own(process: kernel.Process) -> bool:
    """Helpers of multiprocessing that this test process itself started."""
    return process.ppid == os.getpid() and kernel.is_helper(process.pid)


def _names() -> set[str]:
    """Names in shared memory, without those of runs that other people have at this moment."""
    return {path.name for pattern in OUR_NAMES for path in SHM.glob(pattern) if not _of_another(path)}


def _of_another(path: Path) -> bool:
    run = path.name.removeprefix("sem.").removeprefix("mp-").removeprefix("mpp-").removeprefix("psm_")[:8]
    mine = {process.pid for process in kernel.descendants({os.getpid()})}
    return any(process.pid not in mine for process in kernel.with_environment(f"MPP_RUN={run}".encode()))
