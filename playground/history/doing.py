"""What a process is doing at an instant, in words."""

from playground.history.batch import Nanoseconds
from playground.history.history import History, ProcessState, Wait
from playground.history.known import WORDS
from playground.history.lane import State
from playground.probe import layout

_DOING = {
    State.SLEEPING: "sleeps",
    State.SUSPENDED: "is suspended",
    State.STARTING: "is starting",
    State.WAITING: "waits",
    State.CREATED: "is created",
    State.GATED: "is held back",
}


def doing(history: History, state: ProcessState, t: Nanoseconds) -> str:
    """``waits for `items` (get, work.py:14)``, ``runs (97 % of a core), last seen at work.py:20``."""
    waits = [wait for wait in history.waits_at(t, state.index) if wait.thread == layout.MAIN_THREAD]
    if state.state == State.WAITING and waits:
        return waiting(history, waits[0], state.site)
    share = f" ({state.cpu:.0f} % of a core)" if state.state == State.RUNNING and state.cpu is not None else ""
    place = history.place(state.site)
    return f"{_DOING.get(state.state, 'runs')}{share}{f', last seen at {place}' if place else ''}"


def waiting(history: History, wait: Wait, last_site: int = 0) -> str:
    """``waits for `items` (get, work.py:14)``, ``waits for A to end``, ``waits for input, last seen at work.py:9``."""
    what = history.waited_for(wait.resource, wait.operation, wait.on_process)
    details = [history.place(wait.site)] if wait.site else []
    if wait.resource:
        known = history.resources.get(wait.resource)
        is_file = known is not None and known.definition.kind == "file"
        what = f"{'the lock of ' if is_file else ''}`{what}`"
        plain = wait.operation == "acquire" or (wait.seen and wait.operation in WORDS)
        details = details if plain else [wait.operation, *details]
    elif wait.on_process is not None:
        what = f"{what} to end"
    more = f" ({', '.join(details)})" if details else ""
    if not wait.site and history.place(last_site):
        more += f", last seen at {history.place(last_site)}"
    return f"waits for {what}{more}"
