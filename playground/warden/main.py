"""The warden process: one per run, single-threaded, awake for messages and for looks at the run."""

import os
import selectors
import signal
import socket
import time
from contextlib import suppress

from playground.warden import kernel
from playground.warden.budget import LOOK_S, SOON_S
from playground.warden.channel import Channel, Message
from playground.warden.foster import let_go_of_streams
from playground.warden.janitor import clear_abandoned
from playground.warden.launch import why_not
from playground.warden.run import Run
from playground.warden.wakeup import Wakeup


class Warden:
    """What the process does. Messages down: config, signal, group, stop, quit. The channel's end means quit."""

    def __init__(self, channel: Channel, streams: tuple[int, int]) -> None:
        self._channel = channel
        self._streams = streams
        self._run: Run | None = None
        self._leaving = False

    def serve(self, wakeup: Wakeup) -> None:
        """Work until told to leave, by a message, by SIGTERM or by the end of the channel."""
        with selectors.DefaultSelector() as selector:
            selector.register(wakeup, selectors.EVENT_READ)
            selector.register(self._channel, selectors.EVENT_READ)
            while not self._leaving:
                interest = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._channel.pending else 0)
                selector.modify(self._channel, interest)
                selector.select(LOOK_S if self._run is None else SOON_S)
                self._leaving = signal.SIGTERM in wakeup.take()
                self._hear(selector)
                if self._run is not None:
                    self._run.look()
                self._leaving = self._leaving or self._channel.closed

    def give_up(self, error: OSError) -> None:
        """Say why it cannot go on."""
        self._tell("broken", {"reason": why_not(error)})

    def leave(self) -> None:
        """End what is left, remove every name of the run and say so."""
        survivors = self._run.leave() if self._run is not None else []
        self._tell("clean", {"survivors": [process.pid for process in survivors]})

    def _hear(self, selector: selectors.BaseSelector) -> None:
        for message in self._channel.receive():
            if message["do"] == "config":
                self._begin(message, selector)
            elif message["do"] == "quit":
                self._leaving = True
            elif self._run is not None:
                self._run.obey(message)
        self._channel.flush()

    def _begin(self, config: Message, selector: selectors.BaseSelector) -> None:
        try:
            self._run = Run(config, self._streams, self._tell)
        except OSError as error:
            self._tell("refused", {"reason": why_not(error)})
        else:
            selector.register(self._run.foster.channel, selectors.EVENT_READ)
        let_go_of_streams(self._streams)

    def _tell(self, what: str, details: Message) -> None:
        self._channel.send({"up": what, "at": time.monotonic_ns(), **details})


def main(arguments: list[str]) -> None:
    """Run a warden; the arguments are the descriptors of channel, stdout and stderr."""
    descriptors = [int(argument) for argument in arguments]
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    kernel.signal_at_death_of_parent(signal.SIGCONT)  # should somebody have stopped us, we have to end the run then
    channel = Channel(socket.socket(fileno=descriptors[0]))
    warden = Warden(channel, (descriptors[1], descriptors[2]))
    try:
        wakeup = Wakeup()
        kernel.become_subreaper()
        with suppress(OSError):  # a later start will
            clear_abandoned()
        warden.serve(wakeup)
    except OSError as error:
        warden.give_up(error)
    finally:
        warden.leave()
