"""No bytes crash the reader; what a damaged file shows was written, and is told to be damaged."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.history import Batch
from playground.probe import layout
from playground.recording import Opened, RecordingError, open_recording
from tests.unit.examples import examples
from tests.unit.hostile import texts
from tests.unit.recordings import HEADER, PROCESS, flat, write, write_lines
from tests.unit.rows import INFO, Run


def pieces() -> list[Batch]:
    run = Run()
    a, lock = run.process("A"), run.resource("gate")
    run.thread(a, 2, "feeder")
    run.row(10, a, layout.ACQUIRED, lock, site=run.site("/home/me/work.py", 12, "work"))
    run.row(20, a, layout.STDOUT, value=run.text("hello\n\tthere"))
    b = run.process("B", began=25)
    run.waits(30, b, lock, layout.OP_ACQUIRE)
    run.ended(40, a, -9)
    run.look(100, b)
    return run.cut([1, 3, 5])


WRITTEN = flat(pieces())
SUMMARY = {"outcome": "stuck", "duration_s": 0.1}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a recording that has ended."""
    path = tmp_path_factory.mktemp("whole") / "a.mpr.jsonl"
    write(path, pieces(), SUMMARY)
    assert flat([open_recording(path).batch]) == WRITTEN
    return path.read_bytes()


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to write damaged recordings to."""
    return tmp_path_factory.mktemp("damage") / "a.mpr.jsonl"


def opened(scratch: Path, data: bytes) -> Opened | None:
    """What the bytes show; None when they are refused."""
    scratch.write_bytes(data)
    try:
        return open_recording(scratch)
    except RecordingError:
        return None


def is_prefix(shown: Opened) -> bool:
    definitions, rows = flat([shown.batch])
    return definitions == WRITTEN[0][: len(definitions)] and rows == WRITTEN[1][: len(rows)]


def test_a_cut_recording_opens_up_to_its_last_checkpoint(whole: bytes, scratch: Path) -> None:
    lines = whole.splitlines(keepends=True)
    ends = [sum(map(len, lines[: i + 1])) for i, line in enumerate(lines) if line.startswith(b'["C"')]
    for length in range(len(whole)):
        complete = [end for end in ends if end <= length]
        shown = opened(scratch, whole[:length])
        assert (shown is None) == (not complete), length
        if shown is None:
            continue
        assert shown.info == INFO
        assert is_prefix(shown)
        inside = [json.loads(line) for line in whole[: complete[-1]].splitlines()]
        assert len(shown.batch) == sum(type(line) is list and type(line[0]) is int for line in inside)
        assert bool(shown.notices) == (length not in ends), length
        assert shown.summary is None


FLIPS = [0x01, 0x20, *(pytest.param(flip, marks=pytest.mark.thorough) for flip in (0x02, 0x80, 0xFF))]


@pytest.mark.parametrize("flip", FLIPS)
def test_a_wrong_byte_shows_nothing_that_was_not_written(whole: bytes, scratch: Path, flip: int) -> None:
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= flip
        shown = opened(scratch, bytes(damaged))
        if shown is not None:
            assert is_prefix(shown), place
            assert shown.info == INFO, place
            assert shown.summary in (None, SUMMARY), place


@given(st.data())
def test_any_damage_shows_nothing_that_was_not_written(whole: bytes, scratch: Path, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole)), "start")
    stop = data.draw(st.integers(start, min(start + 40, len(whole))), "stop")
    shown = opened(scratch, whole[:start] + data.draw(st.binary(max_size=40), "instead") + whole[stop:])
    assert shown is None or is_prefix(shown)


def test_pieces_in_another_order_are_not_trusted(whole: bytes, scratch: Path) -> None:
    header, *lines = whole.splitlines(keepends=True)
    shown = opened(scratch, b"".join([header, *reversed(lines)]))
    assert shown is None or len(shown.batch) == 0


@given(st.binary() | st.binary().map(lambda data: b'{"mpr":[1,0],"info":' + data) | texts().map(str.encode))
def test_any_bytes_are_opened_or_refused(scratch: Path, data: bytes) -> None:
    opened(scratch, data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
ALMOST = st.builds(lambda head, rest: [head, *rest], st.sampled_from("PTRSNCX"), st.lists(JSON, max_size=8))
ROWS = st.lists(st.integers(-(1 << 65), 1 << 65) | st.integers(0, 3) | st.floats(), min_size=6, max_size=8)


@examples(300)
@given(st.lists(JSON | ALMOST | ROWS | st.binary(max_size=20), max_size=6))
def test_any_lines_that_a_checkpoint_confirms_are_opened_or_refused(scratch: Path, lines: list[Any]) -> None:
    write_lines(
        scratch, [HEADER, PROCESS], [each for each in lines if not isinstance(each, bytes) or b"\n" not in each]
    )
    shown = open_recording(scratch)
    assert shown.info == INFO
    assert all(process == 0 for process in shown.batch.process)


@pytest.mark.parametrize(
    "line",
    [
        *([5, 1, 1, 106, 0, 0, 0], [5, -1, 1, 106, 0, 0, 0], [5, 0, 1, 106, 0, 0], [5, 0, 1, 106, 0, 0, 0, 0]),
        *([1 << 63, 0, 1, 106, 0, 0, 0], [5, 0, 1, 106, 0, 0, -(1 << 63) - 1], [5.0, 0, 1, 106, 0, 0, 0]),
        *([True, 0, 1, 106, 0, 0, 0], [5, 0, 1, 106, 0, 0, None], [], None, 5),
        ["P", 2, 100, 7, 99, "C", "fork", False, "child"],
    ],
)
def test_a_line_that_cannot_be_ends_what_is_shown(scratch: Path, line: Any) -> None:
    row = [5, 0, 1, 106, 0, 0, 0]
    write_lines(scratch, [HEADER], [PROCESS, row, line, row])
    shown = open_recording(scratch)
    assert (len(shown.batch), len(shown.batch.definitions), len(shown.notices)) == (1, 1, 1)


@given(JSON)
def test_any_version_is_opened_or_refused(scratch: Path, version: Any) -> None:
    write_lines(scratch, [{**HEADER, "mpr": version}])
    opened(scratch, scratch.read_bytes())


def test_lines_too_deep_or_too_long_end_what_is_trusted(scratch: Path) -> None:
    for line in (b"[" * 100_000, b'{"a":' * 100_000, b'["N",1,"' + b"x" * (9 << 20) + b'"]'):
        write_lines(scratch, [HEADER, PROCESS], [line], [PROCESS])
        shown = open_recording(scratch)
        assert (len(shown.batch.definitions), len(shown.notices)) == (1, 1)
