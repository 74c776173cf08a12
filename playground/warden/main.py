"""The warden process: one per run, single-threaded, awake for messages, ended children and four looks a second."""

import os
import selectors
import signal
import socket
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from playground.warden import kernel, rundir
from playground.warden.channel import Channel, Message, to_bytes
from playground.warden.janitor import clear_abandoned
from playground.warden.launch import Command, launch
from playground.warden.sweep import freeze, sweep

_LOOK_S = 0.25
_HELPER_GRACE_S = 2.0
_IGNORED = ("SIGINT", "SIGHUP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGPIPE", "SIGUSR1", "SIGUSR2", "SIGQUIT")


class Warden:
    """Supervises one run. Messages down: config, signal, group, stop, quit. The channel's end means quit."""

    def __init__(self, channel: Channel, stdout: int, stderr: int) -> None:
        self._channel = channel
        self._streams = (stdout, stderr)
        self._run = ""
        self._directory = ""
        self._lock = -1
        self._limit = 0
        self._host: kernel.Process | None = None
        self._host_ended_at = 0.0
        self._over_limit = False
        self._ended = False
        self.leaving = False
        self._noted: set[tuple[int, int]] = set()

    def obey(self, message: Message) -> None:
        """Carry out one message."""
        actions = {"config": self._start, "signal": self._signal, "group": self._signal_group, "stop": self._stop}
        if message["do"] == "quit":
            self.leaving = True
        elif action := actions.get(message["do"]):
            action(message)

    def look(self) -> None:
        """Reap, enforce the limit, and notice the end of the run."""
        self._reap()
        if self._host is None or self._ended:
            return
        processes = self._processes()
        self._note(processes)
        if len(processes) > self._limit:
            self._freeze(processes)
        self._over_limit = len(processes) > self._limit
        if self._host_ended_at:
            self._end_if_over(processes)

    def leave(self) -> None:
        """End what is left, remove every name of the run and say so."""
        survivors = sweep(self._processes, self._reap)
        if self._run:
            rundir.remove(self._run, self._directory)
        self._tell("clean", survivors=[process.pid for process in survivors])

    def _start(self, message: Message) -> None:
        self._run, self._directory, self._limit = message["run"], message["directory"], message["limit"]
        self._lock = rundir.hold(self._directory)
        stdin = 0 if message["stdin"] == "inherit" else os.open(os.devnull, os.O_RDONLY)
        environment = {to_bytes(name): to_bytes(value) for name, value in message["environment"].items()}
        argv = [to_bytes(argument) for argument in message["argv"]]
        try:
            pid = launch(Command(argv, environment, to_bytes(message["cwd"]), stdin, *self._streams))
        except OSError as error:
            self._tell("refused", reason=error.strerror)
            self._ended = True
            return
        finally:
            self._let_go_of_streams()
        unread = kernel.Process(pid, 0, os.getpid(), pid, "S", "", 1)  # its end must be noticed all the same
        self._host = kernel.read(pid) or unread
        self._tell("started", pid=pid, start=self._host.start)

    def _let_go_of_streams(self) -> None:
        """Close our copies: the pipes end when the last process of the run ends."""
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, *self._streams):
            os.dup2(null, descriptor, inheritable=False)
        os.close(null)

    def _signal(self, message: Message) -> None:
        try:
            if not kernel.send(message["pid"], message["start"], message["signum"]):
                self._tell("failed", pid=message["pid"], reason="it has ended")
        except PermissionError as error:
            self._tell("failed", pid=message["pid"], reason=error.strerror)

    def _signal_group(self, message: Message) -> None:
        """Signal the host's process group, as a terminal does for ctrl+c."""
        if self._host is not None:
            group = [process for process in self._processes() if process.group == self._host.pid]
            kernel.send_all(group, message["signum"])

    def _stop(self, _: Message) -> None:
        survivors = sweep(self._processes, self._reap)
        self._end(survivors)

    def _processes(self) -> list[kernel.Process]:
        return kernel.descendants({os.getpid()})

    def _note(self, processes: list[kernel.Process]) -> None:
        """Write down who belongs to the run, for a janitor."""
        fresh = {(process.pid, process.start) for process in processes} - self._noted
        if not fresh:
            return
        self._noted |= fresh
        with suppress(OSError), open(os.path.join(self._directory, "pids"), "a", encoding="ascii") as file:
            file.writelines(f"{pid} {start}\n" for pid, start in fresh)

    def _freeze(self, processes: list[kernel.Process]) -> None:
        if self._over_limit:
            return
        count = freeze(self._processes)
        parents = Counter(process.ppid for process in processes)
        self._tell("frozen", count=count, limit=self._limit, parent=parents.most_common(1)[0][0])

    def _end_if_over(self, processes: list[kernel.Process]) -> None:
        others = [process for process in processes if not kernel.is_helper(process.pid)]
        if others:
            self._host_ended_at = time.monotonic()
        elif not processes:
            self._end([], rundir.names(self._run, self._directory))
        elif time.monotonic() - self._host_ended_at > _HELPER_GRACE_S:
            self._end(sweep(self._processes, self._reap))

    def _end(self, survivors: list[kernel.Process], names: Sequence[str] = ()) -> None:
        """Say that the run is over; ``names`` are left in shared memory by processes that ended by themselves."""
        if not self._ended:
            self._ended = True
            self._tell("ended", survivors=[process.pid for process in survivors], names=list(names))

    def _reap(self) -> None:
        """Reap every ended child, the host and orphans, and report their exit statuses."""
        while True:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            process = kernel.read(found.si_pid)
            _, status = os.waitpid(found.si_pid, 0)
            self._reaped(found.si_pid, process.start if process else 0, os.waitstatus_to_exitcode(status))

    def _reaped(self, pid: int, start: int, status: int) -> None:
        host = self._host is not None and pid == self._host.pid
        if host:
            self._host_ended_at = time.monotonic()
        self._tell("exited", pid=pid, start=start, status=status, host=host)

    def _tell(self, what: str, **details: object) -> None:
        self._channel.send({"up": what, "at": time.monotonic_ns(), **details})


def main(arguments: list[str]) -> None:
    """Run a warden; the arguments are the descriptors of channel, stdout and stderr."""
    descriptors = [int(argument) for argument in arguments]
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    wakeup = _prepare_signals()
    kernel.become_subreaper()
    channel = Channel(socket.socket(fileno=descriptors[0]))
    warden = Warden(channel, descriptors[1], descriptors[2])
    clear_abandoned()
    try:
        _serve(warden, channel, wakeup)
    finally:
        warden.leave()


def _serve(warden: Warden, channel: Channel, wakeup: int) -> None:
    """Until told to leave, by a message, by SIGTERM or by the end of the channel."""
    selector = selectors.DefaultSelector()
    selector.register(wakeup, selectors.EVENT_READ)
    selector.register(channel, selectors.EVENT_READ)
    while not warden.leaving:
        interest = selectors.EVENT_READ | (selectors.EVENT_WRITE if channel.pending else 0)
        selector.modify(channel, interest)
        selector.select(_LOOK_S)
        _take_signals(wakeup, warden)
        for message in channel.receive():
            warden.obey(message)
        channel.flush()
        warden.look()
        if channel.closed:
            warden.leaving = True


def _prepare_signals() -> int:
    """Ignore what a terminal sends; SIGTERM and SIGCHLD wake the loop through the returned descriptor."""
    for name in _IGNORED:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for signum in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(signum, lambda *_: None)
    return reader


def _take_signals(wakeup: int, warden: Warden) -> None:
    try:
        warden.leaving = warden.leaving or signal.SIGTERM in os.read(wakeup, 4096)
    except BlockingIOError:
        return
