"""Awkward programs do the same under the playground as under plain Python: output, exit code, descriptors, lives."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.processes.thorough import first_of_each

AWKWARD = Path(__file__).parent / "awkward"
METHODS = ("fork", "spawn", "forkserver")
PYTHON = os.environ.get("MPP_TEST_PYTHON", sys.executable)
"""Set the variable to compare under another interpreter."""
PLAYGROUND = [
    *(str(Path(sys.executable).with_name("mp-playground")), "run", "--headless", "--no-record"),
    *("--timeout", "60", "--python", PYTHON),
]
REPORT = re.compile(rb"^[\xe2\x9c\x93\xe2\x9c\x97]+ \w+(?: \w+)? after \d+\.\d\d s: ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One way to run an awkward program; "METHOD" among the words stands for the start method."""

    words: Sequence[str]
    methods: Sequence[str] = METHODS
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    below: str = ""
    """Directory to run it in, below that of the programs."""


CASES = {
    "no_guard": Case(["no_guard.py", "METHOD"]),
    "method_midway": Case(["method_midway.py", "METHOD"]),
    "executors": Case(["executors.py", "METHOD"]),
    "raw_fork": Case(["raw_fork.py"], [""]),
    "doubles": Case(["doubles.py"], [""]),
    "kept_by_manager": Case(["kept_by_manager.py"], [""]),
    "nameless": Case(["nameless.py"], [""]),
    "subprocesses": Case(["subprocesses.py"], [""], b"first\nrest\nof it"),
    "endings-code": Case(["endings.py", "METHOD", "code"]),
    "endings-message": Case(["endings.py", "METHOD", "message"]),
    "endings-raise": Case(["endings.py", "METHOD", "raise"]),
    **{
        f"endings-{how}": Case(["endings.py", "fork", how], [""])
        for how in ("none", "big", "object", "now", "group", "interrupt", "signal", "abort")
    },
    "farewells": Case(["farewells.py", "METHOD"]),
    "threads": Case(["threads.py", "METHOD"]),
    "asynchronous": Case(["asynchronous.py", "METHOD"]),
    "signals": Case(["signals.py", "METHOD"]),
    "standard_input": Case(["standard_input.py", "METHOD"], stdin=b"one\ntwo\xff" * 1000),
    "standard_input-eof": Case(["standard_input.py", "fork", "more"], [""], b""),
    "bytes_out": Case(["bytes_out.py", "METHOD"]),
    "descriptors": Case(["descriptors.py", "METHOD"], environment={"PYTHONWARNINGS": "ignore"}),
    "surroundings": Case(["deep/surroundings.py", "METHOD", "", "two words", "-h", "--", "\udcff"]),
    "surroundings-unbuffered": Case(["deep/surroundings.py", "fork"], [""], environment={"PYTHONUNBUFFERED": "1"}),
    "surroundings-odd": Case(
        ["../awkward/deep/../deep/surroundings.py", "spawn"],
        [""],
        environment={"PYTHONPATH": "deep::/nowhere", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONWARNINGS": "once"},
    ),
    "package": Case(["-m", "package.tool", "METHOD", "-m"]),
    "package-main": Case(["-m", "package.inner", "METHOD"]),
    "namesakes": Case(["namesakes/program.py", "METHOD"]),
    "namesakes-inside": Case(["program.py", "METHOD"], below="namesakes"),
    "namesakes-module": Case(["-m", "program", "METHOD"], below="namesakes"),
    "customization": Case(["customization.py", "METHOD"], environment={"PYTHONPATH": "customized"}),
    "strict_warnings": Case(["strict_warnings.py", "METHOD"], environment={"PYTHONWARNINGS": "error"}),
    "strict_warnings-dev": Case(["strict_warnings.py", "METHOD"], environment={"PYTHONDEVMODE": "1"}),
    "subclasses": Case(["subclasses.py", "METHOD"]),
    "replacements": Case(["replacements.py", "METHOD"]),
    "lifetimes": Case(["lifetimes.py", "METHOD"]),
    "pools": Case(["pools.py", "METHOD"]),
    "hooks": Case(["hooks.py", "METHOD"]),
    "groups": Case(["groups.py", "METHOD"]),
    "memory": Case(["memory.py", "METHOD"]),
}
RUNS = first_of_each((name, method) for name, case in CASES.items() for method in case.methods)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A copy of the awkward programs, for both sides to run in."""
    return Path(shutil.copytree(AWKWARD, tmp_path / "awkward", ignore=shutil.ignore_patterns("__pycache__")))


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What both sides are given; the playground's own modules must be importable from wherever it runs."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV", "PYTHON", "VIRTUAL_ENV"))}
    return {**kept, **extra}


def run(command: Sequence[str], case: Case, programs: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command,
        cwd=programs / case.below,
        env=environment(case.environment),
        input=case.stdin,
        capture_output=True,
        timeout=100,
        check=False,
    )


def without_ours(stderr: bytes) -> bytes:
    """A program's stderr without our report and without the probe's frames in its tracebacks."""
    report = REPORT.search(stderr)
    assert report, stderr.decode(errors="replace")
    own = stderr[: report.start()].replace(b'File "<string>", line 2,', b'File "<string>", line 1,')  # from 3.13 on
    return b"".join(_without_probe_frames(own.splitlines(keepends=True)))


def _without_probe_frames(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Leave out frames of the probe with what stands, further indented, beneath them."""
    frame_at = -1
    for line in lines:
        if b'File "' in line and b"/playground/probe/" in line:
            frame_at = line.index(b"File")
        elif frame_at < 0 or line[: frame_at + 1].strip(b" |") or not line.strip():
            frame_at = -1
            yield line


@pytest.mark.parametrize(("name", "method"), RUNS)
def test_an_awkward_program_does_what_it_does_without_the_playground(name: str, method: str, programs: Path) -> None:
    case = CASES[name]
    words = [method if word == "METHOD" else word for word in case.words]
    plain = run([PYTHON, *words], case, programs)
    ours = run([*PLAYGROUND, *words], case, programs)
    assert ours.stdout == plain.stdout
    assert without_ours(ours.stderr) == plain.stderr
    assert ours.returncode == (plain.returncode if plain.returncode >= 0 else 128 - plain.returncode)


BY_NATURE = {
    "instance": "a semaphore's acquire and release are methods of its class, no attributes of the instance",
    "multiprocessing.synchronize.SemLock.acquire": "the same",
    "multiprocessing.synchronize.SemLock.release": "the same",
    "multiprocessing.synchronize.RLock.acquire": "a method set of its own, with the thread",
    "multiprocessing.synchronize.RLock.release": "the same",
    "multiprocessing.synchronize.RLock.__enter__": "the same",
    "multiprocessing.synchronize.RLock.__exit__": "the same",
    "multiprocessing.synchronize.Barrier.wait": "threading's own is left alone: set where it was inherited",
    "time.sleep": "no built-in function, but still nothing that becomes a method in a class",
    "subprocess._del_safe.waitpid": "the same, from Python 3.13 on",
}
"""What looks different from outside under the probe, and why."""


def test_what_looks_different_from_outside_is_known(programs: Path) -> None:
    case = Case(["introspection.py"])
    plain = run([PYTHON, *case.words], case, programs)
    ours = run([*PLAYGROUND, *case.words], case, programs)
    assert plain.returncode == ours.returncode == 0
    before, after = (set(done.stdout.splitlines()) for done in (plain, ours))
    there, different = ({line.split()[0].decode() for line in lines} for lines in (before | after, before ^ after))
    assert different == there & BY_NATURE.keys()
