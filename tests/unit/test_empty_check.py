"""Queues that were asked before they were read: told when that had an effect, and only then."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import Run

FINISHED = layout.OUTCOMES.index("finished") << 32


def checks(run: Run) -> list[Finding]:
    return [finding for finding in run.findings() if finding.kind == "empty_check"]


def story(*steps: str) -> Run:
    """Steps ``WHO what`` with one queue: put, got, some, empty, none (an attempt in vain), exit, killed."""
    run = Run()
    jobs = run.resource("jobs", "queue", limit=0)
    processes = {"M": run.process("main", role="main"), **{name: run.process(name) for name in "AB"}}
    kinds = {"put": layout.PUTTING, "got": layout.GOT, "none": layout.TRY_FAILED}
    run.row(1, processes["M"], layout.CREATED, jobs)
    for t, step in enumerate(steps, 2):
        name, what = step.split()
        if what in ("some", "empty"):
            run.row(t, processes[name], layout.LOOKED, jobs, value=int(what == "some"))
        elif what in kinds:
            run.row(t, processes[name], kinds[what], jobs)
        else:
            run.ended(t, processes[name], -9 if what == "killed" else 0)
    run.row(100, processes["M"], layout.RUN_ENDED, value=FINISHED)
    return run


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (("A empty", "A exit", "M put", "M put"), "2 items were left in `jobs`: A took no more"),
        (("M put", "A empty", "A exit"), "it was on the way then"),
        (("M put", "A empty", "A exit", "M put"), "1 of them was on the way then"),
        (("A some", "M put", "M put", "A got", "A empty", "A exit"), "1 item was left"),
        (("A empty", "B empty", "A exit", "B exit", "M put"), "1 item was left in `jobs`: A, B took no more"),
    ],
)
def test_items_that_all_who_took_any_left_behind(steps: tuple[str, ...], said: str) -> None:
    (found,) = checks(story(*steps))
    assert said in found.text
    assert found.severity == "warning"


@pytest.mark.parametrize(
    "steps",
    [
        ("M put", "A some", "A got", "A empty", "A exit"),  # nothing is left
        ("A empty", "M put", "B got", "M put", "A exit", "B exit"),  # another one took items, and stopped otherwise
        ("A empty", "A killed", "M put"),
        ("M put", "M empty", "M put", "M exit"),  # who puts does not take
        ("M put", "A some", "A some", "A empty", "A exit", "M put"),  # who only watches neither
        ("A empty", "M put", "M put", "A got", "A exit"),  # what it did last was to get
        ("A empty", "A none", "M put", "A exit"),
    ],
)
def test_what_was_asked_had_no_effect(steps: tuple[str, ...]) -> None:
    assert checks(story(*steps)) == []


@pytest.mark.parametrize("gets", [False, True])
def test_who_waits_for_ever_is_told_until_it_gets_something(gets: bool) -> None:
    run = Run()
    jobs = run.resource("jobs", "queue", limit=0)
    a, b = run.process("A"), run.process("B")
    run.row(1, a, layout.PUTTING, jobs)
    for process in (a, b):
        run.row(2, process, layout.LOOKED, jobs, value=1)
    run.row(3, a, layout.GOT, jobs)
    run.ended(4, a, 0)
    run.waits(5, b, jobs, layout.OP_GET)
    run.look(200, b)
    if gets:
        run.row(300, b, layout.GOT, jobs)
    found = run.findings()
    if gets:
        assert [finding.kind for finding in found if finding.kind == "empty_check"] == []
    else:
        (told,) = found
        assert told.kind == "empty_check"
        assert (
            told.text
            == "B waits for ever in `get` of `jobs`: the queue had said that something was in it, then A took it"
        )
