"""Mistakes that people really make, in programs of their own: told for what they did, and nothing of the cure."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.processes.commands import playground


def found(place: Path, program: str, *arguments: str) -> list[dict[str, Any]]:
    """What is found in a program, which is run with fork."""
    path = place / "my.py"
    path.write_text(program)
    options = ("--headless", "--json", "--no-record", "--start-method", "fork", "--timeout", "20")
    done = playground("run", *options, str(path), *arguments)
    findings: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])["findings"]
    return findings


PROXIES = """
import multiprocessing as mp
import sys
from contextlib import nullcontext


def add(hits, lanes, totals, lock, meeting):
    meeting.wait()
    with lock or nullcontext():
        seen, tags = hits["page"], hits["tags"]
        lane, total = lanes[0], totals.sum
        if not lock:
            meeting.wait()
        hits["page"] = seen + 1
        hits["tags"] = [*tags, "new"]
        lanes[0] = lane + 1
        totals.sum = total + 1.5


if __name__ == "__main__":
    with mp.Manager() as manager:
        hits, lanes, totals = manager.dict(page=5, tags=[]), manager.list([5]), manager.Namespace(sum=5)
        lock = {"none": None, "lock": mp.Lock(), "manager": manager.Lock()}[sys.argv[1]]
        args = (hits, lanes, totals, lock, mp.Barrier(3))
        team = [mp.Process(target=add, args=args, name=name) for name in "ABC"]
        [each.start() for each in team]
        [each.join() for each in team]
"""


def test_updates_by_two_calls_of_a_proxy_are_lost(tmp_path: Path) -> None:
    updates = {f["text"].partition(": ")[0]: f for f in found(tmp_path, PROXIES, "none")}
    items = ("hits['page']", "hits['tags']", "lanes[0]", "totals.sum")
    assert sorted(updates) == [f"lost 2 of 3 updates of `{item}`" for item in items]
    told = updates["lost 2 of 3 updates of `hits['page']`"]
    assert (told["kind"], told["severity"], told["resources"]) == ("lost_update", "error", ["hits"])
    assert sorted(told["processes"]) == ["A", "B", "C"]
    assert " wrote 6 at my.py:14 after " in told["text"]
    assert "hold one lock over both" in told["advice"]


@pytest.mark.parametrize("lock", ["lock", "manager"])
def test_updates_of_a_proxy_under_a_lock_are_not(lock: str, tmp_path: Path) -> None:
    assert found(tmp_path, PROXIES, lock) == []
