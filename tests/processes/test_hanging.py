"""Programs that hang, each in another way: what is found is the cause, and the run ends by itself.

The first word of each program's docstring is the kind of finding that explains it.
"""

import ast
import json
from pathlib import Path

import pytest

from tests.processes.commands import playground

PROGRAMS = sorted((Path(__file__).parent / "hanging").glob("*.py"))
GOES_ON = {"beside_a_busy_one"}
"""Programs of which a part is stuck while the rest comes to an end."""
ALWAYS_FORK = {"bare_pipe", "fork_with_lock", "unread_program"}
CASES = [
    (path, method)
    for number, path in enumerate(PROGRAMS)
    for method in ("fork", ("spawn", "forkserver")[number % 2])
    if method == "fork" or path.stem not in ALWAYS_FORK
]


@pytest.mark.parametrize(("path", "method"), CASES, ids=[f"{path.stem}-{method}" for path, method in CASES])
def test_a_hanging_program_is_explained(path: Path, method: str) -> None:
    told = ast.get_docstring(ast.parse(path.read_text())) or ""
    done = playground("run", "--headless", "--json", "--no-record", "--timeout", "60", str(path), method)
    summary = json.loads(done.stdout)
    errors = [finding["kind"] for finding in summary["findings"] if finding["severity"] == "error"]
    assert errors == told.partition(":")[0].split(" and "), summary["findings"]
    assert summary["outcome"] == ("finished" if path.stem in GOES_ON else "stuck")
