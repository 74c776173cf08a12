"""The trace for Perfetto: checked by the rules of the format, and for what it tells."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from playground.export import Options, write
from playground.history import ProcessDefinition
from playground.probe import layout
from tests.recordings import DEADLOCK
from tests.unit import recordings
from tests.unit.hostile import TEXTS
from tests.unit.made_runs import busy_run
from tests.unit.random_runs import runs
from tests.unit.rows import Run
from tests.unit.trace_format import Event, check


def trace(path: Path) -> list[Event]:
    out = io.StringIO()
    write(path, "perfetto", out, Options())
    return check(out.getvalue())


def trace_of(run: Run, tmp_path: Path) -> list[Event]:
    path = tmp_path / "run.mpr.jsonl"
    recordings.write(path, [run.batch()])
    return trace(path)


def slices(events: list[Event], pid: int) -> list[tuple[str, float, float]]:
    """Name, begin and end in milliseconds of the slices of a process's main thread."""
    mine = [each for each in events if each["pid"] == each["tid"] == pid and each["ph"] in "BE"]
    return [(b["name"], b["ts"] / 1000, e["ts"] / 1000) for b, e in zip(mine[::2], mine[1::2], strict=True)]


def of_phase(events: list[Event], *phases: str) -> list[Event]:
    return [each for each in events if each["ph"] in phases]


def test_states_and_waits_are_slices_with_what_is_waited_for(tmp_path: Path) -> None:
    events = trace_of(busy_run(), tmp_path)
    assert slices(events, 101) == [
        ("running", 4, 7),
        ("waits for lock", 7, 10),
        ("running", 10, 20),
        ("zombie", 20, 25),
    ]
    (wait,) = [each for each in events if each.get("name") == "waits for lock"]
    assert wait["args"] == {
        "operation": "acquire",
        "resource": "lock",
        "held by": "A",
        "line": "work.py:12",
        "timeout": "yes",
    }


def test_holds_flows_counters_and_instants(tmp_path: Path) -> None:
    events = trace_of(busy_run(), tmp_path)
    holds = [(each["name"], each["ph"], each["ts"] / 1000) for each in of_phase(events, "b", "e")]
    assert ("holds lock", "b", 6) in holds
    assert ("holds lock", "e", 20) in holds  # B has it when it is killed
    assert len([each for each in holds if each[0] == "holds gate"]) == 4
    flows = {(s["cat"], s["name"]): (s["ts"] / 1000, f["ts"] / 1000) for s, f in _pairs(of_phase(events, "s", "f"))}
    assert flows == {("start", "start"): (2, 4), ("release", "lock"): (9, 10), ("item", "jobs"): (11, 12)}
    values = [(each["name"], each["args"]) for each in of_phase(events, "C")]
    assert ("ratio", {"value": 0.5}) in values
    assert ("gate", {"holders": 2}) in values
    assert ("jobs", {"depth": 1}) in values
    told = {(each["cat"], each["name"]) for each in of_phase(events, "i")}
    assert {("by hand", "kill B"), ("end", "B SIGKILL")} <= told
    names = {each["args"]["name"] for each in of_phase(events, "M") if each["name"].endswith("_name")}
    assert {"A", "B", "main thread", "feeder"} <= names


def _pairs(flows: list[Event]) -> list[tuple[Event, Event]]:
    return list(zip(flows[::2], flows[1::2], strict=True))


def test_a_recorded_deadlock() -> None:
    out = io.StringIO()
    write(DEADLOCK, "perfetto", out)
    events = check(out.getvalue())
    (finding,) = [each for each in events if each.get("cat") == "finding"]
    assert finding["name"] == "deadlock"
    assert "A waits for" in finding["args"]["what"]
    about = json.loads(out.getvalue())["otherData"]
    assert about["verdict"].startswith("deadlock of 2")


def test_pids_that_are_used_twice_are_two_processes(tmp_path: Path) -> None:
    run = Run()
    run.process("first", role="main")
    run.define(_process(1, "second"))
    run.row(5, 1, layout.BEGAN)
    run.row(9, 0, layout.RUN_ENDED)
    names = {
        each["pid"]: each["args"]["name"] for each in trace_of(run, tmp_path) if each.get("name") == "process_name"
    }
    assert sorted(names.values()) == ["first", "second", "shared: values, queues, semaphores"]


def _process(index: int, name: str) -> ProcessDefinition:
    return ProcessDefinition(index, 100, 9, 99, name, "fork", False, "child")


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_hostile_names(text: str, tmp_path: Path) -> None:
    run = Run()
    a = run.process(text, role="main")
    lock = run.resource(text)
    run.waits(1, a, lock, layout.OP_ACQUIRE, site=run.site(text, 3, text))
    run.row(2, a, layout.MARK, value=run.text(text))
    run.row(9, a, layout.RUN_ENDED)
    trace_of(run, tmp_path)


@settings(max_examples=30, deadline=None)
@given(run=runs())
def test_any_run_gives_a_trace_that_is_right(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    trace_of(run, tmp_path_factory.mktemp("run"))


WRONG: dict[str, list[Event]] = {
    "slices overlap": [{"ph": "B", "ts": 3, "name": "x"}, {"ph": "B", "ts": 4, "name": "y"}],
    "no end": [{"ph": "B", "ts": 90, "name": "x"}],
    "no begin": [{"ph": "E", "ts": 90}],
    "half a flow": [{"ph": "s", "ts": 12, "id": 1, "cat": "item", "name": "x"}],
    "a flow in no slice": [{"ph": "s", "ts": 90, "id": 1, "cat": "item", "name": "x"}],
    "not finite": [{"ph": "C", "ts": 5, "name": "c", "args": {"value": float("inf")}}],
    "before the start": [{"ph": "i", "ts": -5, "name": "c", "s": "p"}],
    "no scope": [{"ph": "i", "ts": 5, "name": "c", "s": "everywhere"}],
    "half a character": [{"ph": "i", "ts": 5, "name": "\ud800", "s": "p"}],
    "nobody": [{"ph": "i", "ts": 5, "name": "c", "s": "p", "pid": 77}],
}


@pytest.mark.parametrize("added", WRONG.values(), ids=list(WRONG))
def test_the_check_finds_what_is_wrong(added: list[Event], tmp_path: Path) -> None:
    path = tmp_path / "run.mpr.jsonl"
    recordings.write(path, [busy_run().batch()])
    out = io.StringIO()
    write(path, "perfetto", out)
    whole = json.loads(out.getvalue())
    whole["traceEvents"] += [{"pid": 100, "tid": 100, **each} for each in added]
    with pytest.raises((AssertionError, KeyError)):
        check(json.dumps(whole))
