"""Every scenario and variant ends as it declares, under every start method, and replays to the same summary."""

import json
import multiprocessing
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from playground.catalogue.discovery import discover, find
from playground.replay import Replay
from tests.processes.commands import playground
from tests.processes.thorough import THOROUGH

METHODS = multiprocessing.get_all_start_methods()
"""Python's own first."""
QUICK = {
    f"{file.stem}/{name}": knobs
    for file in sorted((Path(__file__).parent / "quick").glob("*.toml"))
    for name, knobs in tomllib.loads(file.read_text()).items()
}
"""Scenario to knobs with which it is over soon; a file for each topic."""
RUNS = [
    pytest.param(
        f"{each.name}={variant}",
        method,
        marks=THOROUGH if turn or each.proves else (),
        id=f"{each.name}-{variant}-{method}",
    )
    for each in discover()
    for variant in next((p.choices for p in each.parameters if p.name == "variant"), ("",))
    for turn, method in enumerate(sorted(each.methods, key=METHODS.index))
]
"""Each with Python's own start method, or the first that it has; all of them, and cards, by ``pytest -m thorough``."""


def headless(name: str, variant: str, start_method: str) -> dict[str, Any]:
    return summary_and_output(name, variant, start_method)[0]


def quick(name: str) -> dict[str, Any]:
    """Knobs with which a scenario is over soon; of a card those of what proves it, but for its own."""
    scenario = find(name)
    return {key: value for key, value in QUICK.get(scenario.proves or name, {}).items() if key not in scenario.knobs}


def summary_and_output(name: str, variant: str, start_method: str) -> tuple[dict[str, Any], str]:
    """The summary; and all that was said, the verdict first."""
    knobs = {**quick(name), **({"variant": variant} if variant else {})}
    options = [word for key, value in knobs.items() for word in ("-p", f"{key}={value}")]
    done = playground("run", "--headless", "--json", "--start-method", start_method, "--timeout", "60", *options, name)
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    summary: dict[str, Any] = json.loads(lines[0])
    assert done.returncode == (124 if summary["outcome"] == "stuck" else 0), done.stderr
    return summary, f"{summary['verdict']}\n{done.stderr}"


@pytest.mark.parametrize(("run", "method"), RUNS)
def test_a_scenario_shows_what_it_declares(run: str, method: str) -> None:
    name, _, variant = run.partition("=")
    summary, output = summary_and_output(name, variant, method)
    scenario = find(name)
    values = scenario.parse(
        {**{k: str(v) for k, v in quick(name).items()}, **({"variant": variant} if variant else {})}
    )
    assert summary["outcome"] == scenario.outcome(values), summary["verdict"]
    assert re.search(scenario.says_with(values), output, re.MULTILINE), output
    wanted = set(scenario.finds_with(values))
    assert wanted <= {finding["kind"] for finding in summary["findings"]}, summary["findings"]
    errors = {finding["kind"] for finding in summary["findings"] if finding["severity"] == "error"}
    assert errors <= wanted, summary["findings"]
    if variant == "fixed":
        assert [each for each in summary["findings"] if each["severity"] != "info"] == []
    if summary["outcome"] == "finished" and variant != "broken":
        last = {counter["name"]: counter["last"] for counter in summary["counters"]}
        for counter, value in scenario.expect(values).items():
            assert last[counter] == value
    replayed = Replay(Path(summary["recording"]), at_once=True).summary
    assert {**json.loads(json.dumps(replayed)), "recording": None} == {**summary, "recording": None}


def test_lost_updates_are_counted_exactly(start_method: str) -> None:
    summary = headless("sharing/lost_update", "broken", start_method)
    counter = next(each for each in summary["counters"] if each["name"] == "counter")
    assert counter["writes"] == 80
    assert counter["lost_updates"] == 80 - counter["last"] > 0


def test_the_semaphore_lets_in_more_than_its_limit_only_when_broken(start_method: str) -> None:
    most = {}
    for variant in ("broken", "fixed"):
        summary = headless("synchronisation/semaphore_throttle", variant, start_method)
        turnstile = next(each for each in summary["resources"] if each["name"] == "turnstile")
        most[variant] = turnstile["max_holders"]
    assert most == {"broken": 5, "fixed": 3}


def test_the_daemon_is_terminated_at_its_boss_end(start_method: str) -> None:
    summary = headless("lifecycle/daemon_shutdown", "broken", start_method)
    server = next(each for each in summary["processes"] if each["name"] == "server")
    assert (server["daemon"], server["exitcode"], server["state"]) == (True, -15, "killed")
    assert summary["verdict"].endswith("cleanup did not run")


def test_what_a_scenario_measured_is_in_its_summary() -> None:
    summary = headless("models/waiting_and_computing", "", "fork")
    assert {each["label"]: each["value"] for each in summary["measured"] if each["unit"] == "together"} == {
        "serial": 1,
        "threads": 4,
        "asyncio": 4,
        "processes": 4,
    }
    assert {each["unit"] for each in summary["measured"]} == {"s", "together"}
