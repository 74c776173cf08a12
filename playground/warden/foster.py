"""The parent of a run's processes: a small process between warden and host that starts the host, adopts and reaps.

It has a session of its own. So the kernel, which shares cores out by session, gives the warden its part however many
processes the run has; and the host's group has a parent in its session, as under a shell. And it is the second
watcher: when the warden is killed, even in the same instant as the playground, it ends the run; and while the warden
is stopped it freezes a run that has half as many processes again as it may have.
"""

import math
import os
import selectors
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn

from playground.warden import kernel, rundir
from playground.warden.budget import Budget
from playground.warden.channel import Channel, Message, to_bytes
from playground.warden.launch import Command, launch, why_not
from playground.warden.sweep import sweep
from playground.warden.wakeup import Wakeup

_NULL = 1
"""Stdout of the warden is the null device; nothing has to be opened for it."""
_FAREWELL_S = 1.0
_WATCH_S = 0.1
"""How often it counts processes: should the warden be stopped, a fork bomb must not grow meanwhile."""


class Foster:
    """The warden's side of it. ``heard`` gives its messages: started, refused, exited."""

    def __init__(self, config: Message, streams: tuple[int, int]) -> None:
        """Fork it and have it start the host; the caller has one thread. Raises OSError."""
        ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            _be_parent(theirs, config, streams)
        theirs.close()
        self.channel = Channel(ours)
        self.alive = True
        """Whether it is there, and its number nobody else's; to be unset by who reaps it."""

    def heard(self) -> list[Message]:
        """What it has said since."""
        return self.channel.receive()

    def dismiss(self) -> list[Message]:
        """Have it reap what has ended and leave, at once if it does not; returns what it still said."""
        self._signal(signal.SIGCONT)
        self.channel.send({"do": "leave"})
        deadline = time.monotonic() + _FAREWELL_S
        said: list[Message] = []
        with selectors.PollSelector() as selector:
            selector.register(self.channel, selectors.EVENT_READ)
            while not self.channel.closed and time.monotonic() < deadline:
                selector.select(_FAREWELL_S)
                said += self.channel.receive()
        self._signal(signal.SIGKILL)
        if self.alive:
            os.waitpid(self.pid, 0)
            self.alive = False
        self.channel.close()
        return said

    def _signal(self, signum: int) -> None:
        if self.alive:
            os.kill(self.pid, signum)  # our child, not yet reaped


class _Parent:
    """The process itself."""

    def __init__(self, channel: Channel, config: Message) -> None:
        self._channel = channel
        self._config = config

    def begin(self, streams: tuple[int, int]) -> None:
        """Start the host and say so; raises OSError when that cannot be."""
        config = self._config
        stdin = 0 if config["stdin"] == "inherit" else _NULL
        environment = {to_bytes(name): to_bytes(value) for name, value in config["environment"].items()}
        argv = [to_bytes(argument) for argument in config["argv"]]
        pid = launch(Command(argv, environment, to_bytes(config["cwd"]), stdin, *streams))
        host = kernel.read(pid)
        start = host.start if host else 0
        self._channel.send({"up": "started", "pid": pid, "start": start, "foster": os.getpid()})
        let_go_of_streams(streams)

    def live(self, wakeup: Wakeup) -> None:
        """Reap until told to leave, or until nobody is there any more who could tell: then end the run."""
        budget = Budget(self._config["limit"] * 3 // 2, self._members, math.inf)
        with selectors.PollSelector() as selector:
            selector.register(wakeup, selectors.EVENT_READ)
            selector.register(self._channel, selectors.EVENT_READ)
            told = False
            while not (told or self._channel.closed):
                selector.select(_WATCH_S)  # a signal may have left no byte to wake up by
                wakeup.take()
                with suppress(OSError):  # no descriptor is left to read with
                    if budget.due():
                        budget.spend(self._members())
                told = any(message["do"] == "leave" for message in self._channel.receive())
                self._reap()
        if not told:
            sweep(self._members, self._reap)
            rundir.remove(self._config["run"], self._config["directory"])

    def _members(self, known: Mapping[int, kernel.Process] = kernel.NOBODY) -> list[kernel.Process]:
        return kernel.descendants({os.getpid()}, known=known)

    def _reap(self) -> None:
        """Reap every ended child, the host and orphans, and report their exit statuses."""
        for pid, start, status in kernel.reap():
            at = time.monotonic_ns()
            self._channel.send({"up": "exited", "at": at, "pid": pid, "start": start, "status": status})
        self._channel.flush()


def let_go_of_streams(streams: tuple[int, int]) -> None:
    """Give up our copies: the pipes end when the last process of the run ends."""
    for descriptor in (0, *streams):
        os.dup2(_NULL, descriptor, inheritable=False)


def _be_parent(end: socket.socket, config: Message, streams: tuple[int, int]) -> NoReturn:
    """What the new process does; it shares nothing with the warden but its end of the channel."""
    channel = Channel(end)
    try:
        os.setsid()
        _close_all_but({0, 1, 2, *streams, end.fileno()})
        kernel.become_subreaper()
        wakeup = Wakeup()
        with suppress(OSError):
            rundir.hold(config["run"], config["directory"])
        parent = _Parent(channel, config)
        parent.begin(streams)
    except OSError as error:
        channel.send({"up": "refused", "reason": why_not(error)})
    else:
        parent.live(wakeup)
    finally:
        os._exit(0)


def _close_all_but(kept: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in kept:
            with suppress(OSError):
                os.close(int(name))
