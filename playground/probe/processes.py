"""Processes: start, join, exit, signals sent; and the loader that goes into spawned children."""

from __future__ import annotations

import os
import sys
from _thread import get_ident, get_native_id
from types import ModuleType

from . import doubling, entry, journal, layout, leaving, patching, unshared, waits
from .callers import program_site
from .journal import define_process, emit, state, text, thread_bits
from .raised import formatted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

starting: dict[int, Any] = {}
"""Process objects whose start() is running, by the identifier of the thread that runs it."""
starting_programs: dict[int, str] = {}
"""Names of the commands that ``subprocess`` is starting, by the identifier of the thread that does it."""
_main = layout.MAIN_THREAD << layout.THREAD_SHIFT


def describe(process: Any, role: str) -> tuple[str, str, bool, str]:
    """Name, start method, whether it is a daemon, and role of a process that is being started, or begins."""
    method = getattr(process, "_start_method", None) or (getattr(process._Popen, "__module__", "") and _method(process))
    role = entry.library_role(process) or role
    return str(process._config.get("mpp_name", process.name)), str(method or ""), bool(process.daemon), role


def _method(process: Any) -> str:
    package = next(cls.__module__ for cls in type(process).__mro__ if cls.__name__ == "BaseProcess").rpartition(".")[0]
    context = sys.modules.get(f"{package}.context")
    if process._start_method is None and context is not None:
        return str(context._default_context.get_start_method(allow_none=True) or "")
    return str(process._start_method)


def after_fork_in_child() -> None:
    """Give a forked child its own journal, under the name it gets from whoever forked it."""
    me = get_ident()
    process, program = starting.get(me), starting_programs.get(me)
    starting.clear()
    starting_programs.clear()
    waits.pending.clear()
    waits.blocked = 0
    journal.begin_in_child()
    if process is not None:
        define_process(*describe(process, "child"))
    elif program is not None:
        define_process(program, "", False, "program")
    elif state.role == "server":
        define_process("", "forkserver", False, "child")  # who it is to be comes through the pipe
    else:
        define_process(f"{state.name}>fork-{forks.made + 1}", "fork", False, "fork")
        doubling.after_fork_in_child()
    forks.made = 0


class _Forks:
    """How often this process has called ``os.fork`` itself."""

    made = 0


forks = _Forks()


def after_fork_in_parent() -> None:
    """Record the child of the program's own ``os.fork``; the call itself stays as it is, warnings and all."""
    me = get_ident()
    if me in starting or me in starting_programs or state.role == "server" or not state.enabled:
        return
    forks.made += 1
    pid = _youngest_child()
    if pid:
        emit(layout.FORKED | thread_bits() | program_site(), pid)


def _youngest_child() -> int:
    """Pid of the child that this thread made last; 0 when the kernel does not say."""
    try:
        with open(f"/proc/self/task/{get_native_id()}/children", "rb", buffering=0) as file:
            return int(file.readall().split()[-1])
    except (OSError, ValueError, IndexError):
        return 0


def _patch_base(module: ModuleType) -> None:
    cls, package = module.BaseProcess, module.__name__.rpartition(".")[0] + "."

    def start(self: Any) -> None:
        name = str(self._name)
        code = thread_bits() | program_site()
        emit(code | layout.STARTING, text(name))
        if self._target is None and type(self).__module__.startswith(package):
            emit(code | layout.NO_TARGET, text(name))
        keep = entry.spawnable(self)
        starting[get_ident()] = self
        try:
            old_start(self)
        except BaseException:
            emit(code | layout.START_FAILED)
            raise
        finally:
            starting.pop(get_ident(), None)
        emit(code | layout.STARTED, self._popen.pid)
        entry.remember(self._popen.pid, keep)
        waits.do_pending()

    def join(self: Any, timeout: float | None = None) -> None:
        popen = getattr(self, "_popen", None)
        if popen is None or popen.returncode is not None:
            old_join(self, timeout)
            return
        code = thread_bits() | program_site()
        waits.do_pending()
        emit(code | (layout.JOINING if timeout is None else layout.JOINING_TIMED), popen.pid)
        waits.blocked += 1
        try:
            old_join(self, timeout)
        finally:
            waits.blocked -= 1
            emit(code | layout.JOINED, popen.pid)

    def bootstrap(self: Any, parent_sentinel: Any = None) -> Any:
        define_process(*describe(self, "child"))
        if entry.library_role(self) == "manager":
            _silence_pipes(self._args)
        emit(layout.BOOTED | _main)
        empty = unshared.tell_private(self)
        code = old_bootstrap(self, parent_sentinel=parent_sentinel)
        unshared.tell_filled(self, empty)
        leaving.tell_unrun()
        emit(layout.EXITING | _main, code if isinstance(code, int) else 0)
        return code

    old_start = patching.put(cls, "start", start)
    old_join = patching.put(cls, "join", join)
    old_bootstrap = patching.put(cls, "_bootstrap", bootstrap)


def _silence_pipes(args: Any) -> None:
    """Record nothing of the pipe by which a server tells its address, which may have come by pickling."""
    for each in args:
        if hasattr(each, "_mpp_resource"):
            each._mpp_resource = 0


def patch_process(module: ModuleType) -> None:
    """Patch ``multiprocessing.process``; names made from here on carry the run's id."""
    _patch_base(module)
    config = module.current_process()._config
    config["semprefix"] = f"/mp-{entry.run}"
    if entry.temporary:
        config["tempdir"] = entry.temporary


def patch_popen(module: ModuleType) -> None:
    """Patch ``multiprocessing.popen_fork`` or ``popen_forkserver``: children reaped and signals sent."""
    cls = module.Popen

    def poll(self: Any, *args: Any, **kwargs: Any) -> Any:
        known = self.returncode is not None
        code = old_poll(self, *args, **kwargs)
        if not known and self.returncode is not None:
            emit(layout.CHILD_ENDED | thread_bits(), self.pid << 32 | self.returncode & 0xFFFFFFFF)
        return code

    def send_signal(self: Any, sig: int) -> None:
        if self.returncode is None:
            kind = layout.KILL_SENT if sig == 9 else layout.TERMINATE_SENT
            emit(kind | thread_bits() | program_site(), self.pid)
        old_send_signal(self, sig)

    old_poll = patching.put(cls, "poll", poll)
    if "_send_signal" in vars(cls):
        old_send_signal = patching.put(cls, "_send_signal", send_signal)


def patch_util(module: ModuleType) -> None:
    """Patch ``multiprocessing.util``: the programs of spawned children and of the fork server begin with our loader."""

    def spawnv_passfds(path: Any, args: Any, passfds: Any) -> Any:
        return old(path, _with_loader(list(args)), passfds)

    old = patching.put(module, "spawnv_passfds", spawnv_passfds)


def _with_loader(args: list[Any]) -> list[Any]:
    for i, arg in enumerate(args[:-1]):
        program = args[i + 1]
        if arg == "-c" and isinstance(program, str):
            if ".spawn import spawn_main" in program:
                process = starting.get(get_ident())
                who = describe(process, "child") if process is not None else ("", "spawn", False, "child")
                args[i + 1] = entry.loader(*who) + program
            elif ".forkserver import main" in program:
                args[i + 1] = entry.loader("forkserver", "spawn", False, "server") + program
            return args
    return args


def patch_traceback(module: ModuleType) -> None:
    """Patch ``traceback``: an exception that a child's bootstrap prints is recorded."""

    def print_exc(*args: Any, **kwargs: Any) -> None:
        name = sys._getframe(1).f_code.co_name
        if name in {"_bootstrap", "_on_queue_feeder_error"} and state.enabled:
            emit(layout.RAISED | thread_bits(), text(module.format_exc()))
        old(*args, **kwargs)
        if name == "_bootstrap" and entry.debug:
            from . import debugging

            debugging.post_mortem()

    old = patching.put(module, "print_exc", print_exc)


def patch_spawn(module: ModuleType) -> None:
    """Patch ``multiprocessing.spawn``: an exception that ends a child before its bootstrap is recorded."""

    def main(*args: Any, **kwargs: Any) -> Any:
        try:
            return old(*args, **kwargs)
        except SystemExit:
            raise
        except BaseException as error:
            lines = __import__("traceback").format_exception(error)
            emit(layout.RAISED | _main, text("".join(lines)))
            raise

    old = patching.put(module, "_main", main)


def at_exit() -> None:
    """Record that the main program, a fork of it or another program ends, and the exception that ended it."""
    if os.getpid() != state.pid:
        return
    doubling.tell()
    error = getattr(sys, "last_value", None)
    if error is not None:
        emit(layout.RAISED | _main, text(formatted(error)))
    elif state.role != "main":
        return  # SystemExit leaves no trace, and nobody else may come to say how it ended
    emit(layout.EXITING | _main, 0 if error is None else 1)
