"""Calls that fail, the Nth of a kind for N = 1, 2, ...: in observed processes, in the warden and in the playground.

A library that is preloaded lets them fail (fault.c), for the work of one role only.
"""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.recording import RecordingError, open_recording
from playground.warden import kernel
from tests.chaos.part import Part, Trial

LIMIT_S = 40
PROGRAM = """
import multiprocessing as mp, sys

def work(lock, total, results):
    for _ in range(3000):
        with lock:
            total.value += 1
    results.put(total.value)

if __name__ == "__main__":
    lock, total, results = mp.Lock(), mp.Value("i", 0), mp.SimpleQueue()
    crew = [mp.Process(target=work, args=(lock, total, results)) for _ in range(2)]
    for each in crew: each.start()
    for each in crew: each.join()
    print(len([results.get() for _ in crew]), total.value)
    sys.exit(3)
"""
STDOUT, EXITCODE = "2 6000\n", 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of call that fails, from the Nth on or the Nth only."""

    role: str
    call: str
    error: int
    lasting: bool

    @property
    def name(self) -> str:
        """How it stands in the table."""
        return f"{self.role}: {self.call}, {errno.errorcode[self.error]}{' from then on' if self.lasting else ''}"


FAULTS = [
    Fault("probe", "open", errno.EMFILE, False),
    Fault("probe", "open", errno.ENOSPC, True),
    Fault("probe", "write", errno.ENOSPC, True),
    Fault("probe", "write", errno.EIO, False),
    Fault("probe", "mmap", errno.ENOMEM, True),
    Fault("probe", "mmap", errno.EAGAIN, False),
    Fault("probe", "fallocate", errno.ENOSPC, True),
    Fault("probe", "fallocate", errno.EIO, False),
    Fault("main", "open", errno.EMFILE, False),
    Fault("main", "open", errno.EMFILE, True),
    Fault("main", "open", errno.EIO, False),
    Fault("main", "read", errno.EIO, True),
    Fault("main", "write", errno.ENOSPC, True),
    Fault("main", "write", errno.EIO, False),
    Fault("main", "mkdir", errno.ENOSPC, True),
    Fault("main", "mkdir", errno.EIO, False),
    Fault("main", "pipe", errno.EMFILE, True),
    Fault("warden", "open", errno.EMFILE, False),
    Fault("warden", "open", errno.EMFILE, True),
    Fault("warden", "read", errno.EIO, False),
    Fault("warden", "write", errno.ENOSPC, True),
    Fault("warden", "fork", errno.EAGAIN, True),
    Fault("warden", "pipe", errno.EMFILE, False),
]


def library(directory: Path) -> Path | None:
    """The compiled library; None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    made = directory / "fault.so"
    source = Path(__file__).with_name("fault.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"], check=True, timeout=60)
    return made


def run_with(fault: Fault, number: int, preloaded: Path, directory: Path) -> tuple[bool, str]:
    """Run the program with a fault; returns whether the Nth call was reached, and what is wrong."""
    place = Path(tempfile.mkdtemp(prefix="f-", dir=directory))
    hit, recording, runs = place / "hit", place / "run.mpr.jsonl", place / "runs"
    hit.touch()
    runs.mkdir(mode=0o700)
    (place / "program.py").write_text(PROGRAM)
    mark = f"FAULT_PLACE={place}"
    environment = {
        **os.environ,
        "LD_PRELOAD": str(preloaded),
        "XDG_RUNTIME_DIR": str(runs),
        "FAULT_PLACE": str(place),
        "FAULT_ROLE": fault.role,
        "FAULT_CALL": fault.call,
        "FAULT_N": str(number),
        "FAULT_ERRNO": str(fault.error),
        "FAULT_ON": str(int(fault.lasting)),
        "FAULT_HIT": str(hit),
    }
    command = [sys.executable, "-m", "playground", "run", "--headless", "--record", str(recording), "program.py"]
    process = subprocess.Popen(
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        problem = "hangs"
    else:
        problem = _told(fault, process.returncode, out, err) or _recorded(fault, recording, err)
    problem = problem or _left(mark, runs)
    reached = bool(hit.stat().st_size)
    shutil.rmtree(place)
    return reached, problem and f"N = {number}: {problem}"


def _told(fault: Fault, code: int, out: str, err: str) -> str:
    """What is wrong with exit code and output."""
    ours = [line for line in err.splitlines() if line.startswith("mp-playground: ")]
    if "Traceback" in err:
        return f"a traceback: {err[-400:]}"
    if (code, out) == (EXITCODE, STDOUT):
        return ""
    if fault.role == "probe" or not ours:
        return f"exit code {code}, output {out!r}, said {err[-300:]!r}"
    return ""


def _recorded(fault: Fault, recording: Path, err: str) -> str:
    """What is wrong with the recording; one that could not be begun is none, and that was told."""
    if not recording.exists() or not recording.stat().st_size:
        return "" if "mp-playground: " in err else "no recording, and nothing was said of it"
    try:
        opened = open_recording(recording)
    except RecordingError as refused:
        return "" if "recording" in err else f"{refused}, and nothing was said of it"
    whole = opened.summary is not None and not opened.notices
    if fault.role == "probe":
        return "" if whole else "the recording is not whole"
    return "" if whole or "mp-playground: " in err else "the recording is not whole, and nothing was said of it"


def _left(mark: str, runs: Path) -> str:
    """What is left of a run a little later."""
    deadline = time.monotonic() + 3
    while True:
        processes = [process.name for process in kernel.with_environment(mark.encode())]
        left = [*processes, *(path.name for path in runs.iterdir())]
        if not left or time.monotonic() > deadline:
            return f"left behind: {left}" if left else ""
        time.sleep(0.02)


def trials(count: int, seed: int) -> Iterator[Trial]:
    """Every kind of call in turn; N grows by one at first, then by a quarter, until it is not reached."""
    with tempfile.TemporaryDirectory(prefix="faults-", dir="/tmp") as directory:
        preloaded = library(Path(directory))
        if preloaded is None:
            return
        numbers = dict.fromkeys(FAULTS, 1 + seed)
        done = 0
        while numbers and done < count:
            for fault in list(numbers):
                began = time.monotonic()
                reached, problem = run_with(fault, numbers[fault], preloaded, Path(directory))
                done += 1
                yield Trial(fault.name, problem, time.monotonic() - began)
                if not reached:
                    del numbers[fault]
                else:
                    numbers[fault] += 1 + numbers[fault] // 4


PART = Part("a call that fails costs at most what could not be recorded", 600, trials)
