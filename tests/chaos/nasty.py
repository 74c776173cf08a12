"""Programs that leave things behind if they can: ``python nasty.py KIND READY``; READY is made when all is up."""

import multiprocessing
import multiprocessing.resource_tracker
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any


def up(name: str) -> None:
    """Say that a part is up."""
    Path(sys.argv[2]).parent.joinpath(name).touch()


def all_up(*names: str) -> None:
    """Wait for the parts and say that all is up."""
    while not all(Path(sys.argv[2]).parent.joinpath(name).exists() for name in names):
        time.sleep(0.002)
    Path(sys.argv[2]).touch()


def sleep() -> None:
    while True:
        time.sleep(60)


def work(things: Any, name: str) -> None:
    with things[0]:
        up(name)
    sleep()


def plain(method: str) -> None:
    """Children with a lock, a queue and an event."""
    context: Any = multiprocessing.get_context(method)
    things = (context.Lock(), context.Queue(), context.Event())
    names = [f"child{number}" for number in range(3)]
    for name in names:
        context.Process(target=work, args=(things, name)).start()
    all_up(*names)
    sleep()


def squared(number: int) -> int:
    return number * number


def everything(method: str) -> None:
    """A manager, a pool, an executor and blocks of shared memory."""
    context: Any = multiprocessing.get_context(method)
    block, named = shared_memory.SharedMemory(create=True, size=4096), f"nasty-{os.getpid()}"
    chosen = shared_memory.SharedMemory(named, create=True, size=4096)
    with context.Manager() as manager, context.Pool(2) as pool, ProcessPoolExecutor(2, mp_context=context) as executor:
        kept = manager.dict(), pool.map(squared, range(4)), list(executor.map(squared, range(4)))
        all_up()
        sleep()
        print(kept, block.name, chosen.name)


def ignore_everything() -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue


def stubborn() -> None:
    """All signals ignored; one child in a group of its own, one that has stopped itself."""
    ignore_everything()
    if os.fork() == 0:
        os.setpgid(0, 0)
        up("group")
        sleep()
    if os.fork() == 0:
        up("stopped")
        os.kill(os.getpid(), signal.SIGSTOP)
        sleep()
    all_up("group", "stopped")
    sleep()


def daemonized(then: Callable[[], object]) -> None:
    """A grandchild in a session of its own, with no descriptor and no environment."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ignore_everything()
            up("daemon")
            os.environ.clear()
            os.closerange(0, 256)
            then()
            sleep()
        os._exit(0)
    os.wait()
    all_up("daemon")
    sleep()


def other_program() -> None:
    """Become another one, under a name that looks like the kernel's."""
    os.execve("/bin/sleep", ["kworker/0:1", "1000"], {})


_MOST = 600
"""Entries of /proc, of which the box has its own."""


def bomb() -> None:
    """Forks without end; the limit of the run stops it, and if it does not, the machine must live all the same."""
    all_up()
    while True:
        if len(os.listdir("/proc")) < _MOST:
            os.fork()


def tracker_killed() -> None:
    """Semaphores and shared memory of spawned children, whose resource tracker is killed."""
    context = multiprocessing.get_context("spawn")
    things = (context.Lock(), shared_memory.SharedMemory(create=True, size=4096))
    context.Process(target=work, args=(things[:1], "child")).start()
    tracker: Any = multiprocessing.resource_tracker
    os.kill(tracker._resource_tracker._pid, signal.SIGKILL)
    all_up("child")
    sleep()


def host_exits() -> None:
    """The main process is gone, its children are not."""
    context = multiprocessing.get_context("fork")
    lock = context.Lock()
    for name in ("one", "two"):
        context.Process(target=work, args=((lock,), name)).start()
    all_up("one", "two")
    os._exit(3)


KINDS: dict[str, Callable[[], None]] = {
    "plain-fork": lambda: plain("fork"),
    "plain-spawn": lambda: plain("spawn"),
    "plain-forkserver": lambda: plain("forkserver"),
    "everything-fork": lambda: everything("fork"),
    "everything-spawn": lambda: everything("spawn"),
    "stubborn": stubborn,
    "daemon": lambda: daemonized(sleep),
    "daemon-exec": lambda: daemonized(other_program),
    "bomb": bomb,
    "tracker-killed": tracker_killed,
    "host-exits": host_exits,
}

if __name__ == "__main__":
    KINDS[sys.argv[1]]()
