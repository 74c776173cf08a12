"""A run as one JSON object."""

import json
from typing import Any

from msgspec.structs import replace

from playground.findings import Findings
from playground.history import History
from playground.probe import layout
from playground.summary import summarise
from tests.unit.rows import INFO, MS, Run


def summary(run: Run, recording: str | None = None) -> dict[str, Any]:
    history = run.history()
    findings = Findings(history)
    findings.advance()
    told = summarise(history, findings, recording)
    assert json.loads(json.dumps(told)) == told
    return told


def test_every_field_of_a_run_that_is_stuck() -> None:
    run = Run()
    a, b = run.process("A", role="main"), run.process("B", began=5)
    site = run.site("/x/work.py", 12, "work")
    gate, total = run.resource("gate", "rlock"), run.resource("total", "value")
    run.row(10, b, layout.CREATED, total, value=3)
    for t, value in ((11, 7), (12, 2)):
        run.row(t, b, layout.READ, total)
        run.row(t, b, layout.WROTE, total, value=value)
    run.row(15, b, layout.ACQUIRED, gate, site=site)
    run.waits(20, a, gate, layout.OP_ACQUIRE, site=site)
    run.ended(30, b, 3)
    run.look(100, a)
    run.row(120, a, layout.RUN_ENDED, value=1 << 32 | 124)
    told = summary(run, "a.mpr.jsonl")
    seconds = {"running": 0.02, "waiting": 0.1, "sleeping": 0.0, "suspended": 0.0}
    (finding,) = told.pop("findings")
    assert told == {
        "format": 1,
        "scenario": "topic/name",
        "parameters": {"workers": 2},
        "start_method": "fork",
        "outcome": "stuck",
        "exitcode": 124,
        "duration_s": 0.12,
        "processes": [
            {"name": "A", "pid": 100, "ppid": 99, "role": "main", "daemon": False, "exitcode": None, "started_s": 0.0}
            | {"ended_s": None, "seconds": seconds, "state": "waiting"},
            {"name": "B", "pid": 101, "ppid": 99, "role": "child", "daemon": False, "exitcode": 3, "started_s": 0.005}
            | {"ended_s": 0.03, "seconds": {**seconds, "running": 0.025, "waiting": 0.0}, "state": "exited"},
        ],
        "resources": [
            {"name": "gate", "kind": "rlock", "site": "", "acquired": 1, "contended": 1, "max_holders": 1}
            | {"held_by": ["B"], "waited_by": ["A"]},
            {"name": "total", "kind": "value", "site": "", "acquired": 0, "contended": 0, "max_holders": 0}
            | {"held_by": [], "waited_by": []},
        ],
        "counters": [{"name": "total", "first": 3, "last": 2, "min": 2, "max": 7, "writes": 2, "lost_updates": 0}],
        "measured": [],
        "verdict": finding["text"],
        "events": 9,
        "dropped": 0,
        "recording": "a.mpr.jsonl",
    }
    assert {key: finding[key] for key in ("kind", "severity", "processes", "resources", "at_s")} == {
        "kind": "abandoned_lock",
        "severity": "error",
        "processes": ["A", "B"],
        "resources": ["gate"],
        "at_s": 0.03,
    }
    assert finding.keys() == {"kind", "severity", "processes", "resources", "at_s", "text", "advice"}


def test_the_verdict_is_the_first_error_then_the_last_report_then_what_was_seen() -> None:
    run = Run()
    a = run.process("A")
    run.ended(10, run.process("B"), 3)
    assert summary(run)["verdict"] == "2 processes, 1 of them with an exit code other than 0"
    for words in ("first", "second"):
        run.row(20, a, layout.REPORT, value=run.text(words))
    assert summary(run)["verdict"] == "second"
    run.row(30, a, layout.RAISED, value=run.text("ValueError: no"))
    assert summary(run)["verdict"] == "A ended by ValueError: no"


def test_a_process_that_was_never_heard_of_is_left_out() -> None:
    run = Run()
    run.process("A", began=None)
    told = summary(run)
    assert (told["processes"], told["events"], told["outcome"], told["exitcode"]) == ([], 0, "", None)


def test_the_start_method_is_the_one_asked_for_or_that_of_the_first_child() -> None:
    run = Run()
    run.process("main", role="main")
    run.process("A")
    methods = []
    for asked in ("spawn", ""):
        history = History(replace(INFO, start_method=asked))
        history.append(run.batch())
        methods.append(summarise(history, Findings(history))["start_method"])
    assert methods == ["spawn", "fork"]


def test_items_of_an_array_are_one_counter() -> None:
    run = Run()
    a, array = run.process("A"), run.resource("cells", "array", limit=3)
    for index, value in ((0, 5), (1, -2), (0, 9)):
        run.row(10, a, layout.ITEM_WROTE, array, value=value, site=index)
    assert run.history().until == 10 * MS
    (counter,) = summary(run)["counters"]
    assert {key: counter[key] for key in ("name", "min", "max", "writes")} == {
        "name": "cells",
        "min": -2,
        "max": 9,
        "writes": 3,
    }


def test_processes_that_the_program_itself_ended_have_not_failed() -> None:
    run = Run()
    main, daemon = run.process("main", role="main"), run.process("daemon")
    run.row(10, main, layout.TERMINATE_SENT, value=100 + daemon)
    run.ended(20, daemon, -15)
    assert summary(run)["verdict"] == "2 processes, nothing wrong found"
    run.ended(30, main, 3)
    assert summary(run)["verdict"] == "2 processes, 1 of them with an exit code other than 0"
