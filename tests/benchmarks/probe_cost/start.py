"""How much longer a process takes to start under the probe: it reads the probe's modules before its own first line."""

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.benchmarks.probe_cost import sides

PROGRAM = "import multiprocessing; multiprocessing.Lock()"


def milliseconds(python: str, rounds: int) -> tuple[float, float]:
    """Time from start to end of the program without and with the probe, both in turn."""
    bare: list[float] = []
    probed: list[float] = []
    with tempfile.TemporaryDirectory(prefix="mpp-bench-") as directory:
        added = sides.probe_environment(Path(directory))
        base = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        for _ in range(rounds):
            bare.append(_run(python, base))
            probed.append(_run(python, base | added))
    return statistics.quantiles(bare, n=10)[0], statistics.quantiles(probed, n=10)[0]


def _run(python: str, env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([python, "-c", PROGRAM], env=env, check=True)
    return (time.perf_counter() - began) * 1000
