"""Locks behind which several processes queue nearly all the time, though each holds them only shortly."""

from collections.abc import Iterable

from msgspec import Struct, field

from playground.findings.contention import Thread, Waiting
from playground.findings.finding import Finding
from playground.findings.handlers import Handler
from playground.findings.order import MUTEXES
from playground.history import History
from playground.probe import layout

_LONG_NS = 1_000_000_000
_PROCESSES = 3
_SHARE = 0.8
_TIMES = 20
"""A lock that is taken less often meanwhile is just held for long."""


class Stretch(Struct):
    """A time since which at least three processes may have been waiting for a lock."""

    since: int
    judge_at: int
    waited: dict[int, int] = field(default_factory=dict)
    """Process to the waits that are over."""
    taken: int = 0
    held: int = 0
    holds: int = 0
    holder: int = -1
    held_since: int = 0


class Convoys:
    """Adds up, for each lock that three are waiting for, how long who waits."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._stretches: dict[int, Stretch] = {}
        self.handlers: dict[int, Handler] = {layout.RELEASING: self._given_back}

    def forget(self, resource: int) -> None:
        """Nobody uses it any more."""
        self._stretches.pop(resource, None)

    def began(self, row: int, waits: dict[Thread, Waiting]) -> Iterable[Finding]:
        """With the third one a stretch begins."""
        h = self._history
        resource = h.resource[row]
        stretch = self._stretches.get(resource)
        if stretch is not None:
            return self._judge(row, stretch, waits) if h.time[row] >= stretch.judge_at else ()
        if len(waits) >= _PROCESSES and len({process for process, _ in waits}) >= _PROCESSES:
            defined = h.resources.get(resource)
            if defined is not None and defined.definition.kind in MUTEXES:
                self._stretches[resource] = Stretch(h.time[row], h.time[row] + _LONG_NS)
        return ()

    def left(self, row: int, waiting: Waiting) -> Iterable[Finding]:
        """Count a wait that is over."""
        stretch = self._stretches.get(self._history.resource[row])
        if stretch is not None:
            waited = self._history.time[row] - max(waiting.since, stretch.since)
            stretch.waited[waiting.process] = stretch.waited.get(waiting.process, 0) + waited
        return ()

    def taken(self, row: int, waiting: Waiting | None, waits: dict[Thread, Waiting], times: int) -> Iterable[Finding]:  # noqa: ARG002 - a judge's
        """Count a hold that begins."""
        h = self._history
        stretch = self._stretches.get(h.resource[row])
        if stretch is None:
            return ()
        stretch.taken += 1
        stretch.holder, stretch.held_since = h.process[row], h.time[row]
        return self._judge(row, stretch, waits) if h.time[row] >= stretch.judge_at else ()

    def _given_back(self, row: int) -> Iterable[Finding]:
        """Count a hold that ends."""
        h = self._history
        stretch = self._stretches.get(h.resource[row])
        if stretch is not None and stretch.holder == h.process[row]:
            stretch.held += h.time[row] - stretch.held_since
            stretch.holds += 1
            stretch.holder = -1
        return ()

    def _judge(self, row: int, stretch: Stretch, waits: dict[Thread, Waiting]) -> Iterable[Finding]:
        """Judge the stretch so far; it goes on while it is a convoy."""
        h = self._history
        resource, t = h.resource[row], h.time[row]
        waited = dict(stretch.waited)
        for each in waits.values():
            if not h.processes[each.process].ended_by(t):
                waited[each.process] = waited.get(each.process, 0) + t - max(each.since, stretch.since)
        length = t - stretch.since
        queue = sorted(process for process, time in waited.items() if time >= _SHARE * length)
        if len(queue) < _PROCESSES or stretch.taken < _TIMES or not stretch.holds:
            del self._stretches[resource]
            return ()
        stretch.judge_at = t + _LONG_NS
        share = sum(waited[process] for process in queue) / len(queue) / length
        return (self._finding(resource, stretch, queue, share, length),)

    def _finding(self, resource: int, stretch: Stretch, queue: list[int], share: float, length: int) -> Finding:
        h = self._history
        name, names = h.resource_name(resource), [h.name(process) for process in queue]
        who = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) <= 5 else f"{len(names)} processes"
        text = (
            f"{who} spent {share:.0%} of {length / 1e9:.1f} s waiting for `{name}`, "
            f"which was held {stretch.taken:,} times for {stretch.held / stretch.holds / 1e6:.2g} ms on average"
        ).replace("%", " %")
        advice = f"Hold `{name}` for less, with slow work outside, or share out what it protects over several locks."
        at = stretch.since + _LONG_NS
        return Finding("convoy", "info", tuple(queue), (resource,), at, text, advice, key=(resource,))
