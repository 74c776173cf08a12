"""Children that have ended and that nobody reaps."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import MS, Run

S = 1000


def zombies(run: Run) -> list[Finding]:
    return [each for each in run.findings() if each.kind == "zombie"]


def family(*names: str, role: str = "child", ended: float = 100) -> tuple[Run, int, list[int]]:
    """Children of main that have ended and are not reaped."""
    run = Run()
    main = run.process("main", role="main")
    children = [run.process(name, role=role) for name in names]
    for child in children:
        run.row(1, main, layout.STARTED, value=100 + child)
    for child in children:
        run.row(ended, child, layout.ZOMBIE, value=0)
    return run, main, children


def seen(run: Run, process: int, *times: float) -> None:
    for t in times:
        run.row(t, process, layout.SAMPLE_CPU, value=1000)


def test_one_is_worth_a_word_after_a_second_and_a_warning_after_ten() -> None:
    run, main, (child,) = family("w1")
    seen(run, main, 900, 1050)
    assert zombies(run) == []
    seen(run, main, 1200)
    (finding,) = zombies(run)
    assert (finding.severity, finding.text) == ("info", "zombie: main has not joined w1, ended 1.1 s ago")
    assert (finding.at, finding.processes) == (1200 * MS, (main, child))
    seen(run, main, 5 * S, 10 * S, 12.1 * S)
    (finding,) = zombies(run)
    assert (finding.severity, finding.text) == ("warning", "zombie: main has not joined w1, ended 12.0 s ago")
    assert finding.at == 1200 * MS


def test_five_at_once_are_a_warning() -> None:
    run, main, _ = family("a", "b", "c", "d", "e", "f")
    seen(run, main, 1200)
    (finding,) = zombies(run)
    assert finding.severity == "warning"
    assert finding.text == "6 zombies: main has not joined a, b, c, d, e, ..., the first ended 1.1 s ago"
    run, main, _ = family("a", "b", "c", "d")
    seen(run, main, 1200)
    assert [each.severity for each in zombies(run)] == ["info"]


def test_once_all_are_reaped_it_is_no_more_than_a_remark() -> None:
    run, main, children = family("a", "b", "c", "d", "e", "f")
    seen(run, main, 1200)
    for child in children:
        run.row(2100 + child, main, layout.CHILD_ENDED, value=(100 + child) << 32)
    (finding,) = zombies(run)
    assert finding.severity == "info"
    assert finding.text == "a, b, c, d, e, ... were 6 zombies for up to 2.0 s, until main took note of the end"
    assert len(finding.processes) == 7


def test_one_that_goes_in_time_is_none() -> None:
    run, main, (child,) = family("w1")
    seen(run, main, 500)
    run.row(900, child, layout.VANISHED)
    seen(run, main, 3 * S)
    assert zombies(run) == []


def test_a_parent_that_joins_others_first_is_not_blamed() -> None:
    run, main, (_,) = family("w1", ended=200)
    run.row(300, main, layout.JOINING, value=555)
    seen(run, main, 5 * S, 20 * S)
    run.row(21 * S, main, layout.JOINED, value=555)
    seen(run, main, 21.5 * S)
    assert zombies(run) == []
    seen(run, main, 22.5 * S)
    assert len(zombies(run)) == 1, "it went on to something else"


def test_a_parent_that_is_suspended_or_has_ended_is_not_blamed() -> None:
    run, main, _ = family("w1")
    run.row(200, main, layout.SUSPENDED)
    seen(run, main, 20 * S)
    assert zombies(run) == []
    run, main, _ = family("w1")
    run.ended(500, main, 0)
    seen(run, main, 20 * S)
    assert zombies(run) == []


@pytest.mark.parametrize("role", ["worker", "server", "tracker"])
def test_those_whom_multiprocessing_reaps_are_none(role: str) -> None:
    run, main, _ = family("w1", role=role)
    seen(run, main, 20 * S)
    assert zombies(run) == []


def test_only_the_parent_is_blamed() -> None:
    run, _, _ = family("w1")
    other = run.process("other", began=None)
    run.row(150, other, layout.BEGAN)
    seen(run, other, 20 * S)
    assert zombies(run) == []


def test_a_second_brood_is_told_anew() -> None:
    run, main, (first, second) = family("w1", "w2", ended=100)
    run.rows.pop()
    seen(run, main, 1500)
    run.row(2100, main, layout.CHILD_ENDED, value=(100 + first) << 32)
    run.row(3000, second, layout.ZOMBIE, value=0)
    seen(run, main, 4500)
    assert [each.text for each in zombies(run)] == ["zombie: main has not joined w2, ended 1.5 s ago"]
    run.row(4600, main, layout.CHILD_ENDED, value=(100 + second) << 32)
    assert zombies(run)[0].text == "w1, w2 were 2 zombies for up to 2.0 s, until main took note of the end"
