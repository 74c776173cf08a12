"""Compressed recordings: listed, kept, deleted and compared like others."""

import gzip
import json
import os
from pathlib import Path

import pytest

from playground.comparison.diff import run_diff
from playground.export import export
from playground.recording import Library, Limits, change_notes, delete, directory, newest, prune, read_notes
from playground.recording.entry import read_ends, read_entry
from playground.recording.notes import notes_path
from playground.replay import Replay
from playground.tui.described import described
from tests.unit.pairs import BROKEN, FIXED, put


def compressed(path: Path) -> Path:
    """The recording with gzip instead of as it is, as old as it was."""
    packed = path.with_name(f"{path.name}.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    os.utime(packed, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    path.unlink()
    return packed


@pytest.fixture
def packed() -> Path:
    return compressed(put(directory(), "b", BROKEN, "broken", duration_s=1.5, verdict="lost 1 of 2"))


def test_it_is_told_as_it_was_before(packed: Path) -> None:
    plain = put(directory(), "c", BROKEN, "broken", duration_s=1.5, verdict="lost 1 of 2")
    told = [read_entry(path) for path in (packed, plain)]
    for what in ("scenario", "variant", "started_at", "duration_s", "outcome", "verdict", "problem"):
        assert getattr(told[0], what) == getattr(told[1], what), what
    assert described(told[0])[:-1] == described(told[1])[:-1]
    assert {entry.path for entry in Library().entries()} == {packed, plain}
    assert newest() in (packed, plain)


def test_an_end_far_behind_the_begin_is_found(tmp_path: Path) -> None:
    rows = [[1000 + i, 0, 1, 1, 0, 0, 0] for i in range(60_000)]
    lines = put(tmp_path, "long", BROKEN, "broken").read_bytes().splitlines(keepends=True)
    middle = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    path = tmp_path / "long.mpr.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join([*lines[:2], middle, *lines[-4:]])))
    assert read_ends(path).summary["verdict"] == "long is over"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_damaged_one_is_told_as_far_as_it_can_be_read(packed: Path, share: float) -> None:
    data = packed.read_bytes()
    packed.write_bytes(data[: int(len(data) * share)])
    cut = read_entry(packed)
    assert cut.outcome != "finished"
    packed.write_bytes(data[:20] + bytes(byte ^ 0xFF for byte in data[20:60]) + data[60:])
    assert read_entry(packed).problem == "not readable as a recording"


def test_it_is_kept_by_its_notes_and_pruned_without(packed: Path) -> None:
    change_notes(packed, lambda notes: notes.with_bookmark(5, "here"))
    os.utime(packed, (1, 1))
    assert prune(Limits(days=1)) == []
    change_notes(packed, lambda notes: notes.without_bookmark(5))
    assert prune(Limits(days=1)) == [packed]


def test_notes_stay_with_whichever_copy_is_left() -> None:
    plain = put(directory(), "a", BROKEN, "broken")
    data = plain.read_bytes()
    packed = compressed(plain)
    plain.write_bytes(data)
    change_notes(plain, lambda notes: notes.titled("mine"))
    delete(plain)
    assert read_notes(packed).title == "mine"
    delete(packed)
    assert not notes_path(packed).exists()


def test_its_bookmarks_stand_beside_it_and_it_is_exported(packed: Path, tmp_path: Path) -> None:
    assert Replay(packed).put_bookmark(7, "x") == ""
    assert Replay(packed).bookmarks.all == [(7, "x")]
    assert notes_path(packed).name == "b.mpr.notes.json"
    for name in ("html", "perfetto", "csv-events"):
        export(packed, name, tmp_path / name)
        assert (tmp_path / name).stat().st_size


def test_two_are_compared(packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixed = compressed(put(directory(), "f", FIXED, "fixed"))
    run_diff(packed, fixed, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert [each["process"] for each in found["divergences"]] == ["A"]
