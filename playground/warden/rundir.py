"""The directory of a run, the names it owns, and how they are found again and removed."""

import fcntl
import glob
import os
import shutil
import stat
from collections.abc import Iterator
from typing import NamedTuple

from playground.warden.kernel import boot_id

SHM = "/dev/shm"
PREFIX = "mpp-"


class RunDirectory(NamedTuple):
    """A run's private directory, locked for as long as ``lock`` is open.

    It holds ``lock``, ``boot``, ``pids``, ``names`` of shared memory that
    the program chose, and the probe's ``text/``, ``journals/`` and ``tmp/``.
    """

    run: str
    path: str
    lock: int

    @property
    def shared(self) -> str:
        """Directory of the run in shared memory."""
        return shared_directory(self.run)


def create() -> RunDirectory:
    """Make and lock the directory of a new run; raises OSError when no place takes it."""
    problem: OSError | None = None
    for base in bases():
        try:
            return _create_in(base, os.urandom(4).hex())
        except OSError as error:
            problem = problem or error
    raise problem or OSError("no directory for runs")


def bases() -> list[str]:
    """Where run directories may be, best first; short paths, since socket addresses are limited to 107 bytes."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    cache = os.path.expanduser("~/.cache/mp-playground")
    return [base for base in (runtime, "/tmp", cache) if os.path.isabs(base) and len(base) < 60]


def hold(path: str) -> int:
    """Take a share of the lock of a run directory; the descriptor keeps it."""
    descriptor = os.open(os.path.join(path, "lock"), os.O_RDWR | os.O_CLOEXEC)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def abandoned() -> Iterator[RunDirectory]:
    """Run directories of ours that nobody holds any more, each locked while it is looked at."""
    for base in bases():
        for path in glob.glob(os.path.join(glob.escape(base), PREFIX + "[0-9a-f]*")):
            lock = _lock_if_free(path)
            if lock is not None:
                yield RunDirectory(os.path.basename(path).removeprefix(PREFIX), path, lock)
                os.close(lock)


def known_processes(path: str) -> set[tuple[int, int]]:
    """(pid, start) of processes the run is known to have had: noted by the warden or named by the probe's files."""
    pairs = {_pair(line.split()) for line in _text(os.path.join(path, "pids")).splitlines()}
    names = [name for part in ("text", "journals") for name in _listing(os.path.join(path, part))]
    names += _listing(shared_directory(os.path.basename(path).removeprefix(PREFIX)))
    pairs |= {_pair(name.partition(".")[0].split("-")) for name in names}
    return {pair for pair in pairs if pair is not None}


def same_boot(path: str) -> bool:
    """Whether the run was started since the machine was."""
    return _text(os.path.join(path, "boot")).strip() == boot_id()


def remove(run: str, path: str) -> None:
    """Remove every name the run made in shared memory, then its directory."""
    for name in names(run, path):
        try:
            os.unlink(os.path.join(SHM, name))
        except OSError:
            continue
    shutil.rmtree(shared_directory(run), ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)


def names(run: str, path: str) -> list[str]:
    """Names in shared memory that the program of a run made and that are still there."""
    pids = {pid for pid, _ in known_processes(path)}
    patterns = [f"sem.mp-{run}*", f"psm_{run}*", *(f"pym-{pid}-*" for pid in pids)]
    found = {name for pattern in patterns for name in glob.glob(pattern, root_dir=SHM)}
    return sorted(found | {name for name in _named_blocks(path) if os.path.exists(os.path.join(SHM, name))})


def _named_blocks(path: str) -> list[str]:
    """Shared memory blocks that the program gave names of its own; the probe noted each before it was made."""
    names: dict[str, None] = {}
    for line in _text(os.path.join(path, "names"), errors="surrogateescape").splitlines():
        sign, name = line[:1], line[1:]
        if sign == "+" and name == os.path.basename(name) and name not in {"", ".", ".."}:
            names[name] = None
        elif sign == "-":
            names.pop(name, None)
    return list(names)


def shared_directory(run: str) -> str:
    """Directory of a run in shared memory."""
    return os.path.join(SHM, PREFIX + run)


def _create_in(base: str, run: str) -> RunDirectory:
    """Make it under another name, lock it, then rename it: no janitor ever sees it unlocked."""
    os.makedirs(base, mode=0o700, exist_ok=True)
    unlocked, path = os.path.join(base, f".{PREFIX}{run}"), os.path.join(base, PREFIX + run)
    os.mkdir(unlocked, 0o700)
    try:
        with open(os.path.join(unlocked, "boot"), "w", encoding="ascii") as file:
            file.write(boot_id())
        for part in ("text", "journals", "tmp"):
            os.mkdir(os.path.join(unlocked, part), 0o700)
        lock = os.open(os.path.join(unlocked, "lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_SH)
        os.rename(unlocked, path)
    except OSError:
        shutil.rmtree(unlocked, ignore_errors=True)
        raise
    return RunDirectory(run, path, lock)


def _lock_if_free(path: str) -> int | None:
    try:
        found = os.lstat(path)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            return None
        lock = os.open(os.path.join(path, "lock"), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _pair(fields: list[str]) -> tuple[int, int] | None:
    try:
        return int(fields[0]), int(fields[1])
    except (IndexError, ValueError):
        return None


def _listing(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def _text(path: str, errors: str = "replace") -> str:
    try:
        with open(path, encoding="utf-8", errors=errors) as file:
            return file.read()
    except OSError:
        return ""
