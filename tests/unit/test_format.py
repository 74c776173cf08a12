"""The format's description agrees with the code, and its reader reads what the writer writes."""

import re
from pathlib import Path
from typing import Any

from msgspec.structs import fields

import playground.recording
from playground.history import RunInfo
from playground.probe import layout
from playground.recording.writer import VERSION
from tests.unit.recordings import rows_of, write
from tests.unit.rows import Run

TEXT = Path(playground.recording.__file__).with_name("FORMAT.md").read_text(encoding="utf-8")


def test_every_kind_is_described_with_its_number() -> None:
    told = {
        int(number): (name, value)
        for number, name, value in re.findall(r"^\| (\d+) \| `(\w+)` \| (.+) \|$", TEXT, re.M)
    }
    assert {number: name for number, (name, _) in told.items()} == layout.NAMES
    of_text = {number for number, (_, value) in told.items() if value.startswith("text: ")}
    assert of_text == layout.TEXT_KINDS


def test_every_operation_and_outcome_is_described_with_its_number() -> None:
    for number, name in [*enumerate(layout.OPERATIONS), *enumerate(layout.OUTCOMES)]:
        assert f"{number} `{name}`" in TEXT or (number, name) == (0, "")


def test_the_flags_are_those_of_the_code() -> None:
    for flag in (layout.BLOCKED_TIMED, layout.BLOCKED_KNOWN, layout.INSPECTED_LAST, layout.INSPECTED_HANDLER):
        assert str(flag) in TEXT
    assert f"from bit {layout.BLOCKED_SUBJECT} on" in TEXT


def test_every_field_of_the_header_and_the_version_are_described() -> None:
    header = TEXT[TEXT.index("**Header**") : TEXT.index("**Definitions**")]
    assert {field.name for field in fields(RunInfo)} <= set(re.findall(r"`(\w+)`", header))
    assert f"version {VERSION[0]}.{VERSION[1]}." in TEXT


def test_the_reader_in_the_description_reads_what_was_written(tmp_path: Path) -> None:
    run = Run()
    a, lock = run.process("A"), run.resource("gate")
    for t in range(1, 9000):
        run.row(t, a, layout.ACQUIRED if t % 2 else layout.RELEASING, lock)
    path = tmp_path / "a.mpr.jsonl"
    write(path, run.cut([10, 6000]), {"outcome": "finished"})
    reader: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.+?)```", TEXT, re.S)[0], reader)
    read = list(reader["lines"](path))
    assert (read[0]["mpr"], read[-1]) == (list(VERSION), {"summary": {"outcome": "finished"}})
    assert [tuple(line) for line in read if type(line) is list and type(line[0]) is int] == rows_of(run.batch())
    path.write_bytes(path.read_bytes().replace(b"[5500000000,", b"[5500000001,"))
    trusted = list(reader["lines"](path))
    assert trusted == read[: len(trusted)]
    assert 5_000 < len(trusted) < 5_500
