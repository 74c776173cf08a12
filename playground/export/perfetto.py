"""A run as Trace Event Format JSON, which ui.perfetto.dev and chrome://tracing open.

Each process and thread is a track of B and E events that never overlap: what it did and what it waited for. What it
held are async events (b, e) below it, each resource on tracks of its own; counters are C, flows s and f, findings,
actions and marks i. Times are microseconds since the run's start, exact to the nanosecond. Events of one track stand
in their order, all others as it comes: whoever reads the format sorts by time.
"""

import math
from collections.abc import Iterator
from typing import Any, TextIO

import msgspec

from playground.export.links import Flow, Flows, Thread
from playground.export.opening import Opening, Options
from playground.history import Counter, History, Nanoseconds, Process, State
from playground.history.told import exit_text
from playground.history.waits import WaitSpan
from playground.probe import layout
from playground.replay import Replay
from playground.text import clean

Event = dict[str, Any]
_OURS = 1 << 22
"""The kernel gives no pid from here on: these stand for what has none of its own."""
_UNITS = {"value": "value", "item": "value", "holders": "holders", "depth": "depth", "tasks": "done"}
_SAMPLES = {"cpu": ("cpu", "per cent", 1.0), "rss": ("memory", "MiB", 1 / (1 << 20))}
_MARKS = {"action": "by hand", "mark": "mark", "report": "report", "raised": "exception", "death": "end"}
_encoder = msgspec.json.Encoder()


def write(opening: Opening, out: TextIO, options: Options) -> None:  # noqa: ARG001  # as all formats
    """Write the trace of a recording."""
    flows = Flows()
    replay = opening.read(flows.take)
    out.write('{"traceEvents":[\n')
    for number, event in enumerate(_Trace(replay, flows).events()):
        out.write(",\n" if number else "")
        out.write(_encoder.encode(event).decode())
    about = {
        "made by": "mp-playground",
        "scenario": replay.info.scenario,
        "parameters": {str(key): str(value) for key, value in replay.info.parameters.items()},
        "verdict": replay.summary["verdict"],
        "started at": replay.info.started_at,
        "python": replay.info.python,
        "notices": replay.notices,
    }
    out.write(f'\n],\n"displayTimeUnit":"ms",\n"otherData":{_encoder.encode(about).decode()}}}\n')


class _Trace:
    """The events of one run."""

    def __init__(self, replay: Replay, flows: Flows) -> None:
        self._history, self._findings, self._flows = replay.history, replay.findings, flows
        self._pids = _pids(replay.history)
        self._tids: dict[Thread, int] = {}
        self._threads: dict[int, set[int]] = {}
        for process, thread in flows.spoke:
            self._threads.setdefault(process, set()).add(thread)
        self._shared = _OURS + len(self._pids)

    def events(self) -> Iterator[Event]:
        """Names, then track by track, then what lies between tracks."""
        history = self._history
        yield _name("process_name", self._shared, self._shared, "shared: values, queues, semaphores")
        for index, process in history.shown.items():
            if process.lane.index_at(history.until) < 0:
                continue
            yield from self._names(index, process)
            yield from self._slices(index, process)
            for thread in self._other_threads(index):
                yield from self._thread(index, process, thread)
            for name, (title, unit, scale) in _SAMPLES.items():
                if name in process.samples:
                    yield from self._counter(process.samples[name], self._pids[index], title, unit, scale)
        yield from self._holds()
        for counter in history.counters:
            yield from self._counter(counter, self._shared, counter.name, _UNITS.get(counter.unit, counter.unit))
            for stage in counter.stages.values():
                yield from self._counter(stage, self._shared, counter.name, stage.unit)
        yield from self._links()
        yield from self._instants()

    # --- Tracks -----------------------------------------------------------------------------------------

    def _names(self, index: int, process: Process) -> Iterator[Event]:
        pid = self._pids[index]
        yield _name("process_name", pid, pid, self._history.name(index))
        yield {"ph": "M", "name": "process_sort_index", "pid": pid, "tid": pid, "args": {"sort_index": index + 1}}
        definition = process.definition
        labels = f"{definition.role}{', daemon' if definition.daemon else ''}, pid {definition.pid}"
        yield {"ph": "M", "name": "process_labels", "pid": pid, "tid": pid, "args": {"labels": labels}}
        yield _name("thread_name", pid, self._tid((index, layout.MAIN_THREAD)), "main thread")

    def _slices(self, index: int, process: Process) -> Iterator[Event]:
        """The lane of a process, a slice for each stretch."""
        lane, history = process.lane, self._history
        pid, tid = self._pids[index], self._tid((index, layout.MAIN_THREAD))
        waits = process.waits.get(layout.MAIN_THREAD)
        spans = waits.between(history.since, history.until, len(history.instants) + 1) if waits is not None else []
        waited = {span.since: span for span in spans}
        last = history.until if process.ended is None else process.ended
        for i, start in enumerate(lane.starts):
            state = State(lane.states[i])
            end = min(lane.starts[i + 1] if i + 1 < len(lane.starts) else last, last)
            if state == State.WAITING:
                span = waited.get(start) or WaitSpan(
                    layout.MAIN_THREAD, lane.operations[i], lane.resources[i], 0, start, False, lane.values[i]
                )
                yield from self._wait(pid, tid, span, end)
            elif not state.final:
                yield from self._slice(pid, tid, state.name.lower(), state.name.lower(), start, end, {})
        if process.ended is not None and (reaped := process.reaped or history.until) > process.ended:
            told = {"exit": exit_text(process.exitcode)}
            yield from self._slice(pid, tid, "zombie", "zombie", process.ended, reaped, told)

    def _other_threads(self, index: int) -> list[int]:
        numbers = self._threads.get(index, set()) | set(self._history.processes[index].waits)
        return sorted(numbers - {layout.MAIN_THREAD})

    def _thread(self, index: int, process: Process, thread: int) -> Iterator[Event]:
        """A thread beside the main one: its waits, and in between, from its first event to its last, that it runs."""
        history = self._history
        pid, tid = self._pids[index], self._tid((index, thread))
        yield _name("thread_name", pid, tid, process.thread_names.get(thread) or f"thread {thread}")
        waits = process.waits.get(thread)
        spans = waits.between(history.since, history.until, len(history.instants) + 1) if waits is not None else []
        at, last = self._flows.spoke.get((index, thread), (history.until, history.since))
        for span in spans:
            until = min(span.until or history.until, process.ended or history.until)
            yield from self._slice(pid, tid, "running", "running", at, span.since, {})
            yield from self._wait(pid, tid, span, until)
            at = max(until, history.since)
        yield from self._slice(pid, tid, "running", "running", at, last, {})

    def _wait(self, pid: int, tid: int, span: WaitSpan, end: Nanoseconds) -> Iterator[Event]:
        history = self._history
        operation = layout.OPERATIONS[span.operation]
        joined = history.pids.get(span.joined_pid) if span.joined_pid else None
        what = history.waited_for(span.resource, operation, joined)
        told: dict[str, Any] = {"operation": operation}
        if span.resource in history.resources:
            told["resource"] = history.resources[span.resource].definition.kind
            holders = history.resources[span.resource].holders_at(max(span.since, history.since))
            told["held by"] = ", ".join(dict.fromkeys(history.name(p) for p, *_ in holders))
        if place := history.place(span.site):
            told["line"] = place
        if span.timed:
            told["timeout"] = "yes"
        word = "joins" if operation == "join" and joined is not None else "waits for"
        name = f"{word} {what or operation or 'something'}"
        yield from self._slice(pid, tid, name, "waiting", span.since, end, {k: v for k, v in told.items() if v})

    def _slice(
        self, pid: int, tid: int, name: str, category: str, start: Nanoseconds, end: Nanoseconds, told: Event
    ) -> Iterator[Event]:
        """One slice, within what is known; none of no length."""
        start, end = max(start, self._history.since), min(end, self._history.until)
        if end > start:
            event = {"ph": "B", "name": clean(name), "cat": category, "pid": pid, "tid": tid, "ts": start / 1000}
            yield event | ({"args": told} if told else {})
            yield {"ph": "E", "pid": pid, "tid": tid, "ts": end / 1000}

    def _holds(self) -> Iterator[Event]:
        """Who held what; holds of one resource by one process that overlap stand on tracks of their own."""
        history = self._history
        number = 0
        for resource in history.known_resources:
            ends: dict[int, list[tuple[Nanoseconds, int]]] = {}
            holds = resource.held_between(history.since, history.until, len(history.instants) + 1)
            for process, since, until in sorted(holds, key=lambda hold: hold[1]):
                since = max(since, history.since)
                until = min(until, history.until, history.processes[process].ended or history.until)
                if process not in history.shown or until <= since:
                    continue
                tracks = ends.setdefault(process, [])
                free = next((place for place, (end, _) in enumerate(tracks) if end <= since), len(tracks))
                if free == len(tracks):
                    number += 1
                    tracks.append((0, number))
                tracks[free] = (until, tracks[free][1])
                yield from self._hold(process, resource.definition.name, tracks[free][1], since, until)

    def _hold(self, process: int, name: str, number: int, since: Nanoseconds, until: Nanoseconds) -> Iterator[Event]:
        pid, tid = self._pids[process], self._tid((process, layout.MAIN_THREAD))
        common: Event = {"name": f"holds {name}", "cat": "holding", "pid": pid, "tid": tid}
        common["id2"] = {"local": f"0x{number:x}"}  # by a global id it would not stand below its process
        yield {"ph": "b", **common, "ts": since / 1000}
        yield {"ph": "e", **common, "ts": until / 1000}

    # --- Counters, flows, instants ----------------------------------------------------------------------

    def _counter(self, counter: Counter, pid: int, name: str, unit: str, scale: float = 1.0) -> Iterator[Event]:
        for t, value in zip(counter.times, counter.values, strict=True):
            if math.isfinite(value):
                at = max(t, self._history.since)
                args = {unit: value * scale}
                yield {"ph": "C", "name": name, "cat": "counter", "pid": pid, "tid": pid, "ts": at / 1000, "args": args}

    def _links(self) -> Iterator[Event]:
        """An arrow for each: it leaves the slice of one thread and arrives in that of the other."""
        for number, flow in enumerate(self._flows.all, 1):
            if not (self._is_drawn(flow.source, flow.left) and self._is_drawn(flow.target, flow.arrived)):
                continue
            name = self._history.resource_name(flow.resource) or flow.kind
            common = {"name": name, "cat": flow.kind, "id": number}
            yield {"ph": "s", **common, **self._end(flow, start=True)}
            yield {"ph": "f", "bp": "e", **common, **self._end(flow, start=False)}

    def _end(self, flow: Flow, *, start: bool) -> Event:
        thread, at = (flow.source, flow.left) if start else (flow.target, flow.arrived)
        return {"pid": self._pids[thread[0]], "tid": self._tid(thread), "ts": at / 1000}

    def _is_drawn(self, thread: Thread, at: Nanoseconds) -> bool:
        """Whether the track of a thread has a slice at an instant, for an arrow to end in."""
        history = self._history
        process = history.shown.get(thread[0])
        if process is None or not history.since <= at < history.until:
            return False
        if thread[1] == layout.MAIN_THREAD:
            first = process.lane.starts[0]
            return first <= at < (process.ended or history.until) or process.zombie_at(at)
        first, last = self._flows.spoke[thread]
        waits = process.waits.get(thread[1])
        return first <= at < last or (waits is not None and waits.at(at) is not None)

    def _instants(self) -> Iterator[Event]:
        history = self._history
        for finding in self._findings.all:
            process = next((p for p in finding.processes if p in history.shown), None)
            pid = self._shared if process is None else self._pids[process]
            told = {"what": finding.text, "advice": finding.advice, "severity": finding.severity}
            told["processes"] = ", ".join(history.name(p) for p in finding.processes)
            yield _instant("g", finding.kind.replace("_", " "), "finding", pid, finding.at, told)
        for mark in history.marks:
            if mark.time >= history.since and mark.process in history.shown:
                name = clean(" ".join(mark.text.split()), 120)
                kind = _MARKS.get(mark.kind, mark.kind)
                yield _instant("p", name, kind, self._pids[mark.process], mark.time, {"text": mark.text})

    def _tid(self, thread: Thread) -> int:
        """A number for a thread that no other thread has: the main thread has its process's."""
        if thread[1] == layout.MAIN_THREAD:
            return self._pids[thread[0]]
        return self._tids.setdefault(thread, self._shared + 1 + len(self._tids))


def _pids(history: History) -> dict[int, int]:
    """Process to its pid; to a number that no process has where another one had the pid before."""
    given: dict[int, int] = {}
    taken: set[int] = set()
    for index, process in enumerate(history.processes):
        pid = process.definition.pid
        given[index] = pid if 0 < pid < _OURS and pid not in taken else _OURS + index
        taken.add(pid)
    return given


def _name(kind: str, pid: int, tid: int, name: str) -> Event:
    return {"ph": "M", "name": kind, "pid": pid, "tid": tid, "args": {"name": name or "unnamed"}}


def _instant(scope: str, name: str, category: str, pid: int, at: Nanoseconds, told: Event) -> Event:
    common = {"ph": "i", "s": scope, "name": name, "cat": category, "pid": pid, "tid": pid}
    return common | {"ts": max(at, 0) / 1000, "args": told}
