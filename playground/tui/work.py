"""Something that takes long, done beside the screen."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from textual.message_pump import MessagePump

T = TypeVar("T")
_BEAT_S = 0.25


class Work(Generic[T]):
    """Does one thing in a thread; whoever wants the result asks now and then whether it is there."""

    def __init__(self, do: Callable[[], T]) -> None:
        self._do = do
        self._since = time.monotonic()
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="playground-work", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result.append(self._do())
        except BaseException as error:
            self._error = error

    @property
    def done(self) -> bool:
        """Whether the result is there."""
        return not self._thread.is_alive()

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._since

    def result(self) -> T:
        """Wait for the result; raises what the work raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result[0]


def when_done(node: MessagePump, work: Work[T], then: Callable[[T], object]) -> None:
    """Go on with the result in the loop of a screen or widget, unless that has gone by then."""
    if work.done:
        then(work.result())
    else:
        node.set_timer(_BEAT_S, partial(when_done, node, work, then))
