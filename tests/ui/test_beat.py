"""What draws the frames: it goes on, it lets others go first, and it stops."""

import asyncio
from collections.abc import Callable

import pytest
from textual._context import active_app
from textual.app import App

from playground.tui.beat import Beat


async def beaten(times: int, yields: Callable[[], bool]) -> list[int]:
    """Let it beat so often; which beats there were."""
    active_app.set(App())
    beats: list[int] = []
    beat = Beat(0.001, lambda: beats.append(len(beats)), yields)
    while len(beats) < times:
        await asyncio.sleep(0.001)
    beat.stop()
    return beats


async def test_others_go_first_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def yields() -> bool:
        asked.append(1)
        return len(asked) < 5

    monkeypatch.setattr("playground.tui.beat._MOST_YIELDED_S", 60.0)
    await beaten(1, yields)
    assert len(asked) == 5
    monkeypatch.setattr("playground.tui.beat._MOST_YIELDED_S", 0.002)
    beats = await beaten(3, lambda: True)
    await asyncio.sleep(0.005)
    assert len(beats) == 3, "it has been stopped"


async def test_it_goes_on_after_a_failure_which_the_loop_is_told_of() -> None:
    active_app.set(App())
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

    def fail() -> None:
        raise ValueError

    beat = Beat(0.001, fail, lambda: False)
    for _ in range(1000):
        await asyncio.sleep(0.002)
        if len(told) > 1:
            break
    beat.stop()
    assert [type(each) for each in told[:2]] == [ValueError, ValueError]
