"""Calls something so often a second with little around it, where a timer of Textual's is a task of its own."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context

from textual._context import active_app

_BREATH_S = 0.005
"""However late it is, what waits in the event loop has its turn first."""
_MOST_YIELDED_S = 0.1
"""It yields for so long at most: on a busy machine it takes a while until a key has come to where it is answered."""


class Beat:
    """Runs from now on until it is stopped; to be made where messages are handled, and what it does never waits."""

    def __init__(self, period_s: float, do: Callable[[], object], yields: Callable[[], bool]) -> None:
        """While it ``yields`` to something else, that has its turn first, though not for long."""
        self._period, self._do, self._yields = period_s, do, yields
        self._loop, self._context = asyncio.get_running_loop(), copy_context()
        self._at = self._loop.time()
        self._handle: asyncio.TimerHandle | None = None
        self._wait()

    def soon(self, after_s: float) -> None:
        """To be called by what it does: have the next beat come so long after this one, and go on from there."""
        self._at = self._loop.time() + after_s - self._period

    def _wait(self) -> None:
        self._at = max(self._at + self._period, self._loop.time() + _BREATH_S)
        self._call_at(self._at)

    def _call_at(self, at: float) -> None:
        self._handle = self._loop.call_at(at, self._call, context=self._context)

    def _call(self) -> None:
        if active_app.get()._exit:
            return
        now = self._loop.time()
        if now - self._at < _MOST_YIELDED_S and self._yields():
            self._call_at(now + _BREATH_S)
            return
        try:
            self._do()
        finally:
            if self._handle is not None:
                self._wait()

    def stop(self) -> None:
        """Call it no more."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None
