"""Rows that say how processes end, what the observer saw, and what is to be read: endings, samples, lines."""

import math
import signal

from playground.history.counters import Counter
from playground.history.known import Known
from playground.history.lane import State
from playground.history.lines import LogLine, Mark, Measurement
from playground.history.rows import Handler, change_depth, end_hold
from playground.probe import layout

_TAKEN = frozenset({"lock", "rlock", "semaphore", "bounded_semaphore", "value", "array"})
"""Kinds that are waited for in order to be taken, and for nothing else."""
MOST_MARKS = 2000
"""So many of the latest marks are kept."""
MOST_MEASURED = 200
"""So many of the latest measurements are kept."""


def exit_text(status: int | None) -> str:
    """An exit status in words: ``exit 0``, ``SIGKILL``, ``ended``."""
    if status is None:
        return "ended"
    if status >= 0:
        return f"exit {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


def _end(h: Known, t: int, p: int, status: int | None) -> None:
    process = h.processes[p]
    if process.ended is not None:
        return
    process.ended, process.exitcode = t, status
    for waits in process.waits.values():
        waits.end(t)
    state = State.KILLED if status is not None and status < 0 else State.EXITED
    process.lane.turn(t, state, value=status or 0)
    h.ended.append(p)
    if state == State.KILLED:
        _mark(h, t, p, "death", f"{h.name(p)} {exit_text(status)}")


def _reap(h: Known, t: int, p: int, status: int | None) -> None:
    _end(h, t, p, status)
    if h.processes[p].reaped is None:
        h.processes[p].reaped = t


def booted(h: Known, t: int, p: int, _th: int, _r: int, _s: int, _v: int) -> None:
    """A child has everything it was started with."""
    h.processes[p].booted = t


def exiting(h: Known, _t: int, p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """A process is about to end."""
    h.processes[p].exiting = v


def child_ended(h: Known, t: int, _p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """A parent has reaped its child."""
    child = h.pids.get(v >> 32)
    status = v & 0xFFFFFFFF
    if child is not None:
        _reap(h, t, child, status - (1 << 32) if status >> 31 else status)


def reaped(h: Known, t: int, p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """The warden or the parent has reaped the process."""
    _reap(h, t, p, v)


def zombie(h: Known, t: int, p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """The process has ended; its parent has yet to ask how."""
    _end(h, t, p, v)


def vanished(h: Known, t: int, p: int, _th: int, _r: int, _s: int, _v: int) -> None:
    """The process is gone, and if nothing else told how it ended, its last words count."""
    _reap(h, t, p, h.processes[p].exiting)


def _sent(signum: int) -> Handler:
    def take(h: Known, t: int, _p: int, _th: int, _r: int, _s: int, v: int) -> None:
        h.told_to_end.setdefault(v, []).append((t, signum))

    return take


def signal_sent(h: Known, t: int, _p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """A process sent another one a signal, or a whole group."""
    h.signalled.setdefault(v & 0xFFFFFFFF, []).append((t, v >> 32))


def raised(h: Known, t: int, p: int, th: int, r: int, s: int, v: int) -> None:
    """An exception that nobody handled."""
    _raised_line(h, t, p, th, r, s, v)
    last = next((line for line in reversed(h.texts.get(v, "").splitlines()) if line.strip()), "")
    if h.interrupted is None and last.startswith("KeyboardInterrupt"):
        h.interrupted = t


def action(h: Known, t: int, p: int, th: int, r: int, s: int, v: int) -> None:
    """A person did something to a process."""
    _action_line(h, t, p, th, r, s, v)
    h.acted = True
    verb = h.texts.get(v, "").partition(" ")[0]
    if h.processes[p].ended_by_person is None and (verb in {"terminate", "kill"} or verb.startswith("SIG")):
        h.processes[p].ended_by_person = t


def sighted(h: Known, t: int, p: int, _th: int, _r: int, _s: int, _v: int) -> None:
    """The observer has met a process that has yet to speak."""
    h.processes[p].sighted = t


def suspended(h: Known, t: int, p: int, _th: int, _r: int, _s: int, _v: int) -> None:
    """A stop signal took effect."""
    h.processes[p].lane.suspend(t)


def resumed(h: Known, t: int, p: int, _th: int, _r: int, _s: int, _v: int) -> None:
    """The process goes on."""
    h.processes[p].lane.resume(t)


def _sample(name: str, scale: float) -> Handler:
    def take(h: Known, t: int, p: int, _th: int, _r: int, _s: int, v: int) -> None:
        samples = h.processes[p].samples
        if name not in samples:
            samples[name] = Counter(name, 0, name)
        samples[name].step(t, v * scale, p)

    return take


def _line(stream: str, *, mark: bool = False) -> Handler:
    def take(h: Known, t: int, p: int, _th: int, _r: int, _s: int, v: int) -> None:
        text = h.texts.get(v, "")
        h.say(LogLine(t, p, stream, text))
        if mark:
            _mark(h, t, p, stream, text)

    return take


def _mark(h: Known, t: int, p: int, kind: str, text: str) -> None:
    h.marks.append(Mark(t, kind, text, p))
    del h.marks[:-MOST_MARKS]


def measured(h: Known, t: int, _p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """The program measured a number; what is none, or less than nothing, is no length to be drawn."""
    words = h.texts.get(v, "").split()  # at line ends too: a label is one line
    try:
        value = float(words[0])
    except (IndexError, ValueError):
        return
    if len(words) > 2 and 0 <= value < math.inf:
        h.measured.append(Measurement(t, " ".join(words[2:]), value, words[1]))
        del h.measured[:-MOST_MEASURED]


_raised_line = _line("raised", mark=True)
_action_line = _line("action", mark=True)


def patch_failed(h: Known, t: int, p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """A module could not be observed in a process."""
    what = h.texts.get(v, "")
    if what not in h.not_observed:
        h.not_observed.append(what)
    h.say(LogLine(t, p, "notice", f"not observed: {what}"))


def dropped(h: Known, t: int, p: int, _th: int, r: int, _s: int, v: int) -> None:
    """Events that came too fast: what they came to is told by the rows that follow, and here what is counted."""
    kind, count = v & 0xFF, v >> layout.DROPPED_COUNT
    resource = h.resources.get(r)
    if resource is None:
        h.dropped += max(count, 0)
        h.events += max(count, 0)
    elif kind == layout.ACQUIRED:
        resource.acquired += count
    elif kind == layout.WAITING and resource.definition.kind in _TAKEN:
        resource.contended += count
    elif kind == layout.WROTE:
        resource.unseen_writes += count
    elif kind == layout.PUTTING:
        change_depth(h, t, p, r, count)


def lost(h: Known, t: int, p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """Events are missing: what the process waits for and holds is not known until it says so again."""
    h.dropped += max(v, 0)
    process = h.processes[p]
    for waits in process.waits.values():
        waits.end(t)
    process.lane.turn(t, State.RUNNING)
    for number in h.in_use:
        resource = h.resources[number]
        for _ in [holder for holder in resource.holders() if holder[0] == p]:
            end_hold(h, resource, t, p)


def run_ended(h: Known, _t: int, _p: int, _th: int, _r: int, _s: int, v: int) -> None:
    """The run is over."""
    status = v & 0xFFFFFFFF
    h.exitcode = status - (1 << 32) if status >> 31 else status
    h.outcome = layout.OUTCOMES[v >> 32] if 0 <= v >> 32 < len(layout.OUTCOMES) else ""


HANDLERS: dict[int, Handler] = {
    layout.BOOTED: booted,
    layout.EXITING: exiting,
    layout.CHILD_ENDED: child_ended,
    layout.REAPED: reaped,
    layout.VANISHED: vanished,
    layout.ZOMBIE: zombie,
    layout.TERMINATE_SENT: _sent(signal.SIGTERM),
    layout.KILL_SENT: _sent(signal.SIGKILL),
    layout.SIGNAL_SENT: signal_sent,
    layout.SIGHTED: sighted,
    layout.SUSPENDED: suspended,
    layout.RESUMED: resumed,
    layout.SAMPLE_CPU: _sample("cpu", 0.01),
    layout.SAMPLE_RSS: _sample("rss", 1),
    layout.SAMPLE_THREADS: _sample("threads", 1),
    layout.SAMPLE_NICE: _sample("nice", 1),
    layout.SAMPLE_AFFINITY: _sample("affinity", 1),
    layout.STDOUT: _line("stdout"),
    layout.STDERR: _line("stderr"),
    layout.REPORT: _line("report", mark=True),
    layout.MARK: _line("mark", mark=True),
    layout.MEASURED: measured,
    layout.ACTION: action,
    layout.RAISED: raised,
    layout.NOTICE: _line("notice"),
    layout.LEFT_BEHIND: _line("notice"),
    layout.LOGGED: _line("log"),
    layout.PATCH_FAILED: patch_failed,
    layout.DROPPED: dropped,
    layout.LOST: lost,
    layout.RUN_ENDED: run_ended,
}
