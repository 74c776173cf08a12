"""Processes that outlive the one that started them."""

import pytest

from playground.findings import Finding
from playground.history import ProcessDefinition
from playground.probe import layout
from tests.unit.rows import MS, Run


def orphans(run: Run) -> list[Finding]:
    return [each for each in run.findings() if each.kind == "orphan"]


def family(*names: str, role: str = "child", parent_role: str = "main") -> tuple[Run, int, list[int]]:
    run = Run()
    main = run.process("main", role=parent_role)
    children = [run.process(name, role=role) for name in names]
    for child in children:
        run.row(1, main, layout.STARTED, value=100 + child)
    return run, main, children


def test_who_lives_on_is_told_once_it_has_been_seen_alive_for_long_enough() -> None:
    run, main, (child,) = family("w1")
    run.ended(3200, main, -9)
    run.row(3600, child, layout.SAMPLE_CPU)
    assert orphans(run) == []
    run.look(3750, child)
    (finding,) = orphans(run)
    assert finding.text == (
        "w1 lives on although main, which started it, ended (SIGKILL) at 3.2 s: nobody will join it"
    )
    assert (finding.severity, finding.at, finding.processes) == ("warning", 3200 * MS, (child, main))


def test_several_are_one_finding() -> None:
    run, main, children = family("a", "b")
    run.ended(100, main, 0)
    for child in children:
        run.row(700, child, layout.SAMPLE_CPU)
    assert [each.text for each in orphans(run)] == [
        "a, b live on although main, which started them, ended (exit 0) at 0.1 s: nobody will join them"
    ]


def test_who_ends_soon_after_is_none() -> None:
    run, main, (child,) = family("w1")
    run.ended(100, main, -9)
    run.row(550, child, layout.SAMPLE_CPU)
    run.ended(590, child, 0)
    run.row(900, main, layout.RUN_ENDED)
    assert orphans(run) == []


@pytest.mark.parametrize("role", ["server", "tracker", "manager"])
def test_helpers_are_none(role: str) -> None:
    run, main, (child,) = family("helper", role=role)
    run.ended(100, main, -9)
    run.row(900, child, layout.SAMPLE_CPU)
    assert orphans(run) == []


def test_what_other_programs_start_is_theirs() -> None:
    run, shell, (child,) = family("sleep", role="program", parent_role="program")
    run.ended(100, shell, 0)
    run.row(900, child, layout.SAMPLE_CPU)
    assert orphans(run) == []


def test_a_program_that_lives_on_may_be_meant_to() -> None:
    run, main, (child,) = family("server", role="program")
    run.ended(100, main, 0)
    run.row(900, child, layout.SAMPLE_CPU)
    assert [each.severity for each in orphans(run)] == ["info"]


def test_a_parent_that_a_person_killed_is_a_remark() -> None:
    run, main, (child,) = family("w1")
    run.row(90, main, layout.ACTION, value=run.text("kill main"))
    run.ended(100, main, -9)
    run.row(900, child, layout.SAMPLE_CPU)
    assert [each.severity for each in orphans(run)] == ["info"]


def test_a_forked_process_names_its_parent_itself() -> None:
    run = Run()
    parent = run.process("first", role="fork")
    run.define(ProcessDefinition(1, 333, 7, 100 + parent, "", "fork", False, "fork"))
    run.row(5, 1, layout.BEGAN, value=100 + parent)
    run.ended(10, parent, 0)
    run.row(900, 1, layout.SAMPLE_CPU)
    assert [each.text for each in orphans(run)] == [
        "pid 333 lives on although first, which started it, ended (exit 0) at 0.0 s: nobody will join it"
    ]
