"""The report of a run: what stands in it, how wide it is, and that nothing in it reaches the terminal raw."""

import io
import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from playground.findings import Findings
from playground.headless import tell
from playground.history import History, RunInfo
from playground.page import PIPED_WIDTH
from playground.probe import layout
from playground.report import standing
from playground.summary import summarise
from tests.unit.made_runs import deadlock
from tests.unit.rows import INFO, Run

CODE = "import it\nwith first:\n    with second:\n        pass\n"


class Ended:
    """What a report needs of a run."""

    live = ends_with_us = stirs = False
    exitcode = 0
    debugger = None

    def __init__(self, run: Run, info: RunInfo = INFO, *, reads_files: bool = False) -> None:
        self.reads_files = reads_files
        self.info, self.history = info, History(info)
        self.findings = Findings(self.history)
        self.history.append(run.batch())
        self.findings.advance()
        self.playhead = self.history.until

    def tick(self) -> bool:
        return False

    def close(self) -> None:
        pass


def report(run: Run, capsys: pytest.CaptureFixture[str], *, info: RunInfo = INFO, reads_files: bool = False) -> str:
    face = Ended(run, info, reads_files=reads_files)
    tell(face, summarise(face.history, face.findings, "/runs/a.mpr.jsonl"), as_json=False)
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.mark.parametrize(("verdict", "sign"), [("lost 0 of 40", "✓"), ("not run: Dask is not installed", "i")])
def test_what_could_show_nothing_is_no_success(verdict: str, sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run()
    main = run.process("main", role="main")
    run.row(50, main, layout.REPORT, value=run.text(verdict))
    run.row(60, main, layout.RUN_ENDED, value=layout.OUTCOMES.index("finished") << 32)
    assert report(run, capsys).startswith(f"{sign} finished after 0.06 s: {verdict}")


def test_the_verdict_is_first_then_the_finding_with_its_lines_then_who_and_what(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(CODE)
    text = report(deadlock(str(path)), capsys, reads_files=True)
    lines = text.splitlines()
    assert lines[0].startswith("✗ stuck after 0.10 s: deadlock of 2: A waits for `second` (program.py:3)")
    parts = ["✗ error", "A waits here,", "B waits here", "with second:", "→ Take `first` and `second`"]
    parts += ["process", "resource", "recorded in"]
    text = " ".join(text.split())  # however it is wrapped
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert [line.split("│")[1] for line in lines if "│" in line][:3] == [
        " with first:",
        "     with second:",
        "         pass",
    ]
    row = next(line.split() for line in lines if line.startswith("first "))
    assert row == ["first", "lock", "-", "1", "1", "A", "B"]


@pytest.mark.parametrize("ending", [0, 3])
def test_a_program_without_findings_is_told_by_its_exit_code(ending: int, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run()
    main = run.process("main", role="main")
    run.ended(20, main, ending)
    run.row(21, main, layout.RUN_ENDED, value=(3 if ending else 0) << 32 | ending)
    head = report(run, capsys).splitlines()[0]
    said = "✗ failed after 0.02 s: the program ended with exit code 3"
    assert head == (said if ending else "✓ finished after 0.02 s: 1 process, nothing wrong found")


def test_a_run_that_was_ended_says_what_everybody_did(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run()
    a, b, c = run.process("A"), run.process("B"), run.process("C")
    jobs, line = run.resource("jobs", "queue"), run.site("/x/program.py", 7, "f")
    run.waits(10, a, jobs, layout.OP_GET, site=line)
    run.row(20, b, layout.SLEEPING, value=10**12)
    run.row(30, c, layout.JOINING, value=101)
    run.row(1030, a, layout.RUN_ENDED, value=2 << 32 | 124)
    text = report(run, capsys)
    assert "A waits for `jobs` (get, program.py:7), for 1.02 s" in text
    assert "B sleeps, for 1.01 s" in text
    assert "C waits for B to end, for 1.00 s" in text
    assert [name for name, _ in standing(run.history())] == ["A", "B", "C"]


def test_a_replay_opens_no_path_of_its_recording(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(CODE)
    assert "│" not in report(deadlock(str(path)), capsys)
    kept = replace(INFO, source=CODE, source_file=str(path))
    path.unlink()
    assert "│     with second:" in report(deadlock(str(path)), capsys, info=kept)


@pytest.mark.parametrize("file", ["/no/such.py", "/dev/zero", "/", "", "a\0b", "<string>"])
def test_a_file_that_cannot_be_shown_leaves_its_name(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = report(deadlock(file), capsys, reads_files=True)
    assert "│" not in text
    assert "A waits here" in text


def test_nothing_reaches_the_terminal_raw_or_goes_beyond_its_edge(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "evil[red].py"
    path.write_text("\x1b]0;x\x07[/]\n" * 2 + "w" * 300 + "\x9b31m\u202e\n")
    text = report(deadlock(str(path), "\x1b[31m[bold]" + "n" * 300), capsys, reads_files=True)
    assert max(len(line) for line in text.splitlines()) <= PIPED_WIDTH
    assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c == "\u202e" for c in text)
    assert "[bold]" in text
    assert "[/]" in text


class Terminal(io.StringIO):
    """A terminal of 80 columns that nobody has told the number."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_is_for_terminals_that_want_it(
    variables: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((50, 20)))
    monkeypatch.setattr(terminal, "fileno", lambda: 2)
    face = Ended(deadlock())
    tell(face, summarise(face.history, face.findings, None), as_json=False)
    assert ("\x1b[" in terminal.getvalue()) == coloured
    if not coloured:
        assert max(len(line) for line in terminal.getvalue().splitlines()) <= 50


def test_a_stream_without_the_signs_gets_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(buffer, "ascii", "backslashreplace", write_through=True))
    face = Ended(deadlock())
    tell(face, summarise(face.history, face.findings, None), as_json=False)
    assert buffer.getvalue().startswith(b"x stuck after")


def test_many_of_everything_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run()
    for number in range(60):
        run.row(number, run.process(f"P{number}", began=number), layout.RAISED, value=run.text("ValueError: no"))
    text = report(run, capsys)
    assert "… and 20 more findings" in text
    assert "… and 20 more processes" in text


def test_dropped_events_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    face = Ended(deadlock())
    for dropped, times in ((0, 0), (2720, 1)):
        face.history.dropped = dropped
        tell(face, summarise(face.history, face.findings, None), as_json=False)
        assert capsys.readouterr().err.count("! 2,720 events were dropped: ") == times
