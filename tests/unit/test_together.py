"""Two recordings with one playhead, and drawings on one clock."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from playground.probe import layout
from playground.replay import Replay
from playground.together import Together
from playground.tui.moment import Clock as TimeAxis
from playground.tui.moment import moment_of
from playground.tui.render import processes, transport
from playground.tui.render.axis import scale_of
from playground.tui.render.palette import Palette
from playground.tui.view import View
from tests.unit.clock import Clock
from tests.unit.made_runs import replayed_run
from tests.unit.moments import moment, text
from tests.unit.recordings import write
from tests.unit.rows import MS, Run


def short_run() -> Run:
    """Events at 0, 150 and 400 ms."""
    run = Run()
    process = run.process("C")
    run.row(150, process, layout.ACTION, value=run.text("kill C"))
    run.row(400, process, layout.RUN_ENDED)
    return run


@pytest.fixture
def both(tmp_path: Path) -> list[Replay]:
    paths = [tmp_path / "long.mpr.jsonl", tmp_path / "short.mpr.jsonl"]
    for path, run in zip(paths, (replayed_run(), short_run()), strict=True):
        write(path, run.cut([2]))
    return [Replay(path) for path in paths]


def at(replays: list[Replay]) -> list[float]:
    return [replay.playhead / MS for replay in replays]


def test_each_stands_where_the_playhead_is_or_at_its_end(both: list[Replay]) -> None:
    together = Together(both)
    together.seek(300 * MS)
    assert at(both) == [300, 300]
    together.seek(9_000 * MS)
    assert at(both) == [4_000, 400]


def test_a_step_goes_to_the_next_event_of_any(both: list[Replay]) -> None:
    together = Together(both)
    seen = []
    for _ in range(4):
        together.step(1)
        seen.append(together.playhead / MS)
    assert seen == [100, 150, 200, 300]
    together.step(-1)
    assert at(both) == [200, 200]


def test_marks_of_both_are_gone_to_and_drawn(both: list[Replay]) -> None:
    together = Together(both)
    together.next_mark(1)
    assert together.playhead == 150 * MS
    together.next_mark(1)
    assert together.playhead == 200 * MS
    together.seek(4_000 * MS)
    assert "▾" in text(transport.transport(moment_of(together, View()), 100, 1, Palette()))


def test_time_moves_both(both: list[Replay]) -> None:
    clock = Clock()
    together = Together(both, clock)
    together.toggle()
    clock.advance(250)
    assert together.tick()
    assert at(both) == [250, 250]
    clock.advance(10_000)
    together.tick()
    assert at(both) == [4_000, 400]
    assert not together.playing


def test_two_runs_of_different_length_have_one_scale(both: list[Replay]) -> None:
    Together(both).seek(300 * MS)
    moments = [moment_of(replay, View()) for replay in both]
    assert scale_of(moments[0], 60) != scale_of(moments[1], 60)
    axis = TimeAxis(300 * MS, max(each.until for each in moments), 0, live=False)
    one, other = (scale_of(replace(each, common=axis), 60) for each in moments)
    assert one == other


def test_aligned_on_an_instant_of_each_they_stand_there_together(both: list[Replay]) -> None:
    together = Together(both)
    assert not together.aligned
    together.align([1_000 * MS, 150 * MS])
    assert at(both) == [1_000, 150]
    assert (together.playhead, together.leads) == (1_000 * MS, (0, 850 * MS))
    together.seek(1_100 * MS)
    assert at(both) == [1_100, 250]
    together.step(1)
    assert at(both) == [1_250, 400], "the next event of either is the end of the second"
    together.seek(0)
    assert at(both) == [0, 0], "before its begin a run stands at it"
    together.align([100 * MS, 400 * MS])
    together.seek(10_000 * MS)
    assert at(both) == [4_000, 400]
    assert together.history.until == 4_300 * MS
    assert together.marks[0].time == 150 * MS
    together.align([0, 0])
    assert (together.aligned, together.history.until) == (False, 4_000 * MS)


def test_the_one_in_front_is_stepped_through_in_its_own_time(both: list[Replay]) -> None:
    together = Together(both)
    together.align([1_000 * MS, 150 * MS])
    together.side = 1
    assert (together.front, together.lead) == (both[1], 850 * MS)
    together.seek(0)
    assert together.step_of(1, process=0)
    assert (together.playhead, at(both)[1]) == (850 * MS, 0), "where the second run begins"
    assert together.step_of(1, process=0)
    assert (together.playhead, at(both)) == (1_000 * MS, [1_000, 150])
    together.front.put_bookmark(together.front.playhead, "here")
    assert [(mark.time, mark.text) for mark in together.marks if mark.kind == "bookmarks"] == [(1_000 * MS, "here")]
    together.seek(0)
    assert not together.step_of(-1, process=0)


@pytest.mark.parametrize("zoom", [0, 3])
@pytest.mark.parametrize("lead", [0, 7, 1_234_567, 999 * MS])
def test_what_is_aligned_stands_in_the_same_column(both: list[Replay], lead: int, zoom: int) -> None:
    """The columns of a run that begins later are those of the same run by itself, so many later."""
    Together(both).seek(300 * MS)
    moments = [moment_of(replay, View(zoom=zoom)) for replay in both]
    axis = TimeAxis(2_000 * MS, 5_000 * MS, 0, live=False)
    late = TimeAxis(axis.at - lead, axis.until - lead, -lead, False, -lead)
    one, other = (scale_of(replace(m, common=c), 60) for m, c in zip(moments, (axis, late), strict=True))
    for instant in (0, 1, 150 * MS, 1_999 * MS, 2_000 * MS, 4_999 * MS):
        assert one.x(instant) == other.x(instant - lead)
        assert one.bucket(instant) == other.bucket(instant - lead)
    assert (one.start, one.end) == (other.start + lead, other.end + lead)


@pytest.mark.parametrize(("selected", "sign"), [(0, "●B"), (1, "◉B")])
def test_picked_processes_are_told_without_colour(selected: int, sign: str) -> None:
    history = replayed_run().history()
    shown = moment(history, selected=selected, picked=frozenset({0, 1}))
    drawn = text(processes.draw(shown, 80, 10, Palette(plain=True)))
    assert sign in drawn
    assert "●A" not in drawn, "A has ended"
    assert shown.picked == (1,)
