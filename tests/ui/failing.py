"""``python -m tests.ui.failing HOW DELAY_S [ARGUMENT ...]``: the command, in whose app something goes wrong."""

import asyncio
import ctypes
import os
import sys
import threading
from collections.abc import Callable

from playground.cli import run_command_line
from playground.tui.app import PlaygroundApp

MESSAGE = "on \x1b]0;purpose\x07"


def _raise(*_: object) -> None:
    raise ValueError(MESSAGE)


async def _raise_later() -> None:
    await asyncio.sleep(0)
    _raise()


def _busy(_: object) -> None:
    while True:
        pass


def _blocked(_: object) -> None:
    """Wait for ever in C, where no signal ends the wait, with the interpreter's lock let go."""
    mutex, libc = ctypes.create_string_buffer(256), ctypes.CDLL(None)
    libc.pthread_mutex_lock(mutex)
    libc.pthread_mutex_lock(mutex)


def _in_task(_: object) -> None:
    asyncio.create_task(_raise_later())  # noqa: RUF006  # nobody keeps it, nobody awaits it


WAYS: dict[str, Callable[[PlaygroundApp], object]] = {
    "timer": _raise,
    "worker": lambda app: app.run_worker(_raise_later()),
    "thread worker": lambda app: app.run_worker(_raise, thread=True),
    "task": _in_task,
    "callback": lambda _: asyncio.get_running_loop().call_soon(_raise),
    "thread": lambda _: threading.Thread(target=_raise).start(),
    "os._exit": lambda _: os._exit(3),
    "segfault": lambda _: ctypes.string_at(0),
    "abort": lambda _: os.abort(),
    "busy": _busy,
    "blocked": _blocked,
}


def main(how: str, delay: str, *arguments: str) -> int:
    """Run the command until it happens."""

    def on_ready(app: PlaygroundApp) -> None:
        app.set_timer(float(delay), lambda: WAYS[how](app) and None)

    PlaygroundApp.on_ready = on_ready  # type: ignore[attr-defined]  # Textual calls what has this name
    return run_command_line(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
