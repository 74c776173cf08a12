"""Programs that a program starts in its own interpreter, or becomes: they are observed too, whoever starts them.

They get the probe as the host did, by their environment, and take it out again before their first line runs.
"""

from __future__ import annotations

import os
import sys
from _thread import get_ident

from . import entry, patching
from .journal import handed_on, state
from .processes import describe, starting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

_MAX_NAME = 40
_MAX_LINE = 256
_ARGUMENTS = 23
"""Of ``fork_exec``, from Python 3.11 to 3.13."""
_ENVIRONMENT = 5
_AS_OTHERS = (-6, -4, -2)
"""Its arguments that make the child another user or group, or run code of the program's in it: a fork is recorded."""
_IGNORE_US = frozenset("EIS")
"""Options with which an interpreter does not look where the probe waits for it."""
_OF_TRACKERS = "resource_tracker import main"


class _ForkExec(patching.StandIn):
    __module__ = "_posixsubprocess"

    def __call__(self, *args: Any) -> Any:
        if state.enabled and len(args) == _ARGUMENTS and all(args[i] is None for i in _AS_OTHERS):
            items = args[_ENVIRONMENT]
            try:
                given = os.environb if items is None else dict(each.split(b"=", 1) for each in items if b"=" in each)
                added = _added(args[1], args[0], given)
            except Exception:  # the call will say itself what is wrong with its arguments
                added = {}
            if added:
                items = [b"%b=%b" % each for each in {**given, **added}.items()]
                args = (*args[:_ENVIRONMENT], items, *args[_ENVIRONMENT + 1 :])
        return self._call(*args)


class _PosixSpawn(patching.StandIn):
    __module__ = "os"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if state.enabled and len(args) == 3:
            path, words, env = args
            try:
                given = {
                    os.fsencode(key): os.fsencode(value) for key, value in (os.environ if env is None else env).items()
                }
                added = _added([path], words, given)
            except Exception:
                added = {}
            if added:
                args = (path, words, {**given, **added})
        return self._call(*args, **kwargs)


class _Exec(patching.StandIn):
    __module__ = "os"

    def __call__(self, *args: Any) -> Any:
        if state.enabled and len(args) in (2, 3):
            path, words, env = (*args, os.environ)[:3]
            try:
                given = {os.fsencode(key): os.fsencode(value) for key, value in env.items()}
                added = _added([path], words, given, handed_on())
            except Exception:
                added = {}
            if added:
                return _execve(path, words, {**given, **added})
        return self._call(*args)


_execve = os.execve


def patch(module: Any) -> None:
    """Patch ``_posixsubprocess`` and what ``subprocess``, the module, has of it."""
    import _posixsubprocess

    stand_in = _ForkExec(_posixsubprocess.fork_exec)
    patching.put(_posixsubprocess, "fork_exec", stand_in)
    patching.put(module, "_fork_exec", stand_in)


def patch_os(module: Any) -> None:
    """Patch ``os``."""
    patching.put(module, "posix_spawn", _PosixSpawn(module.posix_spawn))
    for name in ("execv", "execve"):
        patching.put(module, name, _Exec(getattr(module, name)))


def name_of(words: Sequence[str]) -> str:
    """What a command is called: its program, or a whole shell command; a Python program by its own name too."""
    first = words[0] if words else ""
    if " " in first:
        return first[:_MAX_NAME]
    name = os.path.basename(first)
    if name.startswith("python"):
        program = behind_options(words[1:])[1]
        name = " ".join([name, *map(os.path.basename, program[: 2 if program[:1] == ["-m"] else 1])])
    return name[:_MAX_NAME]


def behind_options(words: Sequence[str]) -> tuple[str, list[str]]:
    """The letters of an interpreter's options, and what it is to run, from ``-c``, ``-m`` or the file's name on."""
    letters, left = "", [*words]
    while left and left[0].startswith("-") and left[0] != "-":
        word = left.pop(0)
        if word.startswith("--"):
            del left[:1]  # the only one that is no mere question has a value
            continue
        for i, letter in enumerate(word[1:], 2):
            if letter in "cm":
                return letters, ["-" + letter, *([word[i:]] if word[i:] else []), *left]
            if letter in "WX":
                del left[: 0 if word[i:] else 1]
                break
            letters += letter
    return letters, left


def listens(words: Sequence[str]) -> bool:
    """Whether an interpreter with these words behind it looks where the probe waits, and runs what may be observed."""
    letters, program = behind_options(words)
    return not _IGNORE_US.intersection(letters) and not any(_OF_TRACKERS in word for word in program[1:2])


def _added(paths: Any, args: Any, environment: Any, journal: str = "") -> dict[bytes, bytes]:
    """Variables with which a command has the probe; none unless it runs in our interpreter and may be observed.

    ``journal`` is what it goes on with where it takes the place of this program.
    """
    words = [*map(os.fsdecode, args)]
    base = {os.fsdecode(key): os.fsdecode(value) for key, value in environment.items()}
    behind = _for_ours(paths, words, base)
    if behind is None or not listens(behind) or any(entry.MODULE in word for word in words):
        return {}
    if entry.VARIABLE in base:  # it is on its way to somebody else
        return {}
    process = starting.get(get_ident())
    who = describe(process, "child") if process is not None else (name_of(words), "", False, "program")
    who = (state.name, "", False, "main") if journal and state.role == "main" else who
    return {os.fsencode(key): os.fsencode(value) for key, value in entry.environment_for(base, who, journal).items()}


def _for_ours(paths: Any, words: list[str], environment: dict[str, str]) -> list[str] | None:
    """What stands behind our interpreter's name, written or in a script's first line; None where it is another one."""
    path = _first_to_run(map(os.fsdecode, paths))
    if _is_ours(path):
        return words[1:]
    with open(path, "rb") as file:
        begin, line = file.read(2), os.fsdecode(file.readline(_MAX_LINE)).strip()
    name, _, option = line.partition(" ")
    if begin != b"#!":
        return None
    if os.path.basename(name) == "env":
        places = environment.get("PATH", os.defpath).split(os.pathsep)
        name, option = _first_to_run(os.path.join(each, option) for each in places), ""
    return [*([option] if option else []), path, *words[1:]] if _is_ours(name) else None


def _first_to_run(paths: Iterable[str]) -> str:
    return next((each for each in paths if os.access(each, os.X_OK)), "")


def _is_ours(path: str) -> bool:
    return os.path.isabs(path) and bool(sys.executable) and os.path.samefile(path, sys.executable)
