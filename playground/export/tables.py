"""Events and intervals as CSV for spreadsheets and data frames; the first line names the columns. Pure.

Times are seconds since the run's start with nine digits. A text that a spreadsheet would take for a formula begins with
an apostrophe.
"""

import csv
from collections.abc import Iterator
from typing import TextIO

from playground.export.opening import Opening, Options
from playground.history import (
    Batch,
    History,
    ProcessDefinition,
    ResourceDefinition,
    RunInfo,
    SiteDefinition,
    State,
    TextDefinition,
    ThreadDefinition,
)
from playground.history.rows import number
from playground.history.things import Resource
from playground.probe import layout

EVENTS = ("time_s", "process", "pid", "thread", "event", "resource", "kind", "item", "value", "line", "text")
INTERVALS = (
    *("what", "process", "pid", "thread", "state", "resource", "operation", "begin_s", "end_s", "seconds", "ended"),
    *("line", "held_by"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ITEMS = frozenset({layout.ITEM_READ, layout.ITEM_WROTE, layout.ITEM_SAMPLED})
_THINGS = frozenset({layout.BLOCKED, layout.WAKER})
"""Kinds whose site is the number of what the kernel tells of, and no line."""
_SHARED = frozenset({layout.CREATED, layout.READ, layout.WROTE, layout.SAMPLED, *_ITEMS})


def safe(text: str) -> str:
    """A text that no spreadsheet computes."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_events(opening: Opening, out: TextIO, options: Options) -> None:  # noqa: ARG001  # as all formats
    """One line for each event, as it is read."""
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(EVENTS)
    names = _Names()

    def take(info: RunInfo, batch: Batch) -> None:  # noqa: ARG001  # as it is given
        names.take(batch)
        lines.writerows(names.rows(batch))

    opening.batches(take)


class _Names:
    """What the numbers in rows stand for."""

    def __init__(self) -> None:
        self._processes: dict[int, ProcessDefinition] = {}
        self._threads: dict[tuple[int, int], str] = {}
        self._resources: dict[int, Resource] = {}
        self._sites: dict[int, str] = {}
        self._texts: dict[int, str] = {}

    def take(self, batch: Batch) -> None:
        """Learn the definitions of a batch, which stand before its rows."""
        for each in batch.definitions:
            match each:
                case ProcessDefinition():
                    self._processes[each.index] = each
                case ThreadDefinition():
                    self._threads[each.process, each.number] = each.name
                case ResourceDefinition():
                    self._resources[each.index] = Resource(each)
                case SiteDefinition():
                    self._sites[each.index] = f"{each.file}:{each.line}"
                case TextDefinition():
                    self._texts[each.index] = each.text

    def rows(self, batch: Batch) -> Iterator[tuple[object, ...]]:
        """The rows of a batch, in words; the texts that they tell are forgotten."""
        for t, p, th, kind, r, s, v in zip(*batch.columns, strict=True):
            process, resource = self._processes[p], self._resources.get(r)
            item = s if kind in _ITEMS else ""
            line = "" if kind in _ITEMS or kind in _THINGS else self._sites.get(s, "")
            value: object = v
            if resource is not None and kind in _SHARED and resource.definition.typecode == "d":
                value = number(resource, v)
            text = self._texts.pop(v, "") if kind in layout.TEXT_KINDS else ""
            yield (
                f"{t / 1e9:.9f}",
                safe(process.name or f"pid {process.pid}"),
                process.pid,
                safe(self._threads.get((p, th), str(th or layout.MAIN_THREAD))),
                layout.NAMES.get(kind, f"KIND_{kind}").lower(),
                safe(resource.definition.name) if resource is not None else "",
                resource.definition.kind if resource is not None else "",
                item,
                "" if kind in layout.TEXT_KINDS else value,
                safe(line),
                safe(text),
            )


def write_intervals(opening: Opening, out: TextIO, options: Options) -> None:  # noqa: ARG001  # as all formats
    """One line for each state of a process, each wait of a thread and each hold of a resource."""
    history = opening.read().history
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(INTERVALS)
    lines.writerows(_states(history))
    lines.writerows(_waits(history))
    lines.writerows(_holds(history))


def _states(history: History) -> Iterator[tuple[object, ...]]:
    for index, process in history.shown.items():
        lane = process.lane
        for i, start in enumerate(lane.starts):
            state = State(lane.states[i])
            over = i + 1 < len(lane.starts)
            if start <= history.until and not state.final:
                end = lane.starts[i + 1] if over else history.until
                told = (state.name.lower(), history.resource_name(lane.resources[i]))
                operation = layout.OPERATIONS[lane.operations[i]]
                yield _line(history, "state", index, 1, *told, operation, start, end, over, 0, "")


def _waits(history: History) -> Iterator[tuple[object, ...]]:
    for index, process in history.shown.items():
        for thread, waits in sorted(process.waits.items()):
            for span in waits.between(history.since, history.until, len(history.instants) + 1):
                operation = layout.OPERATIONS[span.operation]
                joined = history.pids.get(span.joined_pid) if span.joined_pid else None
                what = history.waited_for(span.resource, operation, joined)
                known = history.resources.get(span.resource)
                holders = known.holders_at(max(span.since, history.since)) if known is not None else []
                by = " ".join(dict.fromkeys(history.name(p) for p, *_ in holders))
                end = history.until if span.until is None else span.until
                over = span.until is not None
                yield _line(
                    history, "wait", index, thread, "waiting", what, operation, span.since, end, over, span.site, by
                )


def _holds(history: History) -> Iterator[tuple[object, ...]]:
    for resource in history.known_resources:
        for process, since, until in resource.holds_between(history.since, history.until, len(history.instants) + 1):
            if process in history.shown:
                over, name = until <= history.until, resource.definition.name
                end = min(until, history.until)
                yield _line(history, "hold", process, 0, "holding", name, "", since, end, over, 0, "")


def _line(
    history: History,
    what: str,
    process: int,
    thread: int,
    state: str,
    resource: str,
    operation: str,
    begin: int,
    end: int,
    over: bool,
    site: int,
    held_by: str,
) -> tuple[object, ...]:
    begin = max(begin, history.since)
    known = history.processes[process]
    return (
        what,
        safe(history.name(process)),
        known.definition.pid,
        safe(known.thread_names.get(thread, str(thread))) if thread else "",
        state,
        safe(resource),
        operation,
        f"{begin / 1e9:.9f}",
        f"{end / 1e9:.9f}",
        f"{max(end - begin, 0) / 1e9:.9f}",
        "yes" if over else "no",
        safe(history.place(site)),
        safe(held_by),
    )
