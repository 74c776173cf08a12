"""What the timeline makes of a history: cells, marks, links, read-outs and places, without a screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from playground.findings import Findings
from playground.history import History
from playground.probe import layout
from playground.replay import Replay
from playground.tui.moment import Moment, moment_of
from playground.tui.render.cells import Ink
from playground.tui.render.connections import Link, links_between
from playground.tui.render.glyphs import ASCII
from playground.tui.render.lanes import Lanes
from playground.tui.render.marks import marks
from playground.tui.render.palette import GLYPHS, PLAIN_GLYPHS, Palette
from playground.tui.render.plan import plan, scrolled
from playground.tui.render.readout import readout, stretch_text
from playground.tui.render.scale import Scale, ticks
from playground.tui.render.timeline import Drawing, Pointer
from playground.tui.render.tokens import changed, strip_of, tokens
from playground.tui.view import View
from tests.unit.random_runs import runs
from tests.unit.rows import MS, Run

PALETTE = Palette()


def moment_at(history: History, t: float, **look: object) -> Moment:
    replay = Replay.of_run(history, Findings(history), None)
    replay.seek(round(t * MS))
    return moment_of(replay, View(**look))  # type: ignore[arg-type]


def two_and_a_lock() -> Run:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("door")
    site = run.site("/x/work.py", 7, "work")
    run.row(1, a, layout.ACQUIRED, lock, site=site)
    run.waits(2, b, lock, layout.OP_ACQUIRE, site=site)
    run.row(50, a, layout.RELEASING, lock)
    run.row(50, b, layout.ACQUIRED, lock)
    run.row(100, a, layout.SLEEPING)
    return run


@given(runs(), st.lists(st.integers(0, 40)), st.integers(1, 60), st.integers(0, 5))
def test_lanes_drawn_piece_by_piece_are_those_drawn_at_once(
    run: Run, places: list[int], width: int, first: int
) -> None:
    scale = Scale(first, 2 * MS, width)
    history, kept = History(run.history().info), Lanes(Ink(PALETTE))
    for batch in run.cut(places):
        history.append(batch)
        kept.show(history, scale)
        for index, process in enumerate(history.processes):
            kept.lower(kept.lane(process, history.until, index))
    fresh = Lanes(Ink(PALETTE))
    fresh.show(history, scale)
    for index, process in enumerate(history.processes):
        lane = fresh.lane(process, history.until, index)
        again = kept.lane(process, history.until, index)
        assert [token[0] for token in lane.tokens] == [token[0] for token in again.tokens]
        assert fresh.lower(lane) == kept.lower(again)


@given(runs(), st.floats(0, 60), st.integers(20, 90), st.integers(1, 30), st.booleans())
def test_whatever_happened_every_row_is_as_wide_as_the_screen(
    run: Run, t: float, width: int, height: int, links: bool
) -> None:
    moment = moment_at(run.history(), t, links=links, cursor=round(t * MS))
    places = plan(moment, height, None, 0)
    scale = Scale(0, MS, max(width - places.names, 1))
    rows = Drawing(PALETTE).rows(moment, scale, places, Pointer(moment.at, None, "what is read"))
    assert len(rows) == max(height, 2)
    assert {strip_of(row).cell_length for row in rows} == {places.names + scale.width}
    assert {sum(len(text) for text, *_ in strip_of(row)) for row in rows} == {places.names + scale.width}


def test_lanes_of_processes_with_long_names_can_be_told_apart() -> None:
    run = Run()
    for number in (11, 12):
        run.process(f"downloads-what-is-wanted-{number}")
    run.row(1, 0, layout.SLEEPING)
    moment = moment_at(run.history(), 2)
    places = plan(moment, 12, None, 0)
    rows = Drawing(PALETTE).rows(moment, Scale(0, MS, 40), places, Pointer(moment.at, None))
    names = {strip_of(row).crop(0, places.names).text.strip() for row in rows}
    assert sum("…" in name and name.endswith(("-11", "-12")) for name in names) == 2


def test_a_page_that_moved_is_as_if_drawn_anew() -> None:
    history = two_and_a_lock().history()
    moved, fresh = Lanes(Ink(PALETTE)), Lanes(Ink(PALETTE))
    for first in (0, 20):
        moved.show(history, Scale(first, MS, 40))
        before = moved.lane(history.processes[1], history.until, 1)
        moved.lower(before)
    fresh.show(history, Scale(20, MS, 40))
    anew = fresh.lane(history.processes[1], history.until, 1)
    assert (before.tokens, moved.lower(before)) == (anew.tokens, fresh.lower(anew))


@pytest.mark.parametrize("first", [0, 5])
@pytest.mark.parametrize("columns", [1, 17, 400])
def test_a_lane_whose_clock_begins_earlier_is_the_same_lane_further_right(columns: int, first: int) -> None:
    run = two_and_a_lock()
    for number in range(4000):  # more than there are buckets
        run.row(101 + number / 400, 0, layout.SLEEPING if number % 2 else layout.SLEPT)
    history = run.history()
    for index, process in enumerate(history.processes):
        plain, late = Lanes(Ink(PALETTE)), Lanes(Ink(PALETTE))
        plain.show(history, Scale(first, 3 * MS, 40))
        late.show(history, Scale(first + columns, 3 * MS, 40, -columns * 3 * MS))
        shown = [lanes.lane(process, history.until, index) for lanes in (plain, late)]
        assert any(shown[0].buckets)
        assert shown[0].buckets == shown[1].buckets


def test_where_a_process_parts_is_marked_in_its_lane() -> None:
    history = two_and_a_lock().history()
    moment = replace(moment_at(history, 30), apart={1: 10 * MS})
    places = plan(moment, 12, None, 0)
    rows = Drawing(PALETTE).rows(moment, Scale(0, MS, 40), places, Pointer(None, None))
    [marked] = [row for row in rows[:-1] if any(glyph == "≠" for glyph, _ in row)]
    assert marked[places.names + 10][0] == "≠"
    assert strip_of(rows[-1]).text.startswith(" ≠ parts from the other run  ")


def explained(run: Run, palette: Palette, width: int, **look: object) -> str:
    """The line below the lanes, on a scale that shows 100 ms."""
    moment = moment_at(run.history(), 100, **look)
    rows = Drawing(palette).rows(moment, Scale(0, 100 * MS // width, width), plan(moment, 14, None, 0), Pointer())
    return strip_of(rows[-1]).text.rstrip()


def test_what_is_on_screen_is_explained_and_first_what_takes_most_room() -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("door")
    run.row(1, a, layout.ACQUIRED, lock)
    run.waits(5, b, lock, layout.OP_ACQUIRE)
    run.row(8, a, layout.SLEEPING)
    run.row(101, a, layout.SLEPT)
    whole = " ██ runs  ██ runs with a lock  ▁▁ holds a lock  ━━ waits for a lock  ── sleeps"
    assert explained(run, PALETTE, 100) == whole
    assert explained(run, PALETTE, 45) == " ▁▁ holds a lock  ━━ waits for a lock  ── sleeps"
    assert explained(run, Palette(plain=True), 40) == " ━━ waits for a lock  ══ sleeps with a lock"


def test_links_that_were_asked_for_are_explained() -> None:
    run = Run()
    main, child = run.process("main"), run.process("child")
    run.row(5, main, layout.STARTED, value=100 + child)
    run.row(90, main, layout.SLEEPING)
    assert explained(run, PALETTE, 80, links=True).startswith(" ●▼ started  ██ runs")
    assert "started" not in explained(run, PALETTE, 80)
    assert explained(two_and_a_lock(), PALETTE, 80, links=True).startswith(" nobody starts, joins, signals or feeds")


def test_a_narrow_axis_has_ticks_too() -> None:
    assert [label for _, label in ticks(Scale(0, 160 * MS, 33))] == ["0 s", "2 s", "4 s"]
    assert [label for _, label in ticks(Scale(0, 125 * MS, 80))] == ["0 s", "2 s", "4 s", "6 s", "8 s"]
    assert [label for _, label in ticks(Scale(966_933, 600, 20))] == ["580160 µs", "580170 µs"], "no room"


def test_marks_that_would_lie_upon_each_other_are_counted() -> None:
    run = Run()
    main = run.process("main")
    for t, text in ((10, "kill A"), (11, "kill B"), (12, "suspend C"), (40, "resume C")):
        run.row(t, main, layout.ACTION, value=run.text(text))
    run.row(80, main, layout.SLEEPING)
    row = marks(moment_at(run.history(), 80), Scale(0, MS, 80), PALETTE)
    text = "".join(character for character, _ in row)
    assert "▾ 3 marks" in text
    assert "▾ resume C" in text
    assert len(row) == 80


def test_the_words_of_the_last_mark_stand_where_there_is_room() -> None:
    run = Run()
    main = run.process("main")
    for t, text in ((10, "kill A"), (74, "resume C")):
        run.row(t, main, layout.ACTION, value=run.text(text))
    run.row(80, main, layout.SLEEPING)
    row = marks(moment_at(run.history(), 79), Scale(0, MS, 80), PALETTE)
    text = "".join(character for character, _ in row)
    assert (text.index("▾ kill A"), text.index("resume C ▾")) == (10, 74 - len("resume C "))
    assert len(row) == 80


def test_links_say_who_started_fed_signalled_and_joined_whom() -> None:
    run = Run()
    main, child, queue = run.process("main"), run.process("child", began=None), run.resource("q", "queue", limit=0)
    run.row(1, main, layout.STARTED, value=101)
    run.row(2, child, layout.BEGAN, value=100)
    run.row(3, main, layout.PUTTING, queue)
    run.row(4, child, layout.GOT, queue)
    run.row(5, main, layout.TERMINATE_SENT, value=101)
    run.row(6, main, layout.JOINING, value=101)
    run.ended(7, child, -15)
    run.row(8, main, layout.JOINED, value=101)
    history = run.history()
    expected = [
        Link(1 * MS, "start", main, child),
        Link(4 * MS, "item", main, child),
        Link(5 * MS, "signal", main, child),
        Link(8 * MS, "join", child, main),
    ]
    assert links_between(history, 0, len(history.time)) == expected
    got = history.row_before(4 * MS)
    assert links_between(history, got, got + 1) == []  # who put it is out of sight


def test_a_readout_says_what_was_done_for_how_long_and_who_held_it() -> None:
    moment = moment_at(two_and_a_lock().history(), 100)
    text = readout(moment, 1, 20 * MS)
    assert text == "00:00.020 B waits for `door` (work.py:7) · held by A · for 48 ms · since 00:00.002"
    assert "holds door" in readout(moment, 0, 20 * MS)
    assert readout(moment, 0, 900 * MS).endswith("nothing is known of this instant yet")
    assert stretch_text(moment, 50 * MS, 2 * MS) == "48 ms from 00:00.002 to 00:00.050, 3 events"


def test_lanes_of_the_ended_fold_only_where_room_is_short_and_the_selected_stays() -> None:
    run = Run()
    for number in range(12):
        run.process(f"p{number}")
    for number in range(1, 9):
        run.ended(number, number, 0)
    run.row(20, 0, layout.SLEEPING)
    history = run.history()
    assert plan(moment_at(history, 20), 30, None, 0).folded == 0
    short = plan(moment_at(history, 20, selected=1), 10, None, 0)
    assert short.folded == 6
    assert {0, 1, 9, 10, 11} <= set(short.lanes)
    assert short.below == 0
    everyone = plan(moment_at(history, 20, ended=True), 10, None, 0)
    assert (everyone.folded, len(everyone.lanes), everyone.below) == (0, 12, 5)


def test_scrolling_keeps_its_place_until_another_is_selected() -> None:
    run = Run()
    for number in range(50):
        run.process(f"p{number}")
    moment = moment_at(run.history(), 1, selected=2)
    places = plan(moment, 13, 30, 0)
    assert scrolled(places, moment, to_selected=False) == 30
    assert scrolled(places, moment, to_selected=True) == 2
    assert places.lane_at(1) == 30
    assert places.row_of(31) == 2
    assert places.row_of(2) is None


@pytest.mark.parametrize(
    ("before", "after", "cells"), [("abcd", "abcd", None), ("abcd", "axxd", (1, 3)), ("a日b", "a月b", (1, 3))]
)
def test_what_changed_is_found_to_the_cell(before: str, after: str, cells: tuple[int, int] | None) -> None:
    style = PALETTE.style()
    assert changed(tokens(before, style), tokens(after, style)) == cells


def test_every_glyph_has_a_plain_one() -> None:
    for glyph in {*GLYPHS.values(), *PLAIN_GLYPHS.values(), *"▏▎▍▌▋▊▉▔│●▲▼▾✗■╵┆…"}:
        assert glyph.translate(ASCII).isascii()
        assert len(glyph.translate(ASCII)) == 1
