"""What is tried only on demand (``pytest -m thorough``): the same again, under further start methods or seeds."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

THOROUGH = pytest.mark.thorough
FORK_FIRST: Sequence[Any] = ("fork", *(pytest.param(method, marks=THOROUGH) for method in ("spawn", "forkserver")))
"""Start methods, all but fork on demand."""


def first_of_each(runs: Iterable[tuple[str, str]]) -> list[Any]:
    """Of each name the run with one method, another one from name to name; the others on demand."""
    by_name: dict[str, list[str]] = {}
    for name, method in runs:
        by_name.setdefault(name, []).append(method)
    return [
        pytest.param(name, method, marks=() if i == turn % len(methods) else THOROUGH, id=f"{name}-{method}")
        for turn, (name, methods) in enumerate(by_name.items())
        for i, method in enumerate(methods)
    ]
