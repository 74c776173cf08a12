"""Everything stands still, or the time is over, and no cause is proved: what each process is in."""

import signal
from collections.abc import Callable, Iterable

from playground.findings import causes, wakers
from playground.findings.deadlock import Deadlocks
from playground.findings.finding import Finding
from playground.findings.look import OUTSIDE, Look
from playground.history import History, Nanoseconds, State, doing
from playground.history.told import exit_text
from playground.probe import layout

PATIENCE_NS = 10_000_000_000
_SHOWN, _BEFORE = 4, 2
_IDLE = "Find out what they wait for; if it is something outside, a network peer for instance, nothing is wrong."
_LATE = "Read what each of them was in; give more time with --timeout if it merely takes long."


class Stuck:
    """Judges each look at everybody that ``Deadlocks`` has put together, and the end of a run that took too long."""

    def __init__(self, history: History, deadlocks: Deadlocks) -> None:
        self._history, self._deadlocks = history, deadlocks
        self.handlers: dict[int, Callable[[int], Iterable[Finding]]] = {
            layout.INSPECTED: self._inspected,
            layout.RUN_ENDED: self._ended,
        }

    def _inspected(self, row: int) -> Iterable[Finding]:
        look = self._deadlocks.latest if self._history.value[row] & layout.INSPECTED_LAST else None
        if look is None or self._deadlocks.found_at >= 0 or not self._still(look):
            return
        said = self._said(look.t)
        seconds = PATIENCE_NS // 1_000_000_000
        text = f"nothing has happened for {seconds} s, and no cause is proved: {said}"
        yield Finding("stuck", "warning", self._processes(look.t), (), look.t, text, _IDLE, certain=False)

    def _still(self, look: Look) -> bool:
        """Whether nobody did anything for a while, and nobody waits for a time or for somebody outside."""
        h, t = self._history, look.t
        alive = wakers.alive_at(h, t)
        outside = {thing for thing, by in look.wakers.items() if OUTSIDE in by}
        return bool(alive) and all(
            p in look.inspected
            and h.processes[p].last_row <= t - PATIENCE_NS
            and h.processes[p].state_at(t) == State.WAITING
            and not any(w.timed or w.operation == layout.OP_DEBUG for w in h.processes[p].waits_at(t))
            and not any(call.timed or call.things & outside for (q, _), call in look.calls.items() if q == p)
            for p in alive
            if h.processes[p].definition.role != "manager"
        )

    def _ended(self, row: int) -> Iterable[Finding]:
        h, t = self._history, self._history.time[row]
        outcome = h.value[row] >> 32
        timed_out = 0 <= outcome < len(layout.OUTCOMES) and layout.OUTCOMES[outcome] == "timeout"
        if timed_out and self._deadlocks.found_at < 0:
            text = f"not ended after {t / 1e9:.1f} s: {self._said(t)}"
            yield Finding("stuck", "error", self._processes(t), (), t, text, _LATE, certain=False)

    # --- Sentences -----------------------------------------------------------------------------------

    def _processes(self, t: Nanoseconds) -> tuple[int, ...]:
        return tuple(sorted(wakers.alive_at(self._history, t)))

    def _said(self, t: Nanoseconds) -> str:
        alive = wakers.alive_at(self._history, t)
        states = [state for state in self._history.at(t) if state.index in alive]
        said = [f"{self._history.name(state.index)} {doing(self._history, state, t)}" for state in states[:_SHOWN]]
        if len(states) > _SHOWN:
            said.append(f"and {len(states) - _SHOWN} more")
        return "; ".join([*(said or ["nobody is left"]), *self._before(alive, t)])

    def _before(self, alive: set[int], t: Nanoseconds) -> list[str]:
        """What happened before that may be the reason: who was told to end and has not, who ended in a bad way."""
        h = self._history
        told = {i: sent[0] for i in alive if (sent := h.told_to_end.get(h.processes[i].definition.pid))}
        stays = [
            f"{h.name(i)} was told to end ({signal.Signals(signum).name}) at {at / 1e9:.1f} s and goes on"
            for i, (at, signum) in told.items()
        ]
        bad = [i for i, p in enumerate(h.processes) if p.exitcode and p.ended_by(t) and not causes.by_program(h, i)]
        ended = [f"{h.name(i)} had ended ({exit_text(h.processes[i].exitcode)})" for i in bad[:_BEFORE]]
        more = [f"so had {len(bad) - _BEFORE} more"] if len(bad) > _BEFORE else []
        return [*stays[:_BEFORE], *ended, *more]
