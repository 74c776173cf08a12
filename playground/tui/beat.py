"""Calls something so often a second with little around it, where a timer of Textual's is a task of its own."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context

from textual._context import active_app

_BREATH_S = 0.004
"""However late it is, what waits in the event loop has its turn first: keys, for instance."""


class Beat:
    """Runs from now on until it is stopped; to be made where messages are handled, and what it does never waits."""

    def __init__(self, period_s: float, do: Callable[[], object]) -> None:
        self._period, self._do = period_s, do
        self._loop, self._context = asyncio.get_running_loop(), copy_context()
        self._at = self._loop.time()
        self._handle: asyncio.TimerHandle | None = None
        self._wait()

    def _wait(self) -> None:
        self._at = max(self._at + self._period, self._loop.time() + _BREATH_S)
        self._handle = self._loop.call_at(self._at, self._call, context=self._context)

    def _call(self) -> None:
        if active_app.get()._exit:
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
