"""Recordings on the shelf: in which order, found by which words, and what is drawn of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from playground.recording import Bookmark, Entry, Notes
from playground.text import clean
from playground.tui.described import described
from playground.tui.render.palette import Palette
from playground.tui.render.recordings import Shown, columns, details, draw, nothing
from playground.tui.shelf import ORDERS, Volume, arranged, other_variant
from tests.unit.hostile import is_dangerous, texts
from tests.unit.moments import text
from tests.unit.pairs import BROKEN, put

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def volume(name: str, day: int, **changes: object) -> Volume:
    started = f"2026-03-{day:02}T12:00:00+00:00"
    entry = Entry(Path(f"/x/{name}.mpr.jsonl"), f"topic/{name}", "", started, float(day), "finished", "fine", 10 * day)
    return Volume(replace(entry, **changes))


SHELF = [
    volume("locks", 1, variant="broken", outcome="stuck", verdict="deadlock of 2"),
    volume("locks", 2, variant="fixed", path=Path("/x/f.mpr.jsonl")),
    volume("queue", 3, notes=Notes("the one to show", bookmarks=(Bookmark(5),))),
    volume("bad", 0, started_at="", problem="not readable as a recording", outcome=""),
]


def order(name: str, words: str = "", *, turned: bool = False) -> list[int]:
    return [SHELF.index(each) for each in arranged(SHELF, name, words, turned=turned)]


def test_each_column_orders_them() -> None:
    assert {name: order(name) for name in ORDERS} == {
        "day": [2, 1, 0, 3],
        "name": [3, 0, 1, 2],
        "length": [2, 1, 0, 3],
        "end": [3, 0, 2, 1],
        "size": [2, 1, 0, 3],
        "kept": [2, 1, 0, 3],
        "verdict": [0, 2, 1, 3],
    }
    assert order("size", turned=True) == [3, 0, 1, 2]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("locks", [1, 0]),
        ("LOCKS stuck", [0]),
        ("show", [2]),
        ("bookmark", [2]),
        ("2026-03-02", [1]),
        ("mar", [2, 1, 0]),
    ],
)
def test_words_find_names_days_ends_and_what_was_noted(words: str, found: list[int]) -> None:
    assert order("day", words) == found


@pytest.mark.parametrize("started_at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "soon", ""])
def test_a_day_that_cannot_be_is_none(started_at: str) -> None:
    odd = volume("odd", 1, started_at=started_at)
    assert arranged([odd, *SHELF], "day", "odd") == [odd]
    shown = Shown([odd], columns(90, [odd]), 0, None, set(), "day", False, NOW)
    assert "odd" in text(draw(shown, 90, 3, Palette()))


def test_the_other_variant_is_the_newest_of_its_scenario() -> None:
    assert other_variant(SHELF, SHELF[0]) is SHELF[1]
    assert other_variant(SHELF, SHELF[1]) is SHELF[0]
    assert other_variant(SHELF, SHELF[2]) is None


@given(texts(), texts(), st.integers(20, 170))
def test_whatever_they_are_called_every_row_is_as_wide_as_the_list(name: str, verdict: str, width: int) -> None:
    # texts are made safe when a recording is read
    entry = replace(SHELF[0].entry, scenario=clean(name), verdict=clean(verdict), notes=Notes().titled(name))
    volumes = [Volume(entry), *SHELF]
    shown = Shown(volumes, columns(width, volumes), 0, entry.path, {SHELF[1].path}, "day", False, NOW)
    rows = draw(shown, width, 6, Palette())
    assert len(rows) == 6
    assert {row.cell_length for row in rows} == {width}
    assert not any(map(is_dangerous, "".join(row.text for row in rows)))


def test_rows_tell_name_day_length_end_and_what_is_kept() -> None:
    shown = Shown(SHELF, columns(150, SHELF), 0, SHELF[2].path, set(), "day", False, NOW)
    rows = text(draw(shown, 150, 5, Palette())).splitlines()
    assert "DAY▾" in rows[0]
    assert "KEPT" in rows[0]
    assert [word in rows[1] for word in ("locks broken", "yesterday", "1.00 s", "stuck", "deadlock of 2")] == [True] * 5
    assert rows[3].startswith("▌◆ the one to show")
    assert "1 bookmark" in rows[3]
    assert "not readable as a recording" in rows[4]


def test_what_is_told_of_one_comes_from_its_ends_and_its_notes(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "one",
        BROKEN,
        "broken",
        findings=[{"severity": "error", "kind": "lock_order"}],
        events=51,
        processes=[{"name": "A"}, {"name": "B"}],
    )
    noted = replace(SHELF[0].entry, path=path, notes=Notes("", bookmarks=(Bookmark(5_000_000, "here"),)))
    told = dict(described(noted))
    assert told["run"] == "topic/locks · variant broken · start method fork"
    assert (told["findings"], told["processes"]) == ("error lock order", "2: A, B · 51 events")
    assert told["bookmarks"] == "00:00.005 here"
    lines = details(list(told.items()), noted, 60, 20, Palette())
    assert {line.cell_length for line in lines} == {60}
    path.write_bytes(b"nothing of ours")
    assert dict(described(noted))["problem"] == "it cannot be read any more"


def test_an_empty_list_says_what_to_do() -> None:
    assert "mp-playground run FILE.py" in text(nothing(90, Palette(), words="", directory="/x"))
    assert "None has the words" in text(nothing(90, Palette(), words="abc", directory="/x"))
