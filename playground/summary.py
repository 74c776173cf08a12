"""A run as one JSON object: what the command line prints and a recording ends with. Pure."""

import math
from typing import Any

from playground.findings import Findings
from playground.history import History, Process, Resource
from playground.history.told import exit_text
from playground.probe import layout

FORMAT = 1
_COUNTED = frozenset({"value", "array"})


def summarise(history: History, findings: Findings, recording: str | None = None) -> dict[str, Any]:
    """The summary of all rows so far; depends on rows, definitions and the run's info only."""
    return {
        "format": FORMAT,
        "scenario": history.info.scenario,
        "parameters": dict(history.info.parameters),
        "start_method": start_method(history),
        "outcome": history.outcome,
        "exitcode": history.exitcode,
        "duration_s": _seconds(history.until),
        "processes": [_process(history, p) for p in history.processes if p.began is not None],
        "resources": [_resource(history, r) for r in history.resources.values()],
        "counters": [_counter(findings, r) for r in history.resources.values() if r.definition.kind in _COUNTED],
        "findings": [_finding(history, f) for f in findings.all],
        "verdict": verdict(history, findings),
        "events": sum(1 for kind in history.kind if kind < 100),
        "dropped": history.dropped,
        "recording": recording,
    }


def verdict(history: History, findings: Findings) -> str:
    """One sentence: the gravest finding, else what the program reported, else what was seen."""
    errors = [f for f in findings.all if f.severity == "error"]
    if errors:
        return errors[0].text
    if history.outcome == "failed":
        end = f"the program {_ended(history.exitcode)}"
        return f"{history.last_report}; {end}" if history.last_report else end
    if history.last_report:
        return history.last_report
    if history.outcome == "timeout":
        return f"not ended after {history.until / 1e9:.1f} s, and why was not found out{_standing(history)}"
    warnings = [f for f in findings.all if f.severity == "warning"]
    if warnings:
        return warnings[0].text
    count = len(history.processes)
    failed = sum(1 for p in history.processes if p.exitcode)
    said = "nothing wrong found" if not failed else f"{failed} of them with an exit code other than 0"
    until = " until it was stopped" if history.outcome == "stopped" else ""
    return f"{count} process{'es' if count != 1 else ''}, {said}{until}"


def _ended(status: int | None) -> str:
    return f"ended with exit code {status}" if (status or 0) >= 0 else f"was ended by {exit_text(status)}"


def _standing(history: History) -> str:
    """What live processes wait for, in words."""
    waits = [w for w in history.waits_at(history.until) if w.thread == layout.MAIN_THREAD]
    shown = [
        f"{history.name(w.process)} waits for "
        + (history.name(w.on_process) if w.on_process is not None else f"`{history.resource_name(w.resource)}`")
        for w in waits[:3]
    ]
    return ": " + ", ".join(shown) if shown else ""


def start_method(history: History) -> str:
    """The run's start method: the one asked for, else that of its first child."""
    if history.info.start_method:
        return history.info.start_method
    children = (p.definition.method for p in history.processes if p.definition.role in {"child", "worker"})
    return next(children, "")


def _seconds(ns: int | None) -> float | None:
    return None if ns is None else round(ns / 1e9, 6)


def _process(history: History, process: Process) -> dict[str, Any]:
    definition = process.definition
    return {
        "name": definition.name,
        "pid": definition.pid,
        "ppid": definition.ppid,
        "role": definition.role,
        "daemon": definition.daemon,
        "exitcode": process.exitcode,
        "started_s": _seconds(process.began),
        "ended_s": _seconds(process.ended),
        "seconds": process.lane.seconds(history.until if process.ended is None else process.ended),
        "state": process.lane.state.name.lower(),
    }


def _resource(history: History, resource: Resource) -> dict[str, Any]:
    number = resource.definition.index
    waiting = [
        history.name(i) for i, p in enumerate(history.processes) for span in p.open_waits() if span.resource == number
    ]
    return {
        "name": resource.definition.name,
        "kind": resource.definition.kind,
        "site": history.place(resource.definition.site),
        "acquired": resource.acquired,
        "contended": resource.contended,
        "max_holders": resource.max_holders,
        "held_by": sorted({history.name(p) for p, *_ in resource.holders()}),
        "waited_by": waiting,
    }


def _counter(findings: Findings, resource: Resource) -> dict[str, Any]:
    steps = [c for c in (resource.counter, *resource.items.values()) if c is not None]
    values = [v for c in steps for v in c.values]
    return {
        "name": resource.definition.name,
        "first": _number(values[0]) if values else None,
        "last": _number(steps[-1].last) if steps and values else None,
        "min": _number(min(values, default=None)),
        "max": _number(max(values, default=None)),
        "writes": sum(c.writes for c in steps),
        "lost_updates": findings.lost_updates(resource.definition.index),
    }


def _number(value: float | None) -> float | None:
    """JSON has no infinity and no NaN."""
    return value if value is not None and math.isfinite(value) else None


def _finding(history: History, finding: Any) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "processes": [history.name(p) for p in finding.processes],
        "resources": [history.resource_name(r) for r in finding.resources],
        "at_s": _seconds(finding.at),
        "text": finding.text,
        "advice": finding.advice,
    }
