"""A long run keeps a window in memory, and counts exactly all the same."""

from collections.abc import Iterator

from playground.findings import Findings
from playground.history import Batch, History
from playground.history.history import MOST_ENDED, MOST_IDLE, RECENT
from playground.summary import summarise
from tests.unit.long_run import CYCLE_NS, INFO, ROWS_PER_CYCLE, batches

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
        whole.definitions += batch.definitions
        for name in ("time", "process", "thread", "kind", "resource", "site", "value"):
            getattr(whole, name).extend(getattr(batch, name))
        whole.until = batch.until
    return whole


def without_forgetting(given: Iterator[Batch]) -> Findings:
    findings = Findings(History(INFO))
    for batch in given:
        findings.history.append(batch)
        findings.advance()
    return findings


def test_the_summary_is_that_of_the_whole_run() -> None:
    bounded, whole = followed(batches(CYCLES)), without_forgetting(batches(CYCLES))
    assert bounded.history.since > 0
    assert summarise(bounded.history, bounded) == summarise(whole.history, whole)


def test_what_is_kept_has_a_size_however_long_the_run() -> None:
    h = followed(batches(CYCLES)).history
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
