"""The notes beside a recording: kept in one go, found again, never taken for more than they are."""

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.recording.notes import (
    Bookmark,
    Notes,
    NotesError,
    change_notes,
    delete_notes,
    notes_path,
    read_notes,
)
from tests.unit.hostile import is_dangerous


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tmp_path / "20260101T000000Z-run-abcd.mpr.jsonl"


def test_without_a_file_there_are_no_notes_and_none_is_made(recording: Path) -> None:
    assert read_notes(recording) == Notes()
    assert change_notes(recording, lambda notes: notes) == Notes()
    assert os.listdir(recording.parent) == []


def test_notes_stand_beside_the_recording_under_its_name(tmp_path: Path) -> None:
    assert notes_path(tmp_path / "a.mpr.jsonl") == tmp_path / "a.mpr.notes.json"
    assert notes_path(tmp_path / "a.mpr.jsonl.gz") == tmp_path / "a.mpr.notes.json"
    assert notes_path(tmp_path / "kept.by.me") == tmp_path / "kept.by.me.mpr.notes.json"


def test_what_is_noted_is_found_again_beside_what_others_noted(recording: Path) -> None:
    notes_path(recording).write_text('{"of another version": [1], "bookmarks": [{"t": 7, "note": "theirs"}]}')
    change_notes(recording, lambda notes: notes.titled("  the one\nthat hung "))
    change_notes(recording, lambda notes: notes.with_bookmark(3, "mine").with_bookmark(7, "ours").with_bookmark(9))
    change_notes(recording, lambda notes: notes.without_bookmark(9))
    found = read_notes(recording)
    assert found == Notes("the one that hung", False, (Bookmark(3, "mine"), Bookmark(7, "ours")))
    assert found.protect
    assert json.loads(notes_path(recording).read_text())["of another version"] == [1]
    assert stat.S_IMODE(notes_path(recording).stat().st_mode) == 0o600
    assert os.listdir(recording.parent) == [notes_path(recording).name]


def test_notes_of_which_nothing_is_left_have_no_file(recording: Path) -> None:
    change_notes(recording, lambda _: Notes("a title", keep=True))
    assert read_notes(recording).protect
    change_notes(recording, lambda _: Notes())
    assert os.listdir(recording.parent) == []
    delete_notes(recording)


DAMAGED = {
    "no JSON": "{not json",
    "a list": "[]",
    "too deep": '{"title": ' * 5000,
    "a title that is none": '{"title": 3}',
    "keep that is none": '{"keep": 1}',
    "bookmarks that are none": '{"bookmarks": {}}',
    "a bookmark that is none": '{"bookmarks": [3]}',
    "an instant that is none": '{"bookmarks": [{"t": true}]}',
    "an instant before the run": '{"bookmarks": [{"t": -1}]}',
    "too large": " " * (8 << 20) + "{}",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_notes_are_told_of_and_left_alone(recording: Path, text: str) -> None:
    notes_path(recording).write_text(text)
    with pytest.raises(NotesError, match="is damaged") as told:
        read_notes(recording)
    assert "\n" not in str(told.value)
    with pytest.raises(NotesError):
        change_notes(recording, lambda notes: notes.with_bookmark(1))
    assert notes_path(recording).read_text() == text


def test_what_is_no_file_is_told_of(recording: Path) -> None:
    os.mkfifo(notes_path(recording))
    with pytest.raises(NotesError, match="no ordinary file"):
        read_notes(recording)


def test_a_link_is_replaced_and_not_followed(recording: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"title": "of somebody else"}')
    notes_path(recording).symlink_to(other)
    change_notes(recording, lambda notes: notes.titled("mine"))
    assert other.read_text() == '{"title": "of somebody else"}'
    assert read_notes(recording).title == "mine"


def test_a_place_that_takes_no_file_changes_nothing(recording: Path) -> None:
    missing = recording.parent / "gone" / recording.name
    with pytest.raises(NotesError, match="notes are not kept"):
        change_notes(missing, lambda notes: notes.titled("a title"))


_BOOKMARKS = st.lists(st.tuples(st.integers(0, (1 << 63) - 1), st.text(max_size=80)), max_size=20)


@given(title=st.text(max_size=200), keep=st.booleans(), bookmarks=_BOOKMARKS)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_notes_are_read_as_they_were_kept(
    recording: Path, title: str, keep: bool, bookmarks: list[tuple[int, str]]
) -> None:
    notes = Notes(keep=keep).titled(title)
    for at, note in bookmarks:
        notes = notes.with_bookmark(at, note)
    assert change_notes(recording, lambda _: notes) == notes
    assert read_notes(recording) == notes
    assert not any(map(is_dangerous, notes.title + "".join(b.note for b in notes.bookmarks)))
