"""Orders of locks that may deadlock: cycles by different processes that nothing keeps apart."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import MS, Run


class Locks:
    """Locks a to d; ``A:ab`` lets A take a, then b, and give both back."""

    def __init__(self, kinds: dict[str, str] | None = None) -> None:
        self.run = Run()
        self.processes: dict[str, int] = {}
        self.t = 1.0
        self.locks = {name: self.run.resource(name, (kinds or {}).get(name, "lock")) for name in "abcd"}
        self.sites = {name: self.run.site("/x/work.py", 10 + i, "work") for i, name in enumerate("abcd")}
        for name in "ABC":
            self.begin(name)

    def begin(self, name: str) -> None:
        self.processes[name] = self.run.process(name, began=self.t)

    def row(self, who: str, kind: int, lock: str, *, value: int = 0, thread: int = 1) -> None:
        self.t += 1
        site = self.sites[lock] if thread else 0
        self.run.row(self.t, self.processes[who], kind, self.locks[lock], value=value, thread=thread, site=site)

    def take(self, who: str, locks: str, *, tried: str = "", thread: int = 1) -> None:
        for lock in locks:
            value = layout.ACQUIRED_TRYING if lock in tried else 0
            self.row(who, layout.ACQUIRED, lock, value=value, thread=thread)
        for lock in reversed(locks):
            self.row(who, layout.RELEASING, lock, thread=thread)

    def found(self) -> list[Finding]:
        return [each for each in self.run.findings() if each.kind == "lock_order"]


def after(script: str) -> list[Finding]:
    locks = Locks()
    for word in script.split():
        locks.take(word[0], word[2:])
    return locks.found()


def test_two_orders_are_told_with_both_lines() -> None:
    (finding,) = after("A:ab B:ba A:ab B:ba")
    assert finding.text == (
        "A takes `a` then `b` (work.py:10, 11), B takes `b` then `a` (work.py:11, 10); they did not deadlock this time"
    )
    assert finding.advice.startswith("Take `a` and `b` in the same order everywhere")
    assert (finding.severity, finding.processes, finding.resources, finding.certain) == (
        "warning",
        (0, 1),
        (1, 2),
        False,
    )


def test_where_the_rows_are_cut_does_not_matter() -> None:
    locks = Locks()
    for who, order in (("A", "ab"), ("B", "bc"), ("C", "ca"), ("B", "ba")):
        locks.take(who, order)
    assert len(locks.found()) == 2
    assert locks.run.findings(range(len(locks.run.rows))) == locks.run.findings()


@pytest.mark.parametrize("script", ["A:ab B:bc C:ca", "A:abc B:ca", "A:ba B:ab", "A:cab B:ba", "A:cab B:dba"])
def test_cycles(script: str) -> None:
    assert len(after(script)) == 1


@pytest.mark.parametrize(
    "script",
    [
        "A:ab B:ab C:ab",
        "A:ab A:ba",
        "A:ab B:bc C:ac",
        "A:cab B:cba",
        "A:dab B:bc C:dca",
        "A:ab B:bc A:ca",
        "A:aba B:aab",
    ],
)
def test_what_cannot_deadlock(script: str) -> None:
    assert after(script) == []


def test_an_attempt_that_would_have_given_up_waits_for_nobody() -> None:
    for tried, count in (("", 1), ("a", 0), ("b", 1)):
        locks = Locks()
        locks.take("A", "ab")
        locks.take("B", "ba", tried=tried)
        assert len(locks.found()) == count


@pytest.mark.parametrize("kind", ["rlock", "value", "array", "condition"])
def test_what_is_held_by_one_is_a_lock(kind: str) -> None:
    locks = Locks({"a": kind})
    locks.take("A", "ab")
    locks.take("B", "ba")
    assert len(locks.found()) == 1


@pytest.mark.parametrize(("permits", "count"), [(1, 1), (2, 0), (0, 0)])
def test_a_semaphore_is_a_lock_when_it_has_one_permit(permits: int, count: int) -> None:
    locks = Locks({"a": "semaphore"})
    locks.row("A", layout.CREATED, "a", value=permits)
    locks.take("A", "ab")
    locks.take("B", "ba")
    assert len(locks.found()) == count


def test_what_one_did_before_it_started_the_other_or_after_it_joined_it_is_no_danger() -> None:
    for rows, count in (([layout.STARTED], 0), ([], 1)):
        locks = Locks()
        locks.take("A", "ab")
        for kind in rows:
            locks.run.row(locks.t, 0, kind, value=103)
        locks.begin("D")
        locks.take("D", "ba")
        assert len(locks.found()) == count
    locks = Locks()
    locks.take("A", "ab")
    locks.run.row(locks.t, 1, layout.JOINED, value=100)
    locks.take("B", "ba")
    assert locks.found() == []


def test_who_had_ended_before_the_other_began_is_no_danger() -> None:
    locks = Locks()
    locks.take("A", "ab")
    locks.run.ended(locks.t, 0, 0)
    locks.begin("D")
    locks.take("D", "ba")
    assert locks.found() == []


def test_rows_without_a_thread_make_no_order() -> None:
    locks = Locks()
    locks.take("A", "ab")
    locks.take("B", "ba", thread=0)
    assert locks.found() == []
    locks.take("B", "ba")
    assert len(locks.found()) == 1


def test_a_lock_whose_thread_is_known_only_when_it_is_taken_is_given_back() -> None:
    locks = Locks()
    for who, order in (("A", "ab"), ("B", "ba")):
        locks.row(who, layout.ACQUIRED, order[0])
        locks.row(who, layout.RELEASING, order[0], thread=0)
        locks.row(who, layout.ACQUIRED, order[1])
        locks.row(who, layout.RELEASING, order[1], thread=0)
    assert locks.found() == []


def test_a_lock_that_others_give_back_tells_something_and_keeps_nobody_out() -> None:
    locks = Locks()
    locks.take("A", "ab")
    locks.take("B", "ba")
    assert len(locks.found()) == 1
    locks.row("A", layout.ACQUIRED, "a")
    locks.row("C", layout.RELEASING, "a")
    assert locks.found() == []


def test_an_order_that_has_deadlocked_is_told_once() -> None:
    locks = Locks()
    locks.take("A", "ab")
    locks.take("B", "ba")
    for who, first, second in (("A", "a", "b"), ("B", "b", "a")):
        locks.row(who, layout.ACQUIRED, first)
        locks.t += 1
        locks.run.waits(locks.t, locks.processes[who], locks.locks[second], layout.OP_ACQUIRE)
    locks.run.look(locks.t + 200, 0, 1)
    assert [each.kind for each in locks.run.findings()] == ["deadlock"]
    assert locks.run.findings()[0].at == round(locks.t * MS)
