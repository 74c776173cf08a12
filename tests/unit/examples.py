"""How many examples hypothesis makes up: a share of them every time, all of them by ``pytest -m thorough``."""

from typing import Any

import pytest
from hypothesis import settings

_SHARE = 4
_USUAL = 100
settings.register_profile("ordinary", deadline=None, derandomize=True, max_examples=_USUAL // _SHARE)
settings.register_profile("thorough", deadline=None, derandomize=True, max_examples=_USUAL)


def begin(config: pytest.Config) -> None:
    """Make up as many as the tests that were asked for want."""
    settings.load_profile("thorough" if _all(config) else "ordinary")


def examples(most: int, **how: Any) -> settings:
    """Settings of a test that is to see another number of them than the usual hundred."""
    return settings(max_examples=most if settings.get_current_profile_name() == "thorough" else most // _SHARE, **how)


def mark(item: pytest.Item) -> None:
    """Let a test with examples belong to the thorough ones, where those are asked for."""
    if _all(item.config) and hasattr(getattr(item, "obj", None), "hypothesis"):
        item.add_marker("thorough")


def _all(config: pytest.Config) -> bool:
    return "thorough" in config.option.markexpr.replace("not thorough", "")
