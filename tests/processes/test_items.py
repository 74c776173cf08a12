"""Every item of the tutorial and every classic is there, or left out with a reason; and the gallery is in order."""

import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from playground.catalogue.discovery import discover, find, ways
from tests.processes.commands import playground, within
from tests.processes.thorough import THOROUGH

ITEMS = [f"S{number:02}" for number in range(1, 50)] + [f"C{number:02}" for number in range(1, 34)]
ROOT = Path(__file__).parents[2]
CARDS = [each for each in discover() if each.proves]


def test_the_list_covers_every_item_but_those_left_out_with_a_reason() -> None:
    listed = json.loads(playground("list", "--json").stdout)
    covered = {item for each in listed if not each["problem"] for item in each["covers"]}
    assert sorted(set(ITEMS) - covered - scenarios.LEFT_OUT.keys()) == []
    assert sorted(covered & scenarios.LEFT_OUT.keys()) == []
    shown = playground("list").stdout
    assert [item for item in ITEMS if item not in shown] == []
    assert all(f"{item:44} {why}" in shown for item, why in scenarios.LEFT_OUT.items())


@pytest.mark.parametrize("name", [each.name for each in CARDS])
def test_what_a_card_names_is_there_and_takes_its_knobs(name: str) -> None:
    card = find(name)
    assert card.problem == ""
    assert card.parse({}) == card.parse({name: str(value) for name, value in card.knobs.items()})
    assert card.lesson.count("\n") < 20
    assert find(card.proves) in [each for _, each in ways(card, discover())]
    assert card in [each for _, each in ways(find(card.proves), discover())]


def test_a_card_runs_plainly_too_and_its_knobs_can_be_changed() -> None:
    card = [sys.executable, "-m", "scenarios.questions.how_to_debug", "variant=fixed", "upto=5", "start_method=spawn"]
    done = within(60)(card, ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("the worker ended with exit code 0, its work was done\n")


@pytest.mark.parametrize("name", [pytest.param(each.name, marks=THOROUGH) for each in CARDS])
def test_a_card_runs_what_it_proves(name: str) -> None:
    summary = json.loads(playground("run", "--headless", "--json", "--timeout", "60", name).stdout)
    assert (summary["scenario"], bool(summary["verdict"])) == (name, True)


def test_every_scenario_has_its_place_in_its_topic() -> None:
    modules = {topic: importlib.import_module(f"scenarios.{topic}") for topic in scenarios.TOPICS}
    assert [each.name for each in discover()] == [
        f"{t}/{stem}" for t, module in modules.items() for stem in module.ORDER
    ]


def test_from_each_scenario_there_are_ways_to_others_each_told_once() -> None:
    known = discover()
    for scenario, following in zip(known, [*known[1:], None], strict=True):
        names = [each.name for _, each in ways(scenario, known)]
        assert len({scenario.name, *names}) == len(names) + 1
        assert [each for word, each in ways(scenario, known) if word == "next"] == ([following] if following else [])


def test_what_cannot_be_run_is_never_next() -> None:
    first, second, third, *_ = discover()
    assert ("next", third) in ways(first, [first, replace(second, problem="it has an error"), third])


def test_what_is_related_is_there() -> None:
    names = {each.name for each in discover()}
    assert [name for group in scenarios.RELATED for name in group if name not in names] == []
    assert [group for group in scenarios.RELATED if len(set(group)) < 2 or len(set(group)) != len(group)] == []
