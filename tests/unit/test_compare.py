"""Two runs side by side: figures, findings, and the first event in which two namesakes differ."""

from typing import Any

from playground.comparison.compare import Comparison, Sequences, compare
from playground.comparison.sequences import divergences, numbered
from playground.findings import Findings
from playground.history import History
from playground.probe import layout
from playground.summary import summarise
from tests.unit.rows import INFO, MS, Run


def summary_of(run: Run) -> dict[str, Any]:
    findings = Findings(History(INFO))
    findings.take(run.batch())
    return summarise(findings.history, findings)


def did(run: Run, cut: int = 0) -> Sequences:
    sequences = Sequences()
    for batch in run.cut([cut]):
        sequences.take(batch)
    return sequences


def compared(one: Run, other: Run) -> Comparison:
    return compare(summary_of(one), summary_of(other), did(one), did(other))


def two_locks(*order: str, pids: int = 0, slow: float = 1) -> Run:
    """A takes two locks in an order; ``slow`` stretches the time, ``pids`` come from elsewhere."""
    run = Run()
    for _ in range(pids):
        run.process("tracker", role="tracker", began=None)
    main, a = run.process("main", role="main"), run.process("A", began=None)
    locks = {name: run.resource(name) for name in sorted(order)}
    line = run.site("/x/work.py", 12, "work")
    run.row(1 * slow, main, layout.STARTED, value=100 + a)
    run.row(2 * slow, a, layout.BEGAN)
    for name in order:
        run.row(run.rows[-1][0] / MS + slow, a, layout.ACQUIRED, locks[name], site=line)
    return run


def end(run: Run, t: float, outcome: int = 0) -> Run:
    run.row(t, 0, layout.RUN_ENDED, value=outcome << 32)
    return run


def test_runs_that_differ_in_pids_times_and_waits_only_part_nowhere() -> None:
    one, other = two_locks("first", "second"), two_locks("first", "second", pids=2, slow=3)
    other.waits(20, 3, 1, layout.OP_ACQUIRE)
    other.row(21, 3, layout.WOKE)
    assert divergences(did(end(one, 30)), did(end(other, 30))) == []


def test_the_first_event_that_differs_is_told_in_words_with_its_line() -> None:
    one, other = end(two_locks("first", "second", "third"), 30), end(two_locks("first", "third", "second"), 30)
    (parted,) = divergences(did(one), did(other))
    assert (parted.process, parted.ordinal) == ("A", 1)
    assert (parted.one.text, parted.one.place, parted.one.at) == ("takes `second`", "work.py:12", 4 * MS)
    assert parted.other.text == "takes `third`"


def test_who_does_nothing_more_waits_for_something_or_was_killed() -> None:
    one, other = two_locks("first", "second"), two_locks("first", "second")
    one.waits(10, 1, 2, layout.OP_ACQUIRE)
    other.row(10, 1, layout.RELEASING, 2)
    (parted,) = divergences(did(end(one, 20)), did(end(other, 20)))
    assert (parted.ordinal, parted.one.text, parted.one.at) == (2, "waits for `second` (acquire)", None)
    killed = two_locks("first", "second")
    killed.ended(15, 1, -9)
    (parted,) = divergences(did(end(killed, 20)), did(other))
    assert parted.one.text == "is ended by SIGKILL"


def test_what_is_not_known_is_no_difference() -> None:
    """A recording that is cut, and events that were dropped: nobody knows what came next."""
    whole, cut = end(two_locks("first", "second", "third"), 30), two_locks("first", "second")
    assert divergences(did(whole), did(cut)) == []
    dropped = two_locks("first", "second")
    dropped.row(8, 1, layout.DROPPED, value=5 << layout.DROPPED_COUNT)
    dropped.row(9, 1, layout.RELEASING, 1)
    assert divergences(did(whole), did(end(dropped, 30))) == []
    assert [each.ordinal for each in divergences(did(whole), did(end(two_locks("first", "second"), 30)))] == [2]


def test_numbers_and_who_it_was_done_to_count() -> None:
    def counting(value: float, typecode: str = "i") -> Run:
        run = Run()
        run.process("main", role="main")
        total = run.resource("total", "value", typecode=typecode)
        run.row(1, 0, layout.READ, total, value=int(value))
        return end(run, 5)

    (parted,) = divergences(did(counting(3)), did(counting(-4)))
    assert (parted.one.text, parted.other.text) == ("reads 3 from `total`", "reads -4 from `total`")
    one, other = counting(1), counting(1)
    for run, status in ((one, 1), (other, -9)):
        child = run.process("child", began=None)
        run.row(6, child, layout.BEGAN)
        run.row(7, 0, layout.CHILD_ENDED, value=(100 + child) << 32 | status & 0xFFFFFFFF)
    (parted,) = divergences(did(one), did(other))
    assert (parted.one.text, parted.other.text) == (
        "sees that child has ended (exit 1)",
        "sees that child has ended (SIGKILL)",
    )
    half = int.from_bytes(b"\0\0\0\0\0\0\xe0\x3f", "little")
    (parted,) = divergences(did(counting(half, "d")), did(counting(0, "d")))
    assert (parted.one.text, parted.other.text) == ("reads 0.5 from `total`", "reads 0 from `total`")


def test_texts_are_compared_without_the_pids_in_them() -> None:
    def saying(text: str, helpers: int) -> Run:
        run = Run()
        for _ in range(helpers):
            run.process("tracker", role="tracker", began=None)
        main = run.process("main", role="main")
        run.row(1, main, layout.LOGGED, value=run.text(text))
        return end(run, 2)

    assert divergences(did(saying("INFO root: I am 100", 0)), did(saying("INFO root: I am 103", 3))) == []
    (parted,) = divergences(did(saying("INFO root: 40 left", 0)), did(saying("INFO root: 41 left", 3)))
    assert parted.one.text == "logs: INFO root: 40 left"


def test_it_does_not_matter_how_a_run_is_cut_into_batches() -> None:
    one, other = end(two_locks("a", "b", "c"), 30), end(two_locks("a", "c", "b"), 30)
    expected = divergences(did(one), did(other))
    for cut in range(len(one.rows)):
        assert divergences(did(one, cut), did(other, cut)) == expected


def test_the_figures_of_the_summaries() -> None:
    one, other = two_locks("first", "second"), two_locks("first", "second")
    for run, status, last in ((one, 0, 7), (other, 3, 9)):
        total = run.resource("total", "value")
        run.row(40, 1, layout.CREATED, total, value=7)
        run.row(41, 1, layout.READ, total)
        run.row(42, 1, layout.WROTE, total, value=last)
        run.ended(100, 1, status)
        end(run, 101)
    extra = other.process("B", began=101)
    other.ended(102, extra, 0)
    told = {(row.part, row.name, row.what): (row.one, row.other) for row in compared(one, other).differing}
    assert told[("process", "A", "exit code")] == (0, 3)
    assert told[("process", "B", "")] == (None, "there")
    assert told[("counter", "total", "last")] == (7, 9)
    assert ("run", "", "duration") not in told  # 1 ms apart
    assert ("process", "A", "running") not in told
    assert compared(one, one).differing == ()


def test_times_differ_only_from_a_tenth_on() -> None:
    one, other = end(two_locks("first"), 100), end(two_locks("first"), 120)
    assert [(row.what, row.one, row.other) for row in compared(one, other).differing if row.part == "run"] == [
        ("duration", 0.1, 0.12)
    ]


def test_findings_that_only_one_of_them_has() -> None:
    one = two_locks("first")
    one.row(50, 1, layout.RAISED, value=one.text("Traceback ...\nValueError: no"))
    both = compared(end(one, 100), end(two_locks("first"), 100))
    assert [each["kind"] for each in both.only_one] == ["unhandled_exception"]
    assert (both.only_other, both.both) == ((), ())
    assert [each["kind"] for each in compared(one, one).both] == ["unhandled_exception"]


def test_namesakes_get_numbers_of_their_own() -> None:
    assert numbered(["A", "A", "A (2)", "B"]) == ["A", "A (2)", "A (2) (2)", "B"]
    assert numbered(["A (2)", "A", "A"]) == ["A (2)", "A", "A (3)"]
