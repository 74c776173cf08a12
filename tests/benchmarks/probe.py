"""What the probe costs the program that it observes: single operations, a start, a whole program of its own."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.figure import Figure, Part, in_turn
from tests.benchmarks.probe_cost import measure, sides, start

_POOL = """
import multiprocessing

def work(n):
    return sum(i * i for i in range(n))

if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        assert len(pool.map(work, [400_000] * 60, chunksize=1)) == 60
"""


def figures(rounds: int) -> Iterator[Figure]:
    """Every subject; six times as many rounds as elsewhere, since each is short."""
    yield from measure.figures(sys.executable, rounds * 6)
    bare, probed = start.milliseconds(sys.executable, rounds)
    yield Figure("start of a process", probed, "ms", None, "bare", bare)
    yield _pool(rounds)


def _pool(rounds: int) -> Figure:
    """CPU time of all processes of a program that computes in a pool."""
    with tempfile.TemporaryDirectory(prefix="mpp-bench-") as directory:
        added = sides.probe_environment(Path(directory))
        probed, bare = in_turn(rounds, lambda: _cpu_s(added), lambda: _cpu_s({}))
    return Figure("a pool that computes, its CPU time", probed[0], "s", 1.05, "bare", bare[0], probed[1])


def _cpu_s(added: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", _POOL], env={**os.environ, **added}, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


PART = Part("What the probe costs a program", figures)
