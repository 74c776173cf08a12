"""Processes of multiprocessing's that have yet to get what they were started with: they may open it by its name then.

Under spawn and forkserver a process gets its function and arguments through a pipe, which it closes at its end when it
has read them, that is after the import of the program's main module. A copy that it makes of the descriptor before
(``parent_sentinel`` in CPython's ``spawn.py`` and ``forkserver.py``) stays open.
"""

import re
import stat
from collections import Counter

from playground.procfs.owners import descriptors
from playground.warden import kernel

_PIPE = re.compile(rb"pipe_handle=(\d+)")
_SERVED = b"multiprocessing.forkserver"


def is_booting(pid: int) -> bool:
    """Whether a process does not have all yet that it was started with; False where we may not know."""
    line = kernel.command_line(pid)
    if b"--multiprocessing-fork" not in line and _SERVED not in line:
        return False
    try:
        reads, writes = _pipes(pid)
        if any(count > 1 for pipe, count in Counter(reads.values()).items() if pipe not in writes):
            return True
        # before it has made the copy
        handle = _PIPE.search(line)
        pipe, process = reads.get(int(handle[1])) if handle else None, kernel.read(pid)
        return pipe is not None and process is not None and pipe in _pipes(process.ppid)[1]
    except OSError:
        return False


def _pipes(pid: int) -> tuple[dict[int, int], set[int]]:
    """Descriptors of pipes to read from, with their inodes, and the inodes of those to write to; raises OSError."""
    reads, writes = dict[int, int](), set[int]()
    for number, found, mode in descriptors(pid):
        if stat.S_ISFIFO(found.st_mode) and mode & 0o400:
            reads[number] = found.st_ino
        if stat.S_ISFIFO(found.st_mode) and mode & 0o200:
            writes.add(found.st_ino)
    return reads, writes
