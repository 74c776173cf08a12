"""Bookmarks are kept beside a recording; whatever becomes of their file, the recording can be shown."""

import json
from pathlib import Path

import pytest

from playground.recording import Bookmarks
from playground.recording.notes import notes_path as sidecar
from playground.replay import Replay
from tests.unit.hostile import TEXTS, is_dangerous
from tests.unit.recordings import write
from tests.unit.rows import Run


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    run = Run()
    run.process("A")
    path = tmp_path / "a.mpr.jsonl"
    write(path, [run.batch()], {})
    return path


def test_they_are_found_again_in_the_order_of_time(recording: Path) -> None:
    bookmarks = Bookmarks(recording)
    assert (bookmarks.all, bookmarks.problem) == ([], "")
    assert not sidecar(recording).exists()
    assert [bookmarks.put(20, "two"), bookmarks.put(10, " one\n more "), bookmarks.put(20, "zwei")] == ["", "", ""]
    again = Bookmarks(recording)
    assert again.all == [(10, "one more"), (20, "zwei")]
    assert (again.note(10), again.note(11)) == ("one more", None)
    assert again.remove(10) == ""
    assert Bookmarks(recording).all == [(20, "zwei")]
    assert {path.name for path in recording.parent.iterdir()} == {"a.mpr.jsonl", "a.mpr.notes.json"}


def test_a_compressed_recording_has_the_same_file_beside_it(recording: Path) -> None:
    assert sidecar(recording.with_name("a.mpr.jsonl.gz")) == sidecar(recording)


def test_what_else_stands_in_the_file_is_kept(recording: Path) -> None:
    sidecar(recording).write_text(json.dumps({"title": "the bad one", "bookmarks": [{"t": 1, "note": "x", "y": 2}]}))
    bookmarks = Bookmarks(recording)
    assert bookmarks.all == [(1, "x")]
    assert bookmarks.put(2, "y") == ""
    assert json.loads(sidecar(recording).read_text())["title"] == "the bad one"


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"bookmarks": 5}',
        b'{"bookmarks": [5]}',
        b'{"bookmarks": [{"t": -1}]}',
        b"[" * 99_999,
    ],
)
def test_a_damaged_file_is_told_of_and_left_alone(content: bytes, recording: Path) -> None:
    sidecar(recording).write_bytes(content)
    replay = Replay(recording)
    assert len(replay.notices) == 1
    assert "\n" not in replay.notices[0]
    assert replay.put_bookmark(0, "mine") == replay.notices[0]
    assert [mark.text for mark in replay.marks] == ["mine"]  # as long as it is looked at
    assert sidecar(recording).read_bytes() == content


def test_a_place_that_cannot_be_written_is_told(recording: Path) -> None:
    bookmarks = Bookmarks(recording)
    sidecar(recording).mkdir()
    assert "no ordinary file" in bookmarks.put(1, "x")
    assert bookmarks.all == [(1, "x")]
    assert "cannot read the notes" in Bookmarks(recording).problem


def test_a_run_that_was_not_recorded_has_them_as_long_as_it_is_looked_at() -> None:
    bookmarks = Bookmarks()
    assert "last until you leave" in bookmarks.put(1, "x")
    assert bookmarks.all == [(1, "x")]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_notes_come_out_clean(text: str, recording: Path) -> None:
    sidecar(recording).write_text(json.dumps({"bookmarks": [{"t": 1, "note": text}]}))
    (_, note), *_ = Bookmarks(recording).all
    assert not any(is_dangerous(c) for c in note)
    assert len(note) <= 500
