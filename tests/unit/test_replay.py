"""A recording is played, turned round and stepped through by a clock that the test holds."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.findings import Findings
from playground.history import History
from playground.probe import layout
from playground.recording import RecordingError
from playground.replay import Replay
from playground.summary import summarise
from tests.unit.clock import Clock
from tests.unit.made_runs import replayed_run
from tests.unit.random_runs import cuts, runs
from tests.unit.recordings import write
from tests.unit.rows import INFO, MS, Run


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def replay(tmp_path: Path, clock: Clock) -> Replay:
    path = tmp_path / "a.mpr.jsonl"
    write(path, replayed_run().cut([3, 5]))
    return Replay(path, clock)


def play(replay: Replay, clock: Clock, ms: float) -> float:
    """Let time pass; where the playhead then is, in ms."""
    clock.advance(ms)
    replay.tick()
    return replay.playhead / MS


# --- Playing ----------------------------------------------------------------------------------------


def test_it_stands_at_the_start_until_it_is_played(replay: Replay, clock: Clock) -> None:
    assert (replay.live, replay.playing, replay.playhead) == (False, False, 0)
    assert play(replay, clock, 500) == 0
    replay.toggle()
    assert [play(replay, clock, ms) for ms in (250, 250)] == [250, 500]
    replay.toggle()
    assert (play(replay, clock, 500), replay.playing) == (500, False)


def test_time_that_passed_while_it_stood_is_not_made_up_for(replay: Replay, clock: Clock) -> None:
    clock.advance(60_000)
    replay.toggle()
    assert play(replay, clock, 10) == 10


def test_it_stops_at_the_end_and_plays_again_from_the_start(replay: Replay, clock: Clock) -> None:
    replay.seek(3_900 * MS)
    replay.toggle()
    assert (play(replay, clock, 500), replay.playing) == (4_000, False)
    assert play(replay, clock, 500) == 4_000
    replay.toggle()
    assert (play(replay, clock, 300), replay.playing) == (300, True)


def test_reversed_it_stops_at_the_start_and_plays_again_from_the_end(replay: Replay, clock: Clock) -> None:
    replay.seek(500 * MS)
    replay.reverse()
    replay.toggle()
    assert play(replay, clock, 300) == 200
    assert (play(replay, clock, 300), replay.playing) == (0, False)
    replay.toggle()
    assert (play(replay, clock, 300), replay.playing) == (3_700, True)
    replay.reverse()
    assert play(replay, clock, 100) == 3_800


@pytest.mark.parametrize(
    ("wanted", "speed"), [(1, 1), (2, 2), (64, 64), (65, 64), (1e9, 64), (1 / 64, 1 / 64), (1e-9, 1 / 64), (-3, 1 / 64)]
)
def test_speed_has_limits(wanted: float, speed: float, replay: Replay, clock: Clock) -> None:
    replay.set_speed(wanted)
    assert replay.speed == speed
    replay.toggle()
    assert play(replay, clock, 16) == pytest.approx(16 * speed)


def test_a_tick_says_whether_there_is_something_new(replay: Replay, clock: Clock) -> None:
    assert [replay.tick(), replay.tick()] == [True, False]
    changes: list[Callable[[], None]] = [lambda: replay.seek(5), lambda: replay.set_speed(2), lambda: replay.step(1)]
    for change in (*changes, replay.reverse):
        change()
        assert [replay.tick(), replay.tick()] == [True, False]
    replay.reverse()
    replay.toggle()
    clock.advance(1)
    assert replay.tick()


# --- Going to places --------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "playhead"), [(-5, 0), (0, 0), (1_234, 1_234), (4_000, 4_000), (9_999, 4_000)])
def test_seeking_stays_within_the_run(wanted: int, playhead: int, replay: Replay) -> None:
    replay.seek(wanted * MS)
    assert replay.playhead == playhead * MS


def test_steps_visit_every_event_both_ways(replay: Replay) -> None:
    instants = [100, 200, 300, 500, 1_000, 4_000]
    replay.toggle()
    forwards = []
    for _ in instants:
        replay.step(1)
        forwards.append(replay.playhead / MS)
    assert (forwards, replay.playing) == (instants, False)
    backwards = []
    for _ in instants:
        replay.step(-1)
        backwards.append(replay.playhead / MS)
    assert backwards == [1_000, 500, 300, 200, 100, 0]


def test_a_step_from_between_two_events_goes_to_the_neighbour(replay: Replay) -> None:
    for count, there in ((1, 300), (-1, 200)):
        replay.seek(250 * MS)
        replay.step(count)
        assert replay.playhead == there * MS


def test_marks_are_findings_reports_and_deaths(replay: Replay) -> None:
    found = [(each.kind, each.at / MS) for each in replay.findings.all]
    assert found == [("killed", 300), ("abandoned_lock", 500)]
    forwards, backwards = [], []
    for _ in range(4):
        replay.next_mark(1)
        forwards.append(replay.playhead / MS)
    for _ in range(4):
        replay.next_mark(-1)
        backwards.append(replay.playhead / MS)
    assert (forwards, backwards) == ([200, 300, 500, 4_000], [500, 300, 200, 0])


@given(st.lists(st.integers(0, 9), max_size=30))
def test_whatever_is_pressed_the_playhead_stays_within_the_run(
    tmp_path_factory: pytest.TempPathFactory, keys: list[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "pressed.mpr.jsonl"
    if not path.exists():
        write(path, [replayed_run().batch()])
    clock = Clock()
    replay = Replay(path, clock)
    actions: list[Callable[[], None]] = [
        replay.toggle,
        replay.reverse,
        lambda: replay.step(1),
        lambda: replay.step(-1),
        lambda: replay.next_mark(1),
        lambda: replay.next_mark(-1),
        lambda: replay.set_speed(replay.speed * 8),
        lambda: replay.set_speed(replay.speed / 8),
        lambda: clock.advance(100),
        lambda: clock.advance(10_000),
    ]
    for key in keys:
        actions[key]()
        replay.tick()
        assert 0 <= replay.playhead <= replay.history.until


# --- The summary ------------------------------------------------------------------------------------


@given(runs(), cuts())
def test_the_summary_is_the_recorded_one(tmp_path_factory: pytest.TempPathFactory, run: Run, places: list[int]) -> None:
    path = tmp_path_factory.getbasetemp() / "summary.mpr.jsonl"
    history = History(INFO)
    findings = Findings(history)
    for batch in run.cut(places):
        history.append(batch)
        findings.advance()
    live = summarise(history, findings, str(path))
    write(path, run.cut(places), live)
    replay = Replay(path, Clock())
    assert replay.summary == live
    assert json.loads(path.read_text().splitlines()[-2])["summary"] == live


def test_a_run_that_has_just_ended_is_shown_from_memory(clock: Clock) -> None:
    history = replayed_run().history()
    findings = Findings(history)
    findings.advance()
    replay = Replay.of_run(history, findings, None, clock)
    assert (replay.playhead / MS, replay.playing, replay.live) == (4_000, False, False)
    assert replay.summary == summarise(history, findings, None)
    replay.toggle()
    assert play(replay, clock, 100) == 100


def test_a_run_without_events_can_be_replayed(tmp_path: Path, clock: Clock) -> None:
    write(tmp_path / "a.mpr.jsonl", [])
    replay = Replay(tmp_path / "a.mpr.jsonl", clock)
    replay.step(1)
    replay.step(-1)
    replay.next_mark(1)
    replay.toggle()
    assert (play(replay, clock, 100), replay.playing) == (0, False)
    assert (replay.info, replay.summary["processes"]) == (INFO, [])


def test_a_damaged_recording_is_shown_with_a_notice(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "a.mpr.jsonl"
    write(path, replayed_run().cut([3, 5]))
    path.write_bytes(path.read_bytes()[:-5])
    replay = Replay(path, clock)
    assert (len(replay.notices), len(replay.history.time)) == (1, 5)


def test_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError):
        Replay(tmp_path)


# --- Steps of one, sections, gaps, kinds of marks ---------------------------------------------------------


def test_steps_of_one_visit_what_happened_to_it(replay: Replay) -> None:
    visited: dict[str, list[float]] = {"A": [], "B": [], "gate": []}
    ways = {"A": {"process": 0}, "B": {"process": 1}, "gate": {"resource": 1}}
    for name, way in ways.items():
        replay.seek(-1)
        while replay.step_of(1, **way):
            visited[name].append(replay.playhead / MS)
        assert replay.playing is False
    assert visited == {"A": [100, 200, 300], "B": [500, 4_000], "gate": [100, 500]}  # nobody steps to a mere look
    replay.seek(4_000 * MS)
    back = []
    while replay.step_of(-1, process=0):
        back.append(replay.playhead / MS)
    assert back == [300, 200, 100, 0]


def test_steps_of_one_go_over_thousands_of_others(tmp_path: Path, clock: Clock) -> None:
    run = Run()
    a, b = run.process("A"), run.process("B")
    run.row(1, a, layout.CREATED)
    for t in range(2, 20_000):
        run.row(t, b, layout.CREATED)
    run.row(20_000, a, layout.CREATED)
    write(tmp_path / "a.mpr.jsonl", run.cut([5_000]))
    replay = Replay(tmp_path / "a.mpr.jsonl", clock)
    replay.seek(replay.until)
    assert replay.step_of(-1, process=a)
    assert replay.playhead == 1 * MS
    assert replay.step_of(1, process=a)
    assert replay.playhead == 20_000 * MS


def test_a_section_is_played_again_and_again(replay: Replay, clock: Clock) -> None:
    replay.seek(2_000 * MS)
    replay.turn_section()
    begun = replay.section
    assert begun == (2_000 * MS, None)
    replay.seek(1_000 * MS)
    replay.turn_section()
    assert replay.section == (1_000 * MS, 2_000 * MS)
    replay.toggle()
    assert [play(replay, clock, 300) for _ in range(5)] == [1_300, 1_600, 1_900, 1_000, 1_300]
    replay.reverse()
    assert [play(replay, clock, 300) for _ in range(3)] == [2_000, 1_700, 1_400]
    replay.reverse()
    replay.seek(3_000 * MS)
    assert play(replay, clock, 1) == 1_000
    replay.turn_section()
    assert replay.section is None


def test_gaps_are_skipped_on_wish(replay: Replay, clock: Clock) -> None:
    replay.seek(500 * MS)
    replay.turn_gaps()
    replay.toggle()
    assert play(replay, clock, 10) == 3_750  # to a quarter of a second before the next thing that happens
    assert play(replay, clock, 300) == 4_000
    assert not replay.playing
    replay.reverse()
    replay.toggle()
    assert play(replay, clock, 10) == 750
    replay.set_speed(2)
    replay.turn_gaps()
    assert play(replay, clock, 50) == 650


def test_marks_are_gone_to_by_kind(replay: Replay) -> None:
    replay.put_bookmark(700 * MS, "mine")
    visited = {}
    for _ in range(7):
        replay.seek(0)
        replay.turn_kind()
        seen = []
        while replay.playhead < replay.until:
            replay.next_mark(1)
            seen.append(replay.playhead / MS)
        visited[replay.kind] = seen[:-1]  # the last one is the end
    assert visited == {
        "findings": [300, 500],
        "actions": [],
        "said": [200],
        "ends": [300],
        "waits": [500],
        "bookmarks": [700],
        "all": [200, 300, 500, 700],
    }


def test_bookmarks_stay_with_the_recording(replay: Replay) -> None:
    assert replay.put_bookmark(700 * MS, "mine") == ""
    assert replay.path is not None
    again = Replay(replay.path)
    assert [(mark.time, mark.text) for mark in again.marks if mark.kind == "bookmarks"] == [(700 * MS, "mine")]
    assert again.remove_bookmark(700 * MS) == ""
    assert Replay(replay.path).bookmarks.all == []
