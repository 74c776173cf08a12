"""What makes an ordinary script a scenario: one decorator, parameters from a signature, a line to report.

Standard library only, so that a scenario can be copied out and run with plain Python.
"""

import difflib
import inspect
import math
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

Values: TypeAlias = dict[str, Any]
Main: TypeAlias = Callable[..., None]
START_METHODS = ("fork", "spawn", "forkserver")


class BadParameter(ValueError):
    """A parameter that is unknown, or a value that it does not take; one line says which and what it takes."""


@dataclass(frozen=True, slots=True)
class Range:
    """Limits of a number, both included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """A knob of a scenario."""

    name: str
    kind: str
    """int, float, bool or choice."""
    default: Any
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    help: str = ""

    def parse(self, text: str) -> Any:
        """The text as a value; raises BadParameter."""
        try:
            value = self._convert(text.strip())
        except ValueError:
            raise BadParameter(f"{self.name}={_shown(text)}: {self.name} takes {self.takes}") from None
        if self.low is not None and self.high is not None and not self.low <= value <= self.high:
            raise BadParameter(f"{self.name}={_shown(text)}: {self.name} takes {self.takes}")
        return value

    @property
    def takes(self) -> str:
        """What values are allowed, in words."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "bool":
            return "true or false"
        number = "a whole number" if self.kind == "int" else "a number"
        return number if self.low is None else f"{number} from {self.low:g} to {self.high:g}"

    def _convert(self, text: str) -> Any:
        if self.kind == "choice":
            if text not in self.choices:
                raise ValueError
            return text
        if self.kind == "bool":
            if text.lower() not in _TRUTH:
                raise ValueError
            return _TRUTH[text.lower()]
        return int(text) if self.kind == "int" else _finite(text)


_KINDS = ("int", "float", "bool", "choice")
_SOURCE_LIMIT = 1 << 20
_TRUTH = {"true": True, "yes": True, "1": True, "on": True, "false": False, "no": False, "0": False, "off": False}


def _shown(text: str) -> str:
    return text if text.isprintable() else repr(text)[1:-1]


def _finite(text: str) -> float:
    value = float(text)
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError
    return value


def _nothing(_values: Values) -> dict[str, Any]:
    return {}


NOT_RUN = "not run: "
"""With this begins the verdict of a run that could show nothing, for want of a package say."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Description of one scenario: what it teaches, its knobs, and what it must show."""

    name: str
    topic: str
    title: str
    lesson: str
    covers: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    module: str
    """Its name for ``python -m``; "" for a file that is run by its path."""
    path: Path
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """Variant to its declared outcome; finished where nothing is said."""
    finds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Variant to the kinds of findings that it must show; none where nothing is said."""
    says: Mapping[str, str] = field(default_factory=dict)
    """Variant to a pattern that is found in what a run reports; "" stands for a scenario without variants."""
    methods: tuple[str, ...] = START_METHODS
    """The start methods under which it shows what it teaches."""
    expect: Callable[[Values], Mapping[str, float]] = _nothing
    limits: Callable[[Values], Mapping[str, int]] = _nothing
    proves: str = ""
    """Of a card, the scenario that proves its answer."""
    knobs: Mapping[str, Any] = field(default_factory=dict)
    """Of a card, what that scenario is run with."""
    problem: str = ""
    """Why it cannot be run, in one line; its lesson then tells the details."""

    @property
    def source(self) -> str:
        """Text of the script; as much of it as can be read."""
        try:
            with self.path.open(encoding="utf-8", errors="replace") as file:
                return file.read(_SOURCE_LIMIT)
        except OSError as error:
            return f"# cannot read {self.path}: {error.strerror}"

    @property
    def command(self) -> tuple[str, ...]:
        """What stands behind the interpreter to run it."""
        return ("-P", "-m", self.module) if self.module else (str(self.path),)

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants to choose from, if it has any."""
        return next((p.choices for p in self.parameters if p.name == "variant"), ())

    def proven_by(self, proof: "Scenario") -> "Scenario":
        """A card as what is run to prove it, with the card's knobs as defaults; raises BadParameter."""
        values = proof.parse({name: str(value) for name, value in self.knobs.items()})
        return replace(
            proof,
            name=self.name,
            topic=self.topic,
            title=self.title,
            lesson=self.lesson,
            covers=self.covers,
            parameters=tuple(replace(p, default=values[p.name]) for p in proof.parameters),
            says=self.says or proof.says,
            proves=proof.name,
            knobs=self.knobs,
        )

    def parse(self, texts: Mapping[str, str]) -> Values:
        """Values of all parameters, defaults filled in; raises BadParameter."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in texts:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]}?" if near else f"; it has {', '.join(known) or 'none'}"
                said = f"{_shown(name)}={_shown(texts[name])}"
                raise BadParameter(f"{said}: {self.name} has no parameter {_shown(name)}{hint}")
        return {name: p.parse(texts[name]) if name in texts else p.default for name, p in known.items()}

    def argv(self, values: Values) -> list[str]:
        """Values as ``key=value`` arguments."""
        return [f"{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in values.items()]

    def outcome(self, values: Values) -> str:
        """How a run with these values is declared to end."""
        return self.outcomes.get(str(values.get("variant", "")), "finished")

    def finds_with(self, values: Values) -> tuple[str, ...]:
        """Kinds of findings that a run with these values must show."""
        return self.finds.get(str(values.get("variant", "")), ())

    def says_with(self, values: Values) -> str:
        """A pattern that is found in what a run with these values reports."""
        return self.says.get(str(values.get("variant", "")), "")

    def method(self, wanted: str) -> str:
        """The start method to set: the wanted one, else "" for Python's own, or ours if nothing is shown with that."""
        own = multiprocessing.get_all_start_methods()[0]
        return wanted or ("" if own in self.methods else self.methods[0])

    def describe(self) -> dict[str, Any]:
        """What ``list --json`` says of it."""
        knobs = [
            {"name": p.name, "type": p.kind, "default": p.default, "choices": list(p.choices), "range": _range(p)}
            for p in self.parameters
        ]
        covers = list(self.covers)
        return {
            "name": self.name,
            "topic": self.topic,
            "title": self.title,
            "covers": covers,
            "parameters": knobs,
            "start_methods": list(self.methods),
            "proves": self.proves,
            "problem": self.problem,
        }


def _range(parameter: Parameter) -> list[float] | None:
    return None if parameter.low is None or parameter.high is None else [parameter.low, parameter.high]


def scenario(
    *,
    covers: Sequence[str] = (),
    outcomes: Mapping[str, str] | None = None,
    finds: Mapping[str, tuple[str, ...]] | None = None,
    says: Mapping[str, str] | None = None,
    methods: Sequence[str] = START_METHODS,
    expect: Callable[[Values], Mapping[str, float]] = _nothing,
    limits: Callable[[Values], Mapping[str, int]] = _nothing,
) -> Callable[[Main], Main]:
    """Describe a script's ``main``; its topic and name come from the file's place, its lesson from its docstring."""

    def describe(main: Main) -> Main:
        module = sys.modules[main.__module__]
        main.scenario = Scenario(  # type: ignore[attr-defined]  # read by the gallery and by run()
            *_told(vars(module)),
            tuple(covers),
            _parameters(main),
            main.__module__,
            Path(inspect.getfile(main)).resolve(),
            outcomes or {},
            finds or {},
            says or {},
            tuple(methods),
            expect,
            limits,
        )
        return main

    return describe


def card(
    *,
    covers: Sequence[str],
    proves: str,
    knobs: Mapping[str, Any] | None = None,
    says: Mapping[str, str] | None = None,
) -> Main:
    """A question: the module's docstring is the answer, and a scenario proves it when it is run with these knobs.

    With them it may report something else than it declares: ``says`` is what.
    """
    module = sys._getframe(1).f_globals  # of whoever calls, as namedtuple does it: there is no function to ask

    def main() -> None:
        texts = [f"{name}={value}" for name, value in (knobs or {}).items()]
        script = f"scenarios.{proves.replace('/', '.')}"
        os.execv(sys.executable, [sys.executable, "-m", script, *texts, *sys.argv[1:]])

    path = Path(module["__file__"]).resolve()
    main.scenario = Scenario(  # type: ignore[attr-defined]  # read by the gallery and by run()
        *_told(module), tuple(covers), (), module["__name__"], path, says=says or {}, proves=proves, knobs=knobs or {}
    )
    return main


def _told(module: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Name, topic, title and lesson, from a module's place and docstring."""
    path = Path(module["__file__"]).resolve()
    title, _, lesson = inspect.cleandoc(module["__doc__"] or "").partition("\n")
    title = title.lstrip("# ").strip().rstrip(".") or path.stem.replace("_", " ")
    return f"{path.parent.name}/{path.stem}", path.parent.name, title, lesson.strip()


def _parameters(main: Main) -> tuple[Parameter, ...]:
    hints = get_type_hints(main, include_extras=True)
    return tuple(_parameter(p.name, hints.get(p.name), p.default) for p in inspect.signature(main).parameters.values())


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    if default is inspect.Parameter.empty:
        raise TypeError(f"the parameter {name} of main needs a default: a run may be without it")
    extras: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        extras = tuple(rest)
    limits = next((e for e in extras if isinstance(e, Range)), None)
    words = next((e for e in extras if isinstance(e, str)), "")
    choices = get_args(hint) if get_origin(hint) is Literal else ()
    kind = "choice" if choices else getattr(hint, "__name__", "")
    if kind not in _KINDS or not all(isinstance(each, str) for each in choices):
        raise TypeError(f"the parameter {name} of main has to be an int, float, bool or a Literal of texts")
    if not name.isascii():
        raise TypeError(f"the parameter {name} of main is typed on the command line: name it in ASCII letters")
    low, high = (limits.low, limits.high) if limits is not None else (None, None)
    parameter = Parameter(name, kind, default, choices, low, high, words)
    parameter.parse(str(default))
    return parameter


def run(main: Main) -> None:
    """Run the script with ``key=value`` arguments from the command line; ``start_method=spawn`` is one of them.

    Without it the start method is Python's default, or where the lesson is not seen with that, the first that shows it.
    """
    described: Scenario = main.scenario  # type: ignore[attr-defined]  # set by the decorator
    if described.proves:
        main()
    texts = dict(argument.partition("=")[::2] for argument in sys.argv[1:])
    method = texts.pop("start_method", "")
    try:
        if method and method not in START_METHODS:
            raise BadParameter(f"start_method={method}: it takes one of {', '.join(START_METHODS)}")
        if method and method not in described.methods:
            raise BadParameter(f"start_method={method}: {described.name} runs with {', '.join(described.methods)}")
        values = described.parse(texts)
    except BadParameter as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    if method := described.method(method):
        multiprocessing.set_start_method(method)
    main(**values)


def report(text: str) -> None:
    """Say in one sentence what was measured; in the playground it becomes the run's verdict."""
    print(text, flush=True)
    if (probe := _probe()) is not None:
        probe.report(text)


def not_run(why: str) -> None:
    """Say that nothing could be shown here, and what to do; in the playground the run counts as skipped."""
    report(f"{NOT_RUN}{why}")


def measured(label: str, value: float, unit: str) -> None:
    """Say one number that was measured; the playground draws those of one unit as bars beside each other.

    The same label again gives its bar the new value. Raises ValueError for what is no length: below 0, endless, or a
    unit of several words.
    """
    if not 0 <= value < math.inf or len(unit.split()) != 1:
        raise ValueError(f"{label}: {value} {unit} is no bar; give a number from 0 and a unit of one word")
    amount = f"{value:.3g}" if value < 1000 else f"{value:.0f}"
    print(f"{label}: {amount} {unit}", flush=True)
    if (probe := _probe()) is not None:
        probe.measured(label, float(value), unit)


def _probe() -> ModuleType | None:
    """What observes this process; None when it runs plainly."""
    return sys.modules.get("_mp_playground_probe")
