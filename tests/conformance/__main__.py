"""CPython's own multiprocessing tests, with and without the probe: per-test outcomes must be equal.

``python -m tests.conformance [--python PATH] [--methods fork,spawn] [--parts misc,processes] [--probe-only]``

Needs an interpreter with its ``test`` package. Prints one line per run and every test whose outcome
differs. CPython has tests of its own that fail now and then, so a test that differs is repeated
alone, three times each way: it counts when the two then differ. Exits with 1 when one counts.
"""

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from playground.probe.entry import ProbeConfig, environment

DEADLINE_S = 1200
"""So long may one run take; some tests wait for 300 s when they go wrong."""
REPEATS = 3
GRACE_S = 5
SHM = Path("/dev/shm")

STUBS = {
    "misc": "install_tests_in_module_dict(globals(), {method!r}, exclude_types=True)",
    "processes": "install_tests_in_module_dict(globals(), {method!r}, only_type='processes')",
    "threads": "install_tests_in_module_dict(globals(), {method!r}, only_type='threads')",
    "manager": "install_tests_in_module_dict(globals(), {method!r}, only_type='manager')",
}
FUTURES = """import importlib
for _part in ("process_pool", "wait", "as_completed", "init", "shutdown", "deadlock"):
    _module = importlib.import_module(f"test.test_concurrent_futures.test_{{_part}}")
    for _name, _class in list(vars(_module).items()):
        if isinstance(_class, type) and _name.startswith("ProcessPool{method}"):
            if not ("{method}" == "Fork" and _name.startswith("ProcessPoolForkserver")):
                globals()[_name] = _class
"""
"""The process pool's tests of ``test_concurrent_futures``, where the interpreter has them as a package (3.13)."""
STUB = """import unittest
import test._test_multiprocessing
from test._test_multiprocessing import install_tests_in_module_dict
{install}
if __name__ == "__main__":
    unittest.main()
"""
# 3.11 and 3.12 take no selection: there every type is installed and the others are removed by name.
OLD_STUB = """import unittest
import test._test_multiprocessing
test._test_multiprocessing.install_tests_in_module_dict(globals(), {method!r})
_types = {{"misc": (), "processes": ("WithProcesses",), "threads": ("WithThreads",), "manager": ("WithManager",)}}
for _name in [n for n in globals() if isinstance(globals()[n], type) and issubclass(globals()[n], unittest.TestCase)]:
    _kind = next((k for k, v in _types.items() if v and _name.startswith(v)), "misc")
    if _kind != {part!r}:
        del globals()[_name]
"""
HEADER = re.compile(r"^(?:[\d.]+s )?(test\w*) \((\S+)\)")
OUTCOME = re.compile(r"(?:^|\.\.\. |\s)(ok|FAIL|ERROR|expected failure|unexpected success|skipped .*)$")
RAN = re.compile(r"^Ran (\d+) tests? in", re.MULTILINE)


@dataclass(slots=True)
class Run:
    """One run of a test module: what came of each test, and how long all of them took."""

    outcomes: dict[str, str] = field(default_factory=dict)
    ran: int = 0
    seconds: float = 0.0
    verdict: str = ""
    left: list[str] = field(default_factory=list)
    """Names in shared memory that outlived the run; removed."""

    @property
    def is_complete(self) -> bool:
        """Whether every test's outcome was found; 3.12.1 does not count the skipped ones as run."""
        return 0 < self.ran <= len(self.outcomes)

    def __str__(self) -> str:
        left = f", left {' '.join(self.left)}" if self.left else ""
        return f"{self.ran} tests, {len(self.outcomes)} outcomes, {self.seconds:.0f} s, {self.verdict}{left}"


def main() -> int:
    """Run the parts that were asked for and compare."""
    options = _options()
    version = subprocess.check_output(
        [options.python, "-c", "import sys; print(*sys.version_info[:2], sep='.')"], text=True
    ).strip()
    differences = 0
    with tempfile.TemporaryDirectory(prefix="mpp-conformance-") as scratch:
        for method in options.methods.split(","):
            for part in options.parts.split(","):
                suite = Suite(options.python, version, Path(scratch), method, part)
                differences += suite.compare(probe_only=options.probe_only)
    return 1 if differences else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance", description="CPython's multiprocessing tests under the probe"
    )
    parser.add_argument("--python", default=sys.executable, help="interpreter to test with")
    parser.add_argument("--methods", default="fork", help="start methods, with commas between them")
    parser.add_argument(
        "--parts", default="misc", help=f"of {', '.join(STUBS)} and, for 3.13, futures; with commas between them"
    )
    parser.add_argument("--probe-only", action="store_true", help="expect every test to pass, run none without")
    return parser.parse_args()


class Suite:
    """One part of CPython's tests under one start method and one interpreter."""

    def __init__(self, python: str, version: str, scratch: Path, method: str, part: str) -> None:
        self._python, self._scratch = python, scratch
        self._run_id = f"{os.getpid():08x}"  # of its own, since each removes the names that it left
        self._title = f"{version} {method} {part}"
        self._module = f"mpp_conformance_{version.replace('.', '')}_{method}_{part}"
        if part == "futures":
            text = FUTURES.format(method=method.capitalize())
        else:
            stub = OLD_STUB if version in {"3.11", "3.12"} else STUB
            text = stub.format(install=STUBS[part].format(method=method), method=method, part=part)
        (scratch / f"{self._module}.py").write_text(text)

    def compare(self, *, probe_only: bool) -> int:
        """Run without and with the probe; how many tests have another outcome."""
        base = None if probe_only else self._run(probed=False)
        if base is not None:
            print(f"{self._title}: base  {base}", flush=True)
        probed = self._run(probed=True)
        print(f"{self._title}: probe {probed}", flush=True)
        wanted = base.outcomes if base is not None else _passing(probed.outcomes)
        incomplete = [run for run in (base, probed) if run is not None and not run.is_complete]
        if incomplete:
            print("  the outcome of some tests was not found in the output", flush=True)
        tests = sorted(wanted.keys() | probed.outcomes.keys())
        different = [test for test in tests if wanted.get(test) != probed.outcomes.get(test)]
        return len(incomplete) + sum(self._differs(test, wanted, probed.outcomes) for test in different)

    def _differs(self, test: str, wanted: dict[str, str], probed: dict[str, str]) -> bool:
        base_again, probed_again = self._alone(test, probed=False), self._alone(test, probed=True)
        counts = base_again != probed_again
        print(f"  {'differs' if counts else 'differed once'}: {test}: {wanted.get(test)} -> {probed.get(test)}")
        print(f"    alone: {' '.join(base_again)} -> {' '.join(probed_again)}", flush=True)
        return counts

    def _alone(self, test: str, *, probed: bool) -> list[str]:
        runs = (self._run(probed=probed, test=test) for _ in range(REPEATS))
        return sorted(run.outcomes.get(test, "no outcome") for run in runs)

    def _run(self, *, probed: bool, test: str = "") -> Run:
        env = dict(os.environ, PYTHONPATH=str(self._scratch))
        where = str(SHM) if SHM.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="mpp-c-", dir=where, ignore_cleanup_errors=True) as directory:
            if probed:
                (Path(directory) / "tmp").mkdir()
                config = ProbeConfig(
                    self._run_id, journals=directory, fallback=directory, text=directory, directory=directory
                )
                env.update(environment(config, env))
            began = time.monotonic()
            output = self._execute(test or self._module, env)
            seconds = time.monotonic() - began
        log = Path(tempfile.gettempdir()) / f"{self._module}-{'probe' if probed else 'base'}{'-alone' * bool(test)}.log"
        log.write_text(output)
        ran, verdict = RAN.search(output), output.strip().rpartition("\n")[2]
        left = _removed_names(self._run_id) if probed else []
        return Run(_outcomes(output), int(ran[1]) if ran else 0, seconds, verdict, left)

    def _execute(self, test: str, env: dict[str, str]) -> str:
        """Run one test or all of the module; everything it printed, cut short at the deadline."""
        command = [self._python, "-m", "unittest", "-v", test]
        with tempfile.TemporaryFile(dir=self._scratch) as output:
            child = subprocess.Popen(
                command, env=env, cwd=self._scratch, stderr=subprocess.STDOUT, stdout=output, start_new_session=True
            )
            try:
                child.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                output.write(f"\nstopped after {DEADLINE_S} s\n".encode())
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            _end_group(child.pid)
            output.seek(0)
            return output.read().decode(errors="replace")


def _end_group(group: int) -> None:
    """Let what the tests left running end by itself, then end it; the resource tracker heeds SIGKILL only."""
    with contextlib.suppress(ProcessLookupError):
        for last in (signal.SIGTERM, signal.SIGKILL):
            deadline = time.monotonic() + GRACE_S
            while time.monotonic() < deadline:
                os.killpg(group, 0)
                time.sleep(0.05)
            os.killpg(group, last)


def _removed_names(run_id: str) -> list[str]:
    """Remove the semaphores and the shared memory that a run left, and say which."""
    left = sorted(SHM.glob(f"*{run_id}*"))
    for path in left:
        path.unlink(missing_ok=True)
    return [path.name for path in left]


def _passing(outcomes: dict[str, str]) -> dict[str, str]:
    """The same tests when all that are not skipped pass."""
    return {test: outcome if outcome.startswith("skipped") else "ok" for test, outcome in outcomes.items()}


def _outcomes(output: str) -> dict[str, str]:
    """Test to outcome of a verbose unittest run; other output may stand between the two."""
    outcomes: dict[str, str] = {}
    running = ""
    for line in output.splitlines():
        header = HEADER.match(line)
        if header:
            running = header[2] if header[2].endswith(header[1]) else f"{header[2]}.{header[1]}"
        outcome = OUTCOME.search(line)
        if running and outcome:
            outcomes[running] = outcome[1]
            running = ""
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
