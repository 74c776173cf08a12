"""# A scenario made for its tests.

The lesson is what follows the title.
"""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.catalogue import discovery
from playground.scenario import BadParameter, Parameter, Range, Scenario, card, measured, report, run, scenario

ROOT = Path(__file__).parents[2]
called: list[dict[str, Any]] = []


@scenario(
    covers=["S01"],
    outcomes={"broken": "stuck"},
    finds={"broken": ("deadlock",)},
    expect=lambda values: {"total": values["workers"] * 2},
)
def main(
    variant: Annotated[Literal["broken", "fixed"], "which one"] = "broken",
    workers: Annotated[int, Range(2, 64), "how many"] = 4,
    gap_ms: Annotated[float, Range(0, 0.5)] = 0.25,
    seed: int = 7,
    factor: float = 1.5,
    loud: bool = False,
) -> None:
    called.append(dict(locals()))


SCENARIO: Scenario = vars(main)["scenario"]
DEFAULTS = {"variant": "broken", "workers": 4, "gap_ms": 0.25, "seed": 7, "factor": 1.5, "loud": False}


# --- Description ------------------------------------------------------------------------------------


def test_name_title_and_lesson_come_from_the_file() -> None:
    assert (SCENARIO.name, SCENARIO.topic, SCENARIO.title) == (
        "unit/test_scenario",
        "unit",
        "A scenario made for its tests",
    )
    assert SCENARIO.lesson == "The lesson is what follows the title."
    assert (SCENARIO.path, SCENARIO.module, SCENARIO.covers) == (Path(__file__), __name__, ("S01",))
    assert "class" not in SCENARIO.source.partition("def main(")[0]


def test_parameters_come_from_the_signature() -> None:
    assert SCENARIO.parameters == (
        Parameter("variant", "choice", "broken", ("broken", "fixed"), help="which one"),
        Parameter("workers", "int", 4, (), 2, 64, "how many"),
        Parameter("gap_ms", "float", 0.25, (), 0, 0.5),
        Parameter("seed", "int", 7),
        Parameter("factor", "float", 1.5),
        Parameter("loud", "bool", False),
    )


def test_what_a_variant_declares() -> None:
    declared = {
        variant: (SCENARIO.outcome(values), SCENARIO.finds_with(values))
        for variant in ("broken", "fixed")
        if (values := {"variant": variant})
    }
    assert declared == {"broken": ("stuck", ("deadlock",)), "fixed": ("finished", ())}
    assert (SCENARIO.expect({"workers": 3}), SCENARIO.limits({})) == ({"total": 6}, {})


def test_a_description_is_json() -> None:
    told = json.loads(json.dumps(SCENARIO.describe()))
    assert {key: told[key] for key in ("name", "topic", "covers")} == {
        "name": "unit/test_scenario",
        "topic": "unit",
        "covers": ["S01"],
    }
    assert told["parameters"][1] == {"name": "workers", "type": "int", "default": 4, "choices": [], "range": [2, 64]}
    assert [each["range"] for each in told["parameters"][2:4]] == [[0, 0.5], None]


# --- Values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("variant", "fixed", "fixed"),
        ("workers", " 64 ", 64),
        ("workers", "2", 2),
        ("gap_ms", "5e-1", 0.5),
        ("gap_ms", "0", 0.0),
        ("seed", "-12", -12),
        ("factor", "-1e300", -1e300),
        *(("loud", text, True) for text in ("true", "Yes", "ON", "1")),
        *(("loud", text, False) for text in ("false", "no", "OFF", "0")),
    ],
)
def test_a_text_becomes_a_value(name: str, text: str, value: object) -> None:
    values = SCENARIO.parse({name: text})
    assert values == {**DEFAULTS, name: value}
    assert type(values[name]) is type(value)


def test_without_texts_there_are_the_defaults() -> None:
    assert SCENARIO.parse({}) == DEFAULTS


@pytest.mark.parametrize(
    ("name", "text", "takes"),
    [
        *(("variant", text, "one of broken, fixed") for text in ("fast", "", "Broken")),
        *(("workers", text, "a whole number from 2 to 64") for text in ("1", "65", "3.5", "many", "", "nan", "1e1")),
        *(("gap_ms", text, "a number from 0 to 0.5") for text in ("0.51", "-0.1", "nan", "inf", "much", "")),
        *(("seed", text, "a whole number") for text in ("1.0", "x", "inf")),
        pytest.param("seed", "9" * 5000, "a whole number", id="more digits than Python converts"),
        *(("factor", text, "a number") for text in ("nan", "NaN", "inf", "-inf", "Infinity", "1e999", "x")),
        *(("loud", text, "true or false") for text in ("2", "maybe", "")),
    ],
)
def test_an_error_names_parameter_value_and_range_in_one_line(name: str, text: str, takes: str) -> None:
    with pytest.raises(BadParameter) as caught:
        SCENARIO.parse({name: text})
    assert str(caught.value) == f"{name}={text}: {name} takes {takes}"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("worker", "did you mean workers?"),
        ("varient", "did you mean variant?"),
        ("x", "it has variant, workers, gap_ms, seed, factor, loud"),
    ],
)
def test_an_unknown_parameter_is_answered_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(BadParameter) as caught:
        SCENARIO.parse({name: "3"})
    assert str(caught.value) == f"{name}=3: unit/test_scenario has no parameter {name}; {hint}"


def parsed(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.parse(text)
    except BadParameter as error:
        return error


@given(st.sampled_from(SCENARIO.parameters), st.text() | st.floats().map(str) | st.integers().map(str))
def test_any_text_is_a_value_of_its_kind_or_refused(parameter: Parameter, text: str) -> None:
    value = parsed(parameter, text)
    if isinstance(value, BadParameter):
        assert str(value).startswith(f"{parameter.name}=")
        return
    assert type(value).__name__ == {"choice": "str"}.get(parameter.kind, parameter.kind)
    assert value in parameter.choices or parameter.kind != "choice"
    if parameter.kind in {"int", "float"}:
        low, high = parameter.low, parameter.high
        assert float("-inf") < value < float("inf")
        assert low is None or high is None or low <= value <= high


@given(
    st.fixed_dictionaries(
        {
            "variant": st.sampled_from(["broken", "fixed"]),
            "workers": st.integers(2, 64),
            "gap_ms": st.floats(0, 0.5),
            "seed": st.integers(),
            "factor": st.floats(allow_nan=False, allow_infinity=False),
            "loud": st.booleans(),
        }
    )
)
def test_arguments_say_the_values(values: dict[str, Any]) -> None:
    texts = dict(argument.partition("=")[::2] for argument in SCENARIO.argv(values))
    assert SCENARIO.parse(texts) == values


def test_arguments_are_written_as_a_person_would() -> None:
    arguments = ["variant=broken", "workers=4", "gap_ms=0.25", "seed=7", "factor=1.5", "loud=false"]
    assert SCENARIO.argv(DEFAULTS) == arguments


@pytest.mark.parametrize("each", discovery.discover(), ids=lambda each: each.name)
def test_the_defaults_of_a_shipped_scenario_are_values_it_takes(each: Scenario) -> None:
    defaults = each.parse({})
    assert each.parse(dict(argument.partition("=")[::2] for argument in each.argv(defaults))) == defaults


# --- Running ----------------------------------------------------------------------------------------


def run_with(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    called.clear()
    monkeypatch.setattr(sys, "argv", ["test_scenario", *arguments])
    run(main)


def test_run_calls_main_with_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    run_with(monkeypatch, "workers=8", "loud=yes")
    assert called == [{**DEFAULTS, "workers": 8, "loud": True}]


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("workers=1", "workers=1: workers takes a whole number from 2 to 64"),
        ("workers", "workers=: workers takes a whole number from 2 to 64"),
        ("start_method=thread", "start_method=thread: it takes one of fork, spawn, forkserver"),
    ],
)
def test_run_refuses_in_one_line(
    argument: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run_with(monkeypatch, argument)
    assert (left.value.code, capsys.readouterr()) == (2, ("", said + "\n"))
    assert called == []


def test_python_s_own_start_method_is_left_alone_where_it_shows_something() -> None:
    spawned: Any = scenario(methods=("spawn",))(lambda: None)
    assert [each.method("") for each in (SCENARIO, spawned.scenario)] == ["", "spawn"]
    assert SCENARIO.method("forkserver") == "forkserver"


def test_a_report_is_printed_and_reaches_the_probe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report("lost 1 of 2")
    heard: list[str] = []
    probe = ModuleType("_mp_playground_probe")
    vars(probe)["report"] = heard.append
    monkeypatch.setitem(sys.modules, probe.__name__, probe)
    report("lost 2 of 2")
    assert capsys.readouterr().out == "lost 1 of 2\nlost 2 of 2\n"
    assert heard == ["lost 2 of 2"]


def test_what_was_measured_is_printed_and_reaches_the_probe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured("plainly", 2, "MiB")
    heard: list[tuple[object, ...]] = []
    probe = ModuleType("_mp_playground_probe")
    vars(probe)["measured"] = lambda *told: heard.append(told)
    monkeypatch.setitem(sys.modules, probe.__name__, probe)
    measured("threads", 0.21346, "s")
    assert capsys.readouterr().out == "plainly: 2 MiB\nthreads: 0.213 s\n"
    assert heard == [("threads", 0.21346, "s")]


@pytest.mark.parametrize(
    ("value", "unit"), [(-1, "s"), (float("nan"), "s"), (float("inf"), "s"), (1, "per s"), (1, "")]
)
def test_what_is_no_length_is_not_taken_for_one(value: float, unit: str) -> None:
    with pytest.raises(ValueError, match="is no bar"):
        measured("threads", value, unit)


# --- Cards ------------------------------------------------------------------------------------------------


def test_a_card_is_what_proves_it_with_its_own_words_and_knobs() -> None:
    main = card(covers=["S40"], proves="unit/test_scenario", knobs={"workers": 9, "variant": "fixed"})
    asked: Scenario = vars(main)["scenario"]
    assert (asked.title, asked.parameters, asked.module) == ("A scenario made for its tests", (), __name__)
    from dataclasses import replace  # the name would be a word of the source that another test looks for

    proven = replace(asked, name="questions/x", title="X?", lesson="No.").proven_by(SCENARIO)
    assert (proven.name, proven.title, proven.lesson, proven.covers) == ("questions/x", "X?", "No.", ("S40",))
    assert proven.parse({"seed": "8"}) == {**DEFAULTS, "workers": 9, "variant": "fixed", "seed": 8}
    assert (proven.proves, proven.command, proven.outcomes) == (SCENARIO.name, SCENARIO.command, SCENARIO.outcomes)


@pytest.mark.parametrize(("knobs", "says"), [({"workers": 99}, "workers takes a whole number"), ({"x": 1}, "no param")])
def test_a_card_with_knobs_that_its_proof_does_not_take_says_so(knobs: dict[str, Any], says: str) -> None:
    asked: Scenario = vars(card(covers=[], proves="unit/test_scenario", knobs=knobs))["scenario"]
    with pytest.raises(BadParameter, match=says):
        asked.proven_by(SCENARIO)


def plain(*arguments: str, name: str = "basics.hello") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", f"scenarios.{name}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_without_a_start_method_it_is_one_that_shows_the_lesson() -> None:
    assert "bootstrapping phase" in plain("children=1", "pause_ms=0", name="starting.missing_guard").stderr


def test_a_scenario_runs_plainly() -> None:
    done = plain("processes=1", "nap_ms=0")
    said = "hello from greeter-1\n1 of 1 said hello, in the order 1\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_a_scenario_run_plainly_refuses_in_one_line() -> None:
    done = plain("processes=99")
    said = "processes=99: processes takes a whole number from 1 to 32\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
