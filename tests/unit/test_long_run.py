"""A long run keeps a window in memory, and counts exactly all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.findings import MOST_OF_A_KIND, Findings
from playground.history import Batch, History
from playground.history.forgetting import MOST_ENDED, MOST_IDLE, RECENT
from playground.probe import layout
from playground.recording import Writer, open_recording
from playground.replay import Replay
from playground.summary import summarise
from tests.unit.long_run import CYCLE_NS, INFO, ROWS_PER_CYCLE, batches
from tests.unit.rows import Run

WINDOW = 30_000
CYCLES = 400


def followed(given: Iterator[Batch], window: int = WINDOW) -> Findings:
    findings = Findings(History(INFO, window))
    for batch in given:
        findings.take(batch)
    return findings


def joined(given: Iterator[Batch]) -> Batch:
    """All of them as one."""
    whole = Batch()
    for batch in given:
        whole.join(batch)
    return whole


def without_forgetting(given: Iterator[Batch]) -> Findings:
    findings = Findings(History(INFO))
    for batch in given:
        findings.history.append(batch)
        findings.advance()
    return findings


@pytest.fixture(scope="module")
def bounded() -> Findings:
    """A run that is much longer than its window."""
    return followed(batches(CYCLES))


def test_the_summary_is_that_of_the_whole_run(bounded: Findings) -> None:
    whole = without_forgetting(batches(CYCLES))
    assert bounded.history.since > 0
    assert summarise(bounded.history, bounded) == summarise(whole.history, whole)


def test_what_is_kept_has_a_size_however_long_the_run(bounded: Findings) -> None:
    h = bounded.history
    most = WINDOW + WINDOW // 8 + RECENT
    assert h.rows == CYCLES * ROWS_PER_CYCLE > 4 * most
    assert len(h.instants) <= most
    assert max(len(h.time), len(h.value)) <= 2 * RECENT
    assert len(h.shown) <= MOST_ENDED + 6 + RECENT // ROWS_PER_CYCLE
    assert len(h.in_use) <= MOST_IDLE + RECENT // ROWS_PER_CYCLE
    assert len(h.texts) <= RECENT // ROWS_PER_CYCLE + 1
    for process in h.shown.values():
        assert max(len(process.lane.starts), len(process.lane.holding_starts), len(process.site_times)) <= most
    assert max(len(counter.times) for counter in h.counters) <= most
    assert h.processes[50].folded
    assert h.name(50) == "child-45"


def test_the_window_is_shown_as_in_a_history_that_forgets_nothing() -> None:
    cycles = 150
    bounded, whole = followed(batches(cycles)).history, without_forgetting(batches(cycles)).history
    instants = range(bounded.since, bounded.until, CYCLE_NS // 7)
    shown = set(bounded.shown)
    for t in instants:
        assert bounded.at(t) == [state for state in whole.at(t) if state.index in shown]
        assert bounded.waits_at(t) == whole.waits_at(t)
        assert bounded.resources[1].holders_at(t) == whole.resources[1].holders_at(t)


def test_what_is_forgotten_depends_on_the_rows_and_not_on_how_they_came() -> None:
    cycles = 120
    one, other = followed(batches(cycles)).history, followed(iter([joined(batches(cycles))])).history
    assert one.since == other.since > 0
    assert one.instants == other.instants
    assert [*one.shown] == [*other.shown]
    assert one.at(one.since) == other.at(one.since)


def test_a_recording_ends_at_its_limit_and_is_whole_up_to_there(tmp_path: Path) -> None:
    path, limit = tmp_path / "long.mpr.jsonl", 200_000
    writer = Writer(path, INFO, limit)
    for batch in batches(20):
        writer.append(batch)
    writer.finish({})
    assert "MP_PLAYGROUND_RECORDING_MIB" in (writer.failed or "")
    opened = open_recording(path)
    assert limit - 20_000 < path.stat().st_size <= limit
    assert not opened.notices
    assert 0 < len(opened.batch) < 20 * ROWS_PER_CYCLE


def test_a_long_replay_shows_its_last_window_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(History.__init__, "__defaults__", (WINDOW,))
    path, cycles = tmp_path / "long.mpr.jsonl", 120
    writer = Writer(path, INFO)
    for batch in batches(cycles):
        writer.append(batch)
    writer.close()
    replay = Replay(path)
    assert replay.history.since > 0
    assert len(replay.history.instants) <= WINDOW + WINDOW // 8 + RECENT
    assert any("long run" in notice for notice in replay.notices)
    replay.seek(0)
    assert replay.playhead == replay.history.since
    replay.step(1)
    assert replay.playhead == replay.history.instants[1]
    before = Replay(path, ends_at=replay.history.since)
    assert before.history.since < replay.history.since <= before.history.until < replay.history.until
    begin = before
    while begin.history.since:
        begin = Replay(path, ends_at=begin.history.since)
    assert begin.history.instants[0] == next(iter(batches(1))).time[0]


def test_of_many_findings_of_a_kind_the_first_are_told_and_the_others_counted() -> None:
    run = Run()
    count = MOST_OF_A_KIND + 50
    for number in range(count):
        process = run.process(f"child-{number}", began=10 + number)
        run.row(10.5 + number, process, layout.RAISED, value=run.text("ValueError: x"))
    found = [finding for finding in run.findings() if finding.kind == "unhandled_exception"]
    assert len(found) == MOST_OF_A_KIND + 1
    assert [finding.text for finding in found if "50 times more" in finding.text]


def test_after_lost_events_nobody_holds_what_was_held() -> None:
    run = Run()
    a, b, lock = run.process("A"), run.process("B"), run.resource("lock")
    run.row(10, a, layout.ACQUIRED, lock)
    run.row(20, b, layout.LOST, value=2728)
    assert [holder[0] for holder in run.history().resources[lock].holders()] == [a]
    run.row(30, b, layout.ACQUIRED, lock)
    history = run.history()
    assert [holder[0] for holder in history.resources[lock].holders()] == [b]
    assert (history.dropped, history.resources[lock].max_holders) == (2728, 1)
    run.row(40, b, layout.LOST, value=2728)
    assert run.history().resources[lock].holders() == []
