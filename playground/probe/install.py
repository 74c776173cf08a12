"""The one place that touches other modules: puts the probe into a process, once, and can take it out again."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what ``signal`` is made of, without its enumerations: some ms
import atexit
import os
import sys
import time
from types import ModuleType

from . import doubling, entry, journal, layout, patching, processes, waits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


_PATCHES = {
    "multiprocessing.process": ("processes.patch_process",),
    "multiprocessing.popen_fork": ("processes.patch_popen",),
    "multiprocessing.popen_forkserver": ("processes.patch_popen",),
    "multiprocessing.util": ("processes.patch_util",),
    "multiprocessing.spawn": ("processes.patch_spawn",),
    "multiprocessing.synchronize": ("locks.patch", "conditions.patch"),
    "multiprocessing.connection": ("channels.patch_connection", "listeners.patch"),
    "multiprocessing.queues": ("channels.patch_queues", "simple_queues.patch"),
    "multiprocessing.sharedctypes": ("shared.patch", "memory.patch_raw"),
    "multiprocessing.shared_memory": ("memory.patch",),
    "multiprocessing.pool": ("pools.patch",),
    "multiprocessing.managers": ("managers.patch",),
    "concurrent.futures._base": ("executors.patch_futures",),
    "concurrent.futures.process": ("executors.patch",),
    "traceback": ("processes.patch_traceback",),
    "time": ("sleep.patch",),
    "atexit": ("leaving.patch",),
    "os": ("reaping.patch", "kills.patch", "interpreters.patch_os"),
    "subprocess": ("programs.patch", "interpreters.patch"),
    "logging": ("logs.patch",),
    "threading": ("raised.patch",),
}
"""Module of the standard library to what patches it: a module of the probe, imported only then, and its function."""
_DEBUGGER = {"pdb": ("debugging.patch",)}
"""What is patched besides when the run is to have the debugger."""


def _patch(functions: tuple[str, ...]) -> Callable[[ModuleType], None]:
    def patch(module: ModuleType) -> None:
        for each in functions:
            name, _, function = each.partition(".")
            __import__(f"{__package__}.{name}")
            getattr(sys.modules[f"{__package__}.{name}"], function)(module)

    return patch


def _look_for_a_copy(module: ModuleType) -> None:
    from . import copies

    if not copies.is_copy(module):
        return
    package = copies.take_note(module)
    for name, functions in _PATCHES.items():
        own, _, part = name.rpartition(".")
        if own == "multiprocessing":
            patching.after_import(f"{package}.{part}", _patch(functions))


def _at_exit() -> None:
    memory = sys.modules.get(f"{__package__}.memory")
    if memory is not None:
        memory.at_exit()
    processes.at_exit()


def start(config: dict[str, str], who: tuple[str, str, bool, str]) -> None:
    """Begin to record this process: name, start method, whether it is a daemon, and role are in ``who``."""
    if journal.state.enabled:
        return
    handed = config.pop("journal", "")
    entry.use(config)
    journal.begin(config, handed)
    journal.define_process(*who)
    if not handed:
        journal.emit(layout.BEGAN | layout.MAIN_THREAD << layout.THREAD_SHIFT, os.getppid())
    for name, functions in (_PATCHES | (_DEBUGGER if entry.debug else {})).items():
        patching.after_import(name, _patch(functions))
    patching.after_each_import(".process", _look_for_a_copy)
    sys.meta_path.insert(0, patching.Finder)
    os.register_at_fork(
        before=doubling.before_fork,
        after_in_child=processes.after_fork_in_child,
        after_in_parent=processes.after_fork_in_parent,
    )
    if who[3] in {"main", "program"}:
        atexit.register(_at_exit)
    if entry.allow_spawn:
        _signal.signal(_signal.SIGRTMIN + entry.SPAWN_SIGNAL_OFFSET, _on_spawn_signal)
    probe = sys.modules[__package__]
    for each in (mark, report, measured):  # the module's face to the program
        setattr(probe, each.__name__, each)


def stop() -> None:
    """Put back what was patched and record nothing more in this process."""
    patching.restore()
    journal.state.enabled = False
    if patching.Finder in sys.meta_path:
        sys.meta_path.remove(patching.Finder)


def mark(text: str) -> None:
    """Record a labelled instant."""
    journal.emit(layout.MARK | journal.thread_bits(), journal.text(text))


def report(text: str) -> None:
    """Record a sentence in which the program says what it measured."""
    journal.emit(layout.REPORT | journal.thread_bits(), journal.text(text))


def measured(label: str, value: float, unit: str) -> None:
    """Record a number that the program measured, to be compared with others of its unit (a word without blanks)."""
    journal.emit(layout.MEASURED | journal.thread_bits(), journal.text(f"{value!r} {unit} {label}"))


def _on_spawn_signal(_signum: int, frame: Any) -> None:
    if processes.starting or (not waits.blocked and _inside_a_library(frame)):
        waits.pending.append(_spawn_requested)
    else:
        _spawn_requested()


def _inside_a_library(frame: Any) -> bool:
    """Whether the interrupted code is not the program's own, and may hold a lock that a start needs."""
    return frame is None or frame.f_code.co_filename.startswith(
        (os.path.dirname(time.__spec__.origin or os.__file__), "<frozen")
    )


def _spawn_requested() -> None:
    path = os.path.join(entry.requests, f"spawn-{os.getpid()}")
    try:
        with open(path, "rb") as file:
            pids = [int(each) for each in file.read().split()]
        os.unlink(path)
    except (OSError, ValueError):
        return
    for pid in pids:
        entry.spawn_like(pid)
