"""Scenarios of the user's own: found by their files, and described in a process of their own with a time limit.

They are files in the folder ``scenarios`` beside the settings, there also in folders named for topics, and modules
that installed packages offer by the entry-point group ``mp_playground.scenarios``. None is imported here.
"""

import ast
import importlib.machinery
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from threading import Event
from typing import Any, TypeAlias

from msgspec import Struct

from playground import __version__, kept, settings
from playground.errors import PlaygroundError
from playground.scenario import START_METHODS, Parameter, Scenario, Values
from playground.text import clean, clean_lines
from playground.warden.client import has_ended, is_no_run
from scenarios import TOPICS

_Figures: TypeAlias = Callable[[Values], Mapping[str, Any]]
TOPIC = "yours"
GROUP = "mp_playground.scenarios"
_LIMIT_S = 10.0
"""How long an import may take."""
_PATIENCE_S = 0.1
"""So often one looks whether to stop."""
_MOST = 300
_LARGEST = 1 << 20
_ROOT = str(Path(__file__).resolve().parents[2])
_PROGRAM = (
    f"import sys; sys.path.insert(0, {_ROOT!r}); from playground.catalogue.describing import main; main(sys.argv[1:])"
)


class Place(Struct, frozen=True):
    """Where one of them is."""

    path: Path
    module: str = ""
    """Its name for ``python -m`` where a package offers it."""

    @property
    def topic(self) -> str:
        """The topic that its folder is named for, else "yours"."""
        return self.path.parent.name if self.path.parent.name in TOPICS else TOPIC

    @property
    def name(self) -> str:
        """Topic and name, as for ours."""
        return clean(f"{self.topic}/{self.path.stem}", 200)


def folder() -> Path:
    """Where the user's own files are looked for."""
    return settings.path().parent / "scenarios"


def places() -> list[Place]:
    """All that there are, by name, the first of each name; nothing is imported for it."""
    found: dict[str, Place] = {}
    for place in (*_in_folder(), *_offered()):
        if len(found) < _MOST:
            found.setdefault(place.name, place)
    return [found[name] for name in sorted(found)]


def _in_folder() -> Iterator[Place]:
    for directory in (folder(), *(folder() / topic for topic in TOPICS)):
        yield from map(Place, _files(directory))


def _offered() -> Iterator[Place]:
    """Modules, and all those in packages, that are named by entry points."""
    from importlib.metadata import entry_points  # slow to import, and not needed to run one of ours

    for entry in entry_points(group=GROUP):
        spec = _spec(entry.module)
        if spec is None or not spec.origin:
            yield Place(Path(entry.name), entry.module)  # to be told that it is not there
        elif spec.submodule_search_locations is None:
            yield Place(Path(spec.origin), entry.module)
        else:
            for path in _files(Path(spec.origin).parent):
                yield Place(path, f"{entry.module}.{path.stem}")


def _spec(module: str) -> importlib.machinery.ModuleSpec | None:
    """Where a module is, found without importing the packages around it."""
    first, *rest = module.split(".")
    with suppress(ImportError, ValueError, AttributeError, OSError):
        spec = importlib.util.find_spec(first)
        for number in range(len(rest)):
            locations = spec.submodule_search_locations if spec is not None else None
            name = ".".join((first, *rest[: number + 1]))
            spec = importlib.machinery.PathFinder.find_spec(name, locations) if locations else None
        return spec
    return None


def _files(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.suffix == ".py" and path.name[0] not in "._")
    except OSError:
        return []


def is_scenario(source: str) -> bool:
    """Whether a file's text has a function ``main`` with the decorator; it is read, not run."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    mains = (each for each in body if isinstance(each, ast.FunctionDef) and each.name == "main")
    return any(
        isinstance(each, ast.Call) and getattr(each.func, "attr", getattr(each.func, "id", "")) == "scenario"
        for main in mains
        for each in main.decorator_list
    )


# --- Descriptions ---------------------------------------------------------------------------------------


def describe_all(stop: Event | None = None, tell: Callable[[Scenario], object] = id) -> list[Scenario]:
    """Describe all, the broken ones too, which have a ``problem``; those that have not changed are remembered.

    It may take as long as the user's files do: ``tell`` is called with each as soon as it is described, in another
    thread, and ``stop`` ends it at once.
    """
    from concurrent.futures import ThreadPoolExecutor  # as above

    found, remembered, stop = places(), _remembered(), stop or Event()

    def answer(place: Place) -> dict[str, Any]:
        told = _recall(place, remembered) or _ask(place, (), stop)
        tell(_scenario(place, told))
        return told

    with ThreadPoolExecutor(2) as pool:
        try:
            told = list(pool.map(answer, found))
        except BaseException:
            stop.set()
            raise
    good = {str(place.path): answer for place, answer in zip(found, told, strict=True) if "scenario" in answer}
    if good != remembered and (good or remembered):
        with suppress(OSError):
            kept.replace_linked(_memory(), {"version": __version__, "known": good})
    return [_scenario(place, answer) for place, answer in zip(found, told, strict=True)]


def describe(place: Place) -> Scenario:
    """Describe one of them as it is now; a broken one has a ``problem``."""
    return _scenario(place, _ask(place))


def _memory() -> Path:
    return kept.data_directory() / "described.json"


def _remembered() -> dict[str, Any]:
    """Path to what was said of it."""
    try:
        found = kept.read(_memory())
    except (OSError, ValueError, RecursionError):
        return {}
    known = found.get("known")
    return known if isinstance(known, dict) and found.get("version") == __version__ else {}


def _recall(place: Place, remembered: Mapping[str, Any]) -> dict[str, Any] | None:
    answer = remembered.get(str(place.path))
    if isinstance(answer, dict) and "scenario" in answer and answer.get("of") == _state(place):
        return answer
    return None


def _state(place: Place) -> list[Any]:
    """What changes when the file does."""
    try:
        seen = place.path.stat()
    except OSError:
        return []
    return [seen.st_mtime_ns, seen.st_size, place.module]


def _ask(place: Place, texts: Iterable[str] = (), stop: Event | None = None) -> dict[str, Any]:
    """Have a process import it and say what it is: ``scenario``, or ``problem`` and ``details``."""
    state = _state(place)
    if not state:
        where = f"the module {place.module}" if place.module else str(place.path)
        return {"problem": f"{where} is not there", "details": ""}
    try:
        code, told, words = _import_apart(place, texts, stop or Event())
    except OSError as error:
        return {"problem": f"no process can be started to look at it: {error.strerror}", "details": ""}
    if code is None:
        return {"problem": f"its import does not end: it was stopped after {_LIMIT_S:g} s", "details": words}
    try:
        return {**json.loads(told), "of": state}
    except (ValueError, TypeError, RecursionError):
        return {"problem": f"its import ended the interpreter, with {code}", "details": words}


def _import_apart(place: Place, texts: Iterable[str], stop: Event) -> tuple[int | None, bytes, str]:
    """Exit code, None when the time was up, the answer, and what else was said; raises OSError."""
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, str(place.path), place.module, *texts],
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=said,
            start_new_session=True,
        )
        is_no_run(process.pid)
        code, until = None, time.monotonic() + _LIMIT_S
        try:
            while code is None and time.monotonic() < until and not stop.is_set():
                with suppress(subprocess.TimeoutExpired):
                    code = process.wait(_PATIENCE_S)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # and what it may have started
            process.wait()
            has_ended(process.pid)
        answer.seek(0)
        said.seek(0)
        return code, answer.read(_LARGEST), said.read(_LARGEST).decode("utf-8", "replace")


def _scenario(place: Place, answer: Mapping[str, Any]) -> Scenario:
    """A scenario from what was said of it; nothing in it is taken on trust."""
    try:
        told = answer["scenario"]
        return Scenario(
            place.name,
            place.topic,
            clean(str(told["title"]), 200),
            clean_lines(str(told["lesson"])),
            tuple(clean(str(each), 40) for each in told["covers"]),
            tuple(map(_parameter, told["parameters"])),
            place.module,
            place.path,
            {str(name): str(outcome) for name, outcome in told["outcomes"].items()},
            {str(name): tuple(map(str, kinds)) for name, kinds in told["finds"].items()},
            {str(name): str(says) for name, says in told["says"].items()},
            tuple(each for each in told["methods"] if each in START_METHODS),
            *(_figures(place) if told["figures"] else ()),
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        problem = clean(str(answer.get("problem") or "what was said of it makes no sense"), 400)
        details = clean_lines(str(answer.get("details", ""))[-8000:])
        lesson = f"```text\n{details}\n```" if details.strip() else ""
        title = clean(place.path.stem.replace("_", " "), 200)
        return Scenario(place.name, place.topic, title, lesson, (), (), place.module, place.path, problem=problem)


def _parameter(told: Mapping[str, Any]) -> Parameter:
    """A knob; raises ValueError for what the form could not show."""
    texts = (told["name"], *told["choices"])
    if not told["name"].isidentifier() or any(clean(text) != text for text in texts):
        raise ValueError
    low, high = (None if told[limit] is None else float(told[limit]) for limit in ("low", "high"))
    words = clean(str(told["help"]), 200)
    parameter = Parameter(told["name"], told["kind"], told["default"], tuple(told["choices"]), low, high, words)
    parameter.parse(str(parameter.default))
    return parameter


def _figures(place: Place) -> tuple[_Figures, _Figures]:
    """What it expects of a run, and its limits: its own code says that, and so a process of its own does."""

    @lru_cache(1)
    def asked(_state: object, texts: tuple[str, ...]) -> dict[str, Any]:
        return _ask(place, texts)

    def figures(which: str, values: Values) -> Mapping[str, Any]:
        answer = asked(tuple(_state(place)), tuple(f"{name}={value}" for name, value in values.items()))
        if "problem" in answer:
            raise PlaygroundError(f"{place.name}: {clean(str(answer['problem']), 400)}")
        told = answer["scenario"][which]
        return {clean(str(name), 80): value for name, value in told.items() if isinstance(value, int | float)}

    return partial(figures, "expect"), partial(figures, "limits")
