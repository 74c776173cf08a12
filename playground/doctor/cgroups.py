"""Limits that the control groups of this process set, of version 1 and 2 (Linux)."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_UNLIMITED = 1 << 60
"""Version 1 has no word for "no limit", only numbers beyond every machine."""


def cpu_limit() -> float | None:
    """How many cores' worth of time it may use; None without a limit."""
    found = []
    for group in _groups("cpu"):
        words = _words(group / "cpu.max") or _words(group / "cpu.cfs_quota_us") + _words(group / "cpu.cfs_period_us")
        if len(words) == 2 and all(word.isdecimal() for word in words):  # "max" and -1 are no limits
            found.append(int(words[0]) / int(words[1]))
    return min(found, default=None)


def memory_limit() -> int | None:
    """Bytes of memory it may use; None without a limit."""
    return _least("memory", "memory.max", "memory.limit_in_bytes")


def process_limit() -> int | None:
    """How many processes and threads its group may have; None without a limit."""
    return _least("pids", "pids.max")


def _least(controller: str, *files: str) -> int | None:
    words = [word for group in _groups(controller) for file in files for word in _words(group / file)]
    return min((int(word) for word in words if word.isdecimal() and int(word) < _UNLIMITED), default=None)


def _groups(controller: str) -> Iterator[Path]:
    """Directories of our group of that controller and of those above it; each sets a limit of its own."""
    for line in _text(Path("/proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        for root in (controllers,) if controllers else ("", "unified"):
            below = PurePosixPath(path.lstrip("/"))
            yield from (Path("/sys/fs/cgroup", root, each) for each in (below, *below.parents))


def _words(file: Path) -> list[str]:
    return _text(file).split()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
