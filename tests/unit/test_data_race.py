"""Updates that nothing orders are races, though none was lost; flags, locks, starts and joins make none."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import Run


class Memory:
    """One value; words such as ``A+`` (update), ``A?`` (read), ``A=3`` (store), ``A(`` and ``A)`` (lock)."""

    def __init__(self, names: str = "ABC", *, items: int = 0) -> None:
        self.run = Run()
        self.processes = {name: self.run.process(name) for name in names}
        self.items = items
        self.counter = self.run.resource("counter", "array" if items else "value", limit=items)
        self.flag, self.lock = self.run.resource("flag", "value"), self.run.resource("lock")
        self.lines = {
            name: self.run.site("/x/work.py", line, "work") for line, name in ((12, "+"), (20, "?"), (30, "="))
        }
        self.t, self.value = 1.0, 0

    def row(self, name: str, kind: int, resource: int = 0, *, value: int = 0, line: str = "") -> None:
        self.t += 1
        self.run.row(self.t, self.processes[name], kind, resource, value=value, site=self.lines.get(line, 0))

    def read(self, name: str, line: str = "?") -> None:
        if self.items:
            self.row(name, layout.ITEM_READ, self.counter)
        else:
            self.row(name, layout.READ, self.counter, line=line)

    def write(self, name: str, value: int, line: str = "=") -> None:
        if self.items:
            self.row(name, layout.ITEM_WROTE, self.counter, value=value)
        else:
            self.row(name, layout.WROTE, self.counter, value=value, line=line)

    def act(self, word: str) -> None:
        name, what = word[0], word[1]
        if what == "+":
            self.value += 1
            self.read(name, "+")
            self.write(name, self.value, "+")
        elif what == "?":
            self.read(name)
        elif what == "=":
            self.value = int(word[2:])
            self.write(name, self.value)
        else:
            kinds = {"(": layout.ACQUIRED, ")": layout.RELEASING, "w": layout.WROTE, "r": layout.READ}
            self.row(name, kinds[what], self.flag if what in "wr" else self.lock, value=1, line="?")

    def found(self) -> list[Finding]:
        return [each for each in self.run.findings() if each.kind == "data_race"]


def after(script: str, *, items: int = 0) -> list[Finding]:
    memory = Memory(items=items)
    for word in script.split():
        memory.act(word)
    return memory.found()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("A+ A+ B+", "updated by A (work.py:12) and B (work.py:12)"),
        ("A( A+ A) B+", "updated by A (work.py:12) and B (work.py:12)"),
        ("A+ A( A) B+ B( B)", "updated by A (work.py:12) and B (work.py:12)"),
        ("A? A+ B? B+", "updated by A (work.py:12) and B (work.py:12)"),
        ("A=5 B+", "possibly set by A (work.py:30) and updated by B (work.py:12)"),
        ("A+ B=0", "possibly updated by A (work.py:12) and set by B (work.py:30)"),
    ],
)
def test_updates_that_nothing_orders(script: str, said: str) -> None:
    (finding,) = after(script)
    rest = "without a common lock, in no order that is known: no update was lost this time, but one may be"
    assert finding.text == f"`counter` is {said} {rest}"
    assert (finding.severity, finding.certain) == ("warning", False)
    assert finding.processes == (0, 1)
    assert finding.advice.startswith(
        "Hold one lock over the read and the write: `with counter.get_lock():`. Nothing is"
    )


@pytest.mark.parametrize(
    "script",
    [
        "A+ A+ A+",
        "A( A+ A) B( B+ B) A( A+ A)",
        "A=1 B? B? B? A=0 C=1",
        "A=1 B=2 C=3",
        "A=5 B? A=6 B? B?",
        "A+ B? C? A+ B? C?",
        "A+ A( A) B( B) B+",
        "A+ Aw Br B( B+ B)",
        "A+ Aw Br Br B+",
        "A? A? A? A+ B? B? B? B? B=4",
    ],
)
def test_what_is_ordered_or_atomic_is_no_race(script: str) -> None:
    assert after(script) == []


def test_a_child_that_was_joined_comes_before_and_one_that_was_not_does_not() -> None:
    for joined in (True, False):
        memory = Memory("M")
        memory.act("M+")
        memory.row("M", layout.STARTED, value=101)
        memory.processes["A"] = memory.run.process("A", began=memory.t)
        memory.act("A+")
        if joined:
            memory.row("M", layout.JOINED, value=101)
        memory.act("M+")
        assert len(memory.found()) == (not joined)


def test_items_of_arrays_must_count_to_be_counters() -> None:
    assert after("A+ B+ A+", items=2) == []
    (finding,) = after("A+ A+ A+ A+ B+", items=2)
    assert finding.text.startswith("`counter[0]` is updated by A and B without")
    assert finding.key == (1, 0)


def test_whose_loss_is_told_is_not_told_again() -> None:
    memory = Memory("AB")
    memory.act("A+")
    memory.act("B+")
    assert len(memory.found()) == 1
    for name in "AB":
        memory.read(name, "+")
    for name in "AB":
        memory.write(name, 9, "+")
    assert [each.kind for each in memory.run.findings()] == ["lost_update"]


def test_who_waits_for_its_turn_takes_back_what_was_said() -> None:
    memory = Memory("AB")
    for word in ("A+", "B+"):
        memory.act(word)
    assert len(memory.found()) == 1
    for _ in range(4):
        memory.read("A")
    memory.write("A", 3, "=")
    assert memory.found() == []


def test_a_manager_may_order_what_is_not_seen() -> None:
    for kind, count in (("lock", 0), ("manager", 1)):
        memory = Memory("AB")
        memory.run.process("SyncManager-1", began=memory.t)
        memory.run.resource("manager", kind)
        for word in ("A+", "B+"):
            memory.act(word)
        assert len(memory.found()) == count


def test_who_started_a_process_may_know_that_it_has_ended() -> None:
    for starter, ends, count in (("M", True, 0), ("M", False, 1), ("N", True, 1)):
        memory = Memory("MN")
        memory.row(starter, layout.STARTED, value=102)
        memory.processes["A"] = memory.run.process("A", began=memory.t)
        memory.act("A+")
        if ends:
            memory.row("A", layout.EXITING)
        memory.act("M+")
        assert len(memory.found()) == count


def test_rows_without_thread_and_line_raise_no_alarm_of_their_own() -> None:
    run = Run()
    a, b, value = run.process("A"), run.process("B"), run.resource("value", "value")
    for i, process in enumerate((a, b, a, b)):
        run.row(10 + i, process, layout.READ, value, thread=0)
        run.row(10.5 + i, process, layout.WROTE, value, value=1, thread=0)
    assert run.findings() == []
