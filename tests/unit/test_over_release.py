"""What is given back more often than it was taken; signals and hand-overs are none of it."""

import pytest

from playground.findings import Finding
from playground.probe import layout
from tests.unit.rows import Run


def after(script: str, kind: str, permits: int = 1) -> list[Finding]:
    """What is found when ``A+`` takes, ``A-`` gives back and ``A!`` is refused."""
    run = Run()
    processes = {name: run.process(name) for name in "ABC"}
    thing, site = run.resource("thing", kind, limit=permits), run.site("/x/work.py", 7, "work")
    run.row(1, 0, layout.CREATED, thing, value=permits)
    kinds = {"+": [layout.ACQUIRED], "-": [layout.RELEASING], "!": [layout.RELEASING, layout.RELEASE_FAILED]}
    t = 1
    for word in script.split():
        for each in kinds[word[1]]:
            t += 1
            run.row(t, processes[word[0]], each, thing, site=site if each != layout.RELEASE_FAILED else 0)
    return [each for each in run.findings() if each.kind == "over_release"]


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        ("A+ A- A!", "lock", "A (work.py:7) gave back what nobody held, and was refused"),
        ("A! A! A!", "bounded_semaphore", "A (work.py:7) gave back what nobody held, and was refused, 3 times in all"),
        ("A+ B!", "rlock", "B (work.py:7) gave back what A held, and was refused"),
    ],
)
def test_refused_releases(script: str, kind: str, said: str) -> None:
    (finding,) = after(script, kind)
    assert (finding.text, finding.severity) == (f"`thing` was released too often: {said}", "info")


@pytest.mark.parametrize(
    ("script", "times", "severity"),
    [("A-", "once", "info"), ("A+ A- A- B+ C+", "once", "warning"), ("A- B-", "2", "info")],
)
def test_permits_that_nobody_had(script: str, times: str, severity: str) -> None:
    (finding,) = after(script, "semaphore")
    assert (finding.severity, finding.certain) == (severity, False)
    assert "possibly" in finding.text
    assert f"A (work.py:7) gave back what nobody held, {times}" in finding.text
    assert finding.text.endswith("; 2 were in at once") == (severity == "warning")


@pytest.mark.parametrize(
    ("script", "kind", "permits"),
    [
        ("A+ B- A+ A-", "lock", 1),
        ("A+ A!", "lock", 1),
        ("A+ A-", "semaphore", 1),
        ("A+ B- B+ A-", "semaphore", 1),
        ("A- A- B+ B+", "semaphore", 0),
        ("A+ B+ A- B-", "semaphore", 2),
        ("A+ B!", "bounded_semaphore", 2),
    ],
)
def test_signals_hand_overs_and_balanced_use(script: str, kind: str, permits: int) -> None:
    assert after(script, kind, permits) == []
