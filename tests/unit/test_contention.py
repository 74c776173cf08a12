"""Waiting that is shared out unfairly, and queues behind a lock that is held only shortly."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import MS, Run


class Waiters:
    """One lock and some processes; times are milliseconds."""

    def __init__(self, count: int) -> None:
        self.run = Run()
        self.processes = [self.run.process(f"w{i}") for i in range(count)]
        self.lock = self.run.resource("lock")
        self.site = self.run.site("/x/work.py", 7, "work")

    def wait(self, t: float, process: int) -> None:
        self.run.waits(t, process, self.lock, layout.OP_ACQUIRE, site=self.site)

    def take(self, t: float, process: int) -> None:
        self.run.row(t, process, layout.ACQUIRED, self.lock)

    def give(self, t: float, process: int) -> None:
        self.run.row(t, process, layout.RELEASING, self.lock)

    def found(self, kind: str) -> list[Finding]:
        found = self.run.findings()
        assert self.run.findings(range(0, len(self.run.rows), 7)) == found
        return [each for each in found if each.kind == kind]


def pushed_aside(times: int, each_ms: float, others_wait_ms: float = 0, *, suspended: bool = False) -> list[Finding]:
    """w0 waits while w1 takes the lock so often, each time after a wait of its own."""
    waiters = Waiters(2)
    waiters.wait(0, 0)
    if suspended:
        waiters.run.row(1, 0, layout.SUSPENDED)
    for i in range(times):
        t = 2 + i * each_ms
        if others_wait_ms:
            waiters.wait(t, 1)
        waiters.take(t + others_wait_ms, 1)
        waiters.give(t + each_ms - 0.5, 1)
    waiters.take(2 + times * each_ms, 0)
    return waiters.found("starvation")


def test_one_that_waits_while_another_takes_the_lock_again_and_again() -> None:
    (finding,) = pushed_aside(30, 50)
    assert finding.text == "w0 waited 1.5 s for `lock` (work.py:7) while others took it 30 times, mostly at once"
    assert (finding.severity, finding.processes, finding.at) == ("warning", (0,), 1000 * MS)
    assert "others took it 60 times, after 1.0 ms of waiting (median)" in pushed_aside(60, 50, 1)[0].text


@pytest.mark.parametrize(
    ("times", "each_ms", "others_wait_ms", "suspended"),
    [(10, 200, 0, False), (30, 20, 0, False), (10, 1000, 0, False), (30, 50, 0, True)],
)
def test_waits_that_are_fair(times: int, each_ms: float, others_wait_ms: float, suspended: bool) -> None:
    assert pushed_aside(times, each_ms, others_wait_ms, suspended=suspended) == []


def test_one_that_has_died_does_not_starve() -> None:
    waiters = Waiters(2)
    waiters.wait(0, 0)
    waiters.run.ended(5, 0, -9)
    for i in range(60):
        waiters.take(10 + 50 * i, 1)
        waiters.give(30 + 50 * i, 1)
    assert waiters.found("starvation") == []


def in_turns(kind: str, count: int, hold_ms: float, rounds: int, away_ms: float = 0) -> list[Finding]:
    """What of a kind is found when all take the lock in turn, hold it so long, are away for a while and queue again."""
    waiters = Waiters(count)
    ready = [(0.001 * i, i) for i in range(count)]
    rows: list[tuple[float, int, int]] = []
    free = 1.0
    for _ in range(rounds):
        at, process = ready.pop(0)
        start = max(at, free)
        if at < free:
            rows.append((at, 1, process))
        rows += [(start, 2, process), (start + hold_ms, 0, process)]
        free = start + hold_ms
        ready.append((free + away_ms, process))
        ready.sort()
    for t, what, process in sorted(rows):
        (waiters.give, waiters.wait, waiters.take)[what](t, process)
    return waiters.found(kind)


def test_a_queue_behind_a_lock_that_is_held_shortly() -> None:
    (finding,) = in_turns("convoy", 6, 1, 2500)
    assert finding.text.startswith("6 processes spent 83 % of 2.")
    assert "waiting for `lock`, which was held 2,0" in finding.text
    assert finding.text.endswith("times for 1 ms on average")
    assert finding.severity == "info"


@pytest.mark.parametrize(
    ("count", "hold_ms", "rounds", "away_ms"), [(3, 1, 2500, 0), (6, 1, 800, 0), (6, 1, 2500, 8), (6, 400, 12, 0)]
)
def test_what_is_no_convoy(count: int, hold_ms: float, rounds: int, away_ms: float) -> None:
    assert in_turns("convoy", count, hold_ms, rounds, away_ms) == []


def test_many_that_wait_long_for_their_turn_do_not_starve() -> None:
    assert in_turns("starvation", 60, 30, 300) == []
