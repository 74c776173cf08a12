"""Keys one after the other: the next one comes when everybody has had the one before, and the focus is where it led."""

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from textual import events
from textual.message_pump import MessagePump

from playground.tui.guarded import GuardedApp

_LATE_S = 3.0
"""Who has not answered for so long holds no keys up any more."""


class InTurnApp(GuardedApp):
    """Textual gives every key at once to whoever has the focus then, also when the key before is about to move it.

    What is typed quickly, or comes over a slow line, would lose the letters behind the key that opens a line to type.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._typed: deque[events.Key] = deque()
        self._turn: asyncio.TimerHandle | None = None
        """The key that is being handled; it runs out when somebody does not answer."""

    async def on_event(self, event: events.Event) -> None:
        """Let a key wait for its turn."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if self._turn is None:
            await self._give_next()

    async def _give_next(self) -> None:
        """Give away the next key, if there is one."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        if self._typed:
            late = partial(self.call_later, self._give_next)
            turn = self._turn = asyncio.get_running_loop().call_later(_LATE_S, late)
            pumps: Sequence[MessagePump] = (self.focused or self.screen).ancestors_with_self
            await super().on_event(self._typed.popleft())
            self._ask(turn, pumps)

    def _ask(self, turn: asyncio.TimerHandle, pumps: Sequence[MessagePump]) -> None:
        """Ask these one after the other: who answers has had the key; at last the screen, which may be a new one."""
        if turn is not self._turn:
            return
        for at, pump in enumerate(pumps):
            if pump.call_later(self._ask, turn, pumps[at + 1 :]):
                return
        if not self.screen.call_later(self._end, turn):
            self._end(turn)

    def _end(self, turn: asyncio.TimerHandle) -> None:
        if turn is self._turn:
            self.call_later(self._give_next)
