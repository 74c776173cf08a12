"""Names are read from the source line that made the thing."""

import contextlib
import importlib.util
import sys
from pathlib import Path

import pytest

from playground.probe import naming

CASES = [
    ("first = make()", ["first"]),
    ("first = make(); second = make()", ["first", "second"]),
    ("first, second = make(), make()", ["first", "second"]),
    ("forks = [make() for _ in range(3)]", ["forks[0]", "forks[1]", "forks[2]"]),
    ("forks, gate = [make() for _ in range(2)], make()", ["forks[0]", "forks[1]", "gate"]),
    ("gate, pair = make(), [make(), make()]", ["gate", "pair[0]", "pair[1]"]),
    ("pair = [make(), make()]", ["pair[0]", "pair[1]"]),
    ("gates = {'in': make()}", ["gates['in']"]),
    ("box.gate = make()", ["gate"]),
    ("gate: object = make()", ["gate"]),
    ("gate: 'list[int]' = make()", ["gate"]),
    ("gate: list[int] = make()", ["gate"]),
    ("one = two = make()", ["one"]),
    ("if (gate := make()): pass", ["gate"]),
    ("locks = []\nfor _ in range(2): locks.append(make())", ["locks[0]", "locks[1]"]),
    ("with make() as pool, make() as other: pass", ["pool", "other"]),
    ("with make() as pool:\n    done = max(map(abs, [1]))", ["pool"]),
    ("use(lock=make())", ["lock"]),
    ("use(make())", [""]),
    ("gate = list([make(), 2])", [""]),
    ("gate = 0 or make()", ["gate"]),
    ("gate = (\n    make()\n)", ["gate"]),
    ("locks = [\n    make(),\n    make(),\n]", ["locks[0]", "locks[1]"]),
]


@pytest.mark.parametrize(("source", "names"), CASES, ids=[source for source, _ in CASES])
def test_name_of_what_a_line_makes(source: str, names: list[str], tmp_path: Path) -> None:
    found: list[str] = []

    def make() -> object:
        found.append(naming.name_at(sys._getframe(1)))
        return contextlib.nullcontext()

    path = tmp_path / "made.py"
    path.write_text(source + "\n")
    spec = importlib.util.spec_from_file_location("made", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    module.make = make  # type: ignore[attr-defined]
    module.use = lambda *_, **__: None  # type: ignore[attr-defined]
    module.box = type("Box", (), {})()  # type: ignore[attr-defined]
    spec.loader.exec_module(module)
    assert found == names


def test_code_without_a_file_has_no_names() -> None:
    found: list[str] = []
    exec("gate = make()", {"make": lambda: found.append(naming.name_at(sys._getframe(1)))})
    assert found == [""]
