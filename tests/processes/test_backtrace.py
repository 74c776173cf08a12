"""The full stack of a real process, read from its memory, and by the kernel."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from playground.inspection import backtrace, frames, sampler
from tests.conftest import wait_for

SLEEPER = """
import threading, time
def inner(): print("here", flush=True); time.sleep(60)
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
inner()
"""


@pytest.fixture
def sleeper() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


def test_the_kernel_tells_of_every_thread(sleeper: int) -> None:
    def told() -> backtrace.Backtrace | None:
        found = backtrace.from_kernel(sleeper)
        return found if found is not None and all(lines[0] == "sleeps" for _, lines in found.threads) else None

    found = wait_for(told)
    assert found is not None
    assert found.source == "the kernel"
    assert [name == "main thread" for name, _ in found.threads] == [True, False]
    assert any("system call" in line for line in found.threads[0][1])


def test_every_call_of_every_thread_is_told(sleeper: int) -> None:
    asker = backtrace.Asker()
    asker.ask(sleeper)
    found = wait_for(asker.take)[sleeper]
    assert found is not None
    assert found.source == "Python"
    assert [name == "main thread" for name, _ in found.threads] == [False, True]
    calls = dict(found.threads)["main thread"]
    assert calls == ("inner  <string>:3", "<module>  <string>:5")
    asker.close()


def test_a_thread_that_leads_astray_hides_no_other() -> None:
    """Laid out by hand as a running thread may leave it for an instant: its frame is an address of nothing."""
    places, home = frames._OF_VERSION[sys.version_info[:2]], frames._home()
    assert home is not None
    made = (ctypes.c_uint64 * 4096)()
    begin, code = ctypes.addressof(made), test_a_thread_that_leads_astray_hides_no_other.__code__
    interpreter, astray, stands, frame, holder, other = (begin + i * 4096 for i in (1, 4, 5, 6, 7, 3))

    def put(address: int, word: int) -> None:
        made[(address - begin) // 8] = word

    def thread_at(thread: int, frame: int, holder: int) -> None:
        put(thread + places.native_id, thread)
        put(thread + places.cframe if places.cframe >= 0 else thread + places.frame, holder)
        if places.cframe >= 0:
            put(holder + places.frame, frame)

    put(begin + places.interpreters, interpreter)
    put(interpreter + places.threads, astray)
    put(astray + frames._NEXT_THREAD, stands)
    for nowhere in (64, 1 << 63):
        thread_at(astray, nowhere, other if places.cframe >= 0 else nowhere)
        thread_at(stands, frame, holder if places.cframe >= 0 else frame)
        put(frame + places.code, id(code))
        code_type = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "PyCode_Type"))
        memory = os.open("/proc/self/mem", os.O_RDONLY)
        found = list(frames._Reader(memory, places, code_type).stacks(begin))
        os.close(memory)
        assert [(each.tid, [call.function for call in each.frames]) for each in found] == [(stands, [code.co_name])]


def test_who_is_no_python_has_no_stack() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        assert frames.read(process.pid) == []
        process.kill()
    assert frames.read(1 << 22) == []


def test_a_pid_that_another_process_has_is_not_the_same(sleeper: int) -> None:
    seen = sampler.look(sleeper)
    assert seen is not None
    assert backtrace.is_same(sleeper, seen.start)
    assert not backtrace.is_same(sleeper, seen.start + 1)
    assert backtrace.from_kernel(1 << 22) is None


def test_nice_and_affinity_are_seen(sleeper: int) -> None:
    os.setpriority(os.PRIO_PROCESS, sleeper, 7)
    seen = sampler.look(sleeper)
    assert seen is not None
    assert seen.nice == 7
    assert sampler.affinity(sleeper) == 0
    ours = os.sched_getaffinity(0)
    if len(ours) > 1:
        os.sched_setaffinity(sleeper, {min(ours)})
        assert sampler.affinity(sleeper) == 1 << min(ours)


def test_figures_through_a_file_that_stays_open_are_the_same_until_the_process_is_gone() -> None:
    looks = sampler.Looks()

    def seen(pid: int, state: str) -> sampler.Look | None:
        found = looks.at(pid)
        return found if found is not None and found.state == state else None

    with subprocess.Popen(["sleep", "60"]) as process:
        first = wait_for(lambda: seen(process.pid, "S"))
        assert first == looks.at(process.pid) == sampler.look(process.pid)
        process.kill()
        dead = wait_for(lambda: seen(process.pid, "Z"))
        assert first is not None
        assert dead is not None
        assert (dead.start, os.WTERMSIG(dead.wait_status)) == (first.start, signal.SIGKILL)
    assert looks.at(process.pid) is None
    ours = looks.at(os.getpid())
    before = len(os.listdir("/proc/self/fd"))
    looks.close()
    assert ours is not None
    assert len(os.listdir("/proc/self/fd")) == before - 1
