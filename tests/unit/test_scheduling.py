"""Priority and cores of real processes, as the kernel tells them afterwards."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import playground
from playground import scheduling
from playground.warden import kernel
from tests.conftest import wait_for

ROOT = Path(playground.__file__).parent.parent
THREADS = """
import threading, time
for _ in range(3):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("there", flush=True)
time.sleep(60)
"""
NOT_PERMITTED = f"""
import os, subprocess, sys
sys.path.insert(0, {str(ROOT)!r})
from playground.attach import Attached
from playground.errors import PlaygroundError
import playground.inspection.inspector, playground.summary, playground.inspection.sampler
if os.geteuid() == 0:
    os.setuid(65534)
child = subprocess.Popen(["sleep", "60"])
run = Attached(child.pid)
while not run.history.processes:
    run.tick()
for step in (1, -1):
    try:
        print(run.renice(0, step), flush=True)
    except PlaygroundError as error:
        print(error, flush=True)
run.close()
print(*(mark.text for mark in run.history.marks if mark.kind == "action"), sep="|")
child.kill()
child.wait()
try:
    run.renice(0, 1)
except PlaygroundError as error:
    print(error)
"""


@pytest.fixture
def process() -> Iterator[kernel.Process]:
    child = subprocess.Popen([sys.executable, "-c", THREADS], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"there\n"
    found = kernel.read(child.pid)
    assert found is not None
    yield found
    child.kill()
    child.wait()
    child.stdout.close()


def of_threads(pid: int, field: str) -> list[str]:
    """A field of every thread's status."""
    texts = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/status")]
    return [line.split()[1] for text in texts for line in text.splitlines() if line.startswith(f"{field}:")]


def test_cores_are_set_for_every_thread(process: kernel.Process) -> None:
    core = min(os.sched_getaffinity(0))
    scheduling.set_cores(process.pid, process.start, {core})
    assert of_threads(process.pid, "Cpus_allowed_list") == [str(core)] * 4
    assert scheduling.cores_of(process.pid) == {core}


def test_nice_is_set_for_every_thread(process: kernel.Process) -> None:
    before = scheduling.nice_of(process.pid)
    scheduling.set_nice(process.pid, process.start, before + 3)
    threads = [int(path.name) for path in Path(f"/proc/{process.pid}/task").iterdir()]
    assert [scheduling.nice_of(thread) for thread in threads] == [before + 3] * 4


def test_another_process_of_that_pid_is_left_alone(process: kernel.Process) -> None:
    before = scheduling.nice_of(process.pid)
    with pytest.raises(ProcessLookupError):
        scheduling.set_nice(process.pid, process.start + 1, before + 1)
    assert scheduling.nice_of(process.pid) == before


def test_a_process_that_has_ended_is_said_to_be_gone(process: kernel.Process) -> None:
    kernel.send(process.pid, process.start, 9)
    wait_for(lambda: not (kernel.read(process.pid) or process).alive)
    with pytest.raises(ProcessLookupError):
        scheduling.set_cores(process.pid, process.start, os.sched_getaffinity(0))


def test_what_is_not_permitted_is_told_with_its_reason_and_not_recorded() -> None:
    done = subprocess.run([sys.executable, "-c", NOT_PERMITTED], capture_output=True, text=True, timeout=30, check=True)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    reason = "to make it less nice takes root or CAP_SYS_NICE"
    first, refused, recorded, gone = done.stdout.splitlines()
    assert first == str(before + 1)
    assert refused.endswith(f" stays at nice {before + 1}: {reason}")
    assert recorded.startswith(f"nice {before + 1} for ")
    assert "|" not in recorded
    assert gone.endswith(": it has ended")


@pytest.mark.parametrize(("cores", "text"), [([], ""), ([3], "3"), ([2, 0, 1], "0-2"), ([0, 2, 3, 7], "0,2-3,7")])
def test_cores_are_shown_as_ranges(cores: list[int], text: str) -> None:
    assert scheduling.core_ranges(cores) == text
