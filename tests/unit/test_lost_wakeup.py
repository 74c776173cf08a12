"""Wake-ups that came too early, told only of a waiter that is stuck."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import MS, Run


class Waking:
    """A waiter and a caller; ends with a look that finds the waiter alone."""

    def __init__(self, kind: str = "condition") -> None:
        self.run = Run()
        self.waiter, self.caller = self.run.process("waiter"), self.run.process("caller")
        self.thing, self.ready = self.run.resource("thing", kind), self.run.resource("ready", "value")
        self.sites = [self.run.site("/x/work.py", line, "work") for line in (5, 9)]

    def call(self, t: float, *kinds: int) -> None:
        for i, kind in enumerate(kinds):
            self.run.row(t + i, self.caller, kind, self.thing, site=self.sites[0], value=1)

    def wait(self, t: float, *, read: bool = False, timed: bool = False) -> None:
        condition = self.run.history().resources[self.thing].definition.kind == "condition"
        self.run.row(t, self.waiter, layout.ACQUIRED, self.thing)
        if read:
            self.run.row(t + 1, self.waiter, layout.READ, self.ready)
        self.run.row(t + 2, self.waiter, layout.RELEASING, self.thing)
        operation = layout.OP_NOTIFY if condition else layout.OP_EVENT
        self.run.waits(t + 3, self.waiter, self.thing, operation, site=self.sites[1], timed=timed)

    def found(self, *, alone: bool = True) -> list[Finding]:
        if alone:
            self.run.ended(500, self.caller, 0)
        self.run.look(900, self.waiter)
        return [each for each in self.run.findings() if each.kind == "lost_wakeup"]


def test_a_notify_before_the_wait() -> None:
    waking = Waking()
    waking.call(10, layout.NOTIFYING)
    waking.wait(20)
    (finding,) = waking.found()
    assert finding.text == (
        "probably a lost wake-up: caller notified `thing` (work.py:5) when nobody waited; "
        "waiter waits only since then (work.py:9), and for ever"
    )
    assert "while not ready.value: thing.wait()" in finding.advice
    assert (finding.severity, finding.certain, finding.at) == ("error", False, 23 * MS)
    assert {each.kind for each in waking.run.findings()} == {"deadlock", "lost_wakeup"}


def test_one_of_three_that_wait_is_notified() -> None:
    waking = Waking()
    others = [waking.run.process(name) for name in ("second", "third")]
    for process in (waking.waiter, *others):
        waking.run.waits(5, process, waking.thing, layout.OP_NOTIFY, site=waking.sites[1])
    waking.call(10, layout.NOTIFYING)
    waking.run.row(12, waking.waiter, layout.WOKE, waking.thing)
    waking.run.ended(20, waking.waiter, 0)
    waking.run.ended(500, waking.caller, 0)
    waking.run.look(900, *others)
    (finding,) = (each for each in waking.run.findings() if each.kind == "lost_wakeup")
    assert finding.text == (
        "probably a lost wake-up: caller notified 1 of the 3 that waited for `thing` (work.py:5); "
        "second and 1 more wait (work.py:9) for ever"
    )
    assert "thing.notify_all()" in finding.advice


def test_an_event_that_was_set_and_cleared_at_once() -> None:
    waking = Waking("event")
    waking.call(10, layout.SETTING, layout.CLEARING)
    waking.wait(20)
    (finding,) = waking.found()
    assert "caller set `thing` (work.py:5) and cleared it (work.py:5) 1.0 ms later; waiter did not see" in finding.text


@pytest.mark.parametrize("case", ["no call", "read first", "timed", "call afterwards", "woken since", "not alone"])
def test_waits_that_no_early_notify_explains(case: str) -> None:
    waking = Waking()
    if case == "woken since":
        waking.call(3, layout.NOTIFYING)
        waking.run.waits(4, waking.waiter, waking.thing, layout.OP_NOTIFY)
        waking.run.row(8, waking.waiter, layout.WOKE, waking.thing)
    elif case != "no call":
        waking.call(10, layout.NOTIFYING)
    waking.wait(20, read=case == "read first", timed=case == "timed")
    if case == "call afterwards":
        waking.call(30, layout.NOTIFYING)
    assert waking.found(alone=case != "not alone") == []


@pytest.mark.parametrize(
    "calls", [[layout.SETTING], [layout.CLEARING], [layout.SETTING, layout.CLEARING, layout.SETTING]]
)
def test_events_that_are_no_pulse(calls: list[int]) -> None:
    waking = Waking("event")
    waking.call(10, *calls)
    waking.wait(20)
    assert waking.found() == []


def test_an_event_that_was_seen_set() -> None:
    waking = Waking("event")
    waking.run.waits(5, waking.waiter, waking.thing, layout.OP_EVENT)
    waking.call(10, layout.SETTING)
    waking.run.row(11, waking.waiter, layout.WOKE, waking.thing)
    waking.call(12, layout.CLEARING)
    waking.wait(20)
    assert waking.found() == []
