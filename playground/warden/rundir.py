"""The directory of a run, the names it owns, and how they are found again and removed."""

import fcntl
import glob
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from playground.warden import kernel

SHM = "/dev/shm"
PREFIX = "mpp-"
_HALF_MADE = re.compile(r"sem\.[A-Za-z0-9]{6}")
"""What glibc calls a semaphore until it has its value."""
_UNFINISHED_S = 60
"""Making a directory takes a thousandth of a second."""


class RunDirectory(NamedTuple):
    """A run's private directory, and one in shared memory, both locked for as long as ``locks`` are open.

    It holds ``lock``, ``boot``, ``pids``, ``names`` of shared memory that
    the program chose, and the probe's ``text/``, ``journals/`` and ``tmp/``.
    The one in shared memory has ``lock``, and in ``where`` the path of the other: so whoever
    looks for abandoned runs finds this one, whatever XDG_RUNTIME_DIR the run had.
    """

    run: str
    path: str
    locks: tuple[int, ...]

    @property
    def shared(self) -> str:
        """Directory of the run in shared memory; there is none where that takes none."""
        return shared_directory(self.run)

    def let_go(self) -> None:
        """Give up the locks."""
        for lock in self.locks:
            os.close(lock)


def without_shared_memory() -> str:
    """What the person should know where nothing can be made in shared memory; "" where that is possible."""
    if os.access(SHM, os.W_OK | os.X_OK):
        return ""
    return f"{SHM} cannot be written: locks, queues and values of programs are made there; see `mp-playground doctor`"


def create() -> RunDirectory:
    """Make and lock the directories of a new run; raises OSError when no place takes one."""
    problem: OSError | None = None
    for base in bases():
        run = os.urandom(4).hex()
        try:
            os.makedirs(base, mode=0o700, exist_ok=True)
            path, lock = _make(base, run, {"boot": kernel.boot_id()}, ("text", "journals", "tmp"))
        except OSError as error:
            problem = problem or error
            continue
        try:
            return RunDirectory(run, path, (lock, _make(SHM, run, {"where": path})[1]))
        except OSError:
            return RunDirectory(run, path, (lock,))
    raise problem or OSError("no directory for runs")


def bases() -> list[str]:
    """Where run directories may be, best first; short paths, since socket addresses are limited to 107 bytes."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    cache = os.path.expanduser("~/.cache/mp-playground")
    return [base for base in (runtime, "/tmp", cache) if os.path.isabs(base) and len(base) < 60]


def hold(run: str, path: str) -> tuple[int, ...]:
    """Take a share of the locks of a run; the descriptors keep it. Raises OSError when its directory is gone."""
    return (_lock(path, fcntl.LOCK_SH), *_locks([shared_directory(run)], fcntl.LOCK_SH))


def abandoned() -> Iterator[RunDirectory]:
    """Runs of ours that nobody holds any more, each locked while it is looked at."""
    for path in _found(bases()) | {_where(shared) for shared in _found([SHM])}:
        run = os.path.basename(path).removeprefix(PREFIX)
        places = [place for place in (path, shared_directory(run)) if _is_ours(place)]
        try:
            locks = tuple(_locks(places, fcntl.LOCK_EX | fcntl.LOCK_NB))
        except OSError:
            continue
        directory = RunDirectory(run, path, locks)
        if places:  # without a lock somebody was removing it
            yield directory
        directory.let_go()
    for base in (*bases(), SHM):
        _clear_unfinished(base)


def note_processes(path: str, processes: Iterable[tuple[int, int]]) -> None:
    """Write down (pid, start) of processes of the run, as far as the disk takes it."""
    lines = [f"{pid} {start}\n" for pid, start in processes]
    if lines:
        with suppress(OSError), open(os.path.join(path, "pids"), "a", encoding="ascii") as file:
            file.writelines(lines)


def known_processes(path: str) -> set[tuple[int, int]]:
    """(pid, start) of processes the run is known to have had: noted by the warden or named by the probe's files."""
    pairs = {_pair(line.split()) for line in _text(os.path.join(path, "pids")).splitlines()}
    names = [name for part in ("text", "journals") for name in _listing(os.path.join(path, part))]
    names += _listing(shared_directory(os.path.basename(path).removeprefix(PREFIX)))
    pairs |= {_pair(name.partition(".")[0].split("-")) for name in names}
    return {pair for pair in pairs if pair is not None}


def same_boot(run: str, path: str) -> bool:
    """Whether the run was started since the machine was; shared memory does not outlive it."""
    return os.path.isdir(shared_directory(run)) or _text(os.path.join(path, "boot")).strip() == kernel.boot_id()


def remove(run: str, path: str) -> None:
    """Remove every name the run made in shared memory, then its directories, their locks last."""
    for name in (*names(run, path), *_half_made(path)):
        with suppress(OSError):
            os.unlink(os.path.join(SHM, name))
    for directory in filter(_is_ours, (path, shared_directory(run))):
        for name in set(_listing(directory)) - {"lock"}:
            shutil.rmtree(os.path.join(directory, name), ignore_errors=True)
            with suppress(OSError):
                os.unlink(os.path.join(directory, name))
        shutil.rmtree(directory, ignore_errors=True)


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


def _half_made(path: str) -> list[str]:
    """Semaphores that nobody has, made during the run by who was killed before the C library gave them their names."""
    try:
        began = os.lstat(os.path.join(path, "lock")).st_mtime
    except OSError:
        return []
    found = []
    for name in filter(_HALF_MADE.fullmatch, _listing(SHM)):
        with suppress(OSError):
            seen = os.lstat(os.path.join(SHM, name))
            ours = stat.S_ISREG(seen.st_mode) and seen.st_uid == os.geteuid() and seen.st_mtime >= began
            if ours and not kernel.is_in_use(os.path.join(SHM, name)):
                found.append(name)
    return found


def shared_directory(run: str) -> str:
    """Directory of a run in shared memory."""
    return os.path.join(SHM, PREFIX + run)


def _make(base: str, run: str, notes: Mapping[str, str], parts: Sequence[str] = ()) -> tuple[str, int]:
    """Make it under another name, lock it, then rename it: no janitor ever sees it unlocked."""
    unlocked, path = os.path.join(base, f".{PREFIX}{run}"), os.path.join(base, PREFIX + run)
    os.mkdir(unlocked, 0o700)
    try:
        for name, text in notes.items():
            with open(os.path.join(unlocked, name), "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(text)
        for part in parts:
            os.mkdir(os.path.join(unlocked, part), 0o700)
        lock = os.open(os.path.join(unlocked, "lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            os.rename(unlocked, path)
        except OSError:
            os.close(lock)
            raise
    except OSError:
        _unmake(unlocked, (*notes, "lock"), parts)
        raise
    return path, lock


def _unmake(path: str, files: Iterable[str], directories: Iterable[str]) -> None:
    """Remove a directory whose contents are known; takes no descriptor, perhaps there is none."""
    for name in files:
        with suppress(OSError):
            os.unlink(os.path.join(path, name))
    for directory in (*(os.path.join(path, name) for name in directories), path):
        with suppress(OSError):
            os.rmdir(directory)


def _found(places: Iterable[str]) -> set[str]:
    """Paths of directories there that are named as a run's are."""
    return {path for base in places for path in glob.glob(os.path.join(glob.escape(base), PREFIX + 8 * "[0-9a-f]"))}


def _where(shared: str) -> str:
    """The run directory that belongs to one in shared memory; a name in shared memory where that tells of none."""
    noted = _text(os.path.join(shared, "where"), "surrogateescape") if _is_ours(shared) else ""
    trusted = os.path.isabs(noted) and os.path.basename(noted) == os.path.basename(shared)
    return noted if trusted else shared


def _is_ours(path: str) -> bool:
    """Whether it is a directory that this user made, and no link."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _lock(path: str, how: int) -> int:
    lock = os.open(os.path.join(path, "lock"), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, how)
    except OSError:
        os.close(lock)
        raise
    return lock


def _locks(paths: Iterable[str], how: int) -> list[int]:
    """Lock those of the directories that are there; raises OSError, with none of them locked, when one is."""
    locks: list[int] = []
    try:
        for path in paths:
            with suppress(FileNotFoundError):
                locks.append(_lock(path, how))
    except OSError:
        for lock in locks:
            os.close(lock)
        raise
    return locks


def _clear_unfinished(base: str) -> None:
    """Remove what somebody was making who was killed before it had its name."""
    for path in glob.glob(os.path.join(glob.escape(base), f".{PREFIX}" + 8 * "[0-9a-f]")):
        if _is_ours(path) and time.time() - os.lstat(path).st_mtime > _UNFINISHED_S:
            shutil.rmtree(path, ignore_errors=True)


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
