"""Finding scenarios: those that are shipped, and the user's own, by topic and name."""

import difflib
import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import scenarios
from playground.catalogue import yours
from playground.errors import PlaygroundError
from playground.scenario import BadParameter, Scenario

_CARDS = "questions"
"""The topic of all cards."""


class UnknownScenario(PlaygroundError):
    """No scenario of that name; the message names the nearest."""


@cache
def discover() -> tuple[Scenario, ...]:
    """All scenarios that are shipped, in the order in which they are best learned."""
    modules = (each.name for each in pkgutil.walk_packages(scenarios.__path__, "scenarios.") if not each.ispkg)
    found = {each.name: each for each in map(_described, modules) if each is not None}
    return tuple(sorted((_proven(each, found) for each in found.values()), key=_place))


class Beginning(NamedTuple):
    """What a first picture shows, known without importing all scenarios."""

    known: tuple[Scenario, ...]
    """What is described: the topic of what is to be run next, and where to go from that."""
    names: Mapping[str, Sequence[str]]
    """Topic to the names of all that are shipped."""


def beginning(seen: Container[str]) -> Beginning:
    """The topic in which the first one is that was not seen, and what the ways from there lead to."""
    names = {topic: [f"{topic}/{stem}" for stem in _order(topic)] for topic in scenarios.TOPICS}
    every = [name for own in names.values() for name in own]
    first = next((name for name in every if name not in seen), None)
    if first is None:
        return Beginning(discover(), names)
    shown = {*names[first.partition("/")[0]], *names[_CARDS], *every[every.index(first) + 1 :][:1]}
    shown.update(name for group in scenarios.RELATED if first in group for name in group)
    found = {name: each for name in every if name in shown and (each := _exactly(name)) is not None}
    cards = {name: each for name, each in found.items() if each.proves}
    if first in cards:
        return Beginning(discover(), names)
    found |= {name: _proven(each, found) for name, each in cards.items() if each.proves == first}
    return Beginning(tuple(each for name, each in found.items() if name not in cards or each.proves == first), names)


def _order(topic: str) -> Sequence[str]:
    """The names in a topic, in the order in which they are best learned."""
    order: Sequence[str] = importlib.import_module(f"scenarios.{topic}").ORDER
    return order


def _described(module: str) -> Scenario | None:
    described = getattr(getattr(importlib.import_module(module), "main", None), "scenario", None)
    return described if isinstance(described, Scenario) else None


def _proven(each: Scenario, known: Mapping[str, Scenario]) -> Scenario:
    """A card as what proves it; anything else as it is."""
    if not each.proves:
        return each
    if each.proves not in known:
        return replace(each, problem=f"there is no scenario {each.proves} that would prove it")
    try:
        return each.proven_by(known[each.proves])
    except BadParameter as error:
        return replace(each, problem=f"it cannot be proven like this: {error}")


def _place(each: Scenario) -> tuple[int, int, str]:
    """Where a scenario stands: its topic's place, its own within the topic; what is not named comes last."""
    order = _order(each.topic)
    return _index(scenarios.TOPICS, each.topic), _index(order, each.name.partition("/")[2]), each.name


def _index(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def with_own(own: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Ours and the user's own, each topic's together, their own topic last."""
    names = {each.name for each in discover()}
    added = [replace(each, name=f"{each.name}.py", problem=_TAKEN) if each.name in names else each for each in own]
    known = [*discover(), *sorted(added, key=lambda each: each.name)]
    return tuple(sorted(known, key=lambda each: _index(scenarios.TOPICS, each.topic)))


_OF_YOURS = """Scenarios of your own.

`mp-playground new my_race` writes a commented start to `my_race.py`, and `mp-playground run my_race.py` runs it.

To have it here, move it to `{folder}`; in a folder there that is named for a topic it stands under that topic.
Packages that are installed may offer some too, by the entry-point group `mp_playground.scenarios`.
"""
_TAKEN = "one of the shipped scenarios has this name already: give the file another one"


def about(topic: str) -> str:
    """What a topic is about, in Markdown."""
    if topic == yours.TOPIC:
        return _OF_YOURS.format(folder=yours.folder())
    return (inspect.getdoc(importlib.import_module(f"scenarios.{topic}")) or "").partition("\n")[0]


def ways(scenario: Scenario, known: Sequence[Scenario]) -> list[tuple[str, Scenario]]:
    """Where to go from a scenario: what is next, and what to see also: relatives, a card's proof, a proof's cards.

    What cannot be run is never next.
    """
    names = [each.name for each in known]
    later = known[names.index(scenario.name) + 1 :] if scenario.name in names else ()
    following = [each for each in later if not each.problem][:1]
    groups = (group for group in scenarios.RELATED if scenario.name in group)
    near = {scenario.proves, *(name for group in groups for name in group)}
    also = (each for each in known if each.name in near or each.proves == scenario.name)
    told = {scenario.name, *(each.name for each in following)}
    return [*(("next", each) for each in following), *(("see also", each) for each in also if each.name not in told)]


def find(name: str) -> Scenario:
    """The scenario of that ``topic/name``, or of that bare name, ours before the user's; raises UnknownScenario."""
    one = _exactly(name)
    if one is not None and not one.proves:
        return one
    known = discover()
    matches = [each for each in known if name in (each.name, each.name.partition("/")[2])]
    if len(matches) == 1:
        return matches[0]
    names = [each.name for each in known]
    if not matches:
        places = {place.name: place for place in yours.places()}
        found = [place for place in places.values() if name in (place.name, place.path.stem)]
        if len(found) == 1:
            return yours.describe(found[0])
        names += places
    bare = {each.partition("/")[2]: each for each in names}
    near = [*difflib.get_close_matches(name, names, 3, 0.5)]
    near += [bare[each] for each in difflib.get_close_matches(name, bare, 3, 0.5)]
    hint = f"did you mean {' or '.join(dict.fromkeys(near))}?" if near else "see `mp-playground list`"
    raise UnknownScenario(f"no scenario {name[:80]!r}: {hint}")


def _exactly(name: str) -> Scenario | None:
    """The shipped one of exactly that name, without a look at the others."""
    topic, _, stem = name.partition("/")
    if topic in scenarios.TOPICS and stem.isidentifier():
        module = f"scenarios.{topic}.{stem}"
        return _described(module) if importlib.util.find_spec(module) is not None else None
    return None
