"""The two measured processes: the same program without and with the probe, kept alive side by side."""

import os
import struct
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from playground.probe import layout
from playground.probe.entry import ProbeConfig, environment
from tests.benchmarks.probe_cost import subjects, worker

ROOT = Path(__file__).parents[3]


class Side:
    """One measured process."""

    def __init__(self, python: str, items: int, env: dict[str, str]) -> None:
        self._child = subprocess.Popen(
            [python, "-m", worker.__name__, str(items)],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._child.communicate()

    def nanoseconds(self, subject: str, repetitions: int) -> int:
        """Time of so many repetitions of a subject."""
        assert self._child.stdin is not None
        self._child.stdin.write(f"{subject} {repetitions}\n")
        self._child.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self._child.stdout is not None
        answer = self._child.stdout.readline()
        if not answer:
            raise RuntimeError(f"the measured process ended with {self._child.wait()}")
        return answer


def items_of_a_section(python: str) -> int:
    """How many items that interpreter adds up in the time of one critical section."""
    program = f"from {subjects.__name__} import items_of_a_section as items; print(items())"
    return int(subprocess.check_output([python, "-c", program], cwd=ROOT))


def bare(python: str, items: int) -> Side:
    """The program as it is."""
    return Side(python, items, {})


def probed(python: str, items: int, directory: Path) -> Side:
    """The program under the probe; its journals are in the directory."""
    return Side(python, items, probe_environment(directory))


def probe_environment(directory: Path) -> dict[str, str]:
    """What brings the probe into a program; it keeps everything in the directory."""
    (directory / "tmp").mkdir()
    place = str(directory)
    return environment(ProbeConfig("be7cbe7c", journals=place, fallback=place, text=place, directory=place))


class Drain:
    """Stands for the collector: counts the records and removes full segments, so that none is dropped."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._counted_in_last = 0

    def records(self) -> int:
        """How many records were written since the last call; RuntimeError when some were dropped."""
        *full, last = sorted(self._directory.glob("*.j"), key=_sequence)
        written = -self._counted_in_last
        for path in full:
            written += _count(path.read_bytes())
            path.unlink()
        self._counted_in_last = _count(last.read_bytes())
        return written + self._counted_in_last


def _sequence(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _count(segment: bytes) -> int:
    *_, dropped, first = struct.unpack_from(layout.HEADER, segment)
    if dropped:
        raise RuntimeError(f"the probe dropped {dropped} records: the figures are not those of a full journal")
    size = (len(segment) - first) // layout.RECORD_SIZE * layout.RECORD_SIZE
    times = memoryview(segment)[first : first + size].cast("Q")[2::3].tolist()
    return len(times) - times.count(0)
