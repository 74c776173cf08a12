"""What is told of all that was found."""

import pytest

from playground.findings.finding import Finding
from playground.findings.told import told


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_danger_is_told_unless_it_came_true_in_a_deadlock_that_still_stands(withdrawn: bool) -> None:
    danger = Finding("lock_order", "warning", (1, 2), (3, 4), 5, "in different orders", "")
    deadlock = Finding("deadlock", "error", (1, 2), (3, 4), 6, "stuck", "", withdrawn=withdrawn)
    assert list(told([danger, deadlock])) == [danger if withdrawn else deadlock]
