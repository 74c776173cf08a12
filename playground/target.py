"""What is to be run: a scenario of ours, a file or a module; and with which interpreter."""

import dataclasses
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from playground.catalogue import discovery, yours
from playground.errors import PlaygroundError
from playground.scenario import START_METHODS, BadParameter, Scenario
from playground.text import clean

OLDEST = (3, 11)
"""Oldest version of Python that the probe works with."""
_SOURCE_LIMIT = 1 << 20
_ANSWER_S = 10
_SHEBANG = re.compile(r"#!\S*(?:\s.*)?\bpython(\d(?:\.\d+)?)")
_AT_LEAST = ".".join(map(str, OLDEST))


class Target(Struct, frozen=True):
    """One thing to run, with its command line and what its run is expected to show."""

    name: str
    title: str
    argv: tuple[str, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    start_method: str = ""
    source: str = ""
    source_file: str = ""
    expected: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    scenario: Scenario | None = None
    arguments: tuple[str, ...] = ()
    """The end of the command line: what the person gave to a program of their own."""
    notice: str = ""
    """What the person should know of how it is run."""


def scenario_target(name: str, texts: Mapping[str, str], start_method: str = "") -> Target:
    """The scenario of a name with its parameters; raises PlaygroundError for what it does not take."""
    return target_of(discovery.find(name), texts, start_method)


def target_of(found: Scenario, texts: Mapping[str, str], start_method: str = "") -> Target:
    """A scenario with its parameters; raises PlaygroundError for what it does not take."""
    if found.problem:
        raise PlaygroundError(f"{found.name} cannot be run: {found.problem}")
    if start_method and start_method not in START_METHODS:
        raise PlaygroundError(f"--start-method {start_method}: choose {', '.join(START_METHODS)}")
    if start_method and start_method not in found.methods:
        shows = f"{found.name} shows what it teaches with {', '.join(found.methods)}"
        raise PlaygroundError(f"--start-method {start_method}: {shows} only")
    try:
        values = found.parse(texts)
    except BadParameter as error:
        raise PlaygroundError(str(error)) from None
    start_method = found.method(start_method)
    arguments = found.argv(values) + ([f"start_method={start_method}"] if start_method else [])
    return Target(
        found.name,
        found.title,
        (sys.executable, *found.command, *arguments),
        values,
        start_method,
        found.source,
        str(found.path),
        dict(found.expect(values)),
        dict(found.limits(values)),
        scenario=found,
    )


def scenario_in(path: str) -> Scenario | None:
    """The scenario in a file of the user's, named by its path; None when it is an ordinary program.

    Raises PlaygroundError when it cannot be read.
    """
    if not yours.is_scenario(_text_of(path)):
        return None
    found = yours.describe(yours.Place(Path(path).absolute()))
    return dataclasses.replace(found, name=path, topic=yours.TOPIC)


def _text_of(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_SOURCE_LIMIT)
    except IsADirectoryError:
        raise PlaygroundError(f"{path} is a directory; name a Python file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PlaygroundError(f"cannot read {path}: {reason}; name a scenario or a readable Python file") from None


def file_target(path: str, arguments: Sequence[str], python: str | None) -> Target:
    """A script of the user's own; raises PlaygroundError when it cannot be read."""
    source = _text_of(path)
    absolute = str(Path(path).absolute())
    runs_with = interpreter(python)
    notice = _shebang_notice(source, runs_with)
    argv = (runs_with, path, *arguments)
    return Target(
        path,
        Path(path).name,
        argv,
        source=source,
        source_file=absolute,
        notice=notice,
        arguments=tuple(arguments),
    )


def module_target(module: str, arguments: Sequence[str], python: str | None) -> Target:
    """A module of the user's own, as with ``python -m``."""
    argv = (interpreter(python), "-m", module, *arguments)
    return Target(module, module, argv, arguments=tuple(arguments))


def with_arguments(target: Target, line: str) -> Target:
    """A program of the user's own with other arguments, quoted as in a shell; raises PlaygroundError."""
    try:
        arguments = tuple(shlex.split(line))
    except ValueError as error:
        reason = {"No closing quotation": "a quote is open", "No escaped character": "nothing follows the last \\"}
        raise PlaygroundError(f"these are no arguments: {reason.get(str(error), str(error))}; close it") from None
    if any("\0" in argument for argument in arguments):
        raise PlaygroundError("these are no arguments: a NUL character is in them; remove it")
    fixed = target.argv[: len(target.argv) - len(target.arguments)]
    return replace(target, argv=(*fixed, *arguments), arguments=arguments)


def beside(target: Target) -> tuple[Target, Target] | None:
    """A scenario in its variant and, to be compared, in the fixed one or the first; None where it has but one."""
    known, mine = target.scenario.variants if target.scenario else (), str(target.parameters.get("variant", ""))
    others = [variant for variant in known if variant != mine]
    if target.scenario is None or mine not in known or not others:
        return None
    other = "fixed" if "fixed" in others else others[0]
    texts = {name: str(value) for name, value in target.parameters.items()} | {"variant": other}
    both = {mine: target, other: target_of(target.scenario, texts, target.start_method)}
    first, second = sorted(both, key=known.index)
    return both[first], both[second]


def interpreter(python: str | None) -> str:
    """The interpreter for programs: the one asked for, the active environment's, else ours.

    Raises PlaygroundError for what is no Python, or one that is too old for the probe.
    """
    if python:
        return _checked(python, "--python ")
    environment = os.environ.get("VIRTUAL_ENV", "")
    candidate = os.path.join(environment, "bin", "python")
    if not environment or not os.access(candidate, os.X_OK) or candidate == sys.executable:
        return sys.executable
    return _checked(candidate, "the active environment's ")


def _checked(python: str, whose: str) -> str:
    cure = f"name a CPython of version {_AT_LEAST} or newer"
    path = shutil.which(python)
    if path is None:
        reason = "it is no executable file" if os.path.exists(python) else "there is no such file"
        raise PlaygroundError(f"cannot use {whose}{python}: {reason}; {cure} by --python")
    try:
        implementation, version = _asked(path)
    except (OSError, ValueError, subprocess.SubprocessError):
        raise PlaygroundError(f"cannot use {whose}{python}: it does not answer as Python does; {cure}") from None
    if implementation != "cpython":
        raise PlaygroundError(f"cannot use {whose}{python}: it is {clean(implementation, 40)}; {cure}")
    if version < OLDEST:
        shown = ".".join(map(str, version))
        raise PlaygroundError(f"cannot use {whose}{python}: it is Python {shown}; {cure}")
    return path


def version_of(python: str) -> tuple[int, ...]:
    """Major and minor version of an interpreter; raises OSError, ValueError or SubprocessError."""
    return sys.version_info[:2] if python == sys.executable else _asked(python)[1]


def _asked(python: str) -> tuple[str, tuple[int, ...]]:
    """Implementation and version, as the interpreter itself says."""
    question = [python, "-I", "-S", "-c", "import sys; print(sys.implementation.name, *sys.version_info[:2])"]
    answer = subprocess.run(question, capture_output=True, timeout=_ANSWER_S, check=True, stdin=subprocess.DEVNULL)
    implementation, major, minor = answer.stdout.decode("ascii", "replace").split()
    return implementation, (int(major), int(minor))


def _shebang_notice(source: str, python: str) -> str:
    """What to say when the first line asks for another version of Python than the one that runs the program."""
    asked = _SHEBANG.match(source)
    if asked is None:
        return ""
    version = version_of(python)
    if version[: len(asked[1].split("."))] == tuple(int(part) for part in asked[1].split(".")):
        return ""
    runs = ".".join(map(str, version))
    return f"the program's first line asks for Python {asked[1]}, it runs with {runs}; choose another by --python"
