"""Describes one scenario of the user's own, in a process made for that: what they wrote is imported here, not there.

``python -m playground.catalogue.describing FILE MODULE [KEY=VALUE...]`` prints one JSON object: ``scenario``, or
``problem`` in one line with ``details``. With values also what the scenario expects of a run with these. MODULE is ""
for a file.
"""

import importlib
import importlib.util
import json
import os
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from playground.scenario import BadParameter, Scenario
from playground.warden.kernel import signal_at_death_of_parent


def main(arguments: list[str]) -> None:
    """Print the description and end at once, whatever threads the import has left behind."""
    if sys.platform == "linux":
        signal_at_death_of_parent(signal.SIGKILL)  # nobody else would end us if the playground were killed
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the import prints is no part of the answer
    path, module, *texts = arguments
    try:
        told = _describe(Path(path), module, dict(text.partition("=")[::2] for text in texts))
    except BaseException as error:  # SystemExit among them: whatever their module does is told, not done
        told = {"problem": _in_one_line(error, path), "details": _in_full(error, path)}
    answer.write(json.dumps(told))
    answer.close()
    os._exit(0)


def _describe(path: Path, module: str, texts: dict[str, str]) -> dict[str, Any]:
    main = getattr(importlib.import_module(module) if module else _imported(path), "main", None)
    found = getattr(main, "scenario", None)
    if not isinstance(found, Scenario):
        raise TypeError("it has no function main with the decorator scenario(...) of playground.scenario")
    says_more = any(each.__module__ != Scenario.__module__ for each in (found.expect, found.limits))
    told = asdict(found) | {"path": str(path), "module": module, "expect": {}, "limits": {}, "figures": says_more}
    if texts:
        values = found.parse(texts)
        told |= {"expect": dict(found.expect(values)), "limits": dict(found.limits(values))}
    return {"scenario": told}


def _imported(path: Path) -> ModuleType:
    """The file as Python runs it, but that it is not ``__main__``."""
    sys.path[0:0] = [str(path.parent)]
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _in_one_line(error: BaseException, path: str) -> str:
    """What went wrong, and in which line of their file."""
    if isinstance(error, BadParameter):
        return str(error)
    line = error.lineno if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        line = frame.lineno if frame.filename == path else line
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return " ".join(f"{type(error).__name__}: {said}{f', line {line}' if line else ''}".split())


def _in_full(error: BaseException, path: str) -> str:
    """The traceback from where their file begins."""
    at = error.__traceback__
    while at is not None and at.tb_frame.f_code.co_filename != path:
        at = at.tb_next
    return "".join(traceback.format_exception(type(error), error, at)[-20:])


if __name__ == "__main__":
    main(sys.argv[1:])
