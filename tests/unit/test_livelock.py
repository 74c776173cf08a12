"""Two that try for each other's locks, give back and try again."""

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import MS, Run


class Pair:
    """Two processes and their locks; times are milliseconds."""

    def __init__(self, kind: str = "lock") -> None:
        self.run = Run()
        self.a, self.b = self.run.process("a"), self.run.process("b")
        self.first, self.second = self.run.resource("first", kind), self.run.resource("second", kind)
        self.site = self.run.site("/x/work.py", 7, "work")

    def row(self, t: float, process: int, kind: int, lock: int, thread: int = 1) -> None:
        self.run.row(t, process, kind, lock, thread=thread, site=self.site)

    def round(self, t: float, failing: int = layout.TRY_FAILED, gives_back: bool = True) -> None:
        """Both take their lock, unless they have it already, and try for the other's."""
        if gives_back or not t:
            self.row(t, self.a, layout.ACQUIRED, self.first)
            self.row(t, self.b, layout.ACQUIRED, self.second)
        self.row(t + 1, self.a, failing, self.second)
        self.row(t + 2, self.b, failing, self.first)
        if gives_back:
            self.row(t + 3, self.b, layout.RELEASING, self.second)
            self.row(t + 4, self.a, layout.RELEASING, self.first)

    def found(self) -> list[Finding]:
        found = self.run.findings()
        assert self.run.findings(range(0, len(self.run.rows), 7)) == found
        return [each for each in found if each.kind == "livelock"]


def test_two_that_give_back_and_try_again() -> None:
    for failing in (layout.TRY_FAILED, layout.TIMED_OUT):
        pair = Pair()
        for i in range(12):
            pair.round(10 * i, failing)
        (finding,) = pair.found()
        assert finding.text == (
            "probably a livelock: a takes `first` and tries for `second` (work.py:7), "
            "b takes `second` and tries for `first` (work.py:7); each gave back and tried again 12 times, in vain"
        )
        assert (finding.severity, finding.processes) == ("warning", (pair.a, pair.b))
        assert finding.resources == (pair.first, pair.second)
        assert finding.at == 42 * MS


def test_a_few_times_are_no_livelock() -> None:
    pair = Pair()
    for i in range(4):
        pair.round(10 * i)
    assert pair.found() == []


def test_who_has_both_in_between_gets_on() -> None:
    pair = Pair()
    for i in range(12):
        pair.round(10 * i)
        if i % 3 == 2:
            pair.row(10 * i + 5, pair.a, layout.ACQUIRED, pair.first)
            pair.row(10 * i + 6, pair.a, layout.ACQUIRED, pair.second)
            pair.row(10 * i + 7, pair.a, layout.RELEASING, pair.second)
            pair.row(10 * i + 8, pair.a, layout.RELEASING, pair.first)
    assert pair.found() == []


def test_both_locks_in_two_threads_is_getting_on_too() -> None:
    pair = Pair()
    for i in range(12):
        pair.round(10 * i)
        if i % 3 == 2:
            pair.row(10 * i + 5, pair.a, layout.ACQUIRED, pair.first)
            pair.row(10 * i + 6, pair.a, layout.ACQUIRED, pair.second, thread=0)
            pair.row(10 * i + 7, pair.a, layout.RELEASING, pair.second, thread=0)
            pair.row(10 * i + 8, pair.a, layout.RELEASING, pair.first)
    assert pair.found() == []


def test_trying_again_and_again_without_giving_back_counts_once() -> None:
    pair = Pair()
    for i in range(12):
        pair.round(10 * i, gives_back=False)
    assert pair.found() == []


def test_one_that_tries_while_the_other_does_not_is_no_livelock() -> None:
    pair = Pair()
    pair.row(0, pair.b, layout.ACQUIRED, pair.second)
    for i in range(12):
        pair.row(10 * i, pair.a, layout.ACQUIRED, pair.first)
        pair.row(10 * i + 1, pair.a, layout.TRY_FAILED, pair.second)
        pair.row(10 * i + 2, pair.a, layout.RELEASING, pair.first)
    assert pair.found() == []


def test_an_rlock_is_held_until_it_was_given_back_as_often_as_taken() -> None:
    pair = Pair("rlock")
    for i in range(6):
        t = 10 * i
        for process, own in ((pair.a, pair.first), (pair.b, pair.second)):
            pair.row(t, process, layout.ACQUIRED, own)
            pair.row(t, process, layout.ACQUIRED, own)
            pair.row(t, process, layout.RELEASING, own)
        pair.row(t + 1, pair.a, layout.TRY_FAILED, pair.second)
        pair.row(t + 1, pair.b, layout.TRY_FAILED, pair.first)
        pair.row(t + 2, pair.a, layout.RELEASING, pair.first)
        pair.row(t + 2, pair.b, layout.RELEASING, pair.second)
    assert len(pair.found()) == 1


def test_semaphores_are_left_alone() -> None:
    pair = Pair("semaphore")
    for i in range(12):
        pair.round(10 * i)
    assert pair.found() == []
