"""What a process was doing at an instant, in one line. Pure."""

from playground.history import History, Nanoseconds, ProcessState, State, doing
from playground.history.told import exit_text
from playground.probe.layout import MAIN_THREAD
from playground.tui.moment import Moment
from playground.tui.render.times import clock, span


def readout(moment: Moment, index: int | None, at: Nanoseconds) -> str:
    """``00:01.240 A waits for `second` (deadlock.py:14) · held by B · 830 ms so far``, the most important first."""
    history = moment.history
    if at < 0 or at > moment.until:
        return f"{clock(at)} nothing is known of this instant yet"
    if index is None or index >= len(history.processes):
        return clock(at)
    name, state = history.name(index), history.state_of(index, at)
    if state is None:
        return f"{clock(at)} {name} has yet to begin"
    if state.state.final:
        ended = history.processes[index].ended or state.since
        zombie = ", not yet reaped" if history.processes[index].zombie_at(at) else ""
        return f"{clock(at)} {name} ended at {clock(ended)}: {exit_text(state.exitcode)}{zombie}"
    parts = [f"{clock(at)} {name} {doing(history, state, at)}"]
    if state.state == State.WAITING and (holders := _holders(history, index, at)):
        parts.append(f"held by {', '.join(holders)}")
    parts.append(_length(history, index, state, moment.until))
    if state.holding:
        parts.append(f"holds {', '.join(history.resource_name(number) for number in state.holding)}")
    parts.append(f"since {clock(state.since)}")
    return " · ".join(parts)


def stretch_text(moment: Moment, one: Nanoseconds, other: Nanoseconds) -> str:
    """``830 ms from 00:00.410 to 00:01.240``, and how many events were told in it."""
    first, last = sorted((one, other))
    rows = moment.history.row_before(last) - moment.history.row_before(first - 1)
    return f"{span(last - first)} from {clock(first)} to {clock(last)}, {rows} events"


def _length(history: History, index: int, state: ProcessState, until: Nanoseconds) -> str:
    """How long the state lasts, or has lasted so far."""
    starts = history.lane(index).starts
    later = history.lane(index).index_at(state.since) + 1
    return f"for {span(starts[later] - state.since)}" if later < len(starts) else f"{span(until - state.since)} so far"


def _holders(history: History, index: int, at: Nanoseconds) -> list[str]:
    waits = (wait for wait in history.waits_at(at) if wait.process == index and wait.thread == MAIN_THREAD)
    return [history.name(holder) for wait in waits for holder in wait.holders]
