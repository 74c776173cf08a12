"""Signals as something to wait for: a descriptor that can be read after SIGTERM or SIGCHLD."""

import os
import signal

_IGNORED = ("SIGINT", "SIGHUP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGPIPE", "SIGUSR1", "SIGUSR2", "SIGQUIT")


class Wakeup:
    """Ignores what a terminal sends; SIGTERM and SIGCHLD can be waited for and are taken by ``take``."""

    def __init__(self) -> None:
        for name in _IGNORED:
            signal.signal(getattr(signal, name), signal.SIG_IGN)
        self._reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for signum in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(signum, lambda *_: None)

    def fileno(self) -> int:
        """Descriptor to wait on."""
        return self._reader

    def take(self) -> frozenset[int]:
        """Numbers of the signals that have come since."""
        try:
            return frozenset(os.read(self._reader, 4096))
        except BlockingIOError:
            return frozenset()
