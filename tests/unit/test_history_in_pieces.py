"""A history is the same however its rows were cut into batches, and its past stays as it was."""

from hypothesis import assume, given

from playground.history import History, ProcessState, Wait
from playground.probe import layout
from tests.unit.examples import examples
from tests.unit.random_runs import cuts, runs
from tests.unit.rows import INFO, Run, holding_at


def picture(history: History) -> dict[str, object]:
    """All that a history answers, at every instant of its rows and between them."""
    instants = sorted({t + after for t in history.time for after in (-1, 0, 1)} | {history.until})
    return {
        "states": [history.at(t) for t in instants],
        "waits": [history.waits_at(t) for t in instants],
        "holds": [resource.holders_at(t) for resource in history.resources.values() for t in instants],
        "now": [resource.holders() for resource in history.resources.values()],
        "counters": [
            (each.name, each.times, each.values, each.writers, each.writes, each.limit) for each in history.counters
        ],
        "seconds": [process.lane.seconds(t) for process in history.processes for t in instants],
        "holding": [holding_at(process.lane, t) for process in history.processes for t in instants],
        "said": [history.log(t, 100) for t in instants] + [history.marks],
        "end": [history.outcome, history.exitcode, history.until],
    }


@examples(150)
@given(runs(), cuts())
def test_a_history_built_in_pieces_is_the_one_built_at_once(run: Run, places: list[int]) -> None:
    assert picture(run.history(places)) == picture(run.history())


@examples(150)
@given(runs())
def test_the_past_does_not_change(run: Run) -> None:
    places = range(1, len(run.rows), 5)
    assume(layout.RELEASE_FAILED not in run.history().kind)  # it takes a release back, and so it must
    history = History(INFO)
    seen: dict[int, tuple[list[ProcessState], list[Wait]]] = {}
    for batch in run.cut(places):
        history.append(batch)
        earlier = [t for t in history.time if t < history.until]
        told = {t: (history.at(t), history.waits_at(t)) for t in earlier}
        assert {t: told[t] for t in seen} == seen
        seen = told
