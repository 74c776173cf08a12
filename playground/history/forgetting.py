"""Forgetting what is before the window of a long run: in detail, while all that is counted goes on."""

from bisect import bisect_left
from typing import NamedTuple

from playground.history import columns
from playground.history.batch import COLUMNS
from playground.history.known import Known
from playground.probe import layout

RECENT = 8192
"""After so many rows it is time to forget; at least so many are kept whole, for the detectors."""
MOST_ENDED = 200
"""So many ended processes are shown; of those that ended before, only what the summary tells is kept."""
MOST_IDLE = 4000
"""So many resources that nobody uses are known in detail."""
MOST_COUNTERS = 200


class Forgotten(NamedTuple):
    """Of what no detail is known any more."""

    processes: list[int]
    resources: list[int]


def forget(h: Known) -> Forgotten:
    """What is counted is of the whole run for ever; what happened when, and who held what, is of the window."""
    _forget_rows(h)
    if len(h.instants) >= h.window + max(h.window // 8, 1):
        _forget_the_past(h)
    return Forgotten(_fold_processes(h), _fold_resources(h))


def _forget_rows(h: Known) -> None:
    """Keep the latest rows whole, and drop their texts: lines have them."""
    for number in set(h.resource):
        if number in h.resources:
            h.in_use.pop(number, None)
            h.in_use[number] = h.until
    for kind in layout.TEXT_KINDS & h.kinds:
        for place in columns.places(h.kind, kind):
            h.texts.pop(h.value[place], None)
    h.kinds.clear()
    extra = len(h.time) - RECENT
    for name in COLUMNS:
        del getattr(h, name)[: max(extra, 0)]


def _forget_the_past(h: Known) -> None:
    del h.instants[: -h.window]
    h.since = since = h.instants[0]
    gone = bisect_left(h.happened, since)
    del h.happened[:gone], h.happened_to[:gone], h.happened_with[:gone]
    for process in h.shown.values():
        process.forget(since)
    for resource in h.known_resources:
        resource.forget(since)
    for counter in h.counters:
        counter.forget(since)


def _fold_processes(h: Known) -> list[int]:
    """Fold those that ended before the window, and of many those that ended first; who is a zombie stays."""
    most = len(h.ended) - MOST_ENDED
    if most <= 0 and not (h.ended and _is_past(h, h.ended[0])):
        return []
    folded: list[int] = []
    left: list[int] = []
    for place, index in enumerate(h.ended):
        if (place < most or _is_past(h, index)) and h.processes[index].reaped is not None:
            h.processes[index].fold()
            del h.shown[index]
            folded.append(index)
        else:
            left.append(index)
    h.ended = left
    for index in folded:
        _forget_pid(h, index)
    return folded


def _is_past(h: Known, index: int) -> bool:
    return (h.processes[index].ended or 0) < h.since


def _forget_pid(h: Known, index: int) -> None:
    """Forget what is known by a process's number, unless another one has got the number by now."""
    process = h.processes[index]
    pid = process.definition.pid
    if h.pids.get(pid) == index and (process.exitcode or 0) >= 0:
        for known in (h.started_at, h.told_to_end, h.signalled):
            known.pop(pid, None)


def _fold_resources(h: Known) -> list[int]:
    """Fold those that were not used in the window, and of many those that were used longest ago."""
    most = len(h.in_use) - MOST_IDLE
    folded: list[int] = []
    for number, used in h.in_use.items():
        if used >= h.since and len(folded) >= most:
            break
        if not h.resources[number].held:
            folded.append(number)
    for number in folded:
        del h.in_use[number]
        h.resources[number].fold()
    if folded and len(h.counters) > MOST_COUNTERS:
        _forget_counters(h, set(folded))
    return folded


def _forget_counters(h: Known, folded: set[int]) -> None:
    """Show no more what nobody uses, unless something is expected of it."""
    told = h.info.expected.keys() | h.info.limits.keys()
    h.counters = [each for each in h.counters if each.resource not in folded or each.name in told]
