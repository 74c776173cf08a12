"""The deadlock detector against programs whose truth is known because they are run; the long form is in tests/chaos."""

from pathlib import Path

import pytest

from tests.chaos.random_programs import judge
from tests.processes.thorough import THOROUGH


@pytest.mark.parametrize("seed", [2, 3, *(pytest.param(seed, marks=THOROUGH) for seed in range(4, 20))])
def test_what_is_found_is_true_and_what_is_true_is_found(seed: int, start_method: str, tmp_path: Path) -> None:
    verdict = judge(seed, start_method, tmp_path)
    assert verdict.kind in {"true", "clean"}, verdict.found
