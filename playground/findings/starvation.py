"""Processes that wait for a lock far longer than others, who take it again and again meanwhile."""

from collections import deque
from collections.abc import Iterable
from statistics import median

from playground.findings.contention import Thread, Waiting, could_go_on
from playground.findings.finding import Finding
from playground.findings.handlers import Handler
from playground.history import History
from playground.probe import layout

_LONG_NS = 1_000_000_000
_TIMES_LONGER = 20
_OTHERS_TOOK = 20
_REMEMBERED = 200


class Starvation:
    """Compares the longest wait for a resource with the waits of those who got it meanwhile."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._served: dict[int, deque[tuple[int, int]]] = {}
        """Resource to process and wait of the latest who got it while others waited."""
        self._longest: dict[tuple[int, int], int] = {}
        self._times: dict[int, int] = {}
        self.handlers: dict[int, Handler] = {}

    def forget(self, resource: int) -> None:
        """Nobody uses it any more."""
        self._served.pop(resource, None)
        self._times.pop(resource, None)

    def began(self, row: int, waits: dict[Thread, Waiting]) -> Iterable[Finding]:  # noqa: ARG002 - a judge's
        """Nothing to judge yet."""
        return ()

    def left(self, row: int, waiting: Waiting) -> Iterable[Finding]:
        """Judge a wait that is over, with its final figures."""
        return self._judge(row, waiting)

    def taken(self, row: int, waiting: Waiting | None, waits: dict[Thread, Waiting], times: int) -> Iterable[Finding]:
        """Somebody was served: judge who has waited longest."""
        h = self._history
        resource, t = h.resource[row], h.time[row]
        self._times[resource] = times
        served = self._served.get(resource)
        if served is None:
            served = self._served[resource] = deque(maxlen=_REMEMBERED)
        served.append((h.process[row], t - waiting.since if waiting is not None else 0))
        for longest in waits.values():
            if t - longest.since <= _LONG_NS:
                break
            if could_go_on(h, longest, t):
                return self._judge(row, longest)
        return ()

    def _judge(self, row: int, waiting: Waiting) -> Iterable[Finding]:
        h = self._history
        resource, waited = h.resource[row], h.time[row] - waiting.since
        times = self._times.get(resource, 0) - waiting.taken_before
        over = h.kind[row] != layout.ACQUIRED or h.process[row] == waiting.process
        if waited <= _LONG_NS or times < _OTHERS_TOOK or not (over or waited > 1.1 * waiting.judged_at):
            return ()
        waiting.judged_at = waited
        served = list(self._served.get(resource, ()))[-times:]
        others = [wait for process, wait in served if process != waiting.process]
        if len(others) < _OTHERS_TOOK or waited <= _TIMES_LONGER * median(others):
            return ()
        if not could_go_on(h, waiting, h.time[row]) or waited <= self._longest.get((resource, waiting.process), 0):
            return ()
        self._longest[resource, waiting.process] = waited
        return (self._finding(resource, waiting, waited, times, median(others)),)

    def _finding(self, resource: int, waiting: Waiting, waited: int, times: int, usual: float) -> Finding:
        h = self._history
        name, place = h.resource_name(resource), h.place(waiting.site)
        where = f" ({place})" if place else ""
        served = f"after {usual / 1e6:.1f} ms of waiting (median)" if usual >= 100_000 else "mostly at once"
        text = (
            f"{h.name(waiting.process)} waited {waited / 1e9:.1f} s for `{name}`{where} while others took it "
            f"{times:,} times, {served}"
        )
        advice = (
            f"Nothing makes `{name}` fair: let those who take it often pause without it, or hand it out in turns, "
            "by a queue or by one event for each."
        )
        at, key = waiting.since + _LONG_NS, (resource, waiting.process)
        return Finding("starvation", "warning", (waiting.process,), (resource,), at, text, advice, key=key)
