"""The starter's side of a warden: start one in advance, give it a run, talk to it, take over when it dies."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from playground.warden import kernel, rundir
from playground.warden.channel import Channel, Message, to_text
from playground.warden.sweep import sweep

_ROOT = str(Path(__file__).resolve().parents[2])
_PROGRAM = f"import sys; sys.path.insert(0, {_ROOT!r}); from playground.warden.main import main; main(sys.argv[1:])"
_PIPE_SIZE = 1 << 20
_F_SETPIPE_SZ = 1031
_SILENCE_S = 3.0
"""A warden that ends a run says so again and again; one that is silent for so long does not come back."""

_started_by_us: set[int] = set()
"""Pids of processes that this process started itself and that are no part of a run."""


def is_no_run(pid: int) -> None:
    """Declare a child of this process to be no part of any run, so that a take-over spares it."""
    _started_by_us.add(pid)


def has_ended(pid: int) -> None:
    """Forget such a child: its number may become somebody else's."""
    _started_by_us.discard(pid)


class Warden:
    """A warden process, idle until ``begin`` gives it a run.

    ``stdout`` and ``stderr`` are the non-blocking read ends of the program's output.
    """

    def __init__(self) -> None:
        """Start it; raises OSError when the system refuses."""
        with ExitStack() as ours, ExitStack() as theirs:
            sockets = socket.socketpair()
            ours.callback(sockets[0].close)
            theirs.callback(sockets[1].close)
            pipes = []
            for _ in range(2):
                reader, writer = _output_pipe()
                ours.callback(os.close, reader)
                theirs.callback(os.close, writer)
                pipes.append((reader, writer))
            passed = (sockets[1].fileno(), *(writer for _, writer in pipes))
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _PROGRAM, *map(str, passed)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=passed,
                start_new_session=True,
            )
            ours.pop_all()
        self.channel = Channel(sockets[0])
        self.stdout, self.stderr = (reader for reader, _ in pipes)
        self.pid = self._process.pid
        self.foster = 0
        """Pid of the process all of the run's are below; 0 before it has started."""
        is_no_run(self.pid)
        self._directory: rundir.RunDirectory | None = None
        self._spared: frozenset[int] = frozenset()

    def begin(
        self,
        directory: rundir.RunDirectory,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        limit: int,
        inherit_stdin: bool,
    ) -> None:
        """Have it start the program; the answer is ``started`` or ``refused``. From here on we adopt its orphans."""
        kernel.become_subreaper()
        self._directory = directory
        self._spared = frozenset(process.pid for process in kernel.descendants({os.getpid()}))
        message: Message = {"do": "config", "run": directory.run, "directory": directory.path, "limit": limit}
        message["argv"] = [to_text(os.fsencode(argument)) for argument in argv]
        message["environment"] = {
            to_text(os.fsencode(name)): to_text(os.fsencode(value)) for name, value in environment.items()
        }
        message["cwd"] = to_text(os.fsencode(os.getcwd()))
        message["stdin"] = "inherit" if inherit_stdin else "null"
        self.channel.send(message)

    def receive(self) -> list[Message]:
        """Messages that have arrived: started, refused, exited, frozen, failed, sweeping, ended, clean.

        Also orphaned, when the foster was killed, and broken, when the warden cannot go on.
        """
        self.channel.flush()
        messages = self.channel.receive()
        self.foster = next((message["foster"] for message in messages if message["up"] == "started"), self.foster)
        return messages

    @property
    def lost(self) -> bool:
        """Whether the warden is gone without having been told to leave."""
        return self.channel.closed

    def signal(self, pid: int, start: int, signum: int) -> None:
        """Have one process of the run signalled."""
        self.channel.send({"do": "signal", "pid": pid, "start": start, "signum": signum})

    def signal_group(self, signum: int) -> None:
        """Have the host's process group signalled, as a terminal does."""
        self.channel.send({"do": "group", "signum": signum})

    def stop(self) -> None:
        """Have every process of the run ended; the answer is ``ended``."""
        self.channel.send({"do": "stop"})

    def leave(self) -> list[int]:
        """End the run, remove its names, wait for that; take over when the warden fails. Returns survivors' pids."""
        self._process.send_signal(signal.SIGCONT)  # somebody may have stopped it
        if not self.channel.closed:
            self.channel.send({"do": "quit"})
        survivors = self._wait_until_clean()
        if survivors is None:
            survivors = self.take_over()
        if self._directory is not None and os.path.exists(self._directory.path):
            rundir.remove(self._directory.run, self._directory.path)  # it was killed, or short of descriptors
        self._release()
        return survivors

    def take_over(self) -> list[int]:
        """End the run without the warden: its orphans are our children since we are a subreaper too.

        What the run has written stays until ``leave``, for whoever reads it.
        """
        self._process.kill()
        self._process.wait()
        return [process.pid for process in sweep(self._orphans, self._reap_orphans)]

    def _wait_until_clean(self) -> list[int] | None:
        """Pids that could not be ended, once the warden says it is done; None when it does not."""
        deadline = time.monotonic() + _SILENCE_S
        while time.monotonic() < deadline:
            for message in self.receive():
                if message["up"] == "clean":
                    return list(message["survivors"])
                deadline = time.monotonic() + _SILENCE_S
            if self.lost:
                return None
            _drain(self.stdout, self.stderr)
            time.sleep(0.005)
        return None

    def _orphans(self, known: Mapping[int, kernel.Process]) -> list[kernel.Process]:
        return kernel.descendants({os.getpid()}, skip=self._spared | _started_by_us, known=known)

    def _reap_orphans(self) -> None:
        spared = self._spared | _started_by_us
        for process in kernel.everything():
            if process.ppid == os.getpid() and process.pid not in spared and not process.alive:
                os.waitpid(process.pid, os.WNOHANG)

    def _release(self) -> None:
        self._process.wait()
        _started_by_us.discard(self.pid)
        self.channel.close()
        os.close(self.stdout)
        os.close(self.stderr)


def _output_pipe() -> tuple[int, int]:
    reader, writer = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(reader, False)
    with suppress(OSError):
        fcntl.fcntl(writer, _F_SETPIPE_SZ, _PIPE_SIZE)
    return reader, writer


def _drain(*descriptors: int) -> None:
    for descriptor in descriptors:
        try:
            while os.read(descriptor, 65536):
                pass
        except BlockingIOError:
            continue
