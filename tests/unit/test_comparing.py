"""Two faces compared: where processes part in each of them, and how that is drawn."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.comparison.compare import Comparison, Divergence, Event, Row
from playground.comparison.faces import Compared, Parting, compare_faces, is_at_hand
from playground.history import History
from playground.replay import Replay
from playground.text import clean
from playground.tui.render.differences import figures, partings, told
from playground.tui.render.palette import Palette
from tests.unit.hostile import texts
from tests.unit.moments import text
from tests.unit.pairs import BROKEN, FIXED, PARTS_AT, made, put
from tests.unit.rows import MS

LABELS = ("1 broken", "2 fixed")


@pytest.fixture
def both(tmp_path: Path) -> tuple[Replay, Replay]:
    paths = put(tmp_path, "one", BROKEN, "broken"), put(tmp_path, "other", FIXED, "fixed")
    return Replay(paths[0]), Replay(paths[1])


@pytest.fixture
def compared(both: tuple[Replay, Replay]) -> Compared:
    return compare_faces(*both)


def test_who_parts_is_known_by_its_index_and_instant_in_both(compared: Compared) -> None:
    (parting,) = compared.partings
    assert (parting.divergence.process, parting.processes, parting.instants) == ("A", (1, 1), PARTS_AT)
    assert [dict(compared.instants(side)) for side in range(2)] == [{1: PARTS_AT[0]}, {1: PARTS_AT[1]}]
    assert [mark.time for mark in compared.marks(1)] == [PARTS_AT[1]]


def test_the_same_run_parts_nowhere(both: tuple[Replay, Replay]) -> None:
    compared = compare_faces(both[0], both[0])
    assert (compared.partings, compared.comparison.differing) == ((), ())
    assert "does the same as its namesake" in text(partings(compared, LABELS, 0, 90, Palette(), focused=True))
    assert "Nothing differs" in text(figures(compared, LABELS, 90, Palette()))


def test_a_long_run_is_read_from_its_recording_again(both: tuple[Replay, Replay], compared: Compared) -> None:
    for replay in both:
        replay.history.time = replay.history.time[-1:]
        assert not is_at_hand(replay)
    assert compare_faces(*both).partings == compared.partings
    both[1].path = None
    again = compare_faces(*both)
    assert again.partings == ()
    assert again.notice
    assert again.comparison.differing == compared.comparison.differing


def test_who_did_nothing_more_parts_where_it_stands_still(both: tuple[Replay, Replay], tmp_path: Path) -> None:
    compared = compare_faces(both[0], Replay(put(tmp_path, "short", made("first"), "fixed")))
    (parting,) = compared.partings
    assert parting.divergence.other.at is None
    assert parting.instants == (20 * MS, 10 * MS)


@pytest.mark.parametrize("width", [40, 78, 120])
def test_both_sheets_are_as_wide_as_they_are_asked_to_be(compared: Compared, width: int) -> None:
    drawn = partings(compared, LABELS, 0, width, Palette(), focused=True) + figures(compared, LABELS, width, Palette())
    assert {strip.cell_length for strip in drawn} == {width}
    shown = text(drawn)
    assert "1 broken" in shown
    assert "takes first" in shown or width < 78
    assert "parameter variant" in shown or width < 78


@given(texts(), texts(), st.integers(30, 160))
def test_whatever_it_is_called_every_line_is_as_wide_as_the_sheet(name: str, said: str, width: int) -> None:
    # texts are made safe when a run is read
    event = Event(5, clean(said), clean(name, 60))
    parting = Parting(Divergence(clean(name), 3, event, Event(None, clean(said), "")), (0, 0), (5, 7))
    finding = {"kind": clean(name), "severity": clean(said), "processes": [clean(name)]}
    rows = (Row("process", clean(name), "state", clean(said), [clean(name)]), Row("run", "", "x", 0.5, None, "s"))
    compared = Compared(Comparison(rows, (finding,), (), (), (parting.divergence,)), (parting,))
    drawn = partings(compared, LABELS, 0, width, Palette(), focused=True) + figures(compared, LABELS, width, Palette())
    assert {strip.cell_length for strip in drawn} == {width}


def test_values_are_told_as_a_person_reads_them() -> None:
    assert [told(value) for value in (1234, True, 1.5, ["a", "b"])] == ["1,234", "True", "1.5", "a, b"]
    assert told(None) == told([]) == told("")
    assert told(0.25, "s") == "0.250 s"


def test_a_run_without_rows_can_be_compared(both: tuple[Replay, Replay]) -> None:
    empty = Replay.of_run(History(both[0].info), both[0].findings, None)
    assert compare_faces(both[0], empty).partings == ()
