"""How the probe gets into a process: the host's environment, and the loader of spawned children.

Also keeps what the spawn key needs: how the children of this process were made.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARIABLE = "MP_PLAYGROUND_PROBE"
MODULE = "_mp_playground_probe"
SPAWN_SIGNAL_OFFSET = 8
"""The spawn key's signal is ``SIGRTMIN + 8``."""
DEBUG_SOCKET = "debug"
"""Who comes to a breakpoint connects to it, in the run's directory, and says pid, start and thread in a line."""

_NEXT = "\n" if sys.version_info >= (3, 13) else ";"
"""Stands before the child's own program: in its first line, but where tracebacks would show that line with our text."""
_HERE = os.path.dirname(os.path.abspath(__file__))

run = ""
temporary = ""
requests = ""
allow_spawn = False
debug = False
packages = {"multiprocessing"}
"""Names of multiprocessing and of its copies."""
_config: dict[str, str] = {}
_made: dict[int, Any] = {}


class ProbeConfig:
    """What the probe needs to know of its run; all paths are absolute.

    No dataclass, whose module takes observed processes some milliseconds to import.
    """

    def __init__(
        self,
        run: str,
        journals: str,
        fallback: str,
        text: str,
        directory: str,
        reserve: int = 0,
        detail: bool = False,
        allow_spawn: bool = False,
        debug: bool = False,
    ) -> None:
        self.run = run
        self.journals = journals
        """Directory of the segments, on a memory file system where there is one."""
        self.fallback = fallback
        """Directory of segments when ``journals`` is short of room."""
        self.text = text
        """Directory of the text files."""
        self.directory = directory
        """The run's directory: spawn requests, and ``tmp`` for the program's own temporary files."""
        self.reserve = reserve
        """Bytes that must stay free where ``journals`` is."""
        self.detail = detail
        self.allow_spawn = allow_spawn
        self.debug = debug
        """Whether ``pdb`` is led to the screen."""


def environment(config: ProbeConfig, base: dict[str, str] | None = None) -> dict[str, str]:
    """Variables to add to the host's environment; the probe removes them before the program runs."""
    fields = {
        "run": config.run,
        "journals": config.journals,
        "fallback": config.fallback,
        "text": config.text,
        "directory": config.directory,
        "reserve": str(config.reserve),
        "detail": str(int(config.detail)),
        "spawn": str(int(config.allow_spawn)),
        "debug": str(int(config.debug)),
        "path": _HERE,
    }
    return _variables(fields, dict(os.environ) if base is None else base)


def environment_for(base: dict[str, str], who: tuple[str, str, bool, str], journal: str) -> dict[str, str]:
    """The same for a program that this process starts in its own interpreter, or becomes, with who that is to be.

    ``journal`` is what ``handed_on`` gives, for what it becomes.
    """
    name, method, daemon, role = who
    told = {"name": name.replace("\n", " "), "method": method, "daemon": str(int(daemon)), "role": role}
    told |= {"journal": journal} if journal else {}
    return _variables(_config | told, base)


def _variables(fields: dict[str, str], base: dict[str, str]) -> dict[str, str]:
    own, site = base.get("PYTHONPATH"), os.path.join(_HERE, "site")
    if own is not None:
        fields["pythonpath"] = own
    return {
        VARIABLE: "\n".join(f"{key}={value}" for key, value in fields.items()),
        "PYTHONPATH": site if not own else f"{site}{os.pathsep}{own}",
        "MPP_RUN": fields["run"],
    }


def use(config: dict[str, str]) -> None:
    """Take over the configuration that came in."""
    global run, temporary, requests, allow_spawn, debug
    _config.update(config)
    run, requests = config["run"], config["directory"]
    temporary = os.path.join(config["directory"], "tmp") if config["directory"] else ""
    allow_spawn = config["spawn"] == "1"
    debug = config["debug"] == "1"


def loader(name: str, method: str, daemon: bool, role: str) -> str:
    """Program text to stand before that of a spawned child; imports nothing that the interpreter has not."""
    who = (name, method, daemon, role)
    return (
        "import sys as _s;from _frozen_importlib_external import spec_from_file_location as _f;"
        "from _frozen_importlib import module_from_spec as _m;"
        f"_p=_f({MODULE!r},{_HERE + '/__init__.py'!r},submodule_search_locations=[{_HERE!r}]);"
        f"_q=_s.modules[{MODULE!r}]=_m(_p);_p.loader.exec_module(_q);"
        f"__import__({MODULE + '.install'!r});_s.modules[{MODULE + '.install'!r}].start({_config!r},{who!r});"
        f"del _s,_f,_m,_p,_q{_NEXT}"
    )


# --- The spawn key -----------------------------------------------------------------------------------


def library_role(process: Any) -> str:
    """What a process does that a library starts for a part of its own; "" for the program's."""
    target = getattr(process, "_target", None)
    module = getattr(target, "__module__", "")
    package, _, part = module.rpartition(".")
    if module == "concurrent.futures.process" or (part == "pool" and package in packages):
        return "worker"
    return "manager" if getattr(target, "__name__", "") == "_run_server" else ""


def spawnable(process: Any) -> Any:
    """How to make one more process like this one; None when that cannot or may not be done."""
    if not allow_spawn or getattr(process, "_target", None) is None or library_role(process):
        return None
    return type(process), process._target, process._args, process._kwargs, process._name, process._config.get("daemon")


def remember(pid: int, how: Any) -> None:
    """Keep how a started child was made."""
    if how is not None:
        _made[pid] = how


def spawn_like(pid: int) -> None:
    """Start one more process like the child of that pid; nothing when it is not known."""
    how = _made.get(pid)
    if how is None:
        return
    cls, target, args, kwargs, name, daemon = how
    copies = sum(1 for each in _made.values() if each[4].startswith(name))
    cls(target=target, args=args, kwargs=kwargs, name=f"{name}+{copies}", daemon=daemon).start()
