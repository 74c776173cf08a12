"""What the pure tests need: their own directories, the same examples every time, and no process left behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.warden import kernel
from tests.unit import examples


def pytest_configure(config: pytest.Config) -> None:
    """Have as many examples as are wanted."""
    examples.begin(config)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests with examples are also among the thorough ones."""
    examples.mark(item)


@pytest.fixture(autouse=True)
def _leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In place of the check around every test, which reads all of /proc: few of these tests start a process."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("MP_PLAYGROUND_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MP_PLAYGROUND_CONFIG", str(tmp_path / "config"))


@pytest.fixture(scope="module", autouse=True)
def _leaves_no_process() -> Iterator[None]:
    before = {process.pid for process in kernel.descendants({os.getpid()})}
    yield
    left = [process for process in kernel.descendants({os.getpid()}) if process.pid not in before]
    assert not left, f"left behind: {left}"
