"""What is drawn of numbers that a program measured."""

import pytest
from hypothesis import HealthCheck, given, settings

from playground.findings import Findings
from playground.probe import layout
from playground.summary import summarise
from playground.tui.render.bars import bars
from playground.tui.render.palette import Palette
from tests.unit.moments import moment, text
from tests.unit.random_runs import runs
from tests.unit.rows import Run

PALETTE = Palette()


def measured(*told: str) -> Run:
    """One process that measures something every 10 ms."""
    run = Run()
    process = run.process("main", role="main")
    for i, each in enumerate(told):
        run.row(10 * (i + 1), process, layout.MEASURED, value=run.text(each))
    return run


def drawn(run: Run, width: int = 40, height: int = 10, at_ms: int | None = None) -> list[str]:
    at = None if at_ms is None else at_ms * 1_000_000
    strips = bars(moment(run.history(), at=at), width, height, PALETTE)
    assert {strip.cell_length for strip in strips} <= {width}
    return text(strips).split("\n")


def test_the_longest_bar_takes_the_room_and_the_others_their_share() -> None:
    assert drawn(measured("0.8 s serial", "0.2 s threads", "0.25 s processes")) == [
        " serial    ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇ 0.8 s",
        " threads   ▇▇▇▇▇ 0.2 s",
        " processes ▇▇▇▇▇▇▇ 0.25 s",
    ]


def test_each_unit_has_a_scale_of_its_own_and_what_is_tiny_still_shows() -> None:
    run = measured("0.8 s serial", "4 lanes together", "0.0001 s task", "0 lanes none")
    assert drawn(run, 30) == [
        " serial   ▇▇▇▇▇▇▇▇▇▇ 0.8 s",
        " task     ▎ 0.0001 s",
        "",
        " together ▇▇▇▇▇▇▇▇▇▇▇ 4 lanes",
        " none      0 lanes",
    ]
    assert drawn(run, 30, 4)[2] == " together ▇▇▇▇▇▇▇▇▇▇▇ 4 lanes"
    assert drawn(run, 30, 3)[-1] == " … and 2 more"


def test_before_it_was_measured_a_thing_has_only_its_name() -> None:
    run = measured("2 s a", "4 s b", "1 s a")
    assert drawn(run, 20, at_ms=15) == [" a ▇▇▇▇▇▇ 2 s", " b"], "on the scale of the whole run, with what was known"
    assert drawn(run, 20) == [" a ▇▇▇ 1 s", " b ▇▇▇▇▇▇▇▇▇▇▇▇ 4 s"], "measured again, the bar has the new value"


@pytest.mark.parametrize("odd", ["", "1", "1 s", "x s a", "-1 s a", "nan s a", "inf s a"])
def test_what_is_no_measurement_is_passed_over(odd: str) -> None:
    history = measured(odd, "1 s good").history()
    assert [each["label"] for each in summarise(history, Findings(history))["measured"]] == ["good"]


def test_a_name_is_one_line() -> None:
    assert drawn(measured("3 s two\nlines", "1\ns\nthree\n\nlines"), 30) == [
        " two lines   ▇▇▇▇▇▇▇▇▇▇▇▇ 3 s",
        " three lines ▇▇▇▇ 1 s",
    ]


def test_long_names_leave_room_for_their_bars() -> None:
    (line,) = drawn(measured(f"3 s {'a name that goes on ' * 9}"), 30)
    assert "…" in line
    assert line.endswith("▇ 3 s")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(runs())
def test_of_any_run_what_is_drawn_fits(run: Run) -> None:
    for width, height in ((12, 1), (20, 2), (60, 9)):
        strips = bars(moment(run.history()), width, height, PALETTE)
        assert len(strips) <= height
        assert {strip.cell_length for strip in strips} <= {width}
