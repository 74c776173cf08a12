"""Exports as files: tables, summary, picture and film; and what is said when one cannot be made."""

import csv
import io
import json
import re
import resource
import stat
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from playground.cli.export import FORMATS as NAMES
from playground.errors import PlaygroundError
from playground.export import FORMATS, Options, export, suggested, write
from playground.probe import layout
from playground.replay import Replay
from tests.recordings import DEADLOCK
from tests.unit import recordings
from tests.unit.hostile import TEXTS, is_dangerous
from tests.unit.made_runs import busy_run
from tests.unit.rows import Run

SMALL = Options(columns=80, rows=24)


def made(path: Path, format: str, options: Options | None = None) -> str:
    out = io.StringIO()
    write(path, format, out, options)
    return out.getvalue()


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    path = tmp_path / "busy.mpr.jsonl"
    recordings.write(path, [busy_run().batch()])
    return path


def test_the_command_line_offers_what_there_is() -> None:
    assert tuple(FORMATS) == NAMES
    assert len({each.suffix for each in FORMATS.values()}) == len(FORMATS)
    assert all(callable(each.write) for each in FORMATS.values())


# --- Tables ---------------------------------------------------------------------------------------------------


def test_every_event_is_a_line_with_its_names(busy: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(made(busy, "csv-events"))))
    assert len(lines) == len(busy_run().rows)
    waits = next(line for line in lines if line["event"] == "waiting")
    assert waits | {"value": ""} == {
        "time_s": "0.007000000",
        "process": "B",
        "pid": "101",
        "thread": "1",
        "event": "waiting",
        "resource": "lock",
        "kind": "lock",
        "item": "",
        "value": "",
        "line": "/x/work.py:12",
        "text": "",
    }
    assert [line["value"] for line in lines if line["event"] == "wrote"] == ["inf", "0.5"]
    assert [line["text"] for line in lines if line["event"] == "action"] == ["kill B"]
    assert [line["thread"] for line in lines if line["event"] == "putting"] == ["feeder"]


def test_intervals_are_states_waits_and_holds(busy: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(made(busy, "csv-intervals"))))

    def told(what: str) -> set[tuple[str, ...]]:
        keys = ("process", "state", "resource", "begin_s", "end_s", "ended")
        return {tuple(line[key] for key in keys) for line in lines if line["what"] == what}

    assert ("B", "waiting", "lock", "0.007000000", "0.010000000", "yes") in told("state")
    assert ("B", "waiting", "lock", "0.007000000", "0.010000000", "yes") in told("wait")
    assert ("B", "running", "", "0.010000000", "0.020000000", "yes") in told("state")
    assert ("A", "holding", "lock", "0.006000000", "0.009000000", "yes") in told("hold")
    (wait,) = [line for line in lines if line["what"] == "wait"]
    assert (wait["held_by"], wait["operation"], wait["line"]) == ("A", "acquire", "work.py:12")


@pytest.mark.parametrize("format", ["csv-events", "csv-intervals"])
@pytest.mark.parametrize("text", ["=1+2", "@x", "-1", *TEXTS.values()], ids=["sum", "at", "minus", *TEXTS])
def test_no_table_holds_a_formula_or_what_a_terminal_obeys(format: str, text: str, tmp_path: Path) -> None:
    run = Run()
    a = run.process(text, role="main")
    lock = run.resource(text)
    run.thread(a, 2, text)
    run.waits(1, a, lock, layout.OP_ACQUIRE, site=run.site(text, 3, text))
    run.row(2, a, layout.STDOUT, value=run.text(text), thread=2)
    run.row(9, a, layout.RUN_ENDED)
    path = tmp_path / "run.mpr.jsonl"
    recordings.write(path, [run.batch()])
    lines = list(csv.reader(io.StringIO(made(path, format))))
    assert {len(line) for line in lines} == {len(lines[0])}
    cells = [cell for line in lines for cell in line]
    assert not any(cell.startswith(("=", "@", "+")) or re.match(r"-\D", cell) for cell in cells)
    assert not any(is_dangerous(each) and each != "\n" for cell in cells for each in cell)


def test_the_summary_is_that_of_the_replay() -> None:
    assert json.loads(made(DEADLOCK, "json")) == Replay(DEADLOCK).summary


# --- Picture and film -----------------------------------------------------------------------------------------


def words(svg: str) -> str:
    return " ".join("".join(ElementTree.fromstring(svg).itertext()).replace("\xa0", " ").split())


def test_a_picture_shows_the_stage_at_its_instant_and_loads_nothing() -> None:
    end = made(DEADLOCK, "svg", SMALL)
    assert "✗ deadlock of 2" in words(end)
    before = words(made(DEADLOCK, "svg", Options(at_s=0.2, columns=80, rows=24, light=True)))
    assert "00:00.200" in before
    assert "deadlock of 2" not in before
    assert re.findall(r"url\((?!#)|@import|@font-face|href=", end) == []


def test_a_film_plays_the_whole_run_in_real_frames() -> None:
    header, *events = [json.loads(line) for line in made(DEADLOCK, "asciicast", SMALL).splitlines()]
    assert (header["version"], header["width"], header["height"]) == (2, 80, 24)
    times = [at for at, _, _ in events]
    assert times == sorted(times)
    length = Replay(DEADLOCK).history.until / 1e9
    assert length <= times[-2] < length + 0.2
    screen: dict[int, str] = {}
    clocks = []
    for _, kind, data in events:
        assert kind == "o"
        rest = re.sub(r"\x1b\[(\?25l|2J|[\d;]*m)", "", data)
        for row, text in re.findall(r"\x1b\[(\d+);1H([^\x1b]*)", rest):
            screen[int(row)] = text
        assert "\x1b" not in re.sub(r"\x1b\[\d+;1H", "", rest)
        clocks += re.findall(r"REPLAY (\d\d:\d\d\.\d\d\d)", screen[1])
    assert set(screen) == set(range(1, 25))
    assert clocks == sorted(clocks)
    assert len(set(clocks)) > 4
    assert "deadlock of 2" in screen[2]


def test_a_film_that_nobody_would_watch_is_refused(tmp_path: Path) -> None:
    run = Run()
    run.process("A", role="main")
    run.row(3_600_000, 0, layout.RUN_ENDED)
    path = tmp_path / "run.mpr.jsonl"
    recordings.write(path, [run.batch()])
    with pytest.raises(PlaygroundError, match=r"3,600 s long; make it faster, by --speed 6 or more"):
        made(path, "asciicast", SMALL)


# --- Files ----------------------------------------------------------------------------------------------------


def test_a_file_is_private_whole_and_named_like_the_recording(busy: Path, tmp_path: Path) -> None:
    assert suggested(Path("/x/run.mpr.jsonl"), "perfetto") == Path("run.trace.json")
    target = tmp_path / "out.json"
    shares: list[float] = []
    export(busy, "json", target, progress=shares.append)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert json.loads(target.read_text())["scenario"] == "topic/name"
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 1
    with pytest.raises(PlaygroundError, match="exists already"):
        export(busy, "html", target)
    export(busy, "html", target, force=True)
    assert target.read_text().startswith("<!DOCTYPE html>")


def test_what_cannot_be_is_said_in_a_line_and_leaves_nothing(busy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    broken = tmp_path / "broken.mpr.jsonl"
    broken.write_bytes(b"garbage\n")
    for source, format, target, says in (
        (busy, "pdf", folder / "x", "there is no format 'pdf'; choose one of html"),
        (busy, "html", folder, "exists already"),
        (busy, "html", folder / "no" / "x", "No such file or directory"),
        (busy, "html", folder / ("x" * 300), "File name too long"),
        (busy, "html", Path("a\0b"), "no file has such a name"),
        (broken, "html", folder / "x", "is not a recording"),
        (folder, "html", folder / "x", "is a directory"),
    ):
        with pytest.raises(PlaygroundError, match=re.escape(says)) as told:
            export(source, format, target)
        assert "\n" not in str(told.value)
    with pytest.raises(PlaygroundError, match="no ordinary file"):
        export(busy, "html", folder, force=True)
    assert list(folder.iterdir()) == []


def test_where_there_is_no_room_nothing_is_left_and_what_was_there_stays(busy: Path, tmp_path: Path) -> None:
    target = tmp_path / "folder" / "x.html"
    target.parent.mkdir()
    target.write_text("mine")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(PlaygroundError, match="File too large"):
            export(busy, "html", target, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert target.read_text() == "mine"
    assert list(target.parent.iterdir()) == [target]
