"""Several that use one end of a pipe at the same time."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import MS, Run

BIG = 200_000


class Piped:
    """A pipe between four processes."""

    def __init__(self, *, one_way: bool = True) -> None:
        self.run = Run()
        self.team = [self.run.process(name) for name in ("anna", "otto", "emma", "max")]
        self.pipe = self.run.resource("inbox", "pipe")
        self.site = self.run.site("/x/work.py", 5, "work")
        self.run.row(1, self.team[0], layout.CREATED, self.pipe, value=layout.ONE_WAY if one_way else 0)

    def sends(self, who: int, t: float, until: float, size: int) -> list[tuple[float, int, int, int]]:
        return [(t, self.team[who], layout.SENDING, size), (until, self.team[who], layout.SENT, size)]

    def told(self, *sent: list[tuple[float, int, int, int]]) -> list[Finding]:
        for t, process, kind, size in sorted(each for both in sent for each in both):
            self.run.row(t, process, kind, self.pipe, site=self.site, value=size)
        return [each for each in self.run.findings() if each.kind == "mixed_messages"]


def test_large_messages_that_are_sent_at_the_same_time() -> None:
    piped = Piped()
    (found,) = piped.told(piped.sends(0, 10, 30, BIG), piped.sends(1, 20, 40, 10), piped.sends(2, 25, 50, BIG))
    assert found.text == (
        "anna (work.py:5) and otto (work.py:5) sent into `inbox` at the same time: "
        "large messages go in pieces, which come mixed"
    )
    assert (found.severity, found.certain, found.at) == ("warning", False, 20 * MS)


@pytest.mark.parametrize("case", ["one after the other", "small ones", "both ways", "one sender"])
def test_sending_that_mixes_nothing(case: str) -> None:
    piped = Piped(one_way=case != "both ways")
    size, second = 4092 if case == "small ones" else BIG, 0 if case == "one sender" else 1
    begins = 31 if case in {"one after the other", "one sender"} else 20
    assert piped.told(piped.sends(0, 10, 30, size), piped.sends(second, begins, 40, size)) == []


@pytest.mark.parametrize("case", ["two", "both ways", "one after the other", "ended by an exception"])
def test_two_that_receive_at_the_same_time(case: str) -> None:
    piped = Piped(one_way=case != "both ways")
    for t, process in zip((10, 20), piped.team[:2], strict=True):
        piped.run.waits(t, process, piped.pipe, layout.OP_RECV, site=piped.site)
        if case == "one after the other":
            piped.run.row(t + 5, process, layout.RECEIVED, piped.pipe, value=10)
        elif case == "ended by an exception":
            piped.run.row(t + 5, process, layout.WOKE, piped.pipe)
    assert [each.text for each in piped.told()] == [
        "anna (work.py:5) and otto (work.py:5) received from `inbox` at the same time: "
        "each may get pieces of the other's messages"
    ] * (case == "two")
