"""A run as one JSON object: what the command line prints and a recording ends with. Pure."""

import math
from typing import Any

from playground.findings import Findings, causes
from playground.history import History, Process, Resource
from playground.history.told import exit_text

FORMAT = 1
_COUNTED = frozenset({"value", "array", "raw_value", "raw_array"})
_RAW = frozenset({"raw_value", "raw_array"})
"""What is only sampled: how often it was written, and what was lost, nobody knows."""


def summarise(history: History, findings: Findings, recording: str | None = None) -> dict[str, Any]:
    """The summary of all rows so far; depends on rows, definitions and the run's info only."""
    waiting: dict[int, list[str]] = {}
    for index, process in history.shown.items():
        for span in process.open_waits():
            waiting.setdefault(span.resource, []).append(history.name(index))
    return {
        "format": FORMAT,
        "scenario": history.info.scenario,
        "parameters": dict(history.info.parameters),
        "start_method": start_method(history),
        "outcome": history.outcome,
        "exitcode": history.exitcode,
        "duration_s": _seconds(history.until),
        "processes": [_process(history, p) for p in history.processes if p.began is not None],
        "resources": [_resource(history, r, waiting) for r in history.resources.values()],
        "counters": [_counter(findings, r) for r in history.resources.values() if _is_counted(r)],
        "measured": [{"label": m.label, "value": m.value, "unit": m.unit} for m in history.measurements(history.until)],
        "findings": [_finding(history, f) for f in findings.all],
        "verdict": verdict(history, findings),
        "events": history.events,
        "dropped": history.dropped,
        "recording": recording,
    }


def verdict(history: History, findings: Findings) -> str:
    """One sentence: the gravest finding, else what the program reported, else what was seen.

    That nothing goes on any more is mostly what comes of something else: a ring of locks aside, that goes first.
    """
    errors = [f for f in findings.all if f.severity == "error"]
    if errors:
        return next((f for f in errors if f.edges or f.kind not in {"deadlock", "stuck"}), errors[0]).text
    if history.outcome == "failed":
        refused = _refused(history)
        if refused:
            return refused
        end = f"the program {_ended(history.exitcode)}"
        return f"{history.last_report}; {end}" if history.last_report else end
    if history.last_report:
        return history.last_report
    warnings = [f for f in findings.all if f.severity == "warning"]
    if warnings:
        return warnings[0].text
    count = len(history.processes)
    failed = sum(1 for i, p in enumerate(history.processes) if p.exitcode and not _as_told(history, i))
    said = "nothing wrong found" if not failed else f"{failed} of them with an exit code other than 0"
    until = " until it was stopped" if history.outcome == "stopped" and history.exitcode else ""
    return f"{count} process{'es' if count != 1 else ''}, {said}{until}{_unseen(history)}"


def _refused(history: History) -> str:
    """Why the program could not be started, as the observer said it; "" where it was."""
    if history.exitcode != 127 or any(process.spoken for process in history.processes):
        return ""
    notices = (line.text for line in history.lines if line.stream == "notice")
    return next((text for text in notices if text.startswith("cannot start ")), "")


def _ended(status: int | None) -> str:
    return f"ended with exit code {status}" if (status or 0) >= 0 else f"was ended by {exit_text(status)}"


def _unseen(history: History) -> str:
    """What the run could not observe, in words."""
    return f"; not observed: {', '.join(history.not_observed)}" if history.not_observed else ""


def _as_told(history: History, index: int) -> bool:
    """Whether a signal ended the process that the program itself sent it: a daemon at exit, a worker of a pool."""
    return (history.processes[index].exitcode or 0) < 0 and causes.by_signal_of_program(history, index)


def start_method(history: History) -> str:
    """The run's start method: the one asked for, else that of its first child."""
    if history.info.start_method:
        return history.info.start_method
    children = (p.definition.method for p in history.processes if p.definition.role in {"child", "worker", "manager"})
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


def _resource(history: History, resource: Resource, waiting: dict[int, list[str]]) -> dict[str, Any]:
    return {
        "name": resource.definition.name,
        "kind": resource.definition.kind,
        "site": history.place(resource.definition.site),
        "acquired": resource.acquired,
        "contended": resource.contended,
        "max_holders": resource.max_holders,
        "held_by": sorted({history.name(p) for p, *_ in resource.holders()}),
        "waited_by": waiting.get(resource.definition.index, []),
    }


def _is_counted(resource: Resource) -> bool:
    """Values and arrays, and shared memory that holds a list whose items were used."""
    kind = resource.definition.kind
    return kind in _COUNTED or (kind == "shared_memory" and bool(resource.items))


def _counter(findings: Findings, resource: Resource) -> dict[str, Any]:
    steps = [c for c in (resource.counter, *resource.items.values()) if c is not None]
    known = [c for c in steps if c.first is not None]
    raw = resource.definition.kind in _RAW
    return {
        "name": resource.definition.name,
        "first": _number(known[0].first) if known else None,
        "last": _number(steps[-1].last) if known else None,
        "min": _number(min((c.lowest for c in known if c.lowest is not None), default=None)),
        "max": _number(max((c.highest for c in known if c.highest is not None), default=None)),
        "writes": None if raw else resource.unseen_writes + sum(c.writes for c in steps),
        "lost_updates": None if raw else findings.lost_updates(resource.definition.index),
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
