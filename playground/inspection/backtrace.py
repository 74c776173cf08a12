"""The full stack of a live process, on request: as it is read from its memory, else what the kernel tells.

Nothing here waits for the process: its memory and the kernel's word take a few reads of ``/proc``, and py-spy, which
is asked about processes of another interpreter, runs beside us.
"""

from pathlib import Path

from msgspec import Struct

from playground import procfs
from playground.inspection import sampler
from playground.inspection.frames import ThreadStack
from playground.inspection.stacks import Stacks
from playground.probe import layout
from playground.procfs import calls, owners
from playground.text import clean

_PROBE = Path(layout.__file__).parent
_STATES = {
    "R": "runs",
    "S": "sleeps",
    "D": "sleeps for a disk",
    "T": "is suspended",
    "t": "is traced",
    "Z": "has ended",
}


class Backtrace(Struct, frozen=True):
    """What was seen of a process at one instant."""

    source: str
    """Who says so: Python, or the kernel."""
    threads: tuple[tuple[str, tuple[str, ...]], ...]
    """Name of each thread, and lines from the innermost call outwards."""


class Asker:
    """Asks about one process after the other."""

    def __init__(self) -> None:
        self._stacks = Stacks[list[ThreadStack]](list)

    @property
    def asking(self) -> bool:
        """Whether an answer is still to come."""
        return self._stacks.asking

    def ask(self, pid: int) -> None:
        """Ask about a process."""
        self._stacks.ask([pid])

    def take(self) -> dict[int, Backtrace | None]:
        """The answers that have come, by pid; None where nobody could say."""
        return {
            pid: Backtrace("Python", tuple(_told(pid, each) for each in found)) if found else None
            for pid, found in self._stacks.take()
        }

    def close(self) -> None:
        """Ask no more."""
        self._stacks.close()


def _told(pid: int, stack: ThreadStack) -> tuple[str, tuple[str, ...]]:
    """The thread and its calls, without those of the probe."""
    own = [frame for frame in stack.frames if Path(frame.file).parent != _PROBE]
    lines = (f"{each.function}  {'/'.join(Path(each.file).parts[-2:])}:{each.line}" for each in own)
    return clean(stack.name) or _name(pid, stack.tid), tuple(map(clean, lines))


def is_same(pid: int, start_ticks: int) -> bool:
    """Whether the pid is still that of the process that started then."""
    seen = sampler.look(pid)
    return seen is not None and seen.start == start_ticks and seen.state not in "ZX"


def from_kernel(pid: int) -> Backtrace | None:
    """What the kernel tells of each thread; None when the process is gone or may not be looked at."""
    threads = procfs.threads(pid)
    if not threads:
        return None
    return Backtrace("the kernel", tuple((_name(pid, thread.tid), _lines(pid, thread)) for thread in threads))


def _lines(pid: int, thread: procfs.Thread) -> tuple[str, ...]:
    lines = [_STATES.get(thread.state, f"is in state {thread.state}")]
    if thread.call is not None:
        caller = calls.Caller(pid, lambda address: _mapping(pid, address))
        operation = layout.OPERATIONS[calls.decode(caller, thread.call).operation].replace("_", " ")
        lines.append(f"system call {thread.call[0]} ({operation})")
    place = _read(pid, thread.tid, "wchan")
    return (*lines, f"in the kernel: {place}") if place not in {"", "0"} else tuple(lines)


def _mapping(pid: int, address: int) -> tuple[int, int] | None:
    return owners.mapping_at(owners.shared_mappings(pid), address)


def _name(pid: int, tid: int) -> str:
    return "main thread" if tid == pid else f"{_read(pid, tid, 'comm') or 'thread'} {tid}"


def _read(pid: int, tid: int, what: str) -> str:
    try:
        return clean(Path(f"/proc/{pid}/task/{tid}/{what}").read_text(errors="replace").strip())
    except OSError:
        return ""
