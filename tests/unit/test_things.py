"""Stretches of time: who held and who waited in them, told as the instants in them tell it."""

from hypothesis import assume, given
from hypothesis import strategies as st

from playground.history import History
from playground.probe import layout
from tests.unit.random_runs import runs
from tests.unit.rows import MS, Run

STRETCHES = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)
PLENTY = 1_000


def instants(history: History, first: int, last: int) -> tuple[int, int, list[int]]:
    """From the instant of one row to that of another, with all between."""
    start, end = (history.time[min(each, len(history.time) - 1)] for each in (first, last))
    return start, end, [start, *(t for t in history.time if start <= t <= end)]


@given(runs(), STRETCHES)
def test_holds_in_a_stretch_are_those_of_its_instants(run: Run, stretch: list[int]) -> None:
    history = run.history()
    assume(layout.RELEASE_FAILED not in history.kind)  # it takes a release back, whose instant was a gap
    start, end, inside = instants(history, *stretch)
    for resource in history.resources.values():
        held = [(process, since) for process, since, _ in resource.holds_between(start, end, PLENTY)]
        assert len(held) == len(set(held))
        assert set(held) == {(process, since) for t in inside for process, _, _, since in resource.holders_at(t)}


@given(runs(), STRETCHES)
def test_waits_in_a_stretch_are_those_of_its_instants(run: Run, stretch: list[int]) -> None:
    history = run.history()
    start, end, inside = instants(history, *stretch)
    for process in history.processes:
        spans = process.waits_between(start, end, PLENTY)
        waited = [span.since for span in spans if span.until is None or span.until > start]
        of_main = [span for t in inside for span in process.waits_at(t) if span.thread == layout.MAIN_THREAD]
        assert waited == sorted({span.since for span in of_main})
        assert len(spans) - len(waited) <= 1, "one that is over may come first"


def test_what_is_too_much_to_draw_is_left_out() -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("lock")
    for t in range(10, 40, 10):
        run.waits(t, a, lock, layout.OP_ACQUIRE)
        run.row(t + 1, a, layout.ACQUIRED, lock)
        run.row(t + 2, a, layout.RELEASING, lock)
    history = run.history()
    counts = [
        (
            len(history.resources[lock].holds_between(0, end, limit)),
            len(history.processes[a].waits_between(0, end, limit)),
        )
        for end, limit in ((5 * MS, 9), (100 * MS, 3), (100 * MS, 2), (25 * MS, 2))
    ]
    assert counts == [(0, 0), (3, 3), (0, 0), (2, 2)]
