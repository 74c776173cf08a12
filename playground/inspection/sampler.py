"""What the kernel says of processes: state, CPU time, memory, threads; by reading /proc, a few microseconds each."""

import os
from collections.abc import Set

from msgspec import Struct

from playground.open_files import most_kept

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BITS = 52
"""So many bits a number of a counter holds exactly."""


class Look(Struct, frozen=True):
    """One reading of /proc/PID/stat."""

    state: str
    start: int
    cpu_ticks: int
    threads: int
    rss: int
    """Bytes."""
    nice: int
    wait_status: int
    """How it ended, as ``waitpid`` gives it; 0 while it lives, and where we may not know."""


def look(pid: int) -> Look | None:
    """Read a process's figures; None when there is none of that pid."""
    try:
        file = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return _read(file)
    finally:
        os.close(file)


def _read(file: int) -> Look | None:
    """What an open /proc/PID/stat says now; None when its process is gone."""
    try:
        f = os.pread(file, 2048, 0).rpartition(b")")[2].split()
        cpu, rss = int(f[11]) + int(f[12]), int(f[21]) * _PAGE
        return Look(f[0].decode(), int(f[19]), cpu, int(f[17]), rss, int(f[16]), int(f[49]))
    except (OSError, ValueError, IndexError):
        return None


class Looks:
    """Looks at the same processes again and again: their files stay open, which halves what a look takes."""

    def __init__(self) -> None:
        self._files: dict[int, int] = {}
        """Pid to descriptor."""
        self._most = most_kept()

    def at(self, pid: int) -> Look | None:
        """Read a process's figures; None when there is none of that pid."""
        file = self._files.get(pid)
        if file is None:
            if len(self._files) >= self._most:
                return look(pid)
            try:
                file = self._files[pid] = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return None
        found = _read(file)
        if found is None:  # its process is gone, and the pid may be another's by now
            self._close(pid)
            found = look(pid)
        return found

    def keep(self, pids: Set[int]) -> None:
        """Let go of the files of all but these."""
        for pid in self._files.keys() - pids:
            self._close(pid)

    def close(self) -> None:
        """Let go of all files."""
        self.keep(set())

    def _close(self, pid: int) -> None:
        os.close(self._files.pop(pid))


def affinity(pid: int) -> int:
    """The cores a process may use as bits, or minus their number where they do not fit; 0 for the same as we may."""
    try:
        cores = os.sched_getaffinity(pid)
    except OSError:
        return 0
    if cores == os.sched_getaffinity(0):
        return 0
    return sum(1 << core for core in cores) if max(cores) < _BITS else -len(cores)


class CpuShare:
    """CPU use of processes between two readings, in hundredths of a per cent of one core."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[int, int]] = {}
        self._shares: dict[int, int] = {}

    def forget(self, key: int) -> None:
        """It is gone."""
        self._last.pop(key, None)
        self._shares.pop(key, None)

    @property
    def total(self) -> int:
        """The latest shares of all together."""
        return sum(self._shares.values())

    def of(self, key: int, cpu_ticks: int, now_ns: int) -> int:
        """Share since the last reading of the same key; 0 at the first."""
        ticks, then = self._last.get(key, (cpu_ticks, now_ns))
        self._last[key] = (cpu_ticks, now_ns)
        seconds = (now_ns - then) / 1e9
        share = self._shares[key] = int((cpu_ticks - ticks) / _TICKS / seconds * 10_000) if seconds > 0 else 0
        return share
