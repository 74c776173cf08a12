"""A small shared memory, many processes that write much, and a playground that is suspended: room stays for others."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playground.collector.collector import MAX_SEGMENTS
from playground.probe import layout
from tests.chaos.part import Part, Trial

SHM_MB = 64
OWN_MB = 40
LIMIT_S = 300
_SUSPENDED_S = 3

PROGRAM = """
import multiprocessing as mp, sys
from multiprocessing import shared_memory

def work(lock, total, times, gate):
    gate.wait()
    for _ in range(times):
        with lock:
            total.value += 1

if __name__ == "__main__":
    processes, times, megabytes = map(int, sys.argv[1:])
    gate = mp.Event()
    things = [(mp.Lock(), mp.Value("q", 0)) for _ in range(processes)]
    crew = [mp.Process(target=work, args=(*each, times, gate)) for each in things]
    for each in crew: each.start()
    gate.set()
    if megabytes:
        block = shared_memory.SharedMemory(create=True, size=megabytes << 20)
        block.buf[:] = b"x" * len(block.buf)
        block.close()
        block.unlink()
    for each in crew: each.join()
    print(sum(total.value for _, total in things))
"""
_MOUNT = f'mount -t tmpfs -o size={SHM_MB}m tmpfs /dev/shm && exec "$@"'


def can_mount() -> bool:
    """Whether we may have a shared memory of our own."""
    return shutil.which("unshare") is not None and not subprocess.call(
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /dev/shm"], stderr=subprocess.DEVNULL
    )


def run(processes: int, times: int, directory: Path, *, suspend: bool = False) -> tuple[str, str]:
    """Run the program in a small shared memory; returns what is wrong, and the most that journals took."""
    (directory / "program.py").write_text(PROGRAM)
    runs = directory / "runs"
    runs.mkdir()
    own = 0 if suspend else OWN_MB
    command = [sys.executable, "-m", "playground", "run", "--headless", "--json", "--no-record", "program.py"]
    with (directory / "out").open("wb") as out, (directory / "err").open("wb") as err:
        playground = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", _MOUNT, "sh", *command, str(processes), str(times), str(own)],
            cwd=directory,
            env={**os.environ, "XDG_RUNTIME_DIR": str(runs)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    began, shared, both = time.monotonic(), 0, 0
    resume_at = 0.0
    while playground.poll() is None and time.monotonic() - began < LIMIT_S:
        ours = _segments(Path(f"/proc/{playground.pid}/root/dev/shm"))
        shared, both = max(shared, ours), max(both, ours + _segments(runs))
        if suspend and not resume_at and ours > 4:
            playground.send_signal(signal.SIGSTOP)
            resume_at = time.monotonic() + _SUSPENDED_S
        if resume_at and time.monotonic() > resume_at:
            playground.send_signal(signal.SIGCONT)
        time.sleep(0.002)
    took = f"{shared * layout.SEGMENT_SIZE >> 20} of {SHM_MB} MiB in shared memory, "
    took += f"{both * layout.SEGMENT_SIZE >> 20} MiB in all"
    if playground.poll() is None:
        playground.send_signal(signal.SIGCONT)
        playground.terminate()
        playground.wait()
        return "hangs", took
    said = (directory / "err").read_text()
    problem = _judge(processes, times, playground.returncode, (directory / "out").read_text(), said)
    most = SHM_MB << 20 >> 3
    if shared * layout.SEGMENT_SIZE > most + 4 * layout.SEGMENT_SIZE:
        problem = problem or "journals took more than an eighth of shared memory"
    if both > max(MAX_SEGMENTS, 2 * processes) + 3 * processes:
        problem = problem or "journals took more than their limit"
    return problem, took


def _segments(directory: Path) -> int:
    count = 0
    for _, _, files in os.walk(directory):
        count += sum(name.endswith(".j") for name in files)
    return count


def _judge(processes: int, times: int, code: int, out: str, said: str) -> str:
    """What is wrong with how the program ended and with the summary."""
    if code or str(processes * times) not in said.split():
        return f"exit code {code}: {said[-300:]}"
    summary: dict[str, Any] = json.loads(out)
    acquired = sum(each["acquired"] for each in summary["resources"] if each["kind"] == "lock")
    most = processes * times
    if acquired > most or (acquired < most and not summary["dropped"]):
        return f"{acquired} of {most} acquires, {summary['dropped']} dropped"
    written = 4 * (most - acquired)
    if summary["dropped"] and not written // 2 <= summary["dropped"] + processes * 3000:
        return f"{acquired} of {most} acquires, only {summary['dropped']} dropped"
    return ""


CASES = [(1, 200_000, False), (20, 20_000, False), (200, 3_000, False), (8, 150_000, True)]


def trials(count: int, _seed: int) -> Iterator[Trial]:
    """One process, some and many; and some whose playground does not collect for a while."""
    if not can_mount():
        return
    for number in range(count):
        processes, times, suspend = CASES[number % len(CASES)]
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sz-", dir="/tmp") as directory:
            problem, took = run(processes, times, Path(directory), suspend=suspend)
        case = f"{processes} processes{', suspended' if suspend else ''}: {took}"
        yield Trial(case, problem, time.monotonic() - began)


PART = Part("journals leave room to the program, and are bounded when nobody collects", 4, trials)
