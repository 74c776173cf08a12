"""Names in shared memory that outlive the program."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import Run

TRACKER = "UserWarning: resource_tracker: There appear to be {} leaked {} objects to clean up at shutdown"


def leaks(run: Run) -> list[Finding]:
    return [each for each in run.findings() if each.kind == "leak"]


def with_block(size: int = 65536) -> tuple[Run, int, int]:
    run = Run()
    main, block = run.process("main", role="main"), run.resource("block", "shared_memory")
    run.row(1, main, layout.CREATED, block, value=size)
    return run, main, block


def end(run: Run, outcome: str = "finished") -> None:
    run.row(500, 0, layout.RUN_ENDED, value=layout.OUTCOMES.index(outcome) << 32)


@pytest.mark.parametrize(
    ("size", "said"), [(65536, "64 KiB"), (1 << 20, "1 MiB"), (3 << 30, "3 GiB"), (100, "100 bytes")]
)
def test_what_is_left_is_named_with_its_size(size: int, said: str) -> None:
    run, main, block = with_block(size)
    run.row(400, main, layout.LEFT_BEHIND, block, value=run.text("psm_1"))
    assert leaks(run) == [], "the run has not ended"
    end(run)
    (finding,) = leaks(run)
    assert finding.text == f"shared memory block `block` ({said}) was not unlinked and outlived the program"
    assert (finding.severity, finding.resources) == ("warning", (block,))
    assert "unlink()" in finding.advice


def test_names_without_a_resource_stand_for_themselves() -> None:
    run = Run()
    main = run.process("main", role="main")
    for name in ("psm_1", "sem.mp-1", "sem.mp-2", "sem.mp-3", "sem.mp-4", "sem.mp-5", "sem.mp-6"):
        run.row(400, main, layout.LEFT_BEHIND, value=run.text(name))
    end(run, "failed")
    assert sorted(each.text for each in leaks(run)) == [
        "semaphores `sem.mp-1`, `sem.mp-2`, `sem.mp-3`, `sem.mp-4` and 2 more were not unlinked and outlived the"
        " program",
        "shared memory block `psm_1` was not unlinked and outlived the program",
    ]


def test_what_the_tracker_removes_is_named_where_it_is_clear_which() -> None:
    run, main, block = with_block()
    run.row(2, main, layout.CREATED, run.resource("other", "shared_memory"), value=1)
    run.row(3, main, layout.UNLINKING, block + 1)
    run.row(400, main, layout.STDERR, value=run.text(TRACKER.format(1, "shared_memory")))
    end(run)
    assert [each.text for each in leaks(run)] == [
        "shared memory block `block` (64 KiB) was not unlinked; the resource tracker did it"
    ]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "the resource tracker removed 1 semaphore that nobody has unlinked"),
        (3, "the resource tracker removed 3 semaphores that nobody had unlinked"),
    ],
)
def test_what_the_tracker_removes_is_counted(count: int, said: str) -> None:
    run = Run()
    main = run.process("main", role="main")
    run.row(400, main, layout.STDERR, value=run.text(TRACKER.format(count, "semaphore")))
    end(run)
    assert [(each.text, each.severity) for each in leaks(run)] == [(said, "warning")]


def test_what_was_unlinked_or_what_others_made_is_none() -> None:
    run, main, block = with_block()
    run.row(2, main, layout.UNLINKING, block)
    foreign = run.resource("foreign", "shared_memory")
    run.row(3, main, layout.ATTACHED, foreign, value=8)
    run.row(400, main, layout.LEFT_BEHIND, foreign, value=run.text("theirs"))
    run.row(400, main, layout.STDERR, value=run.text("There appear to be 3 leaks in the roof"))
    end(run)
    assert leaks(run) == []


@pytest.mark.parametrize("outcome", ["stopped", "timeout", "stuck"])
def test_a_run_that_was_ended_leaks_nothing(outcome: str) -> None:
    run, main, block = with_block()
    run.row(400, main, layout.LEFT_BEHIND, block, value=run.text("psm_1"))
    end(run, outcome)
    assert leaks(run) == []


def test_a_run_that_a_person_interrupted_or_killed_leaks_nothing() -> None:
    for kind, text in ((layout.RAISED, "KeyboardInterrupt"), (layout.ACTION, "kill main")):
        run, main, block = with_block()
        run.row(300, main, kind, value=run.text(text))
        run.ended(310, main, -9)
        run.row(400, main, layout.LEFT_BEHIND, block, value=run.text("psm_1"))
        end(run, "failed")
        assert leaks(run) == []


def test_what_a_killed_main_leaves_is_a_remark() -> None:
    run, main, block = with_block()
    run.ended(310, main, -9)
    run.row(400, main, layout.LEFT_BEHIND, block, value=run.text("psm_1"))
    end(run, "failed")
    assert [each.severity for each in leaks(run)] == ["info"]
