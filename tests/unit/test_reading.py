"""Findings and source as they are drawn and copied."""

from playground.excerpt import Sources, places
from playground.findings import Finding
from playground.probe import layout
from playground.tui.render import findings, source
from playground.tui.render.line import sentence
from playground.tui.render.palette import palette_of
from tests.unit.made_runs import deadlock
from tests.unit.moments import moment_at_the_end
from tests.unit.rows import Run

PALETTE = palette_of({}, dark=True, plain=False)
CODE = "import it\nwith first:\n    with second:\n        pass\n"


def killed(process: int, name: str) -> Finding:
    return Finding("killed", "error", (process,), (), process, f"{name} crashed (SIGSEGV) after {process}.5 s", "Look.")


def test_findings_that_differ_in_names_and_figures_only_are_counted() -> None:
    run = Run()
    for name in ("main", "w-1", "w-11"):
        run.process(name)
    history = run.history()
    other = Finding("zombie", "info", (1,), (), 1, "w-1 crashed (SIGSEGV) after 1.5 s", "Join.")
    each = findings.told(history, (other, killed(1, "w-1"), killed(2, "w-11")))
    assert [one.head for one in each] == ["✗ killed  2 times", "i zombie"]
    assert each[0].finding.processes == (2,)
    assert findings.who_and_what(history, each[0]) == "processes w-11, w-1"
    with_it = Finding("orphan", "warning", (2,), (), 2, "w-11 lives on", "Join.")
    heads = [one.head for one in findings.told(history, (other, with_it, killed(2, "w-11")))]
    assert heads == ["✗ killed", "! orphan", "i zombie"], "the gravest of an instant is first"


def test_an_open_finding_has_its_lines_and_its_advice_and_is_copied_with_them() -> None:
    shown = moment_at_the_end(deadlock("name.py"))  # the file whose text the run has kept
    (one,) = findings.told(shown.history, shown.findings)
    found, sources = places(shown.history, one.finding), Sources(shown.history, reads_files=False)
    drawn = findings.draw(shown.history, one, found, sources, 90, PALETTE, open_=True)
    assert all(strip.cell_length == 90 for strip in drawn)
    text = "\n".join(strip.text for strip in drawn)
    assert "deadlock  at 00:00.004" in text
    assert "processes A, B · resources second, first" in text
    assert "name.py:3  A waits here, B waits here" in text
    assert "→ Take" in text
    plain = findings.plain(shown.history, one, found, sources)
    assert plain.startswith("✗ deadlock, at 0.004 s\ndeadlock of 2")
    assert "  name.py:2  B holds `second` since here" in plain
    assert plain.splitlines()[-1].startswith("-> Take")


def test_names_in_a_sentence_have_a_colour_instead_of_backticks_also_over_the_end_of_a_line() -> None:
    plain, names = PALETTE.style(), PALETTE.style(PALETTE.warning)
    lines = sentence("take `first` before `with second:` or leave", 20, plain, names)
    assert [[segment.text for segment in line.segments] for line in lines] == [
        ["take ", "first", " before"],
        ["with second:", " or"],
        ["leave"],
    ]
    assert [segment.style for segment in lines[1].segments] == [names, plain]
    assert lines[0].width == len("take first before")
    cut = sentence("take `with the second lock of it` then", 18, plain, names, most=1)
    assert [segment.text for line in cut for segment in line.segments] == ["take ", "with the se…"]
    [long] = sentence("`a_name_without_any_blank`", 12, plain, names, most=1)
    assert (long.width, long.segments[0].text) == (11, "a_name_wit…")
    for odd, style in (("a lone ` is none", names), ("without `colour` they stay", None)):
        assert [segment.text for segment in sentence(odd, 40, plain, style)[0].segments] == [odd]


def test_where_one_waited_by_chance_is_no_part_of_what_happened_to_a_value() -> None:
    shown = moment_at_the_end(deadlock("name.py"))
    (found,) = shown.findings
    lost = Finding("lost_update", "error", found.processes, (), found.at, "A wrote 1 at name.py:3", "Hold one lock.")
    assert [(place.line, place.remarks) for place in places(shown.history, lost)] == [(3, [])]


def test_the_source_marks_who_stands_where_what_is_held_and_what_was_found() -> None:
    shown = moment_at_the_end(deadlock("name.py"))
    said = source.notes(shown, "name.py", {f: places(shown.history, f) for f in shown.findings})
    assert said[3].standing == ["A", "B"]
    assert said[2].held == ["A holds first", "B holds second"]
    assert (said[2].found, said[3].found) == ("error", "error")
    drawn = source.draw(CODE, said, 3, 100, PALETTE)
    assert all(strip.cell_length == 100 for strip in drawn)
    assert "A, B ▸ ✗   3" in drawn[2].text
    assert "with first:  ◂ A holds first, B holds second, deadlock" in drawn[1].text


def test_who_runs_on_is_marked_as_gone_on() -> None:
    run = Run()
    a = run.process("A")
    run.row(1, a, layout.ACQUIRED, run.resource("first"), site=run.site("name.py", 2, "f"))
    said = source.notes(moment_at_the_end(run), "name.py", {})
    assert (said[2].standing, said[2].passed) == ([], ["A"])
    assert "A ▹ ◆" in source.draw(CODE, said, 0, 100, PALETTE)[1].text


def test_many_in_one_place_are_counted_and_their_arrow_stays() -> None:
    run = Run()
    here = run.site("name.py", 2, "f")
    for number in range(4):
        process = run.process(f"a-long-name-{number}", began=number)
        run.waits(number, process, run.resource("q"), layout.OP_ACQUIRE, site=here)
    said = source.notes(moment_at_the_end(run), "name.py", {})
    assert " a-long-na… +3 ▸" in source.draw(CODE, said, 0, 100, PALETTE)[1].text


def test_of_a_large_text_only_what_is_looked_at_is_drawn() -> None:
    drawn = source.draw("x = 1\n" * 40_000, {}, 0, 60, PALETTE)
    assert len(drawn) == 40_000
    assert drawn[39_999].text.strip() == "40000  x = 1"
    assert [strip.text.strip() for strip in drawn[1:3]] == ["2  x = 1", "3  x = 1"]
