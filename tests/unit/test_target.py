"""What is run again: with other arguments, in another variant."""

from pathlib import Path

import pytest

from playground.errors import PlaygroundError
from playground.target import beside, file_target, module_target, scenario_target, with_arguments


def test_arguments_are_split_as_a_shell_does(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.touch()
    target = file_target(str(script), ["old", "ones"], None)
    changed = with_arguments(target, "--name 'a b' c\\ d \"\"")
    assert changed.argv == (target.argv[0], str(script), "--name", "a b", "c d", "")
    assert changed.arguments == ("--name", "a b", "c d", "")
    assert with_arguments(changed, "").argv == target.argv[:2]


def test_a_module_keeps_its_name() -> None:
    target = with_arguments(module_target("package.tool", (), None), "x")
    assert target.argv[1:] == ("-m", "package.tool", "x")


@pytest.mark.parametrize(
    ("line", "reason"),
    [("'open", "a quote is open"), ("end \\", "nothing follows the last \\"), ("a\0b", "a NUL character")],
)
def test_what_is_no_line_of_arguments_is_said(line: str, reason: str) -> None:
    with pytest.raises(PlaygroundError, match=reason.replace("\\", r"\\")) as raised:
        with_arguments(module_target("tool", (), None), line)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("variant", ["broken", "fixed"])
def test_the_other_variant_has_the_same_parameters_and_the_broken_one_comes_first(variant: str) -> None:
    target = scenario_target("two_locks_deadlock", {"variant": variant, "hold_ms": "7"}, "spawn")
    both = beside(target)
    assert both is not None
    assert [each.parameters for each in both] == [{"variant": v, "hold_ms": 7} for v in ("broken", "fixed")]
    assert {each.start_method for each in both} == {"spawn"}
    assert target in both


def test_what_has_no_variants_has_nothing_beside_it() -> None:
    assert beside(scenario_target("hello", {})) is None
    assert beside(module_target("tool", (), None)) is None
