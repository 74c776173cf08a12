"""Keys and clicks one after the other: the next comes when everybody has had the one before, where that has led."""

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from textual import events
from textual.errors import NoWidget
from textual.message_pump import MessagePump

from playground.tui.guarded import GuardedApp

_LATE_S = 3.0
"""Who has not answered for so long holds nothing up any more."""
_TURNS = (events.Key, events.MouseDown, events.MouseUp)
"""What holds up whatever comes behind it; a mouse that only moves holds nothing up."""


class InTurnApp(GuardedApp):
    """Textual gives every key at once to whoever has the focus then, also when the key before is about to move it.

    What is typed quickly, or comes over a slow line, would lose the letters behind the key that opens a line to type,
    and a click would go to the screen that a key before it is about to cover.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._typed: deque[events.InputEvent] = deque()
        self._turn: asyncio.TimerHandle | None = None
        """That of the key or click that is being handled; it runs out when somebody does not answer."""

    async def on_event(self, event: events.Event) -> None:
        """Let a key or click wait for its turn, and the mouse behind one."""
        mouse = isinstance(event, events.MouseEvent) and (self._turn is not None or isinstance(event, _TURNS))
        if event.is_forwarded or not (mouse or isinstance(event, events.Key)):
            await super().on_event(event)
            return
        assert isinstance(event, events.InputEvent)
        self._typed.append(event)
        if self._turn is None:
            await self._give_next()

    async def _give_next(self) -> None:
        """Give away the next key or click, if there is one, and what the mouse does before it."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        while self._typed and self._turn is None:
            event = self._typed.popleft()
            if not isinstance(event, _TURNS):
                await super().on_event(event)
                continue
            late = partial(self.call_later, self._give_next)
            turn = self._turn = asyncio.get_running_loop().call_later(_LATE_S, late)
            pumps = self._takers(event)
            await super().on_event(event)
            self._ask(turn, pumps)

    def _takers(self, event: events.InputEvent) -> Sequence[MessagePump]:
        """Those that get it, one after the other."""
        taker = self.focused
        if isinstance(event, events.MouseEvent):
            try:
                taker = self.mouse_captured or self.get_widget_at(event.x, event.y)[0]
            except NoWidget:
                taker = None
        return (taker or self.screen).ancestors_with_self

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
