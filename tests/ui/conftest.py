"""A test that is said to press bindings is held to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from textual.app import App

from tests.ui.bindings import PRESSED, binding_of


@pytest.fixture(autouse=True)
def _bindings_pressed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that sets off less than ``bindings.PRESSED`` claims."""
    test = f"{request.path.stem}.{getattr(request.node, 'originalname', '')}"
    if test not in PRESSED:
        yield
        return
    pressed: set[str | None] = set()
    run_action = App.run_action

    async def noted(app: App[Any], action: Any, default_namespace: Any = None, namespaces: Any = None) -> bool:
        handled = await run_action(app, action, default_namespace, namespaces)
        if handled:
            pressed.add(binding_of(default_namespace, action))
        return handled

    monkeypatch.setattr(App, "run_action", noted)
    yield
    assert {*PRESSED[test]} - pressed == set(), "no test presses these bindings any more"
