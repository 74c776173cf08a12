"""The page about programs that hang: each program gives the output that stands below it, and its cure helps.

And the guide's table of findings is complete. ``python -m tests.processes.test_docs`` writes the output anew, for
when the words of a finding have changed.
"""

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from subprocess import DEVNULL, CompletedProcess, run
from typing import NamedTuple

import pytest

from tests.processes.thorough import THOROUGH

PLAYGROUND = Path(__file__).parents[2] / "playground"
PAGE = PLAYGROUND / "docs" / "why-does-my-program-hang.md"
_SECTION = re.compile(r"^### (.+?)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CONTEXT = re.compile(r"^ +\d+ │")
"""A line of source beside the one that is meant."""
_CHANGING = (
    (re.compile(r"\d+\.\d\d+ s\b"), "0.00 s"),
    (re.compile(r"\bpid \d+"), "pid 1"),
    (re.compile(r"\w+PoolWorker-\d+"), "PoolWorker"),
    (re.compile(r"\bpython[\d.]* -c"), "python -c"),
)
"""What differs from run to run, and what is put in its place."""


class Case(NamedTuple):
    """A section of the page: program, report, and what to change."""

    title: str
    program: str
    report: str
    cure: str


def _cases() -> Iterable[Case]:
    for title, text in _SECTION.findall(PAGE.read_text(encoding="utf-8")):
        blocks = _BLOCK.findall(text)
        if [language for language, _ in blocks] == ["python", "text", "diff"]:
            yield Case(title, *(body for _, body in blocks))


CASES = list(_cases())
_TITLES = [case.title for case in CASES]


def check(place: Path, program: str) -> CompletedProcess[str]:
    """What ``mp-playground check my.py`` does in a directory with that program."""
    (place / "my.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-m", "playground", "check", "--no-record", "--timeout", "30", "my.py"]
    return run(command, stdin=DEVNULL, capture_output=True, text=True, cwd=place, timeout=60, check=False)


def trimmed(report: str) -> str:
    """Verdict and findings of a report, of their source only the lines that are meant."""
    lines = report.splitlines()
    begin = next((i for i, line in enumerate(lines) if line[:2] in {"✓ ", "✗ "}), 0)
    end = next((i for i, line in enumerate(lines) if line.startswith("process ")), len(lines))
    kept = [line for line in lines[begin:end] if not _CONTEXT.match(line)]
    return "\n".join(kept).rstrip() + "\n"


def _words(report: str) -> Counter[str]:
    """The words of the findings, in no order: who of two comes first is chance."""
    for pattern, text in _CHANGING:
        report = pattern.sub(text, report)
    return Counter(re.findall(r"[^\s;,]+", report.partition("\n")[2]))


def test_the_page_has_its_programs() -> None:
    told = _SECTION.findall(PAGE.read_text(encoding="utf-8"))
    assert [title for title, _ in told] == _TITLES
    assert len(CASES) >= 13


@pytest.mark.parametrize("case", CASES, ids=_TITLES)
def test_a_program_of_the_page_gives_the_report_below_it(case: Case, tmp_path: Path) -> None:
    done = check(tmp_path, case.program)
    assert done.returncode == 1
    assert _words(trimmed(done.stderr)) == _words(case.report), trimmed(done.stderr)
    verdict = case.report.partition(":")[0].split(" after ")[0]
    assert trimmed(done.stderr).startswith(verdict)


@pytest.mark.parametrize("case", [pytest.param(case, marks=THOROUGH, id=case.title) for case in CASES])
def test_what_the_page_advises_helps(case: Case, tmp_path: Path) -> None:
    program = case.program
    for hunk in case.cure.split("@@\n"):
        lines = hunk.splitlines()
        before = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
        after = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
        assert program.count(before) == 1, before
        program = program.replace(before, after)
    done = check(tmp_path, program)
    if "BrokenProcessPool" in case.cure:  # this time it says so
        assert "✗ finished" in done.stderr or "✗ failed" in done.stderr, done.stderr
        assert "BrokenProcessPool" in done.stderr
    else:
        assert done.returncode == 0, done.stderr


def test_the_guide_tells_of_every_kind_of_finding() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (PLAYGROUND / "findings").glob("*.py"))
    guide = (PLAYGROUND / "docs" / "guide.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| [✗!i]", guide, re.MULTILINE)
    assert sorted(told) == sorted(set(re.findall(r'\bFinding\(\s*"(\w+)"', sources)))


def test_the_promises_name_tests_that_are_there() -> None:
    page = (PLAYGROUND / "docs" / "promises.md").read_text(encoding="utf-8")
    root = PLAYGROUND.parent
    files, parts = re.findall(r"tests/\w+/\w+\.py", page), re.findall(r"python -m (tests\.\w+)", page)
    assert [file for file in files if not (root / file).is_file()] == []
    assert [part for part in parts if not (root / part.replace(".", "/") / "__main__.py").is_file()] == []
    assert (len(files) > 10, len(parts) > 2) == (True, True)


def _write_anew() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for case in CASES:
        with tempfile.TemporaryDirectory() as place:
            report = trimmed(check(Path(place), case.program).stderr)
        if _words(report) != _words(case.report):
            page = page.replace(
                f"{case.program}```\n\n```text\n{case.report}", f"{case.program}```\n\n```text\n{report}"
            )
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    _write_anew()
