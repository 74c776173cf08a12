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
HELPS = {
    "bare_pipe": "Close the ends that a process does not use",
    "barrier": "Not all parties come: count them",
    "beside_a_busy_one": "in the same order everywhere",
    "condition": "let the waiter check it with the lock held",
    "empty_queue": "send each process that reads an end item of its own",
    "event": "do it before that process ends or waits itself",
    "fed_by_takers": "those that take from it wait to put into it",
    "file_locks": "unlock or close it before you wait",
    "fork_with_lock": "Fork before there are threads, or use spawn",
    "full_pipe": "receive before join()",
    "full_queue": "get() before join()",
    "futures": "Only a thread of this process could end that",
    "killed_holder": "Let no process that may be killed hold `gate`",
    "lock_and_join": "Do not hold `gate` while waiting for the end of worker",
    "lock_twice": "Do not take `gate` twice",
    "lost_permit": "Give `permits` back on every way out",
    "lost_task": "Use concurrent.futures.ProcessPoolExecutor",
    "manager_locks": "in the same order everywhere",
    "notify_one": "call `changed.notify_all()`",
    "open_end": "Close the ends that a process does not use",
    "task_done": "Call task_done() once for every item",
    "three_rlocks": "in the same order everywhere",
    "two_locks": "in the same order everywhere",
    "two_pipes": "one has to send first",
    "two_threads": "in the same order everywhere",
    "undrained": "Get everything out of the queue before joining",
    "unread_program": "read the output, or empty the queue",
}
"""Program to what the advice says, among other things."""
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
    assert any(HELPS[name] in finding["advice"] for finding in summary["findings"] if finding["severity"] == "error")
    assert summary["outcome"] == ("finished" if name in GOES_ON else "stuck")
