"""What the counters panel draws of made-up runs: areas, lines, limits, arrays, pools, and what was forgotten."""

import math
import random
import struct
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from playground.findings import Findings
from playground.history import Counter, History
from playground.history.counters import BLOCK
from playground.probe import layout
from playground.tui.moment import Moment, moment_of
from playground.tui.render.counters import Drawing
from playground.tui.render.palette import Palette
from playground.tui.render.plot import Brush, frame
from playground.tui.render.scale import Scale
from playground.tui.render.steps import Column, Steps
from playground.tui.view import View
from tests.unit.moments import Shown, text
from tests.unit.random_runs import runs
from tests.unit.rows import INFO, MS, Run

PALETTE = Palette()
WIDE = 100


def bits(value: float) -> int:
    return int(struct.unpack("=q", struct.pack("=d", value))[0])


def shown(run: Run, at: float | None = None, *, live: bool = True, told: dict[str, Any] | None = None) -> Moment:
    """The run with what is told of it before, and what the detectors find in it."""
    history = History(replace(INFO, **(told or {})))
    findings = Findings(history)
    history.append(run.batch())
    findings.advance()
    face = Shown(history, [], None if at is None else round(at * MS), live=live)
    face.findings = findings
    return moment_of(face, View())


def drawn(moment: Moment, width: int = WIDE, height: int = 4, palette: Palette = PALETTE) -> str:
    strips = Drawing(palette).strips(moment, width, height)
    assert {strip.cell_length for strip in strips} == {width}
    assert len(strips) <= height
    return text(strips)


def written(*values: float, typecode: str = "i", every: float = 10) -> tuple[Run, int]:
    """A value that A and B write in turn."""
    run = Run()
    a, b = run.process("A"), run.process("B")
    value = run.resource("balance", "value", typecode=typecode)
    code = bits if typecode == "d" else int
    for i, each in enumerate(values):
        run.row(every * i, (a, b)[i % 2], layout.WROTE if i else layout.CREATED, value, value=code(each))
    return run, value


# --- Steps ----------------------------------------------------------------------------------------------


def counted(*values: float) -> Counter:
    counter = Counter("n", 1, "value")
    for t, value in enumerate(values):
        counter.step(t * 10, value, 0)
    return counter


def test_a_name_stays_whole_where_what_is_said_of_the_value_has_no_room() -> None:
    run, _ = written(0, 22)
    head = drawn(shown(run, told={"expected": {"balance": 1_000_000}}), width=22, height=8).splitlines()[0]
    assert head == " balance  22 of 10000…"


def test_a_column_has_all_that_happened_in_it() -> None:
    steps, counter = Steps(), counted(5, 9, 1, 4)
    steps.show(History(INFO), Scale(0, 20, 4))
    assert steps.columns(counter, 60) == [
        Column(5, 9, 5, 9),
        Column(1, 9, 9, 4),
        Column(4, 4, 4, 4),
        Column(4, 4, 4, 4),
    ]
    assert steps.columns(counted(7), 25)[2:] == [None, None], "nothing is known of what is to come"


def test_columns_of_a_clock_that_begins_earlier_are_the_same_further_right() -> None:
    plain, late, counter = Steps(), Steps(), counted(5, 9, 1, 4)
    plain.show(History(INFO), Scale(0, 20, 4))
    late.show(History(INFO), Scale(3, 20, 4, -60))
    assert late.columns(counter, 40) == plain.columns(counter, 40)


@pytest.mark.parametrize("seed", range(3))
def test_columns_made_bit_by_bit_are_those_made_at_once(seed: int) -> None:
    dice, history, counter, kept = random.Random(seed), History(INFO), Counter("n", 1, "value"), Steps()
    now, scale = 0, Scale(0, 50, 40)
    for _ in range(60):
        for _ in range(dice.choice((0, 1, 40))):
            now += dice.randrange(3)
            counter.step(now, dice.randrange(-9, 9), 0)
        now += dice.randrange(20)
        if dice.random() < 0.2:
            scale = Scale(scale.first + dice.randrange(3), 50, 40)
        fresh = Steps()
        for steps in (kept, fresh):
            steps.show(history, scale)
        assert kept.columns(counter, now) == fresh.columns(counter, now)


@pytest.mark.parametrize("seed", range(4))
def test_the_extent_is_that_of_the_steps_whatever_was_forgotten(seed: int) -> None:
    dice, counter = random.Random(seed), Counter("n", 1, "value")
    for t in range(20 * BLOCK):
        counter.step(t, dice.randrange(10**6), 0)
        if dice.random() < 0.01:
            first = dice.randrange(len(counter.values))
            end = dice.randrange(first, len(counter.values)) + 1
            part = counter.values[first:end]
            assert counter.extent(first, end) == (min(part), max(part))
        if dice.random() < 0.003:
            counter.forget(counter.times[dice.randrange(len(counter.times))])


# --- Cells -----------------------------------------------------------------------------------------------


def cells(brush: Brush, *values: float) -> list[str]:
    """The glyphs of columns that keep a value each, row by row from the top."""
    columns = [[glyph for glyph, _ in brush.column(Column(value, value, value, value))] for value in values]
    return ["".join(row) for row in zip(*columns, strict=True)]


def test_negative_numbers_hang_from_nought() -> None:
    plain = Palette(plain=True)
    brush = Brush(frame((-10, 10), 4, None, None, whole=False), plain)
    assert cells(brush, 10, 5, 0, -5, -10) == ["█    ", "██▁  ", "   ██", "    █"]
    coloured = Brush(frame((-8, 8), 4, None, None, whole=False), PALETTE).column(Column(-3, -3, -3, -3))
    glyph, style = coloured[2]
    assert glyph == "▂", "the ground's colour from below, up to where the bar ends"
    assert (style.color.name, style.bgcolor.name) == (PALETTE.ground.lower(), PALETTE.accent.lower())  # type: ignore[union-attr]


def test_a_single_row_shows_negative_numbers_too() -> None:
    brush = Brush(frame((-10, 0), 1, None, None, whole=True), Palette(plain=True))
    assert cells(brush, 0, -5, -10) == ["▁▀█"]


def test_small_whole_numbers_have_a_row_each_and_a_line() -> None:
    brush = Brush(frame((0, 3), 4, None, None, whole=True), PALETTE)
    columns = [Column(0, 0, 0, 0), Column(0, 2, 0, 2), Column(2, 2, 2, 2), Column(1, 3, 2, 1), Column(1, 1, 1, 1)]
    rows = zip(*([glyph for glyph, _ in brush.column(each)] for each in columns), strict=True)
    assert ["".join(row) for row in rows] == ["   │ ", " ╭─│ ", " │ │─", "─╯   "]


def test_what_is_above_the_limit_is_red() -> None:
    for rows, whole in ((4, False), (6, True)):
        brush = Brush(frame((0, 5), rows, 3, None, whole=whole), PALETTE)
        tones = {style.color.name for _, style in brush.column(Column(5, 5, 5, 5)) if style.color is not None}
        assert PALETTE.bad.lower() in tones
        below = {style.color.name for _, style in brush.column(Column(3, 3, 3, 3)) if style.color is not None}
        assert PALETTE.bad.lower() not in below


@pytest.mark.parametrize(
    "values",
    [(0, 0), (-5, -5), (7, 7), (1e300, 1e300), (-1e300, 1e300), (10**12, 10**12 + 5), (-0.001, 0.002), (0, 1)],
)
@pytest.mark.parametrize("rows", [1, 2, 3, 8])
def test_every_range_has_a_frame_in_which_its_ends_differ(values: tuple[float, float], rows: int) -> None:
    low, high = values
    bounds = frame(values, rows, None, None, whole=float(low).is_integer() and float(high).is_integer())
    assert bounds.low < bounds.high
    assert bounds.low <= low <= high <= bounds.high
    brush = Brush(bounds, PALETTE)
    if low != high and not (rows == 1 and low < 0):
        assert brush.column(Column(low, low, low, low)) != brush.column(Column(high, high, high, high))
    assert all(len(brush.column(each)) == rows for each in (None, Column(low, high, low, high)))


# --- The panel ---------------------------------------------------------------------------------------------


def test_a_value_is_told_with_its_last_change() -> None:
    run = Run()
    a, b = run.process("A"), run.process("B")
    value, site = run.resource("balance", "value"), run.site("/x/transfer.py", 14, "f")
    run.row(0, a, layout.CREATED, value, value=17)
    run.row(40, b, layout.WROTE, value, value=18, site=site)
    run.process("late", began=52)
    lines = drawn(shown(run)).splitlines()
    assert lines[0].startswith(" balance")
    assert [line.rpartition("  ")[2].strip() for line in lines[:3]] == ["18", "B 17 → 18", "12 ms ago, transfer.py:14"]


def test_a_change_whose_line_was_not_told_gets_none() -> None:
    run, value = written(1, 2)
    run.row(20, 0, layout.ACQUIRED, run.resource("lock"), site=run.site("/x/other.py", 3, "f"))
    run.row(30, 0, layout.WROTE, value, value=3)
    assert "other.py" not in drawn(shown(run))


def lossy() -> Run:
    run, value = written(0)
    for t, who, kind, number in ((1, 0, "READ", 0), (2, 1, "READ", 0), (3, 0, "WROTE", 1), (4, 1, "WROTE", 1)):
        run.row(t, who, getattr(layout, kind), value, value=number)
    return run


def test_lost_updates_are_counted_beside_the_value_in_red() -> None:
    moment = shown(lossy(), live=False, told={"expected": {"balance": 2}})
    assert "1 of 2, 1 lost" in drawn(moment)
    strips = Drawing(PALETTE).strips(moment, WIDE, 4)
    tones = {part.style.color.name for part in strips[0] if "lost" in part.text and part.style and part.style.color}
    assert tones == {PALETTE.bad.lower()}
    assert "lost" not in drawn(shown(lossy(), at=3, live=False)), "nothing was lost by then"


def test_a_shortfall_is_called_out_only_when_the_run_is_over() -> None:
    run, _ = written(0, 40)
    told = {"expected": {"balance": 50}}
    over = drawn(shown(run, live=False, told=told), height=6)
    assert "40 of 50, 10 too few" in over
    assert over.splitlines()[0].count("┃") == 1, "from the value up to where it should be"
    assert "40 of 50\n" in drawn(shown(run, told=told)) + "\n"


def test_holders_above_their_limit_come_first() -> None:
    run, _ = written(1, 2, 3)
    a, gate = run.process("C", began=20), run.resource("gate", "semaphore", limit=2)
    run.row(30, a, layout.CREATED, gate, value=2)
    for t in (31, 32, 33):
        run.row(t, a, layout.ACQUIRED, gate)
    lines = drawn(shown(run), height=7).splitlines()
    assert lines[0].startswith(" gate")
    assert "3 limit 2" in lines[0]


def test_the_order_does_not_depend_on_the_instant() -> None:
    run, _ = written(1, 2, 3, 4)
    run.row(40, 0, layout.CREATED, run.resource("still", "value"), value=1)
    names = [
        [line.split()[0] for line in drawn(shown(run, at=at, live=False), width=50, height=2).splitlines()]
        for at in (0, 15, 40)
    ]
    assert names == [["balance", "still"]] * 3


def test_an_array_is_a_row_of_items() -> None:
    run = Run()
    a, seats = run.process("A"), run.resource("seats", "array", limit=4)
    for t, index, value in ((10, 0, 7), (20, 3, -12), (500, 1, 99)):
        run.row(t, a, layout.ITEM_WROTE, seats, value=value, site=index)
    lines = [line.split() for line in drawn(shown(run), height=2).splitlines()]
    assert lines == [
        ["seats", "7", "99", "·", "-12", "4", "items"],
        ["array", "0", "1", "2", "3", "A", "[1]", "→", "99"],
    ]
    with_bars = drawn(shown(run), height=5).splitlines()
    assert with_bars[-1].split() == ["0", "1", "2", "3"]
    assert "███████" in with_bars[1], "99 reaches the top"
    assert "███████" not in with_bars[3]


def test_a_pool_tells_what_is_done_and_what_runs_of_how_many() -> None:
    run = Run()
    main, worker = run.process("main", role="main"), run.process("w")
    pool = run.resource("pool", "pool", limit=2)
    run.row(10, main, layout.SUBMITTED, pool, value=1 << 32 | 20)
    for t, kind in ((20, layout.TASK_STARTED), (30, layout.TASK_ENDED), (40, layout.TASK_STARTED)):
        run.row(t, worker, kind, pool)
    assert "1 of 20 done, 1 run" in drawn(shown(run))
    assert "0 of 20 done, 1 run" in drawn(shown(run, at=25, live=False))


def test_without_colour_no_cell_of_a_full_area_is_empty() -> None:
    brush = Brush(frame((-16, 0), 2, None, None, whole=False), Palette(plain=True))
    assert [glyph for glyph, _ in brush.column(Column(-9, -7, -7, -9))] == ["█", "▔"]


def test_a_pool_is_blank_before_it_is_made() -> None:
    run = Run()
    main = run.process("main", role="main")
    pool = run.resource("pool", "pool", limit=2)
    run.row(500, main, layout.SUBMITTED, pool, value=1 << 32 | 4)
    run.row(600, main, layout.TASK_ENDED, pool)
    assert drawn(shown(run, live=False), height=1).splitlines()[0][12:50].strip() == ""


def test_characters_are_shown_as_such() -> None:
    run, _ = written(*map(ord, "ABBC"), typecode="c", every=100)
    line = drawn(shown(run)).splitlines()[0]
    assert "'C'" in line
    assert [character for character in line if character in "ABC"] == ["A", "B", "C", "C"]


@pytest.mark.parametrize("values", [(math.nan, 1.0), (math.inf, -math.inf, 2.0), (0.0, -3.5, 1e308, -1e308)])
def test_odd_floats_are_drawn(values: tuple[float, ...]) -> None:
    run, _ = written(*values, typecode="d")
    for height in (1, 3, 12):
        assert "balance" in drawn(shown(run), height=height)


def test_what_was_forgotten_is_blank_and_the_rest_as_before() -> None:
    run, _ = written(*([8] * 100), every=10)
    moment = shown(run, live=False)
    before = drawn(moment, height=1)
    moment.history.counters[0].forget(600 * MS)
    after = drawn(moment, height=1)
    assert after.count("▇") < before.count("▇")
    assert after.rpartition("▇")[2] == before.rpartition("▇")[2]


@pytest.mark.parametrize("palette", [PALETTE, Palette(plain=True), Palette(ascii=True), Palette(dark=False)])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(run=runs())
def test_any_run_can_be_drawn_in_any_size(palette: Palette, run: Run) -> None:
    moment = shown(run, live=False)
    drawing = Drawing(palette)
    for width, height in ((20, 1), (34, 5), (60, 12), (140, 40)):
        for top in (0, 3):
            strips = drawing.strips(moment, width, height, top=top)
            assert {strip.cell_length for strip in strips} == {width}
            assert len(strips) <= max(height, 1) or not moment.history.counters
