"""Knobs that change how a run ends: each value shows what the lesson says of it, and nothing hangs."""

import json
import re

import pytest

from tests.processes.commands import playground
from tests.processes.thorough import THOROUGH

SAYS = {
    "pools/pool_map workers=2 item_ms=20 items=12 way=imap": "12 items in 12 chunks .* order kept: yes",
    "pools/pool_map workers=2 item_ms=150 items=6 way=imap_unordered": "6 items in 6 chunks .* order kept: no",
    "pools/pool_map workers=2 item_ms=1 items=10 chunksize=4": "10 items in 3 chunks",
    "lifecycle/daemon_shutdown work_ms=50 ends=raise": "exit code 1, its server lived on .* did not run",
    "lifecycle/daemon_shutdown work_ms=50 life_ms=1500 ends=os._exit": "exit code 1, its server lived on .* ran",
    "lifecycle/daemon_shutdown work_ms=50 life_ms=1500 ends=SIGTERM": "exit code -15, its server lived on .* ran",
    "lifecycle/daemon_shutdown work_ms=50 life_ms=1500 ends=SIGKILL": "exit code -9, its server lived on .* ran",
    "lifecycle/daemon_shutdown work_ms=50 life_ms=500 deaf=true": "exit code 0, its server lived on .* cleanup ran",
    "failures/where_the_exception_goes work_ms=20 limit_ms=800 kind=sys.exit": (
        "Process: nothing, exit code 3; Pool: TimeoutError; Executor: SystemExit"
    ),
    "failures/where_the_exception_goes work_ms=20 kind=unpicklable": (
        "Process: nothing, exit code 1; Pool: AssertionError; Executor: BrokenProcessPool"
    ),
}
"""Scenario and knobs to a pattern of what it reports."""


@pytest.mark.parametrize("run", [pytest.param(run, marks=THOROUGH if i else ()) for i, run in enumerate(SAYS)])
def test_a_knob_shows_what_the_lesson_says(run: str, start_method: str) -> None:
    name, *knobs = run.split()
    options = [word for knob in knobs for word in ("-p", knob)]
    done = playground("run", "--headless", "--json", "--start-method", start_method, "--timeout", "60", *options, name)
    assert json.loads(done.stdout)["outcome"] == "finished", done.stderr
    assert re.search(SAYS[run], done.stderr), done.stderr
