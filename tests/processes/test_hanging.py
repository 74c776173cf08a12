"""Programs that hang, each in another way: what is found is the cause, and the run ends by itself.

The first word of each program's docstring is the kind of finding that explains it.
"""

import ast
import json
from pathlib import Path

import pytest

from tests.processes.commands import playground
from tests.processes.thorough import first_of_each

PROGRAMS = sorted((Path(__file__).parent / "hanging").glob("*.py"))
GOES_ON = {"beside_a_busy_one"}
"""Programs of which a part is stuck while the rest comes to an end."""
ALWAYS_FORK = {"bare_pipe", "fork_with_lock", "unread_program"}
CASES = first_of_each(
    (path.stem, method)
    for path in PROGRAMS
    for method in ("fork", "spawn", "forkserver")
    if method == "fork" or path.stem not in ALWAYS_FORK
)


@pytest.mark.parametrize(("name", "method"), CASES)
def test_a_hanging_program_is_explained(name: str, method: str) -> None:
    path = Path(__file__).parent / "hanging" / f"{name}.py"
    told = ast.get_docstring(ast.parse(path.read_text())) or ""
    done = playground("run", "--headless", "--json", "--no-record", "--timeout", "60", str(path), method)
    summary = json.loads(done.stdout)
    errors = [finding["kind"] for finding in summary["findings"] if finding["severity"] == "error"]
    assert errors == told.partition(":")[0].split(" and "), summary["findings"]
    assert summary["outcome"] == ("finished" if name in GOES_ON else "stuck")
