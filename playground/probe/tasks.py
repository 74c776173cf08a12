"""A worker's tasks, recorded where it takes them and where it hands its results back."""

from __future__ import annotations

from . import layout
from .journal import emit, thread_bits
from .waits import waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_tasks(number: int, calls: Any, results: Any, task_of: Callable[[Any], int | None]) -> None:
    """Record what a worker takes from one queue and puts into the other; ``task_of`` gives job << 32 | number."""
    take, give = calls.get, results.put  # of its class, or its own: joblib's queues make theirs
    running: list[int] = []

    def get(*args: Any, **kwargs: Any) -> Any:
        code = number | thread_bits()
        message = waiting(code, layout.OP_GET, None, lambda: take(*args, **kwargs))
        emit(code | layout.WOKE)
        task = task_of(message)
        if task is not None:
            emit(code | layout.TASK_STARTED, task)
            running[:] = [task]
        return message

    def put(message: Any) -> None:
        if running:  # a result that cannot be sent is followed by the reason why
            emit(number | thread_bits() | layout.TASK_ENDED, running.pop())
        give(message)

    calls.get, results.put = get, put
