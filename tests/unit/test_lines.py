"""Which lines of a run are shown in the log: each thing once, by stream, level and process."""

from playground.history import History
from playground.probe import layout
from playground.tui.lines import EVERYTHING, Lines, Wanted, known_by
from tests.unit.rows import INFO, MS, Run


def told(*rows: tuple[int, int, int, str]) -> Run:
    """A main process and A; rows are time, process, kind and text."""
    run = Run()
    run.process("main", role="main")
    run.process("A")
    for t, process, kind, text in rows:
        run.row(t, process, kind, value=run.text(text))
    return run


def shown(run: Run, wanted: Wanted = EVERYTHING, selected: int = 0) -> list[str]:
    return [line.text for line in Lines().of(run.history(), wanted, selected)]


def test_what_a_handler_writes_of_a_record_is_not_shown_again() -> None:
    run = told(
        (1, 1, layout.LOGGED, "WARNING app: careful"),
        (2, 0, layout.STDERR, "2026-11-28 WARNING:app:careful"),
        (3, 0, layout.STDERR, "careful"),
        (4, 1, layout.LOGGED, "INFO app: first\nsecond"),
        (5, 0, layout.STDERR, "INFO:app:first"),
        (6, 0, layout.STDERR, "second"),
        (7, 1, layout.LOGGED, "INFO app: late"),
        (3000, 0, layout.STDERR, "INFO:app:late"),
    )
    assert shown(run) == [
        "WARNING app: careful",
        "careful",
        "INFO app: first\nsecond",
        "INFO app: late",
        "INFO:app:late",
    ]


def test_a_record_that_is_told_after_its_output_takes_the_output_away() -> None:
    run = told(
        (1, 0, layout.STDERR, "an error of long ago: careful"),
        (500, 0, layout.STDERR, "WARNING:app:careful"),
        (501, 0, layout.STDERR, "something else"),
        (510, 1, layout.LOGGED, "WARNING app: careful"),
    )
    said = ["an error of long ago: careful", "something else", "WARNING app: careful"]
    assert shown(run) == said
    history, lines = History(INFO), Lines()
    for batch in run.cut((3, 4, 5)):
        history.append(batch)
        found = lines.of(history, EVERYTHING, 0)
    assert [line.text for line in found] == said


def test_the_sentence_of_a_report_is_shown_once_whichever_comes_first() -> None:
    said = ((1, 0, layout.STDOUT, "2 of 2"), (2, 0, layout.REPORT, "2 of 2"), (3, 0, layout.STDOUT, "2 of 2"))
    for rows in (said, said[1:], said[:2]):
        assert shown(told(*rows)) == ["2 of 2"]


def test_streams_levels_and_the_selected_process() -> None:
    run = told(
        (1, 0, layout.STDOUT, "out"),
        (2, 0, layout.STDERR, "err"),
        (3, 1, layout.LOGGED, "DEBUG app: d"),
        (4, 1, layout.LOGGED, "ERROR app: e"),
        (5, 0, layout.ACTION, "kill A"),
        (6, 1, layout.RAISED, "ValueError"),
    )
    assert shown(run, Wanted("output")) == ["out", "err"]
    assert shown(run, Wanted("log records")) == ["DEBUG app: d", "ERROR app: e"]
    assert shown(run, Wanted("events")) == ["kill A", "ValueError"]
    assert shown(run, Wanted(level="WARNING")) == ["err", "ERROR app: e", "ValueError"]
    assert shown(run, Wanted(only_selected=True), 1) == ["DEBUG app: d", "ERROR app: e", "ValueError"]
    assert shown(run, Wanted(only_selected=True), 0) == ["kill A"]  # nobody knows who wrote out and err


def test_taken_in_pieces_it_is_the_same_and_matches_grow_along() -> None:
    run = told(*((t, 1, layout.LOGGED, f"INFO app: step {t}") for t in range(1, 30)))
    history, lines = History(INFO), Lines()
    counts = []
    for batch in run.cut((5, 6, 20)):
        history.append(batch)
        found = list(lines.of(history, EVERYTHING, 0))
        counts.append(len(lines.matches("STEP 2")))
    assert found == Lines().of(run.history(), EVERYTHING, 0)
    assert counts == [1, 1, 1, 11]
    assert lines.matches("nowhere") == []
    assert known_by(found, 10 * MS) == 10


def test_another_run_is_begun_anew() -> None:
    lines = Lines()
    lines.of(told((1, 0, layout.STDOUT, "one")).history(), EVERYTHING, 0)
    second = told((1, 0, layout.STDOUT, "two")).history()
    assert [line.text for line in lines.of(second, EVERYTHING, 0)] == ["two"]


def test_an_exception_is_not_shown_again_as_what_it_printed() -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    1 / 0\nZeroDivisionError: by zero'
    printed = ("Process A:", *trace.splitlines()[:3], "    ~~^~~", trace.splitlines()[3], "other", "    ~~^~~")
    run = told((1, 1, layout.RAISED, trace), *((2, 0, layout.STDERR, line) for line in printed))
    assert shown(run) == [trace, "Process A:", "other", "    ~~^~~"]
