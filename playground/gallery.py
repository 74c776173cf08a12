"""Finding scenarios: those that are shipped, by topic and name."""

import difflib
import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

import scenarios
from playground.errors import PlaygroundError
from playground.scenario import Scenario


class UnknownScenario(PlaygroundError):
    """No scenario of that name; the message names the nearest."""


@cache
def discover() -> tuple[Scenario, ...]:
    """All scenarios, in the order in which they are best learned."""
    found = []
    for module in pkgutil.walk_packages(scenarios.__path__, "scenarios."):
        if not module.ispkg:
            main = getattr(importlib.import_module(module.name), "main", None)
            described = getattr(main, "scenario", None)
            if isinstance(described, Scenario):
                found.append(described)
    return tuple(sorted(found, key=_place))


def _place(each: Scenario) -> tuple[int, int, str]:
    """Where a scenario stands: its topic's place, its own within the topic; what is not named comes last."""
    order = importlib.import_module(f"scenarios.{each.topic}").ORDER
    return _index(scenarios.TOPICS, each.topic), _index(order, each.path.stem), each.name


def _index(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def find(name: str) -> Scenario:
    """The scenario of that ``topic/name``, or of that bare name; raises UnknownScenario."""
    known = discover()
    matches = [each for each in known if name in (each.name, each.name.partition("/")[2])]
    if len(matches) == 1:
        return matches[0]
    names = [each.name for each in known]
    bare = {each.partition("/")[2]: each for each in names}
    near = [*difflib.get_close_matches(name, names, 3, 0.5)]
    near += [bare[each] for each in difflib.get_close_matches(name, bare, 3, 0.5)]
    hint = f"did you mean {' or '.join(dict.fromkeys(near))}?" if near else "see `mp-playground list`"
    raise UnknownScenario(f"no scenario {name[:80]!r}: {hint}")
