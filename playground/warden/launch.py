"""Starting the host: the user's exact command as the leader of a process group of its own, as a shell starts it."""

import errno
import os
import signal
from typing import NamedTuple, NoReturn

from playground.warden.kernel import signal_at_death_of_parent

_SHORTAGES = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOSPC}


class Command(NamedTuple):
    """What to execute, and with which standard streams."""

    argv: list[bytes]
    environment: dict[bytes, bytes]
    directory: bytes
    stdin: int
    stdout: int
    stderr: int


def why_not(error: OSError) -> str:
    """Why a start failed, and what to do about it where that is not plain."""
    cure = "; make room or raise the limit, then try again" if error.errno in _SHORTAGES else ""
    return f"{error.strerror}{cure}"


def launch(command: Command) -> int:
    """Fork and execute; returns the pid. Raises OSError when the command cannot be executed.

    The caller must be single-threaded and its main thread: the host is killed when it ends.
    """
    reader, writer = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(command, parent, writer)
    os.close(writer)
    with open(reader, "rb") as pipe:
        problem = pipe.read()
    if problem:
        os.waitpid(pid, 0)
        code = int(problem)
        raise OSError(code, os.strerror(code))
    return pid


def _become(command: Command, parent: int, writer: int) -> NoReturn:
    try:
        os.setpgid(0, 0)  # the foster's session has no terminal; a session's leader could not call setpgrp itself
        signal_at_death_of_parent(signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(127)
        _default_signals()
        _use_streams(command, writer)
        os.chdir(command.directory)
        os.execve(command.argv[0], command.argv, command.environment)
    except OSError as error:
        os.write(writer, str(error.errno).encode())
    finally:
        os._exit(127)


def _default_signals() -> None:
    for signum in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(signum, signal.SIG_DFL)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _use_streams(command: Command, writer: int) -> None:
    """Put the three streams in place; every other descriptor closes on exec."""
    copies = [os.dup(descriptor) for descriptor in (command.stdin, command.stdout, command.stderr)]
    for number, copy in enumerate(copies):
        os.dup2(copy, number, inheritable=True)
    os.set_inheritable(writer, False)
