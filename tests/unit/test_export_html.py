"""The report: whole and well formed whatever stands in a recording, with nothing in it that runs or loads."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings

import playground
from playground.export import Options, write
from playground.export.html.explained import KINDS
from playground.history import RunInfo
from playground.probe import layout
from playground.replay import Replay
from tests.recordings import DEADLOCK
from tests.unit import pairs, recordings
from tests.unit.hostile import TEXTS, is_dangerous
from tests.unit.made_runs import busy_run
from tests.unit.random_runs import runs
from tests.unit.rows import INFO, Run

_VOID = {"meta", "br"}
_KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "article", "header", "div", "p", "span"),
    *("b", "i", "code", "ul", "li", "dl", "dt", "dd", "h1", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td"),
    *("figure", "figcaption", "svg", "g", "defs", "pattern", "path", "line", "rect", "circle", "text"),
}
MARKUP = "<script>alert(1)</script>]]>&amp;\"' onload=x </svg></title></style><img src=http://x/y>"


class Page(HTMLParser):
    """Takes a page apart; every element must be known and end where it should."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.texts: list[str] = []
        self.titles: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.classes: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, f"not ended: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _KNOWN, f"<{tag}>"
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _KNOWN, f"<{tag}/>"
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title":
            self.titles.append(data)
        elif self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page_of(path: Path) -> str:
    out = io.StringIO()
    write(path, "html", out)
    return out.getvalue()


def taken_apart(path: Path) -> Page:
    page = page_of(path)
    apart = Page(page)
    for name, value in apart.attributes:
        assert name not in {"src", "href", "srcset", "onload", "action", "formaction", "xlink:href"}, name
        assert not name.startswith("on"), name
        assert "url(" not in value.replace("url(#hatch)", "")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert not re.search(r"@import|url\((?!#hatch)|https?:", style)
    return apart


def test_a_deadlock_is_explained_to_somebody_who_knows_nothing() -> None:
    page = taken_apart(DEADLOCK)
    for words in (
        "deadlock of 2: A waits for",
        "so none can ever go on",  # what that is in general
        "What to do: Take",
        "A waits here",
        "When the recording ends",
        "Nothing could go on any more",
        "everything that the program printed, which may hold personal data",
        "waits for second",  # on the timeline
    ):
        assert words in page.text, words
    assert any("held by B" in each for each in page.titles), "what the pointer tells"
    assert "A waits for second held by B waits for first held by" in page.text, "the cycle, drawn"
    assert ("http-equiv", "Content-Security-Policy") in page.attributes


def test_what_was_noted_of_a_run_is_told_with_what_everybody_did_then(tmp_path: Path) -> None:
    path = tmp_path / "a.mpr.jsonl"
    path.write_bytes(DEADLOCK.read_bytes())
    replay = Replay(path)
    at = replay.findings.all[0].at
    replay.put_bookmark(at, "here `first` is <b>missing</b>")
    replay.put_bookmark(replay.until + 1, "later than all of it")
    page = taken_apart(path)
    assert "What was noted" in page.text
    assert f"◆ 1 at {at / 1e9:.3f} s here first is <b>missing</b>" in page.text
    assert "A waits for second" in page.text.partition("What was noted")[2].partition("What everybody did")[0]
    assert any("is <b>missing</b>" in each for each in page.titles), "on the timeline"
    assert not any("later than all of it" in each for each in page.titles)
    assert "What was noted" not in taken_apart(DEADLOCK).text


def test_a_run_is_compared_with_another_one(tmp_path: Path) -> None:
    broken, fixed = pairs.put(tmp_path, "b", pairs.BROKEN, "broken"), pairs.put(tmp_path, "f", pairs.FIXED, "fixed")
    out = io.StringIO()
    write(broken, "html", out, Options(against=fixed))
    text = Page(out.getvalue()).text
    assert "Compared with fixed The other run: topic/locks fixed" in text
    assert "A 0 takes first at 0.010 s, locks.py:12 takes second at 0.030 s, locks.py:12" in text
    assert "parameter variant broken fixed" in text
    assert "Compared with" not in taken_apart(broken).text
    fixed.write_bytes(fixed.read_bytes()[:-10])
    out = io.StringIO()
    write(broken, "html", out, Options(against=fixed))
    assert "of the other run: the recording is damaged or cut" in Page(out.getvalue()).text
    out = io.StringIO()
    write(broken, "html", out, Options(against=broken))
    assert "every process does the same as its namesake" in Page(out.getvalue()).text


def test_every_kind_of_finding_is_explained() -> None:
    guide = (Path(playground.__file__).parent / "docs" / "guide.md").read_text(encoding="utf-8")
    table = guide.partition("## Findings")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == KINDS.keys()


@pytest.mark.parametrize("count", [1, 3, 9])
def test_a_cycle_is_drawn_unless_it_is_long(count: int, tmp_path: Path) -> None:
    run = Run()
    processes = [run.process(f"P{number}", role="child" if number else "main") for number in range(count)]
    locks = [run.resource(f"lock{number}") for number in range(count)]
    for process, lock in zip(processes, locks, strict=True):
        run.row(1, process, layout.ACQUIRED, lock)
    for process in processes:
        run.waits(2, process, locks[(process + 1) % count], layout.OP_ACQUIRE)
    run.look(100, *processes)
    run.row(200, 0, layout.RUN_ENDED, value=1 << 32 | 124)
    path = tmp_path / "run.mpr.jsonl"
    recordings.write(path, [run.batch()])
    page = taken_apart(path)
    assert "deadlock" in page.text
    drawn = " held by ".join(f"P{n} waits for lock{(n + 1) % count}" for n in range(count)) + " held by"
    assert (drawn in page.text) == (count < 9), page.text[:2000]


def test_counters_holds_and_ends_are_drawn(tmp_path: Path) -> None:
    path = tmp_path / "run.mpr.jsonl"
    info = RunInfo(INFO.scenario, INFO.title, {}, (), "fork", "x = 1\n", "name.py", {"ratio": 9.0}, {"gate": 1})
    recordings.write(path, [busy_run().batch()], info=info)
    page = taken_apart(path)
    assert "ratio" in page.text
    assert "expected 9" in page.text
    assert "limit 1, had 2" in page.text
    assert "✗ SIGKILL" in page.text
    assert any("B holds lock from 0.010000 s for 10 ms" in each for each in page.titles)
    assert any("A lets in B (lock)" in each for each in page.titles)
    assert any("a zombie" in each for each in page.titles)


def hostile_recording(path: Path, text: str) -> Path:
    info = RunInfo(text, text, {text: text}, (text,), "fork", f"# {text}\nimport os\n", "/x/work.py", {text: 3.0}, {})
    run = Run()
    a, b = run.process(text, role="main"), run.process(text, began=1)
    lock, total, line = run.resource(text), run.resource(f"{text}2", "value"), run.site("/x/work.py", 2, text)
    run.row(1, a, layout.CREATED, total, value=1)
    run.row(2, a, layout.ACQUIRED, lock, site=line)
    run.waits(3, b, lock, layout.OP_ACQUIRE, site=line)
    for kind in (layout.STDOUT, layout.ACTION, layout.REPORT, layout.RAISED, layout.LOGGED):
        run.row(4, a, kind, value=run.text(text), site=line)
    run.ended(5, a, 1)
    run.row(9, a, layout.RUN_ENDED, value=3 << 32 | 1)
    recordings.write(path, [run.batch()], info=info)
    return path


@pytest.mark.parametrize("text", [MARKUP, *TEXTS.values()], ids=["elements", *TEXTS])
def test_hostile_texts_are_texts(text: str, tmp_path: Path) -> None:
    page = taken_apart(hostile_recording(tmp_path / "run.mpr.jsonl", text))
    shown = [each for each in "".join(page.texts + page.titles) if is_dangerous(each)]
    assert set(shown) <= {"\n"}
    if text == MARKUP:
        assert text in page.text


@settings(max_examples=12, deadline=None)
@given(run=runs())
def test_any_run_gives_a_page_that_is_whole(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("run") / "run.mpr.jsonl"
    recordings.write(path, [run.batch()])
    taken_apart(path)


def test_a_long_run_stays_small(tmp_path: Path) -> None:
    """Tens of thousands of states and steps become as many marks as can be seen."""
    run = Run()
    a = run.process("A", role="main")
    lock, total = run.resource("lock"), run.resource("total", "value")
    for i in range(6000):
        run.row(i, a, layout.ACQUIRED, lock)
        run.row(i + 0.4, a, layout.WROTE, total, value=i)
        run.row(i + 0.5, a, layout.RELEASING, lock)
        run.row(i + 0.6, a, layout.SLEEPING)
        run.row(i + 0.9, a, layout.SLEPT)
    path = tmp_path / "run.mpr.jsonl"
    recordings.write(path, [run.batch()])
    assert len(page_of(path)) < 1_000_000
    taken_apart(path)
