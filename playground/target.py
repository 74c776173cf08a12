"""What is to be run: a scenario of ours, a file or a module; and with which interpreter."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playground import gallery
from playground.errors import PlaygroundError
from playground.scenario import START_METHODS, BadParameter

_SOURCE_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Target:
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
    is_scenario: bool = False


def scenario_target(name: str, texts: Mapping[str, str], start_method: str = "") -> Target:
    """A scenario with its parameters; raises PlaygroundError for what it does not take."""
    found = gallery.find(name)
    if start_method and start_method not in START_METHODS:
        raise PlaygroundError(f"--start-method {start_method}: choose {', '.join(START_METHODS)}")
    try:
        values = found.parse(texts)
    except BadParameter as error:
        raise PlaygroundError(str(error)) from None
    arguments = found.argv(values) + ([f"start_method={start_method}"] if start_method else [])
    return Target(
        found.name,
        found.title,
        (sys.executable, "-P", "-m", found.module, *arguments),
        values,
        start_method,
        found.source,
        str(found.path),
        dict(found.expect(values)),
        dict(found.limits(values)),
        is_scenario=True,
    )


def file_target(path: str, arguments: Sequence[str], python: str | None) -> Target:
    """A script of the user's own; raises PlaygroundError when it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            source = file.read(_SOURCE_LIMIT)
    except IsADirectoryError:
        raise PlaygroundError(f"{path} is a directory; name a Python file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PlaygroundError(f"cannot read {path}: {reason}; name a scenario or a readable Python file") from None
    absolute = str(Path(path).absolute())
    return Target(path, Path(path).name, (interpreter(python), path, *arguments), source=source, source_file=absolute)


def module_target(module: str, arguments: Sequence[str], python: str | None) -> Target:
    """A module of the user's own, as with ``python -m``."""
    return Target(module, module, (interpreter(python), "-m", module, *arguments))


def interpreter(python: str | None) -> str:
    """The interpreter for programs: the one asked for, the active environment's, else ours."""
    if python:
        return python
    environment = os.environ.get("VIRTUAL_ENV", "")
    candidate = os.path.join(environment, "bin", "python")
    return candidate if environment and os.access(candidate, os.X_OK) else sys.executable
