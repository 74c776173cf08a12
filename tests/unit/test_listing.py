"""How recordings are told in a list."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from playground.listing import as_object, kept, length, line, name_of, when
from playground.recording import Bookmark, Entry, Notes

NOW = datetime(2026, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))


def entry(**changes: object) -> Entry:
    fields = {
        "path": Path("/data/a.mpr.jsonl"),
        "scenario": "sharing/lost_update",
        "variant": "broken",
        "started_at": "2026-02-28T12:00:00+00:00",
        "duration_s": 1.25,
        "outcome": "finished",
        "verdict": "lost 1 of 2",
        "size": 900,
        **changes,
    }
    return Entry(**fields)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("started_at", "told"),
    [
        ("2026-02-28T23:10:00+00:00", "today, 00:10"),
        ("2026-02-28T12:00:00+00:00", "yesterday, 13:00"),
        ("2026-02-27T12:00:00+00:00", "27 Feb, 13:00"),
        ("2025-12-31T12:00:00+00:00", "2025-12-31, 13:00"),
        *(("", ""), ("soon", ""), ("9999-12-31T23:59:59-12:00", "")),
    ],
)
def test_the_day_is_told_as_a_person_would(started_at: str, told: str) -> None:
    assert when(started_at, NOW) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        *((0.0, "0.00 s"), (0.58, "0.58 s"), (12.34, "12.3 s"), (125.0, "2m05s"), (3725.0, "1h02m")),
        *((float("nan"), ""), (float("inf"), ""), (-1.0, "")),
    ],
)
def test_lengths_are_told_in_their_natural_unit(seconds: float, told: str) -> None:
    assert length(seconds) == told


def test_a_title_stands_for_what_was_run_and_why_it_stays_is_told() -> None:
    plain = entry()
    assert (name_of(plain), kept(plain)) == ("lost_update broken", "")
    noted = entry(notes=Notes("the bad one", keep=True, bookmarks=(Bookmark(3), Bookmark(4, "here"))))
    assert (name_of(noted), kept(noted)) == ("the bad one", "kept, 2 bookmarks")
    assert kept(entry(notes_problem="damaged")) == "notes damaged"
    told = line(noted, NOW)
    assert told == ("a.mpr.jsonl  the bad one  yesterday, 13:00  1.25 s  finished  kept, 2 bookmarks  lost 1 of 2")
    assert line(entry(problem="not readable as a recording"), NOW) == "a.mpr.jsonl  not readable as a recording"
    assert json.loads(json.dumps(as_object(noted)))["bookmarks"] == [{"t": 3, "note": ""}, {"t": 4, "note": "here"}]
