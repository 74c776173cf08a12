"""What a call of a manager's proxy means: an acquire, a put, a wait for an event, or just a call.

Each action gets the code word without a kind, the call's arguments, and what makes the call. What gives
something is recorded before the call, what gets something after it, as everywhere.
"""

from __future__ import annotations

from . import layout
from .journal import emit, state
from .shared import bits
from .waits import waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Action: TypeAlias = Callable[[int, Any, Any, Callable[[], Any]], Any]

_WHO = layout.RESOURCE_MASK << layout.RESOURCE_SHIFT | layout.THREAD_MASK << layout.THREAD_SHIFT
_depths: dict[tuple[int, int], int] = {}
"""Process, and condition with thread, to how often this thread has taken the condition's lock."""


def call(code: int, _args: Any, _kwds: Any, turn: Callable[[], Any]) -> Any:
    """Any call: a wait for the server's answer."""
    result = waiting(code, layout.OP_CALL, None, turn)
    emit(code | layout.WOKE)
    return result


def real(value: Any) -> float | None:
    """A number as a float; None for what is no number."""
    if not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _argument(args: Any, kwds: Any, position: int, *names: str) -> Any:
    if len(args) > position:
        return args[position]
    return next((kwds[name] for name in names if name in kwds), None)


def _blocks(args: Any, kwds: Any, position: int) -> bool:
    flag = _argument(args, kwds, position, "blocking", "block")
    return flag is None or bool(flag)


def _timeout(args: Any, kwds: Any, position: int) -> float | None:
    """Seconds of a call's timeout; None without one, which locks may write as -1."""
    seconds = real(_argument(args, kwds, position, "timeout"))
    return None if seconds is None or not 0 <= seconds < 1e9 else seconds


# --- Locks and semaphores --------------------------------------------------------------------------------


def _acquire(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    if not _blocks(args, kwds, 0):
        got = call(code, args, kwds, turn)
        emit(code | (layout.TRY_FAILED if got is False else layout.ACQUIRED), 0)
        return got
    got = waiting(code, layout.OP_ACQUIRE, _timeout(args, kwds, 1), turn)
    if got is False:
        emit(code | layout.TIMED_OUT)
    else:
        emit(code | layout.ACQUIRED, layout.ACQUIRED_UNTRIED)
    return got


def _release(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    emit(code | layout.RELEASING)
    try:
        return call(code, args, kwds, turn)
    except BaseException:
        emit(code | layout.RELEASE_FAILED)
        raise


# --- Conditions ------------------------------------------------------------------------------------------


def _acquire_condition(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    got = _acquire(code, args, kwds, turn)
    if got is not False:
        who = (state.pid, code & _WHO)
        _depths[who] = _depths.get(who, 0) + 1
    return got


def _release_condition(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    result = _release(code, args, kwds, turn)
    who = (state.pid, code & _WHO)
    _depths[who] = _depths.get(who, 0) - 1
    if _depths[who] <= 0:
        del _depths[who]
    return result


def _wait_for_notify(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    """The server gives the lock back while it waits, and takes it again whatever comes of that."""
    depth, timeout = _depths.get((state.pid, code & _WHO), 0), _timeout(args, kwds, 0)
    for _ in range(depth):
        emit(code | layout.RELEASING)
    try:
        woken = waiting(code, layout.OP_NOTIFY, timeout, turn)
        emit(code | (layout.TIMED_OUT if woken is False and timeout is not None else layout.WOKE))
    finally:
        for _ in range(depth):
            emit(code | layout.ACQUIRED, layout.ACQUIRED_AGAIN)
    return woken


def _notify(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    count = _argument(args, kwds, 0, "n")
    emit(code | layout.NOTIFYING, count if type(count) is int and 0 <= count < 1 << 62 else 1)
    return call(code, args, kwds, turn)


def _notify_all(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    emit(code | layout.NOTIFYING, 1 << 62)
    return call(code, args, kwds, turn)


# --- Events and barriers ---------------------------------------------------------------------------------


def _wait_for_event(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    timeout = _timeout(args, kwds, 0)
    is_set = waiting(code, layout.OP_EVENT, timeout, turn)
    emit(code | (layout.TIMED_OUT if is_set is False and timeout is not None else layout.WOKE))
    return is_set


def _set(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    emit(code | layout.SETTING)
    return call(code, args, kwds, turn)


def _clear(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    emit(code | layout.CLEARING)
    return call(code, args, kwds, turn)


def _wait_at_barrier(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    try:
        place = waiting(code, layout.OP_BARRIER, _timeout(args, kwds, 0), turn)
    except Exception as error:
        if type(error).__name__ == "BrokenBarrierError":
            emit(code | layout.BROKEN)
        raise
    emit(code | layout.WOKE)
    return place


# --- Queues ----------------------------------------------------------------------------------------------


def _put(code: int, args: Any, kwds: Any, turn: Callable[[], Any], *, blocks: bool | None = None) -> Any:
    blocks = _blocks(args, kwds, 1) if blocks is None else blocks
    timeout = _timeout(args, kwds, 2) if blocks else None
    emit(code | layout.PUTTING)
    try:
        result = waiting(code, layout.OP_PUT if blocks else layout.OP_CALL, timeout, turn)
    except BaseException as error:
        emit(code | layout.PUT_FAILED)
        if type(error).__name__ == "Full":
            emit(code | (layout.TIMED_OUT if blocks else layout.TRY_FAILED))
        raise
    emit(code | layout.WOKE)
    return result


def _put_nowait(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    return _put(code, args, kwds, turn, blocks=False)


def _get(code: int, args: Any, kwds: Any, turn: Callable[[], Any], *, blocks: bool | None = None) -> Any:
    blocks = _blocks(args, kwds, 0) if blocks is None else blocks
    timeout = _timeout(args, kwds, 1) if blocks else None
    try:
        item = waiting(code, layout.OP_GET if blocks else layout.OP_CALL, timeout, turn)
    except BaseException as error:
        if type(error).__name__ == "Empty":
            emit(code | (layout.TIMED_OUT if blocks else layout.TRY_FAILED))
        raise
    emit(code | layout.GOT)
    return item


def _get_nowait(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    return _get(code, args, kwds, turn, blocks=False)


def _task_done(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    emit(code | layout.TASK_DONE)
    return call(code, args, kwds, turn)


def _join(code: int, _args: Any, _kwds: Any, turn: Callable[[], Any]) -> Any:
    result = waiting(code, layout.OP_JOIN, None, turn)
    emit(code | layout.WOKE)
    return result


def _empty(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    said = call(code, args, kwds, turn)
    emit(code | layout.LOOKED, int(not said))
    return said


def _size(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    said = call(code, args, kwds, turn)
    emit(code | layout.LOOKED, int(bool(said)))
    return said


# --- Values ----------------------------------------------------------------------------------------------


def _get_value(code: int, _args: Any, _kwds: Any, turn: Callable[[], Any]) -> Any:
    value = waiting(code, layout.OP_CALL, None, turn)
    number = real(value)
    if number is not None:
        emit(code | layout.READ, bits(number))
    emit(code | layout.WOKE)
    return value


def _set_value(code: int, args: Any, kwds: Any, turn: Callable[[], Any]) -> Any:
    number = real(_argument(args, kwds, 0, "value"))

    def write() -> Any:
        if number is not None:
            emit(code | layout.WROTE, bits(number))
        return turn()

    return call(code, args, kwds, write)


_ACQUIRER: dict[str, Action] = {"acquire": _acquire, "release": _release}
_QUEUE: dict[str, Action] = {
    "put": _put,
    "put_nowait": _put_nowait,
    "get": _get,
    "get_nowait": _get_nowait,
    "task_done": _task_done,
    "join": _join,
    "empty": _empty,
    "qsize": _size,
}
_BY_KIND: dict[str, dict[str, Action]] = {
    **dict.fromkeys(("lock", "rlock", "semaphore", "bounded_semaphore"), _ACQUIRER),
    **dict.fromkeys(("queue", "joinable_queue"), _QUEUE),
    "condition": {
        "acquire": _acquire_condition,
        "release": _release_condition,
        "wait": _wait_for_notify,
        "notify": _notify,
        "notify_all": _notify_all,
    },
    "event": {"wait": _wait_for_event, "set": _set, "clear": _clear},
    "barrier": {"wait": _wait_at_barrier},
    "value": {"get": _get_value, "set": _set_value},
}
ACTIONS: dict[tuple[str, str], Action] = {
    (kind, method): action for kind, actions in _BY_KIND.items() for method, action in actions.items()
}
"""Kind of a proxy and name of its method to what the call means."""
