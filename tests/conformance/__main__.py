"""CPython's own multiprocessing tests, with and without the probe: per-test outcomes must be equal.

``python tests/conformance [--python PATH] [--methods fork,spawn] [--parts misc,processes] [--probe-only]``

Needs an interpreter with its ``test`` package. Prints one line per part and every test whose
outcome differs; exits with 1 when one does.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playground.probe.entry import ProbeConfig, environment

STUBS = {
    "misc": "install_tests_in_module_dict(globals(), {method!r}, exclude_types=True)",
    "processes": "install_tests_in_module_dict(globals(), {method!r}, only_type='processes')",
    "threads": "install_tests_in_module_dict(globals(), {method!r}, only_type='threads')",
    "manager": "install_tests_in_module_dict(globals(), {method!r}, only_type='manager')",
}
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
HEADER = re.compile(r"^(test\w*) \((\S+)\)")
OUTCOME = re.compile(r"(?:^|\.\.\. |\s)(ok|FAIL|ERROR|expected failure|skipped .*)$")


def main() -> int:
    """Run the parts that were asked for and compare."""
    options = _options()
    differences = 0
    with tempfile.TemporaryDirectory(prefix="mpp-conformance-") as scratch:
        for method in options.methods.split(","):
            for part in options.parts.split(","):
                differences += _compare(options, Path(scratch), method, part)
    return 1 if differences else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPython's multiprocessing tests under the probe")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--methods", default="fork")
    parser.add_argument("--parts", default="misc")
    parser.add_argument("--probe-only", action="store_true")
    return parser.parse_args()


def _compare(options: argparse.Namespace, scratch: Path, method: str, part: str) -> int:
    name = f"mpp_conformance_{method}_{part}"
    version = subprocess.check_output(
        [options.python, "-c", "import sys; print(*sys.version_info[:2], sep='.')"], text=True
    ).strip()
    stub = OLD_STUB if version in {"3.11", "3.12"} else STUB
    text = stub.format(install=STUBS[part].format(method=method), method=method, part=part)
    (scratch / f"{name}.py").write_text(text)
    base: dict[str, str] | None = None
    if not options.probe_only:
        base, seconds, tail = _run(options.python, scratch, name, probed=False)
        print(f"{version} {method} {part}: base  {len(base)} tests, {seconds:.0f} s, {tail}", flush=True)
    probed, seconds, tail = _run(options.python, scratch, name, probed=True)
    print(f"{version} {method} {part}: probe {len(probed)} tests, {seconds:.0f} s, {tail}", flush=True)
    wanted = base if base is not None else dict.fromkeys(probed, "ok")
    different = [t for t in sorted(wanted.keys() | probed.keys()) if not _same(wanted.get(t), probed.get(t))]
    for test in different:
        print(f"  differs: {test}: {wanted.get(test)} -> {probed.get(test)}", flush=True)
    return len(different)


def _same(one: str | None, other: str | None) -> bool:
    return one == other or (other is not None and other.startswith("skipped"))


def _run(python: str, scratch: Path, name: str, *, probed: bool) -> tuple[dict[str, str], float, str]:
    env = dict(os.environ, PYTHONPATH=str(scratch))
    with tempfile.TemporaryDirectory(prefix="mpp-c-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as run:
        if probed:
            (Path(run) / "tmp").mkdir()
            config = ProbeConfig(run="c0f0c0f0", journals=run, fallback=run, text=run, directory=run)
            env.update(environment(config, env))
        began = time.monotonic()
        command = [python, "-m", "unittest", "-v", name]
        done = subprocess.run(
            command, env=env, cwd=scratch, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, check=False
        )
        output = done.stdout.decode(errors="replace")
        log = Path(tempfile.gettempdir()) / f"{name}-{'probe' if probed else 'base'}.log"
        log.write_text(output)
        return _outcomes(output), time.monotonic() - began, output.strip().splitlines()[-1]


def _outcomes(output: str) -> dict[str, str]:
    """Test to outcome of a verbose unittest run; other output may stand between the two."""
    outcomes: dict[str, str] = {}
    running = ""
    for line in output.splitlines():
        header = HEADER.match(line)
        if header:
            running = f"{header[2]}.{header[1]}"
        outcome = OUTCOME.search(line)
        if running and outcome:
            outcomes[running] = outcome[1]
            running = ""
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
