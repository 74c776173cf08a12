"""Lost updates are counted exactly, and what loses nothing is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.findings import Finding, Findings
from playground.history import History
from playground.probe import layout
from tests.unit.examples import examples
from tests.unit.rows import INFO, Run


class Memory:
    """One value or array; every access is a row."""

    def __init__(self, names: str = "ABC", *, items: int = 0) -> None:
        self.run = Run()
        self.processes = {name: self.run.process(name) for name in names}
        self.items = items
        self.number = self.run.resource("counter", "array" if items else "value", limit=items)
        lines = {"add": 9, "get": 20, "set": 30}
        self.sites = {name: self.run.site("/x/work.py", line, name) for name, line in lines.items()}
        self.t = 1.0

    def read(self, name: str, item: int = 0, function: str = "add") -> None:
        self._access((layout.READ, layout.ITEM_READ), name, item, 0, function)

    def write(self, name: str, value: int, item: int = 0, function: str = "add") -> None:
        self._access((layout.WROTE, layout.ITEM_WROTE), name, item, value, function)

    def _access(self, kinds: tuple[int, int], name: str, item: int, value: int, function: str) -> None:
        self.t += 1
        kind, site = (kinds[1], item) if self.items else (kinds[0], self.sites[function])
        self.run.row(self.t, self.processes[name], kind, self.number, value=value, site=site)

    def result(self) -> tuple[int, list[Finding]]:
        """Updates lost, and what is said of them."""
        history = History(INFO)
        findings = Findings(history)
        history.append(self.run.batch())
        findings.advance()
        return findings.lost_updates(self.number), [each for each in findings.all if each.kind == "lost_update"]


def after(script: str) -> tuple[int, list[Finding]]:
    """What ``A? B? A=5 B=6`` loses: a name and ``?`` is a read, with ``=`` a write."""
    memory = Memory()
    for word in script.split():
        if word[1] == "?":
            memory.read(word[0])
        else:
            memory.write(word[0], int(word[2:]))
    return memory.result()


@pytest.mark.parametrize(
    ("script", "lost"),
    [
        ("A? A=5 B? B=6 A? A=7", 0),
        ("A? B? A=5 B=5", 1),
        ("A? B? C? A=5 B=5 C=5", 2),
        ("A? B? B=5 B? B=6 B? B=7 A=5", 3),
        ("A? B? B=5 A=5 A? B? A=6 B=6", 2),
        ("A? B? A=5 C? C=6 B=5", 2),
        ("A? A? A=5 B? B=6", 0),
        ("A? B? C?", 0),
    ],
)
def test_losses_of_increments(script: str, lost: int) -> None:
    count, found = after(script)
    assert (count, [each.kind for each in found]) == (lost, ["lost_update"] if lost else [])


@pytest.mark.parametrize(
    "script",
    ["A=1 B=1 C=1", "A=5 B=7 A=5", "A=5 B? B=6 C? C=7", "A? A=5 B=0 A? A=1", "A? B? A? B?", "A? A=5 A=6 B=7"],
)
def test_plain_stores_and_flags_lose_nothing(script: str) -> None:
    assert after(script) == (0, [])


def test_a_plain_store_begins_anew_and_keeps_what_was_lost() -> None:
    assert after("A? B? A=5 B=5 C=0 A? A=1")[0] == 1
    assert after("A? B? A=5 B=5 C=0 A? B? A=1 B=1")[0] == 2


def test_reading_in_one_function_and_storing_in_another_is_no_update() -> None:
    memory = Memory()
    for name in "AB":
        memory.read(name, function="get")
    for name in "AB":
        memory.write(name, 5, function="set")
    assert memory.result() == (0, [])


def test_items_of_an_array_are_apart() -> None:
    memory = Memory(items=3)
    for name, item in (("A", 0), ("B", 1)):
        memory.read(name, item)
    for name, item in (("A", 0), ("B", 1)):
        memory.write(name, 5, item)
    assert memory.result() == (0, [])
    for name in "AB":
        memory.read(name, 2)
    for name in "AB":
        memory.write(name, 9, 2)
    lost, (finding,) = memory.result()
    assert lost == 1
    assert "of `counter[2]`" in finding.text
    assert finding.advice == "Hold one lock over the read and the write: `with counter.get_lock():`."


def test_the_sentence_has_the_latest_figures_and_the_first_example() -> None:
    _, (finding,) = after("A? B? A=5 B=5 C? C=6 A? B? A=7 B=7 C? C=8")
    assert finding.severity == "error"
    example = "B wrote 5 at work.py:9 after A had changed it since its read"
    assert finding.text == f"lost 2 of 6 updates of `counter`: {example}"
    assert finding.processes == (0, 1, 2)


def test_two_threads_of_a_process_overtake_each_other_too() -> None:
    memory = Memory("A")
    for kind, thread in ((layout.READ, 1), (layout.READ, 2), (layout.WROTE, 1), (layout.WROTE, 2)):
        memory.run.row(5, 0, kind, memory.number, value=9, thread=thread)
    assert memory.result()[0] == 1


@examples(200)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 1)), max_size=40), st.booleans())
def test_the_loss_is_the_number_of_increments_less_the_final_sum(order: list[tuple[str, int]], array: bool) -> None:
    """Whoever's turn it is takes its next step: read an item, or write back one more than it has read."""
    memory = Memory(items=2 if array else 0)
    cells, writes = [0, 0], 0
    read: dict[str, tuple[int, int]] = {}
    for name, wanted in order:
        if name in read:
            item, seen = read.pop(name)
            cells[item], writes = seen + 1, writes + 1
            memory.write(name, seen + 1, item)
        else:
            item = wanted if array else 0
            read[name] = item, cells[item]
            memory.read(name, item)
    assert memory.result()[0] == writes - sum(cells)
